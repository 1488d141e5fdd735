"""References for athena-runtime/tests/losses.rs: PyTorch's losses and their gradients with respect to the logits, in f64.

Rerun:  python tests/python/losses.py    (needs torch and safetensors; writes tests/reference/losses.safetensors)

`logits`, `labels`, `values` and `probabilities` are shared; `answers` are targets of yes and no, some of them in between, and
`weights` are `pos_weight` of each output. Maps, one channel and embeddings have their own tensors. Each case `x` gives `x.loss` (f64 scalar)
and `x.gradient` (f64, like the outputs it is of). Dice is MONAI's formula; the triplets are chosen as Hermans et al. 2017 say.
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

# Maps of C x H x W, 28 pixels each. Labels of 255 are ignored.
C, H, W, IGNORED = 5, 4, 7, 255
maps = torch.randn(3, C, H, W) * 3
maps[1, :, 2, 3] = torch.tensor([-800.0, 900.0, 0.0, 1.0, 899.0])
map_labels = torch.randint(0, C, (3, H, W))
some_labels = map_labels.clone()
some_labels[torch.rand(3, H, W) < 0.3] = IGNORED
map_values = maps + torch.randn(3, C, H, W)
map_probabilities = torch.randn(3, C, H, W).softmax(1)
map_answers = torch.randint(0, 2, (3, C, H, W)).float()
map_answers[2] = torch.rand(C, H, W)
class_weights = torch.rand(C, dtype=torch.float64) * 3 + 0.1
map_weights = torch.rand(C, dtype=torch.float64) * 4 + 0.25
map_hot = F.one_hot(map_labels, C).permute(0, 3, 1, 2).double()
counted = (some_labels != IGNORED)[:, None].double()
one_channel = torch.randn(3, 1, H, W) * 2
yes = torch.randint(0, 2, (3, H, W))
yes[0] = 0  # an image without the class


def dice(p, t, smooth=1e-5, over=(2, 3)):
    """MONAI's DiceLoss: `over` are the dimensions of the sums, the mean is over the others."""
    both, either = (p * t).sum(over), (p + t).sum(over)
    return (1 - (2 * both + smooth) / (either + smooth)).mean()


def dice_labels(z, labels, **settings):
    return dice(z.softmax(1), F.one_hot(labels, C).permute(0, 3, 1, 2).double(), **settings)


def dice_some(z):
    hot = F.one_hot(some_labels.where(some_labels != IGNORED, 0), C).permute(0, 3, 1, 2).double()
    return dice(z.softmax(1) * counted, hot * counted)


MAP_CASES = {
    "map_cross_entropy": lambda z: F.cross_entropy(z, map_labels),
    "map_cross_entropy_ignored": lambda z: F.cross_entropy(z, some_labels, ignore_index=IGNORED),
    "map_cross_entropy_ignored_class": lambda z: F.cross_entropy(z, map_labels, ignore_index=2),
    "map_cross_entropy_ignored_smooth": lambda z: F.cross_entropy(z, some_labels, ignore_index=IGNORED, label_smoothing=0.1),
    "map_cross_entropy_weight": lambda z: F.cross_entropy(z, map_labels, class_weights),
    "map_cross_entropy_all": lambda z: F.cross_entropy(
        z, some_labels, class_weights, ignore_index=IGNORED, label_smoothing=0.2
    ),
    "map_cross_entropy_probabilities": lambda z: F.cross_entropy(z, map_probabilities.double()),
    "map_cross_entropy_probabilities_all": lambda z: F.cross_entropy(
        z, map_probabilities.double(), class_weights, label_smoothing=0.2
    ),
    "map_squared_values": lambda z: F.mse_loss(z, map_values.double()),
    "map_squared_labels": lambda z: F.mse_loss(z, map_hot),
    "map_softmax_squared_values": lambda z: F.mse_loss(z.softmax(1), map_probabilities.double()),
    "map_softmax_squared_labels": lambda z: F.mse_loss(z.softmax(1), map_hot),
    "map_absolute_values": lambda z: F.l1_loss(z, map_values.double()),
    "map_smooth_values": lambda z: F.smooth_l1_loss(z, map_values.double(), beta=0.5),
    "map_huber_values": lambda z: F.huber_loss(z, map_values.double(), delta=0.7),
    "map_softmax_huber_labels": lambda z: F.huber_loss(z.softmax(1), map_hot, delta=0.3),
    "map_binary_answers": lambda z: F.binary_cross_entropy_with_logits(z, map_answers.double()),
    "map_binary_labels": lambda z: F.binary_cross_entropy_with_logits(z, map_hot),
    "map_binary_weights": lambda z: F.binary_cross_entropy_with_logits(
        z, map_answers.double(), pos_weight=map_weights[:, None, None]
    ),
    "dice_labels": lambda z: dice_labels(z, map_labels),
    "dice_smooth": lambda z: dice_labels(z, map_labels, smooth=1.0),
    "dice_batch": lambda z: dice_labels(z, map_labels, over=(0, 2, 3)),
    "dice_values": lambda z: dice(z.softmax(1), map_answers.double()),
    "dice_ignored": dice_some,
    "map_cosine": lambda z: (1 - F.cosine_similarity(z, map_values.double(), dim=1)).mean(),
}
ONE_CHANNEL_CASES = {
    "dice_one": lambda z: dice(z.sigmoid(), yes[:, None].double()),
    "dice_one_batch": lambda z: dice(z.sigmoid(), yes[:, None].double(), smooth=0.5, over=(0, 2, 3)),
}
WEIGHTED_CASES = {
    "cross_entropy_weight": lambda z: F.cross_entropy(z, labels, weights),
    "cross_entropy_weight_smooth": lambda z: F.cross_entropy(z, labels, weights, label_smoothing=0.1),
    "cross_entropy_weight_probabilities": lambda z: F.cross_entropy(
        z, probabilities.double(), weights, label_smoothing=0.1
    ),
    "cosine": lambda z: F.cosine_embedding_loss(z, values.double(), torch.ones(N)),
}

# Embeddings of 10 images. Label 9 has one image: it has no positive, but is a negative for others.
embeddings = torch.randn(10, 6)
identities = torch.tensor([70, 3, 3, 70, 9, 3, 70, 3, 4, 4])
same = identities[:, None] == identities
positives, negatives = same & ~torch.eye(10, dtype=torch.bool), ~same


def triplets(z, chosen, margin):
    a, p, n = torch.tensor(chosen).T
    return F.triplet_margin_loss(z[a], z[p], z[n], margin=margin, eps=0.0)


def hardest(z, margin):
    distances = torch.cdist(z, z).detach()
    anchors = [i for i in range(10) if positives[i].any() and negatives[i].any()]
    farthest = distances.masked_fill(~positives, -1).argmax(1).tolist()
    nearest = distances.masked_fill(~negatives, torch.inf).argmin(1).tolist()
    return triplets(z, [(i, farthest[i], nearest[i]) for i in anchors], margin)


def every(z, margin):
    index = range(10)
    chosen = [(a, p, n) for a in index for p in index for n in index if positives[a, p] and negatives[a, n]]
    return triplets(z, chosen, margin)


TRIPLET_CASES = {
    "triplet_hardest": lambda z: hardest(z, 1.0),
    "triplet_hardest_small": lambda z: hardest(z, 0.2),
    "triplet_all": lambda z: every(z, 1.0),
    "triplet_all_small": lambda z: every(z, 0.1),
}

tensors = {"logits": logits, "labels": labels.to(torch.uint32), "values": values, "probabilities": probabilities}
tensors |= {"close": close, "answers": answers, "weights": weights}
tensors |= {"maps": maps, "map_labels": map_labels.to(torch.uint32), "some_labels": some_labels.to(torch.uint32)}
tensors |= {"map_values": map_values, "map_probabilities": map_probabilities, "map_answers": map_answers}
tensors |= {"class_weights": class_weights, "map_weights": map_weights, "one_channel": one_channel}
tensors |= {"yes": yes.to(torch.uint32), "embeddings": embeddings, "identities": identities.to(torch.uint32)}
GROUPS = [(CASES | WEIGHTED_CASES, logits), (MAP_CASES, maps), (ONE_CHANNEL_CASES, one_channel), (TRIPLET_CASES, embeddings)]
for name, loss, z in [(name, loss, z) for cases, z in GROUPS for name, loss in cases.items()]:
    z = z.double().requires_grad_()
    result = loss(z)
    result.backward()
    tensors |= {f"{name}.loss": result.detach().reshape(1), f"{name}.gradient": z.grad.clone()}
save_file(tensors, Path(__file__).parents[1] / "reference" / "losses.safetensors", {"torch": torch.__version__})
