"""References for athena-runtime/tests/optimisers.rs: the results of torch.optim and torch.nn.utils.clip_grad_* for random gradients.

Rerun:  python tests/python/optimisers.py    (needs torch and safetensors; writes tests/reference/optimisers.safetensors)

`start` [N] and `gradients` [STEPS, N] are shared by every case; each case holds the parameters after every step, [STEPS, N].
The clipping cases hold the clipped gradients of every step.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

N, STEPS = 19, 8
torch.manual_seed(0)
start = torch.randn(N)
# Gradients of very different magnitudes. The gradient of the last element is always zero, as that of a padding weight.
gradients = torch.randn(STEPS, N) * torch.logspace(-4, 2, N)
gradients[:, -1] = 0
start[-1] = 0

CASES = {
    "sgd": lambda p: torch.optim.SGD(p),
    "sgd_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-2),
    "sgd_dampening": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.3),
    "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-2, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p),
    "adam_settings": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p),
    "adamw_settings": lambda p: torch.optim.AdamW(p, lr=0.02, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p),
    "rmsprop_settings": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3, weight_decay=0.1),
    "rmsprop_momentum": lambda p: torch.optim.RMSprop(p, momentum=0.9),
    "rmsprop_centered": lambda p: torch.optim.RMSprop(p, alpha=0.9, centered=True),
    "rmsprop_both": lambda p: torch.optim.RMSprop(p, alpha=0.9, momentum=0.5, centered=True, weight_decay=0.1),
    "adagrad": lambda p: torch.optim.Adagrad(p),
    "adagrad_settings": lambda p: torch.optim.Adagrad(
        p, lr=0.1, lr_decay=0.2, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-3
    ),
}


def trajectory(make):
    parameter = torch.nn.Parameter(start.clone())
    optimiser = make([parameter])
    rows = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimiser.step()
        rows.append(parameter.detach().clone())
    return torch.stack(rows)


def clipped(clip):
    rows = []
    for gradient in gradients:
        parameter = torch.nn.Parameter(start.clone())
        parameter.grad = gradient.clone()
        clip(parameter)
        rows.append(parameter.grad.clone())
    return torch.stack(rows)


tensors = {"start": start, "gradients": gradients}
tensors |= {name: trajectory(make) for name, make in CASES.items()}
tensors["clip_value"] = clipped(lambda p: torch.nn.utils.clip_grad_value_([p], 0.5))
tensors["clip_norm"] = clipped(lambda p: torch.nn.utils.clip_grad_norm_([p], 3.0))
tensors["clip_norm_loose"] = clipped(lambda p: torch.nn.utils.clip_grad_norm_([p], 1e4))
save_file(tensors, Path(__file__).parents[1] / "reference" / "optimisers.safetensors", {"torch": torch.__version__})
