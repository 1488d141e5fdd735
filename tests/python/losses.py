"""References for athena-runtime/tests/losses.rs: PyTorch's losses and their gradients with respect to the logits, in f64.

Rerun:  python tests/python/losses.py    (needs torch and safetensors; writes tests/reference/losses.safetensors)

`logits`, `labels`, `values` and `probabilities` are shared; `answers` are targets of yes and no, some of them in between, and
`weights` are `pos_weight` of each output. Each case `x` gives `x.loss` (f64 scalar) and `x.gradient` (f64, like the logits).
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
answers = torch.randint(0, 2, (N, K)).float()
answers[5] = torch.rand(K)
weights = torch.rand(K, dtype=torch.float64) * 4 + 0.25
# Distances on both sides of where smooth L1 and Huber become straight, and none at all.
close = logits + torch.randn(N, K)
close[:, 0] = logits[:, 0]

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
    "absolute_values": lambda z: F.l1_loss(z, close.double()),
    "absolute_labels": lambda z: F.l1_loss(z, one_hot),
    "softmax_absolute_values": lambda z: F.l1_loss(z.softmax(1), values.double()),
    "smooth_values": lambda z: F.smooth_l1_loss(z, close.double()),
    "smooth_half": lambda z: F.smooth_l1_loss(z, close.double(), beta=0.5),
    "smooth_zero": lambda z: F.smooth_l1_loss(z, close.double(), beta=0.0),
    "softmax_smooth_labels": lambda z: F.smooth_l1_loss(z.softmax(1), one_hot, beta=0.3),
    "huber_values": lambda z: F.huber_loss(z, close.double()),
    "huber_two": lambda z: F.huber_loss(z, close.double(), delta=2.0),
    "softmax_huber_labels": lambda z: F.huber_loss(z.softmax(1), one_hot, delta=0.3),
    "binary_answers": lambda z: F.binary_cross_entropy_with_logits(z, answers.double()),
    "binary_labels": lambda z: F.binary_cross_entropy_with_logits(z, one_hot),
    "binary_weight": lambda z: F.binary_cross_entropy_with_logits(z, answers.double(), pos_weight=torch.tensor(3.0).double()),
    "binary_weights": lambda z: F.binary_cross_entropy_with_logits(z, answers.double(), pos_weight=weights),
}

tensors = {"logits": logits, "labels": labels.to(torch.uint32), "values": values, "probabilities": probabilities}
tensors |= {"close": close, "answers": answers, "weights": weights}
for name, loss in CASES.items():
    z = logits.double().requires_grad_()
    result = loss(z)
    result.backward()
    tensors |= {f"{name}.loss": result.detach().reshape(1), f"{name}.gradient": z.grad.clone()}
save_file(tensors, Path(__file__).parents[1] / "reference" / "losses.safetensors", {"torch": torch.__version__})
