"""References for athena-runtime/tests/schedules.rs: the learning rates of torch.optim.lr_scheduler, step by step, in f64.

Rerun:  python tests/python/schedules.py    (needs torch and safetensors; writes tests/reference/schedules.safetensors)

Every case of `CASES` is a training of 60 steps, 12 epochs of 5, from the base rate 0.4. `table` has trainings of 1 to 20 steps
(epochs of 4) with warm-ups, intervals and milestones that are shorter than the training, as long, or longer.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.optim import lr_scheduler as lrs

BASE, STEPS, EPOCH, WARM = 0.4, 60, 5, 10


def linear(o, start=0.01, steps=WARM):
    return lrs.LinearLR(o, start_factor=start, total_iters=steps)


def after_warm_up(o, make):
    return lrs.SequentialLR(o, [linear(o), make(o)], milestones=[WARM])


def with_warm_up(o, make):
    return lrs.ChainedScheduler([make(o), linear(o)])


def one_cycle(o, steps=STEPS, **settings):
    return lrs.OneCycleLR(o, max_lr=BASE, total_steps=steps, **settings)


CASES = {
    "constant": lambda o: lrs.ConstantLR(o, factor=1.0),
    "constant_warm": lambda o: linear(o, 1 / 3, 7),
    "step_steps": lambda o: lrs.StepLR(o, 7, 0.5),
    "step_epochs": lambda o: lrs.StepLR(o, 3 * EPOCH, 0.1),
    "step_warm": lambda o: with_warm_up(o, lambda o: lrs.StepLR(o, 7, 0.5)),
    "milestones": lambda o: lrs.MultiStepLR(o, [6, 4 * EPOCH, 8 * EPOCH], 0.1),
    "milestones_warm": lambda o: with_warm_up(o, lambda o: lrs.MultiStepLR(o, [6, 4 * EPOCH, 8 * EPOCH], 0.1)),
    "cosine": lambda o: lrs.CosineAnnealingLR(o, STEPS),
    "cosine_floor": lambda o: lrs.CosineAnnealingLR(o, STEPS, eta_min=0.05),
    "cosine_warm": lambda o: after_warm_up(o, lambda o: lrs.CosineAnnealingLR(o, STEPS - WARM)),
    "one_cycle": one_cycle,
    "one_cycle_settings": lambda o: one_cycle(o, pct_start=0.5, div_factor=10.0, final_div_factor=100.0),
}


def rates(make):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE, momentum=0.9)
    schedule = make(optimiser)
    result = []
    for _ in range(STEPS):
        result.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return torch.tensor(result, dtype=torch.float64)


def warm_one_cycle():
    """OneCycleLR sets its first rate when it is made, so SequentialLR's warm-up would start from it. So the two are joined by hand."""
    short = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE)
    schedule = one_cycle(short, STEPS - WARM)
    cycle = []
    for step in range(STEPS - WARM):
        cycle.append(short.param_groups[0]["lr"])
        short.step()
        if step + 1 < STEPS - WARM:
            schedule.step()
    first = cycle[0]
    warm = [first * (0.01 + 0.99 * t / WARM) for t in range(WARM)]
    return torch.tensor(warm + cycle, dtype=torch.float64)


class Bounded:
    """OneCycleLR refuses to be stepped past its end."""

    def __init__(self, make):
        self.make, self.count = make, 0

    def __call__(self, optimiser):
        self.schedule = self.make(optimiser)
        return self

    def step(self):
        self.count += 1
        if self.count < STEPS:
            self.schedule.step()


LENGTHS, WARM_UPS, BETWEEN = (1, 2, 4, 5, 20), (0, 1, 4, 5, 8, 40), (1, 4, 6, 100)


def recorded(make, steps, base=BASE):
    """The rates of `steps` steps. The schedule advances only between steps, because some of PyTorch's schedules cannot advance after the last one."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base, momentum=0.9)
    schedule = make(optimiser)
    result = []
    for step in range(steps):
        result.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if step + 1 < steps:
            schedule.step()
    return torch.tensor(result, dtype=torch.float64)


def behind(warm, make):
    """A warm-up over `warm` steps, and the schedule after it."""
    if warm == 0:
        return make
    return lambda o: lrs.SequentialLR(o, [linear(o, 0.01, warm), make(o)], milestones=[warm])


def beside(warm, make):
    """A warm-up over `warm` steps, multiplied by the schedule at the same time."""
    if warm == 0:
        return make
    return lambda o: lrs.ChainedScheduler([make(o), linear(o, 0.01, warm)])


def table():
    cases = {}
    for steps in LENGTHS:
        for warm in WARM_UPS:
            left = steps - warm
            key = f"{steps}/{warm}"
            cases[f"constant/{key}"] = recorded(beside(warm, lambda o: lrs.ConstantLR(o, factor=1.0)), steps)
            for floor in (0.0, 0.01):
                # With a T_max of 0 or less PyTorch's cosine can be made, but not reached: the rise takes all steps.
                make = behind(warm, lambda o: lrs.CosineAnnealingLR(o, left, eta_min=floor))
                cases[f"cosine {floor}/{key}"] = recorded(make, steps)
            if left > 0:
                make = behind(warm, lambda o: lrs.OneCycleLR(o, max_lr=BASE, total_steps=left))
                cases[f"one_cycle/{key}"] = recorded(make, steps)
            else:
                # OneCycleLR refuses to have no steps; the rise leads to its first rate, max_lr / 25.
                cases[f"one_cycle/{key}"] = recorded(lambda o: linear(o, 0.01, warm), steps, BASE / 25)
            for between in BETWEEN:
                make = beside(warm, lambda o: lrs.StepLR(o, between, 0.5))
                cases[f"step {between}/{key}"] = recorded(make, steps)
                make = beside(warm, lambda o: lrs.MultiStepLR(o, [between, 3 * between], 0.1))
                cases[f"milestones {between}/{key}"] = recorded(make, steps)
    return cases


tensors = {name: rates(Bounded(make)) for name, make in CASES.items()}
tensors["one_cycle_warm"] = warm_one_cycle()
tensors |= table()
save_file(tensors, Path(__file__).parents[1] / "reference" / "schedules.safetensors", {"torch": torch.__version__})
