"""References for tests/weights.rs: one small network's state dict in the forms in which PyTorch's users save it.

Rerun:  python tests/python/weights.py    (needs torch and safetensors; writes tests/reference/weights/)

All files except for `other_*` have the same numbers, multiples of 1/64 between -1 and 1, which all float types can represent.
"""

from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

OUT = Path(__file__).parent.parent / "reference" / "weights"


class Small(nn.Module):
    """The network of tests/weights.rs."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(self.bn1(self.conv1(x)).relu().mean((2, 3)))


def start(model):
    """Number `i` of tensor `t` is ((37 i + 17 t) mod 129 - 64) / 64; counters are 5."""
    for t, tensor in enumerate(model.state_dict().values()):
        if tensor.is_floating_point():
            values = (37 * torch.arange(tensor.numel()) + 17 * t) % 129 - 64
            tensor.copy_((values / 64).reshape(tensor.shape))
        else:
            tensor.fill_(5)
    return model


def prefixed(state, prefix):
    return OrderedDict((prefix + key, tensor) for key, tensor in state.items())


def views(state):
    """The same tensors as views: channels last, transposed, every second number of a larger one, two in one storage."""
    result = OrderedDict(state)
    result["conv1.weight"] = state["conv1.weight"].to(memory_format=torch.channels_last)
    result["fc.weight"] = state["fc.weight"].t().contiguous().t()
    spread = torch.full((3, 2), 9.0)
    spread[:, 1] = state["fc.bias"]
    result["fc.bias"] = spread[:, 1]
    both = torch.cat([torch.full((3,), 9.0), state["bn1.weight"], state["bn1.bias"]])
    result["bn1.weight"], result["bn1.bias"] = both[3:7], both[7:]
    assert all(torch.equal(result[key], state[key]) for key in state)
    return result


def checkpoint(model):
    """A checkpoint as training scripts save it."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(2, 2, 4, 4)).sum().backward()
    optimizer.step()
    start(model)
    return {
        "epoch": 7,
        "arch": "small",
        "state_dict": prefixed(model.state_dict(), "module."),
        "best_acc1": torch.tensor(91.25),
        "optimizer": optimizer.state_dict(),
        "seed": 2**70,
        "milestones": (30, [60, 90], None, True, 1e-3),
    }


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    model = start(Small()).eval()
    state = model.state_dict()

    def floats(dtype):
        return {key: tensor.to(dtype) if tensor.is_floating_point() else tensor for key, tensor in state.items()}

    for name, dtype in [("f64", torch.float64), ("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16)]:
        save_file(floats(dtype), OUT / f"{name}.safetensors")
        torch.save(floats(dtype), OUT / f"{name}.pth")
    save_file(prefixed(state, "module."), OUT / "module.safetensors")
    compiled = prefixed(state, "_orig_mod.module.")
    compiled["_orig_mod.module.bn1.num_batches_tracked"] = torch.tensor(5, dtype=torch.uint8)
    save_file(compiled, OUT / "compiled.safetensors")

    torch.save(state, OUT / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(checkpoint(Small()), OUT / "legacy_checkpoint.pth.tar", _use_new_zipfile_serialization=False)
    torch.save(checkpoint(Small()), OUT / "checkpoint.pth.tar")
    for protocol in [3, 4, 5]:
        torch.save(state, OUT / f"protocol{protocol}.pt", pickle_protocol=protocol)
    parameters = dict(model.named_parameters()) | dict(model.named_buffers())
    torch.save({"model": parameters}, OUT / "parameters.pth")
    torch.save(views(state), OUT / "views.pth")
    torch.save(views(state), OUT / "legacy_views.pth", _use_new_zipfile_serialization=False)
    torch.serialization.set_crc32_options(False)
    torch.save(state, OUT / "no_checksums.pth")
    torch.serialization.set_crc32_options(True)
    torch.save(model, OUT / "other_whole_model.pth")
    torch.jit.script(model).save(OUT / "other_torchscript.pt")


if __name__ == "__main__":
    main()
