"""References for athena-runtime/src/layers/pool/tests.rs: PyTorch's pools and their gradients, in f64.

Rerun:  python tests/python/pools.py    (needs torch and safetensors; writes tests/reference/pools.safetensors)

For each size HxW there is an image `HxW` of C channels, whose values all differ. A case has its settings in its name, as in
`max 5x6 k3 s2 p1 ceil` or `avg 5x6 k3 s2 p1 real`: `ceil` if the size is rounded up, `real` if padding is not counted. Each gives
`CASE.y` and `CASE.dx`, the gradient of the sum of y * dy; dy is the beginning of `dy`. A case that PyTorch refuses has an empty
`CASE.y`.
"""

from itertools import product
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.manual_seed(0)
C, SIZES = 2, [(5, 6), (8, 7), (3, 4), (2, 1)]
tensors = {"dy": torch.randn(200)}

for height, width in SIZES:
    count = C * height * width
    image = ((torch.randperm(count) - count // 2) / count).reshape(1, C, height, width).float()
    tensors[f"{height}x{width}"] = image
    for kernel, stride, padding, ceil in product((2, 3), (1, 2, 3), (0, 1), (False, True)):
        settings = f"{height}x{width} k{kernel} s{stride} p{padding}" + " ceil" * ceil
        pools = {
            f"max {settings}": lambda x: F.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil),
            f"avg {settings}": lambda x: F.avg_pool2d(x, kernel, stride, padding, ceil, True),
            f"avg {settings} real": lambda x: F.avg_pool2d(x, kernel, stride, padding, ceil, False),
        }
        for name, pool in pools.items():
            x = image.double().requires_grad_()
            try:
                y = pool(x)
            except RuntimeError:
                tensors[f"{name}.y"] = torch.empty(0)
                continue
            (y.flatten() * tensors["dy"][: y.numel()]).sum().backward()
            tensors |= {f"{name}.y": y.detach().float(), f"{name}.dx": x.grad.float()}

path = Path(__file__).parents[1] / "reference" / "pools.safetensors"
save_file(tensors, path, {"torch": torch.__version__})
print(f"{sum(name.endswith('.y') for name in tensors)} cases, {path.stat().st_size} bytes")
