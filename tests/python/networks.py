#!/usr/bin/env python3
"""Writes the reference files that tests/pytorch.rs compares with.

    python tests/python/networks.py [CASE...]             needs torch (2.15 made them), torchvision, numpy, safetensors
    python tests/python/networks.py --search CASE COUNT   tries seeds for a case

Each case is a small network whose modules have the names that `resnet!` gives the same network's parameters. Nothing
random is stored: weights, images and labels come from the hash below, which tests/common/generate.rs repeats bit for
bit. PyTorch runs every case in float64, which is the reference; in float32; and in float64 with noise of 1e-6 on every
convolution's output, as a faster algorithm may leave. The latter two show how much of the tolerance is
needed for rounding. The script fails if that is more than half for float32, or all of it with the noise.

A file `tests/reference/CASE.safetensors` holds, with the case's settings in its metadata (one string, so that its bytes
are reproducible):

    logits                     inference mode, before training
    train_logits               training mode (batch statistics)
    loss                       the loss of the first batch
    grad/NAME                  gradient of the first batch's loss
    losses.sgd, losses.adam    the loss at each of five steps
    sgd/NAME, adam/NAME        parameter or running statistic after these steps
    after.sgd, after.adam      the logits after them, inference mode

The networks of several inputs and outputs, and of maps, are in ports.py. Their logits and losses are stored for each output:
logits/NAME, train_logits/NAME, loss/NAME (times its weight), losses.sgd/NAME, after.sgd/NAME, ...; `loss` is the sum.

Tensors of up to FULL elements are stored whole. Of a larger one, a print: [largest magnitude, 2-norm, PROJECTIONS sums
of its elements with hashed signs, SAMPLES hashed elements]. An error in any element shows up in the projections, whose
error is about the 2-norm of the tensor's error.
"""
import pathlib
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import save
from safetensors.torch import save as save_state_dict

TOLERANCE, NOISE = 1e-4, 1e-6
STEPS, FULL, PROJECTIONS, SAMPLES = 5, 160, 8, 64
HERE = pathlib.Path(__file__).resolve().parent
REFERENCE = HERE.parent / "reference"


# ---------------------------------------------------------------- numbers that the Rust tests also compute


def hashes(key, count):
    """`count` 64-bit numbers: SplitMix64's output function over FNV-1a of the key plus a Weyl sequence."""
    h = 0xCBF29CE484222325
    for byte in key.encode():
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(key, count):
    """Float32 in [-1, 1), exact multiples of 2^-23."""
    return (hashes(key, count) >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)


def generate(seed, name, shape, shift):
    """The value that the parameter or buffer `name` starts with. `shift` moves the bias of a batch norm to either side,
    see `Case`."""
    if name.endswith("num_batches_tracked"):
        return np.array(7, dtype=np.int64)
    u = uniform(f"{seed}/{name}", int(np.prod(shape))).reshape(shape)
    if len(shape) > 1:  # convolutions and linear layers: He's variance
        return np.float32(np.sqrt(6.0 / np.prod(shape[1:]))) * u
    if name.endswith("running_var"):
        return np.float32(1) + np.float32(0.5) * u
    if name.endswith("weight"):  # batch norm
        return np.float32(1) + np.float32(0.25) * u
    return np.copysign(np.float32(shift), u) + np.float32(0.25) * u


def numbers(key, shape):
    """Float32 of variance 1."""
    return np.float32(np.sqrt(3.0)) * uniform(key, int(np.prod(shape))).reshape(shape)


def labels(key, shape, classes):
    return (hashes(key, int(np.prod(shape))) % np.uint64(classes)).astype(np.int64).reshape(shape)


def fingerprint(name, x):
    """The stored form of a tensor, in float64; see the top of this file."""
    x = np.asarray(x, dtype=np.float64)
    if x.size <= FULL:
        return x
    flat = x.ravel()
    bits = hashes(f"signs/{name}", flat.size)
    sums = []
    for k in range(PROJECTIONS):
        minus = ((bits >> np.uint64(k)) & np.uint64(1)).astype(bool)
        sums.append(flat.sum() - 2.0 * flat[minus].sum())
    chosen = hashes(f"samples/{name}", SAMPLES) % np.uint64(flat.size)
    return np.concatenate([[np.abs(flat).max(), np.linalg.norm(flat)], sums, flat[chosen.astype(np.int64)]])


# ---------------------------------------------------------------- layers


def conv(cin, cout, kernel, stride=1, padding="same", groups=1, dilation=1, bias=False):
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    if padding == "same":
        padding = tuple(dilation * (k - 1) // 2 for k in kernel)
    return nn.Conv2d(cin, cout, kernel, stride, padding, dilation, groups, bias)


def gap(x):
    return x.mean((2, 3))


class LayerNorm2d(nn.LayerNorm):
    """Over the channels of each pixel, as torchvision's ConvNeXt has it."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Scale(nn.Module):
    """A factor for each channel."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return x * self.weight.reshape(1, -1, *[1] * (x.dim() - 2))


class Case:
    """A network's settings. A rectifier's input that is nearly zero may have either sign after rounding, and its
    gradient jumps; so deep rectifier networks start with batch norms whose biases are +-(shift + a little): most maps
    of a layer are then mostly positive or mostly negative, with few values near zero."""

    shift = 0.0
    seed, batch, loss, smoothing = "1", 4, "cross_entropy", 0.0
    softmax = False  # whether the network ends with one; here it is left to the loss
    inputs = None  # the shape of each input, of a network of ports.py; the others have one image of `shape`
    outputs = None  # the `Output` of each of its outputs; the others have one of `classes`
    frozen = ()  # modules whose parameters need no gradient, and whose batch norms stay in inference mode
    sgd, decay, adam = 0.01, 1e-4, 1e-3


# ---------------------------------------------------------------- the networks


class Basic(nn.Module):
    def __init__(self, cin, f):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(cin, f, 3), nn.BatchNorm2d(f)
        self.conv2, self.batch_norm2 = conv(f, f, 3), nn.BatchNorm2d(f)

    def forward(self, x):
        y = F.relu(self.batch_norm1(self.conv1(x)))
        return F.relu(self.batch_norm2(self.conv2(y)) + x)


class Down(nn.Module):
    def __init__(self, cin, f, stride=2):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(cin, f, 1, stride), nn.BatchNorm2d(f)
        self.conv2, self.batch_norm2 = conv(cin, f, 3, stride), nn.BatchNorm2d(f)
        self.conv3, self.batch_norm3 = conv(f, f, 3), nn.BatchNorm2d(f)

    def forward(self, x):
        shortcut = self.batch_norm1(self.conv1(x))
        y = F.relu(self.batch_norm2(self.conv2(x)))
        return F.relu(self.batch_norm3(self.conv3(y)) + shortcut)


class ResNet20(nn.Module, Case):
    """He et al. (2016), section 4.2, with projections; the names are the ordinals of unlabelled words."""

    shape, classes = (3, 32, 32), 10
    # Adam divides a gradient by its own size. Where it is nearly zero, the error of a faster algorithm (about 1e-6 of the
    # kernel's largest gradient, as Winograd's) decides its direction; the rate keeps what that moves within the tolerance.
    shift, adam = 2.0, 2e-5

    def __init__(self):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        self.basic1 = nn.Sequential(*[Basic(16, 16) for _ in range(3)])
        self.down1, self.basic2 = Down(16, 32), nn.Sequential(*[Basic(32, 32) for _ in range(2)])
        self.down2, self.basic3 = Down(32, 64), nn.Sequential(*[Basic(64, 64) for _ in range(2)])
        self.linear1 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.basic1(F.relu(self.batch_norm1(self.conv1(x))))
        return self.linear1(gap(self.basic3(self.down2(self.basic2(self.down1(x))))))


def resnet18():
    import torchvision

    class ResNet18(torchvision.models.ResNet, Case):
        """torchvision's own ResNet-18 on 64x64."""

        shape, classes, smoothing = (3, 64, 64), 10, 0.1
        shift, sgd, adam = 2.0, 1e-3, 2e-5

        def __init__(self):
            super().__init__(torchvision.models.resnet.BasicBlock, [2, 2, 2, 2], num_classes=10)

    return ResNet18()


class Neck(nn.Module):
    def __init__(self, cin, f, stride=1, project=False):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, f, 1), nn.BatchNorm2d(f)
        self.conv2, self.bn2 = conv(f, f, 3, stride), nn.BatchNorm2d(f)
        self.conv3, self.bn3 = conv(f, 4 * f, 1), nn.BatchNorm2d(4 * f)
        projection = (conv(cin, 4 * f, 1, stride), nn.BatchNorm2d(4 * f)) if project else ()
        self.downsample = nn.Sequential(*projection)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class Bottleneck(nn.Module, Case):
    """Bottleneck blocks in torchvision's names, with the 7x7 stem and the padded max pool; channels that fill no whole
    block of 16."""

    shape, classes = (3, 48, 40), 12
    seed = "4"
    shift, adam = 2.0, 2e-5

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 20, 7, 2), nn.BatchNorm2d(20)
        self.layer1 = nn.Sequential(Neck(20, 10, project=True), Neck(40, 10))
        self.layer2 = nn.Sequential(Neck(40, 18, 2, project=True), Neck(72, 18), Neck(72, 18))
        self.fc = nn.Linear(72, 12)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.fc(gap(self.layer2(self.layer1(x))))


class FrozenTrunk(Bottleneck):
    """Only the last stage and the classifier learn."""

    frozen = ("conv1", "bn1", "layer1")


class FrozenParts(Bottleneck):
    """Gradients pass through frozen layers: a block, all batch norms outside it, the classifier."""

    frozen = ("layer2.1", "bn1", "layer1.0.bn1", "layer1.0.bn2", "layer1.0.bn3", "layer1.0.downsample.1",
              "layer1.1.bn1", "layer1.1.bn2", "layer1.1.bn3", "layer2.0.bn1", "layer2.0.bn2", "layer2.0.bn3",
              "layer2.0.downsample.1", "layer2.2.bn1", "layer2.2.bn2", "layer2.2.bn3", "fc")
    adam = 1e-5  # as in ResNet20


class Pre(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.batch_norm1, self.conv1 = nn.BatchNorm2d(f), conv(f, f, 3)
        self.batch_norm2, self.conv2 = nn.BatchNorm2d(f), conv(f, f, 3)

    def forward(self, x):
        y = self.conv1(F.relu(self.batch_norm1(x)))
        return self.conv2(F.relu(self.batch_norm2(y))) + x


class PreDown(nn.Module):
    def __init__(self, cin, f):
        super().__init__()
        self.batch_norm1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, f, 3, 2)
        self.batch_norm2, self.conv2 = nn.BatchNorm2d(f), conv(f, f, 3)
        self.conv3 = conv(cin, f, 1, 2)

    def forward(self, x):
        act = F.relu(self.batch_norm1(x))
        y = self.conv1(act)
        return self.conv2(F.relu(self.batch_norm2(y))) + self.conv3(act)


class PreActivation(nn.Module, Case):
    """He et al. (2016b): the sum is not rectified; the projection reads the pre-activated map. A batch that is no
    multiple of a power of two."""

    shape, classes, batch = (1, 28, 28), 10, 11
    seed = "3"
    shift, adam = 2.0, 1e-4

    def __init__(self):
        super().__init__()
        self.stem = conv(1, 16, 3)
        self.stage1 = nn.Sequential(Pre(16), Pre(16))
        self.stage2 = nn.Sequential(PreDown(16, 32), Pre(32))
        self.stage3 = nn.Sequential(PreDown(32, 40), Pre(40))
        self.batch_norm1, self.head = nn.BatchNorm2d(40), nn.Linear(40, 10)

    def forward(self, x):
        x = self.stage3(self.stage2(self.stage1(self.stem(x))))
        return self.head(gap(F.relu(self.batch_norm1(x))))


class Concat(nn.Module, Case):
    """5 + 11 + 3 channels joined, then joined again and again; a convolution's bias where no norm follows; dropout that
    drops nothing."""

    shape, classes, batch, decay = (3, 24, 24), 5, 7, 0.05
    seed = "4"

    def __init__(self):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(3, 5, 3), nn.BatchNorm2d(5)
        self.conv2, self.batch_norm2 = conv(3, 11, 3), nn.BatchNorm2d(11)
        self.conv3 = conv(3, 3, 1, bias=True)
        self.conv4, self.batch_norm3 = conv(19, 16, 3), nn.BatchNorm2d(16)
        self.conv5, self.batch_norm4 = conv(16, 8, 3), nn.BatchNorm2d(8)
        self.conv6 = conv(8 + 16 + 5, 21, 3, bias=True)
        self.linear1 = nn.Linear(2 * 21, 5, bias=False)

    def forward(self, x):
        a = F.relu(self.batch_norm1(self.conv1(x)))
        b = F.relu(self.batch_norm2(self.conv2(x)))
        c = torch.tanh(self.conv3(x))
        joined = F.relu(self.batch_norm3(self.conv4(torch.cat([a, b, c], 1))))
        y = F.relu(self.batch_norm4(self.conv5(joined)))
        y = F.max_pool2d(torch.cat([y, joined, a], 1), 2)
        y = F.silu(self.conv6(y))
        means = gap(y)
        return self.linear1(F.dropout(torch.cat([means, gap(torch.sigmoid(y))], 1), 0.0))


class Grouped(nn.Module, Case):
    """Grouped, depthwise (with and without a multiplier), dilated; groups that cut across blocks of 16 channels."""

    shape, classes = (3, 24, 24), 10

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 24, 3, 2)
        self.batch_norm1 = nn.BatchNorm2d(24)
        self.conv1, self.batch_norm2 = conv(24, 24, 3, groups=24), nn.BatchNorm2d(24)
        self.conv2, self.batch_norm3 = conv(24, 36, 1), nn.BatchNorm2d(36)
        self.conv3, self.batch_norm4 = conv(36, 36, 3, groups=3), nn.BatchNorm2d(36)
        self.conv4, self.batch_norm5 = conv(36, 36, 3, groups=9, dilation=2), nn.BatchNorm2d(36)
        self.conv5 = conv(36, 72, 5, 2, groups=36, bias=True)
        self.conv6, self.batch_norm6 = conv(72, 64, 3, groups=2), nn.BatchNorm2d(64)
        self.conv7 = conv(64, 32, (3, 5), padding=(3, 2), dilation=(3, 1), groups=2)
        self.batch_norm7 = nn.BatchNorm2d(32)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        x = F.hardswish(self.batch_norm1(self.stem(x)))
        x = F.relu(self.batch_norm2(self.conv1(x)))
        entry = F.relu(self.batch_norm3(self.conv2(x)))
        x = F.relu(self.batch_norm4(self.conv3(entry)))
        x = F.relu(self.batch_norm5(self.conv4(x)) + entry)
        x = F.leaky_relu(self.conv5(x), 0.1)
        x = F.relu(self.batch_norm6(self.conv6(x)))
        x = F.relu(self.batch_norm7(self.conv7(x)))
        return self.head(gap(x))


class Body(nn.Module):
    def __init__(self, cin, f, stride):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(cin, f, 3, stride), nn.BatchNorm2d(f)
        self.conv2, self.batch_norm2 = conv(f, f, 3), nn.BatchNorm2d(f)

    def forward(self, x):
        return self.batch_norm2(self.conv2(F.relu(self.batch_norm1(self.conv1(x)))))


class Plain(nn.Module):
    """A block whose shortcut is option a, b or c of He et al. (2016a), around a block of its own."""

    def __init__(self, cin, f, stride, option):
        super().__init__()
        self.body1 = Body(cin, f, stride)
        changes = stride != 1 or cin != f
        self.stride, self.extra = (stride, stride) if isinstance(stride, int) else stride, f - cin
        if option == "c" or (option == "b" and changes):
            self.skip = nn.Sequential(conv(cin, f, 1, stride), nn.BatchNorm2d(f))
        else:
            self.skip = None

    def forward(self, x):
        y = self.body1(x)
        if self.skip is not None:
            return F.relu(y + self.skip(x))
        before = self.extra // 2
        kept = x[:, :, :: self.stride[0], :: self.stride[1]]
        return F.relu(y + F.pad(kept, (0, 0, 0, 0, before, self.extra - before)))


class OptionA(nn.Module, Case):
    """Parameterless shortcuts: subsampled, with zero channels half before and half behind; an odd difference, an odd
    map."""

    shape, classes = (3, 27, 30), 10
    seed = "7"
    shift, adam = 2.0, 1e-4

    def __init__(self):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(3, 12, 3), nn.BatchNorm2d(12)
        self.layer1 = nn.Sequential(Plain(12, 12, 1, "a"), Plain(12, 17, 1, "a"))
        self.layer2 = nn.Sequential(Plain(17, 34, 2, "a"), Plain(34, 34, 1, "a"))
        self.layer3 = nn.Sequential(Plain(34, 40, (2, 1), "a"))
        self.fc = nn.Linear(40, 10)

    def forward(self, x):
        x = F.relu(self.batch_norm1(self.conv1(x)))
        return self.fc(gap(self.layer3(self.layer2(self.layer1(x)))))


class OptionBC(nn.Module, Case):
    """Shortcuts b (a projection where the shape changes) and c (always)."""

    shape, classes = (3, 20, 20), 10
    seed = "9"
    shift, adam = 2.0, 1e-4

    def __init__(self):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Plain(16, 16, 1, "b"), Plain(16, 24, 2, "b"))
        self.layer2 = nn.Sequential(Plain(24, 24, 1, "c"), Plain(24, 40, 2, "c"))
        self.fc = nn.Linear(40, 10)

    def forward(self, x):
        x = F.relu(self.batch_norm1(self.conv1(x)))
        return self.fc(gap(self.layer2(self.layer1(x))))


class Squeeze(nn.Module):
    """Hu et al. (2018): every channel multiplied by a number made of all channels' means. The names are timm's."""

    def __init__(self, f, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(f, width, 1), nn.Conv2d(width, f, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True)))))


class Excited(nn.Module):
    def __init__(self, cin, f, width, stride=1):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, f, 3, stride), nn.BatchNorm2d(f)
        self.conv2, self.bn2 = conv(f, f, 3), nn.BatchNorm2d(f)
        self.se = Squeeze(f, width)
        projection = (conv(cin, f, 1, stride), nn.BatchNorm2d(f)) if cin != f else ()
        self.downsample = nn.Sequential(*projection)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(self.se(y) + self.downsample(x))


class Gated(nn.Module, Case):
    """Products: squeeze and excitation, a gate for each pixel, a square, a gate made by linear layers."""

    shape, classes = (3, 24, 20), 10
    seed = "8"
    shift, adam = 2.0, 1e-4

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 20, 3), nn.BatchNorm2d(20)
        self.layer1 = nn.Sequential(Excited(20, 20, 5), Excited(20, 20, 5))
        self.layer2 = nn.Sequential(Excited(20, 36, 9, 2), Excited(36, 36, 9))
        self.features, self.mask = conv(36, 36, 1, bias=True), conv(36, 36, 3, bias=True)
        self.squeeze, self.excite = nn.Linear(36, 7), nn.Linear(7, 36)
        self.fc = nn.Linear(36, 10)

    def forward(self, x):
        x = self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x)))))
        x = torch.tanh(self.features(x)) * torch.sigmoid(self.mask(x))
        gate = torch.sigmoid(self.excite(torch.tanh(self.squeeze(gap(x)))))
        x = x * x + gate[:, :, None, None] * x
        return self.fc(gap(x))


class Inception(nn.Module):
    def __init__(self, cin, f):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(cin, f, 1), nn.BatchNorm2d(f)
        self.conv2, self.batch_norm2 = conv(cin, f, (1, 7)), nn.BatchNorm2d(f)
        self.conv3, self.batch_norm3 = conv(f, f, (7, 1)), nn.BatchNorm2d(f)
        self.conv4, self.batch_norm4 = conv(cin, f, 1), nn.BatchNorm2d(f)
        self.conv5, self.batch_norm5 = conv(cin, f, 3), nn.BatchNorm2d(f)

    def forward(self, x):
        a = F.relu(self.batch_norm1(self.conv1(x)))
        b = F.relu(self.batch_norm2(self.conv2(x)))
        b = F.relu(self.batch_norm3(self.conv3(b)))
        c = F.relu(self.batch_norm4(self.conv4(F.avg_pool2d(x, 3, 1, 1))))
        d = F.relu(self.batch_norm5(self.conv5(F.max_pool2d(x, (3, 5), 1, (1, 2)))))
        return torch.cat([a, b, c, d], 1)


class MultiBranch(nn.Module, Case):
    """Branches of 1x7 and 7x1 kernels and of padded pools, strides that differ by axis, sums of three norms, one name
    used five times."""

    shape, classes = (3, 20, 28), 7

    def __init__(self):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(3, 12, 3, (1, 2)), nn.BatchNorm2d(12)
        self.inception1 = Inception(12, 7)
        self.conv2, self.batch_norm2 = conv(28, 12, 1), nn.BatchNorm2d(12)
        self.conv3, self.batch_norm3 = conv(12, 12, 3), nn.BatchNorm2d(12)
        self.conv4, self.batch_norm4 = conv(12, 12, 1), nn.BatchNorm2d(12)
        self.conv5, self.batch_norm5 = conv(12, 12, 3), nn.BatchNorm2d(12)
        self.inception2 = Inception(24, 8)
        self.linear1 = nn.Linear(32, 7)

    def forward(self, x):
        stem = F.relu(self.batch_norm1(self.conv1(x)))
        a = self.batch_norm2(self.conv2(self.inception1(stem)))
        b = self.batch_norm3(self.conv3(stem))
        c = self.batch_norm4(self.conv4(stem))
        y = F.relu(a + b + c + stem)
        y = F.relu(self.batch_norm5(self.conv5(y)) + stem)
        y = F.avg_pool2d(F.max_pool2d(torch.cat([y, stem], 1), (3, 2), (2, 1), (1, 0)), (2, 3), (2, 3), (1, 1))
        return self.linear1(gap(self.inception2(y)))


class Widening(nn.Module):
    """ResNet-D's, in timm's names: the shortcut averages, rounded up, before it projects."""

    def __init__(self, cin, f):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, f, 3, 2), nn.BatchNorm2d(f)
        self.conv2, self.bn2 = conv(f, f, 3), nn.BatchNorm2d(f)
        average = nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)
        self.downsample = nn.Sequential(average, conv(cin, f, 1), nn.BatchNorm2d(f))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class RoundedUp(nn.Module, Case):
    """Odd sizes, and pools of either kind that are rounded up, with padding that counts and that does not."""

    shape, classes = (3, 25, 30), 7

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 12, 3), nn.BatchNorm2d(12)
        self.wide, self.narrow = Widening(12, 18), Widening(18, 20)
        self.conv2, self.bn2 = conv(38, 10, 1), nn.BatchNorm2d(10)
        self.fc = nn.Linear(10 * 2 * 3, 7)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2, ceil_mode=True)
        wide = self.wide(x)
        a = self.narrow(wide)
        b = F.avg_pool2d(wide, (3, 2), 2, (1, 0), ceil_mode=True, count_include_pad=False)
        y = torch.tanh(self.bn2(self.conv2(torch.cat([a, b], 1))))
        y = F.avg_pool2d(y, (3, 2), 2, 1, ceil_mode=True)
        y = F.max_pool2d(y, (2, 3), (2, 1), (1, 1), ceil_mode=True)
        return self.fc(y.flatten(1))


class GroupNorms(nn.Module, Case):
    """Group norms over one group, over as many as channels, over groups that begin within a block of sixteen channels, of a vector, of the
    image itself, and one without parameters."""

    shape, classes = (3, 13, 11), 6

    def __init__(self):
        super().__init__()
        self.gn0 = nn.GroupNorm(3, 3)
        self.conv1, self.gn1 = conv(3, 24, 3, bias=True), nn.GroupNorm(2, 24)
        self.conv2, self.gn2 = conv(24, 20, 3, 2, bias=True), nn.GroupNorm(5, 20, eps=1e-3, affine=False)
        self.conv3, self.gn3 = conv(20, 20, 3), nn.GroupNorm(20, 20)
        self.conv4, self.gn4 = conv(20, 48, 1, bias=True), nn.GroupNorm(16, 48)
        self.gn5, self.fc = nn.GroupNorm(1, 48), nn.Linear(48, 6)

    def forward(self, x):
        x = F.silu(self.gn1(self.conv1(self.gn0(x))))
        x = torch.tanh(self.gn2(self.conv2(x)))
        x = F.gelu(self.gn3(self.conv3(x)) + x)
        x = F.softplus(self.gn4(self.conv4(x)))
        return self.fc(self.gn5(gap(x)))


class Upsampled(nn.Module, Case):
    """A U-Net: maps enlarged by interpolation and by repetition, joined with those of the skips."""

    shape, classes = (3, 18, 20), 5

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 12, 3), nn.BatchNorm2d(12)
        self.conv2, self.bn2 = conv(12, 20, 3), nn.BatchNorm2d(20)
        self.conv3, self.bn3 = conv(20, 24, 3), nn.BatchNorm2d(24)
        self.conv4, self.bn4 = conv(44, 18, 3), nn.BatchNorm2d(18)
        self.conv5, self.bn5 = conv(30, 10, 3), nn.BatchNorm2d(10)
        self.fc = nn.Linear(10, 5)

    def forward(self, x):
        wide = F.silu(self.bn1(self.conv1(x)))
        middle = F.silu(self.bn2(self.conv2(F.avg_pool2d(wide, (3, 2)))))
        x = F.silu(self.bn3(self.conv3(F.avg_pool2d(middle, 2))))
        x = torch.cat([F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False), middle], 1)
        x = F.interpolate(F.silu(self.bn4(self.conv4(x))), scale_factor=(3, 2))
        x = F.silu(self.bn5(self.conv5(torch.cat([x, wide], 1))))
        x = F.interpolate(x, scale_factor=(1, 3), mode="bilinear", align_corners=False)
        return self.fc(gap(torch.tanh(x)))


class Transposed(nn.Module, Case):
    """Transposed convolutions: a U-Net's, between group norms, with output padding, groups, dilation, and of a stride beyond the kernel."""

    shape, classes = (3, 16, 18), 5

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 20, 3), nn.BatchNorm2d(20)
        self.conv2, self.bn2 = conv(20, 32, 3, 2), nn.BatchNorm2d(32)
        self.up1 = nn.ConvTranspose2d(32, 20, 2, 2)
        self.conv3, self.gn3 = conv(40, 16, 3), nn.GroupNorm(4, 16)
        self.up2, self.bn4 = nn.ConvTranspose2d(16, 18, (3, 2), (2, 3), (1, 0), (1, 2), bias=False), nn.BatchNorm2d(18)
        self.up3 = nn.ConvTranspose2d(18, 12, 3, groups=6, dilation=(1, 2), padding=(1, 2))
        self.up4 = nn.ConvTranspose2d(12, 12, (1, 2), (2, 4), groups=12)
        self.up5 = nn.ConvTranspose2d(12, 10, 4, 2, 1)
        self.fc = nn.Linear(10, 5)

    def forward(self, x):
        wide = F.silu(self.bn1(self.conv1(x)))
        x = F.silu(self.bn2(self.conv2(wide)))
        x = F.silu(self.gn3(self.conv3(torch.cat([self.up1(x), wide], 1))))
        x = torch.tanh(self.bn4(self.up2(F.avg_pool2d(x, 2))))
        x = F.silu(self.up3(x))
        x = torch.tanh(self.up5(torch.tanh(self.up4(F.avg_pool2d(x, 4)))))
        return self.fc(gap(x))


class ShiftNorm2d(nn.BatchNorm2d):
    """A batch norm whose shift is trained, without a scale."""

    def __init__(self, channels, eps=1e-5):
        super().__init__(channels, eps)
        self.weight = None


class ShiftNorm1d(nn.BatchNorm1d):
    """The same, of a vector."""

    def __init__(self, channels):
        super().__init__(channels)
        self.weight = None


class Shifts(nn.Module, Case):
    """Batch norms with a shift and no scale, of maps and of a vector; output padding beyond the stride, below the dilation."""

    shape, classes = (3, 9, 11), 5

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 20, 3), ShiftNorm2d(20)
        self.up1 = nn.ConvTranspose2d(20, 18, (3, 2), padding=1, output_padding=(1, 2), dilation=(2, 3), bias=False)
        self.bn2 = ShiftNorm2d(18, eps=1e-3)
        self.up2 = nn.ConvTranspose2d(18, 12, 2, (2, 1), output_padding=(2, 1), groups=6, dilation=(3, 2))
        self.conv2, self.bn3 = conv(12, 10, 3), nn.BatchNorm2d(10, affine=False)
        self.fc1, self.bn4, self.fc2 = nn.Linear(10, 12, bias=False), ShiftNorm1d(12), nn.Linear(12, 5)

    def forward(self, x):
        x = torch.tanh(self.bn2(self.up1(F.silu(self.bn1(self.conv1(x))))))
        x = torch.tanh(self.bn3(self.conv2(F.silu(self.up2(x)))))
        return self.fc2(F.silu(self.bn4(self.fc1(gap(x)))))


class NextBlock(nn.Module):
    """ConvNeXt's."""

    def __init__(self, channels, wide):
        super().__init__()
        self.dwconv, self.norm = conv(channels, channels, 7, groups=channels, bias=True), LayerNorm2d(channels, eps=1e-6)
        self.pwconv1, self.pwconv2 = conv(channels, wide, 1, bias=True), conv(wide, channels, 1, bias=True)
        self.gamma = Scale(channels)

    def forward(self, x):
        return x + self.gamma(self.pwconv2(F.gelu(self.pwconv1(self.norm(self.dwconv(x))))))


class NextNorms(nn.Module, Case):
    """Two blocks of ConvNeXt; layer and instance norms with parameters and without, of the image, of a map and of a vector."""

    shape, classes = (3, 16, 20), 5

    def __init__(self):
        super().__init__()
        self.in0 = nn.InstanceNorm2d(3)
        self.conv1, self.ln1 = conv(3, 24, 4, 4, padding=0, bias=True), LayerNorm2d(24, eps=1e-6)
        self.layer1 = nn.Sequential(NextBlock(24, 40), NextBlock(24, 33))
        self.conv2, self.in2 = conv(24, 20, 3), nn.InstanceNorm2d(20, affine=True, eps=1e-3)
        self.conv3, self.in3 = conv(20, 18, 3), nn.InstanceNorm2d(18)
        self.ln4, self.conv4 = LayerNorm2d(18, elementwise_affine=False), conv(18, 18, 3, bias=True)
        self.ln5, self.fc = nn.LayerNorm(18), nn.Linear(18, 5)

    def forward(self, x):
        x = self.layer1(self.ln1(self.conv1(self.in0(x))))
        x = torch.tanh(self.in3(self.conv3(F.silu(self.in2(self.conv2(x))))))
        x = F.silu(self.conv4(self.ln4(x)))
        return self.fc(self.ln5(gap(x)))


class Slopes(nn.Module, Case):
    """Slopes and factors that learn, of maps and vectors, and functions of each number beside a gate."""

    shape, classes = (3, 13, 11), 6

    def __init__(self):
        super().__init__()
        self.conv1, self.act1 = conv(3, 20, 3, bias=True), nn.PReLU(20)
        self.conv2, self.conv3 = conv(20, 18, 3, bias=True), conv(18, 18, 3, bias=True)
        self.conv4, self.gamma1 = conv(18, 18, 1, bias=True), Scale(18)
        self.fc1, self.act2 = nn.Linear(18, 10), nn.PReLU(10)
        self.fc2, self.gamma2 = nn.Linear(10, 6), Scale(6)

    def forward(self, x):
        x = F.elu(self.conv2(self.act1(self.conv1(x))), alpha=0.7)
        x = F.mish(self.conv3(x))
        x = self.gamma1(x * F.hardsigmoid(self.conv4(x.mean((2, 3), keepdim=True))))
        return self.gamma2(self.fc2(self.act2(self.fc1(gap(x)))))


def channel_shuffle(x, groups):
    return nn.ChannelShuffle(groups)(x)


class ShuffleUnit(nn.Module):
    """ShuffleNet v2's, without rectifiers: half of the channels pass by, and all are shuffled."""

    def __init__(self, half):
        super().__init__()
        self.conv1, self.bn1 = conv(half, half, 1), nn.BatchNorm2d(half)
        self.conv2, self.bn2 = conv(half, half, 3, groups=half), nn.BatchNorm2d(half)
        self.conv3, self.bn3 = conv(half, half, 1), nn.BatchNorm2d(half)

    def forward(self, x):
        left, right = x.chunk(2, 1)
        right = torch.tanh(self.bn2(self.conv2(F.silu(self.bn1(self.conv1(right))))))
        right = F.silu(self.bn3(self.conv3(right)))
        return channel_shuffle(torch.cat([left, right], 1), 2)


class Shuffled(nn.Module, Case):
    """Units of ShuffleNet v2 whose halves begin within a block of sixteen channels, drop paths of probability 0, and pools of windows that
    overlap, of one size, of each channel, and more than pixels."""

    shape, classes = (3, 19, 17), 6

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 36, 3, 2), nn.BatchNorm2d(36)
        self.layer1 = nn.Sequential(ShuffleUnit(18), ShuffleUnit(18))
        self.conv2, self.conv3 = conv(36, 24, 1, groups=6, bias=True), conv(24, 10, 3, bias=True)
        self.fc1, self.fc2 = nn.Linear(10 * 12, 20), nn.Linear(13 + 10 + 60, 6)

    def forward(self, x):
        x = self.layer1(F.silu(self.bn1(self.conv1(x))))
        x = F.silu(self.conv3(channel_shuffle(self.conv2(x), 4)))
        a = torch.tanh(self.fc1(F.adaptive_avg_pool2d(x, (3, 4)).flatten(1)))[:, 4:17]
        b = F.adaptive_max_pool2d(x, 1).flatten(1)
        c = F.adaptive_avg_pool2d(F.adaptive_avg_pool2d(x, (2, 3)), (3, 2)).flatten(1)
        return self.fc2(torch.cat([a, b, c], 1))


class Activations(nn.Module, Case):
    """Every pointwise function behind a convolution with a bias, no norm anywhere; softmax over the channels of a map;
    softmax at the end with the mean squared error to one-hot targets."""

    shape, classes, loss, softmax, batch, sgd = (2, 14, 14), 6, "mse", True, 8, 0.2

    def __init__(self):
        super().__init__()
        for i in range(9):
            setattr(self, f"conv{i + 1}", conv(2 if i == 0 else 12, 12, 3, bias=True))
        self.conv10 = conv(12, 4, 1, bias=True)
        self.linear1, self.linear2 = nn.Linear(16, 20), nn.Linear(20, 6)

    def forward(self, x):
        functions = [F.softplus, torch.tanh, F.leaky_relu, F.silu, F.gelu, F.selu, F.hardswish, torch.sigmoid, F.relu]
        for i, f in enumerate(functions):
            x = f(getattr(self, f"conv{i + 1}")(x))
        weights = F.softmax(self.conv10(x), 1)
        y = gap(torch.cat([x, weights], 1))
        return self.linear2(torch.tanh(self.linear1(y)))


class Pads(nn.Module, Case):
    """All modes of pad, valid convolutions, batch norm without scale and with other constants, flatten of a map,
    softmax with cross-entropy."""

    shape, classes, smoothing, softmax = (3, 17, 15), 9, 0.2, True

    def __init__(self):
        super().__init__()
        self.conv1, self.batch_norm1 = conv(3, 10, 5, padding=0), nn.BatchNorm2d(10, affine=False)
        self.conv2, self.batch_norm2 = conv(10, 18, 3, padding=0), nn.BatchNorm2d(18, eps=1e-3, momentum=0.3)
        self.conv3 = conv(18, 18, 3, padding=0, bias=True)
        self.batch_norm3 = nn.BatchNorm2d(18, affine=False, eps=0.1)
        self.conv4 = conv(18, 7, 4, 3, padding=1, bias=True)
        self.linear1 = nn.Linear(7 * 6 * 5, 9)

    def forward(self, x):
        x = F.relu(self.batch_norm1(self.conv1(F.pad(x, (2, 2, 2, 2), mode="reflect"))))
        x = F.silu(self.batch_norm2(self.conv2(F.pad(x, (1, 1, 2, 2), mode="replicate"))))
        x = self.batch_norm3(torch.tanh(self.conv3(F.pad(x, (1, 1, 1, 1)))))
        x = F.gelu(self.conv4(x))
        return self.linear1(x.flatten(1))


CASES = {
    "resnet20": ResNet20,
    "resnet18": resnet18,
    "bottleneck": Bottleneck,
    "frozen_trunk": FrozenTrunk,
    "frozen_parts": FrozenParts,
    "pre_activation": PreActivation,
    "concat": Concat,
    "grouped": Grouped,
    "option_a": OptionA,
    "option_bc": OptionBC,
    "gated": Gated,
    "multi_branch": MultiBranch,
    "rounded_up": RoundedUp,
    "group_norms": GroupNorms,
    "upsampled": Upsampled,
    "transposed": Transposed,
    "shifts": Shifts,
    "next_norms": NextNorms,
    "slopes": Slopes,
    "shuffled": Shuffled,
    "activations": Activations,
    "pads": Pads,
}


# ---------------------------------------------------------------- outputs, their targets and losses


class Output:
    """An output's shape, and its loss times a weight. Options of cross-entropy: `smoothing`, `ignore` (a label that a share of the
    pixels has), `weights` of the classes, `soft` (the targets are probabilities: 1/4 for one class and 3/4 for another). The others'
    are PyTorch's."""

    def __init__(self, shape, loss, weight=1.0, softmax=False, **options):
        self.shape = (shape,) if isinstance(shape, int) else shape
        self.loss, self.weight, self.softmax, self.options = loss, weight, softmax, options

    def setting(self):
        """As tests/common/targets.rs reads it."""
        text = [self.loss, f"weight={self.weight}"]
        for k, v in self.options.items():
            text.append(f"{k}={'|'.join(map(str, v)) if isinstance(v, tuple) else v}")
        return ":".join(text)

    def targets(self, seed, name, batch):
        classes, pixels, shape = self.shape[0], (batch, *self.shape[1:]), (batch, *self.shape)
        if self.loss == "binary":
            return torch.from_numpy((hashes(f"{seed}/answers/{name}", int(np.prod(shape))) & np.uint64(1)).astype(np.float32).reshape(shape))
        if self.loss != "cross_entropy":
            return torch.from_numpy(numbers(f"{seed}/values/{name}", shape))
        ignore = self.options.get("ignore")
        found = torch.from_numpy(labels(f"{seed}/labels/{name}", pixels, classes + (ignore is not None)))
        if self.options.get("soft"):
            others = torch.from_numpy(labels(f"{seed}/others/{name}", pixels, classes))
            one_hot = [F.one_hot(x, classes).movedim(-1, 1).float() for x in (found, others)]
            return 0.25 * one_hot[0] + 0.75 * one_hot[1]
        return found if ignore is None else torch.where(found == classes, ignore, found)

    def loss_of(self, z, y):
        """`z` are logits."""
        o = self.options
        y = y.to(z.dtype) if y.is_floating_point() else y
        weights = torch.tensor(o["weights"], dtype=z.dtype) if "weights" in o else None
        p = F.softmax(z, 1) if self.softmax else z
        match self.loss:
            case "cross_entropy":
                found = F.cross_entropy(
                    z, y, weights, ignore_index=o.get("ignore", -100), label_smoothing=o.get("smoothing", 0.0)
                )
            case "mse":
                found = F.mse_loss(p, y)
            case "l1":
                found = F.l1_loss(p, y)
            case "smooth_l1":
                found = F.smooth_l1_loss(p, y, beta=o["beta"])
            case "huber":
                found = F.huber_loss(p, y, delta=o["delta"])
            case "binary":
                found = F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(o["pos_weight"], dtype=z.dtype))
        return self.weight * found


def inputs_and_targets(net):
    """Of each input, and of each output. The only ones of the networks above have no names."""
    if net.outputs is None:
        x = torch.from_numpy(numbers(f"{net.seed}/images", (net.batch, *net.shape)))
        return [x], {"": torch.from_numpy(labels(f"{net.seed}/labels", (net.batch,), net.classes))}
    inputs = [torch.from_numpy(numbers(f"{net.seed}/inputs/{name}", (net.batch, *shape))) for name, shape in net.inputs.items()]
    return inputs, {name: output.targets(net.seed, name, net.batch) for name, output in net.outputs.items()}


def forward(net, inputs):
    """Each output's logits."""
    y = net(*inputs)
    return y if isinstance(y, dict) else {name: y for name in net.outputs or [""]}


def losses_of(net, logits, targets):
    """Each output's loss."""
    if net.outputs is not None:
        return {name: output.loss_of(logits[name], targets[name]) for name, output in net.outputs.items()}
    z, y = logits[""], targets[""]
    if net.loss == "mse":
        return {"": F.mse_loss(F.softmax(z, 1), F.one_hot(y, net.classes).to(z.dtype))}
    return {"": F.cross_entropy(z, y, label_smoothing=net.smoothing)}


def of_each(group, tensors):
    """The stored names of an output's tensors."""
    return {f"{group}/{name}" if name else group: tensor.detach() for name, tensor in tensors.items()}


# ---------------------------------------------------------------- running them


def start(make, dtype):
    """The network with generated weights, the inputs and the targets."""
    net = make()
    shapes = {k: tuple(v.shape) for k, v in net.state_dict().items()}
    state = {}
    for k, shape in shapes.items():
        shift = net.shift if k.endswith(".bias") and k.removesuffix("bias") + "running_mean" in shapes else 0.0
        state[k] = torch.from_numpy(np.array(generate(net.seed, k, shape, shift)))
    net.load_state_dict(state)
    for name in net.frozen:
        net.get_submodule(name).requires_grad_(False)
    inputs, targets = inputs_and_targets(net)
    return net.to(dtype), [x.to(dtype) for x in inputs], targets


def train(net):
    net.train()
    for name in net.frozen:
        net.get_submodule(name).eval()


def predict(net, inputs):
    net.eval()
    with torch.no_grad():
        logits = forward(net, inputs)
    ends = {"": net.softmax} if net.outputs is None else {name: output.softmax for name, output in net.outputs.items()}
    return {name: F.softmax(z, 1) if ends[name] else z for name, z in logits.items()}


def first_batch(make, dtype):
    net, inputs, targets = start(make, dtype)
    out = of_each("logits", predict(net, inputs))
    train(net)
    logits = forward(net, inputs)
    losses = losses_of(net, logits, targets)
    loss = sum(losses.values())
    loss.backward()
    out |= of_each("train_logits", logits)
    out |= of_each("loss", {name: loss.reshape(1) for name, loss in losses.items()}) | {"loss": loss.detach().reshape(1)}
    return out | {f"grad/{k}": p.grad for k, p in net.named_parameters() if p.requires_grad}


def five_steps(make, dtype, which):
    net, inputs, targets = start(make, dtype)
    if which == "sgd":
        optimiser = torch.optim.SGD(net.parameters(), lr=net.sgd, momentum=0.9, weight_decay=net.decay)
    else:
        optimiser = torch.optim.Adam(net.parameters(), lr=net.adam)
    train(net)
    steps = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        losses = losses_of(net, forward(net, inputs), targets)
        sum(losses.values()).backward()
        optimiser.step()
        steps.append(losses)
    out = of_each(f"losses.{which}", {name: torch.stack([losses[name] for losses in steps]) for name in targets})
    out |= {f"{which}/{k}": v.detach() for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
    return out | of_each(f"after.{which}", predict(net, inputs))


def shake(net, amount):
    """Adds noise to every convolution's output: what a faster algorithm than the direct one (Winograd) may do to it."""

    def noise(_, __, y):
        return y + amount * y.detach().pow(2).mean().sqrt() * torch.randn_like(y)

    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(noise)
    return net


def run(make, dtype):
    tensors = first_batch(make, dtype) | five_steps(make, dtype, "sgd") | five_steps(make, dtype, "adam")
    return {k: v.double().numpy() for k, v in tensors.items()}


def disagreement(name, got, want):
    """As tests/common measures it: elements against the largest magnitude, projections against the 2-norm."""
    got, want = fingerprint(name, got), fingerprint(name, want)
    if want.shape != (2 + PROJECTIONS + SAMPLES,):
        error = np.abs(got - want).max()
        return error and error / np.abs(want).max()  # 0 where both are zeros
    error = np.abs(got - want)
    sums, samples = error[2 : 2 + PROJECTIONS].max() / want[1], error[2 + PROJECTIONS :].max() / want[0]
    return max(sums, samples)


def worst(got, want):
    """The largest disagreement of each kind of tensor, and which tensor it is."""
    out = {}
    for k in want:
        group = k.split("/")[0]
        out[group] = max(out.get(group, (0, "")), (disagreement(k, got[k], want[k]), k))
    return out


def movement(make, got, want):
    """The difference of all learnable parameters after five steps, relative to how far they moved."""
    net, out = start(make, torch.float64)[0], {}
    for group in ("sgd", "adam"):
        error, moved = 0.0, 0.0
        for k, p in net.named_parameters():
            key = f"{group}/{k}"
            error += ((got[key] - want[key]) ** 2).sum()
            moved += ((want[key] - p.detach().numpy()) ** 2).sum()
        out[f"moved.{group}"] = np.sqrt(error / moved)
    return out


def seeded(case, seed):
    def make():
        net = case()
        net.seed = seed or net.seed
        return net

    return make


def measure(case, seed=None):
    """The reference, how far float32 and noisy convolutions are from it, and the same for the movements."""
    make = seeded(case, seed)
    reference = run(make, torch.float64)
    single = run(make, torch.float32)
    torch.manual_seed(0)
    noisy = [run(lambda: shake(make(), NOISE), torch.float64) for _ in range(2)]
    moved = [movement(make, got, reference) for got in (single, *noisy)]
    errors = [worst(got, reference) for got in noisy]
    return reference, worst(single, reference), {k: max(e[k] for e in errors) for k in errors[0]}, moved


def write(name, case):
    reference, single, noisy, moved = measure(case)
    net = case()
    settings = {k: getattr(net, k) for k in ("seed", "batch", "loss", "smoothing", "shift", "sgd", "decay", "adam")}
    if net.outputs is not None:
        settings["outputs"] = ";".join(f"{name}:{output.setting()}" for name, output in net.outputs.items())
    if net.frozen:
        settings["frozen"] = ",".join(net.frozen)
    stored = {k: (fingerprint(k, v) if "/" in k else v) for k, v in reference.items()}
    stored = {k: v.astype(np.float64 if "loss" in k else np.float32) for k, v in stored.items()}
    path = REFERENCE / f"{name}.safetensors"
    path.write_bytes(save(stored, {"settings": " ".join(f"{k}={v}" for k, v in settings.items())}))
    parameters = sum(p.numel() for p in net.parameters())
    print(f"{name}: {parameters} parameters, {path.stat().st_size} bytes; float32, noise against float64:")
    for group, (error, k) in single.items():
        print(f"    {group:13} {error:.1e}  {noisy[group][0]:.1e}  {k} {noisy[group][1]}")
    for group in moved[0]:
        print(f"    {group:13} {moved[0][group]:.1e}  {max(m[group] for m in moved[1:]):.1e}")
    return max(2 * max(single.values())[0], max(noisy.values())[0])


def search(name, case, seeds):
    """Prints seeds by how little rounding is amplified: a rectifier's input that is nearly zero has either sign in
    float32."""
    found = []
    for seed in range(1, seeds + 1):
        _, single, noisy, _ = measure(case, str(seed))
        found.append((max(2 * max(single.values())[0], max(noisy.values())[0]), seed))
        print(name, seed, f"{found[-1][0]:.1e}", max(noisy.values()), flush=True)
    print(name, sorted(found)[:3])


def state_dict(name):
    """The generated weights of one case as PyTorch users save them."""
    net, _, _ = start(CASES[name], torch.float32)
    (REFERENCE / f"{name}_state_dict.safetensors").write_bytes(save_state_dict(net.state_dict()))


def main(cases):
    if sys.argv[1:2] == ["--search"]:
        return search(sys.argv[2], cases[sys.argv[2]], int(sys.argv[3]))
    REFERENCE.mkdir(exist_ok=True)
    errors = {name: write(name, cases[name]) for name in (sys.argv[1:] or cases)}
    bad = {name: error for name, error in errors.items() if not error < TOLERANCE}
    return f"rounding or noise alone uses up the tolerance: {bad}" if bad else None


if __name__ == "__main__":
    if sys.argv[1:2] != ["--search"]:
        state_dict("pads")
    sys.exit(main(CASES))
