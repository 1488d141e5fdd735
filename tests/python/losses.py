"""References for athena-runtime/tests/losses.rs: PyTorch's losses and their gradients with respect to the logits, in f64.

Rerun:  python tests/python/losses.py    (needs torch and safetensors; writes tests/reference/losses.safetensors)

`logits`, `labels`, `values` and `probabilities` are shared; each case `x` gives `x.loss` (f64 scalar) and `x.gradient` (f64, like the logits).
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.manual_seed(0)
N, K = 7, 11
logits = torch.randn(N, K) * 5
logits[3] = torch.linspace(-1000, 1000, K)  # a softmax that overflows unless it is computed with care
labels = torch.randint(0, K, (N,))
labels[3] = 4
values = torch.randn(N, K)
one_hot = F.one_hot(labels, K).double()
# Probabilities of mixup, of a teacher, and of a single class. None sums to exactly 1; PyTorch does not rescale them.
probabilities = torch.randn(N, K).mul(2).softmax(1)
probabilities[0] = 0.3 * one_hot[0] + 0.7 * one_hot[1]
probabilities[1] = one_hot[1]
probabilities[2] *= 1.005

CASES = {
    "cross_entropy": lambda z: F.cross_entropy(z, labels),
    "cross_entropy_smooth": lambda z: F.cross_entropy(z, labels, label_smoothing=0.1),
    "cross_entropy_uniform": lambda z: F.cross_entropy(z, labels, label_smoothing=1.0),
    "cross_entropy_probabilities": lambda z: F.cross_entropy(z, probabilities.double()),
    "cross_entropy_probabilities_smooth": lambda z: F.cross_entropy(z, probabilities.double(), label_smoothing=0.1),
    "squared_values": lambda z: F.mse_loss(z, values.double()),
    "squared_labels": lambda z: F.mse_loss(z, one_hot),
    "softmax_squared_values": lambda z: F.mse_loss(z.softmax(1), values.double()),
    "softmax_squared_labels": lambda z: F.mse_loss(z.softmax(1), one_hot),
}

tensors = {"logits": logits, "labels": labels.to(torch.uint32), "values": values, "probabilities": probabilities}
for name, loss in CASES.items():
    z = logits.double().requires_grad_()
    result = loss(z)
    result.backward()
    tensors |= {f"{name}.loss": result.detach().reshape(1), f"{name}.gradient": z.grad.clone()}
save_file(tensors, Path(__file__).parents[1] / "reference" / "losses.safetensors", {"torch": torch.__version__})
