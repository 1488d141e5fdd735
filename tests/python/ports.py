#!/usr/bin/env python3
"""Writes the reference files of tests/pytorch_ports.rs: networks of several inputs and outputs, and of maps.

    python tests/python/ports.py [CASE...]             as networks.py, which computes and describes the files
    python tests/python/ports.py --search CASE COUNT   tries seeds for a case
"""
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from networks import Case, Inception, LayerNorm2d, NextBlock, Output, ShuffleUnit, channel_shuffle, conv, gap, main


class Ward(nn.Module, Case):
    """A map and a vector that meet in a join; the vector is read in two places."""

    inputs = {"scan": (1, 18, 14), "history": (12,)}
    outputs = {"class": Output(5, "cross_entropy", softmax=True, smoothing=0.1), "corners": Output(4, "mse", 0.5)}

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(1, 20, 3), nn.BatchNorm2d(20)
        self.conv2, self.bn2 = conv(20, 18, 3), nn.BatchNorm2d(18)
        self.fc1, self.fc2 = nn.Linear(12, 10), nn.Linear(40, 5)
        self.fc3, self.fc4 = nn.Linear(40, 7), nn.Linear(7, 4)

    def forward(self, scan, history):
        image = F.max_pool2d(F.silu(self.bn1(self.conv1(scan))), 2)
        image = gap(F.silu(self.bn2(self.conv2(image))))
        both = torch.cat([image, torch.tanh(self.fc1(history)), history], 1)
        return {"class": self.fc2(both), "corners": self.fc4(torch.tanh(self.fc3(both)))}


class Twin(nn.Module, Case):
    """Maps of two sizes that meet in a sum and in a join; an output without parameters, which has no gradient."""

    inputs = {"left": (3, 16, 12), "right": (2, 8, 6)}
    outputs = {"class": Output(6, "cross_entropy"), "kept": Output((2, 8, 6), "mse", 0.25)}

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 12, 3, 2), nn.BatchNorm2d(12)
        self.conv2, self.bn2 = conv(2, 12, 3), nn.BatchNorm2d(12)
        self.conv3, self.bn3 = conv(17, 10, 3), nn.BatchNorm2d(10)
        self.fc = nn.Linear(10, 6)

    def forward(self, left, right):
        total = F.silu(self.bn1(self.conv1(left)) + self.bn2(self.conv2(right)))
        y = torch.cat([total, F.avg_pool2d(left, 2), right], 1)
        return {"class": self.fc(gap(F.silu(self.bn3(self.conv3(y))))), "kept": torch.tanh(right)}


class Basic(nn.Module):
    """Of ResNet, in torchvision's names."""

    def __init__(self, cin, f, stride=1):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, f, 3, stride), nn.BatchNorm2d(f)
        self.conv2, self.bn2 = conv(f, f, 3), nn.BatchNorm2d(f)
        projection = (conv(cin, f, 1, stride), nn.BatchNorm2d(f)) if cin != f else ()
        self.downsample = nn.Sequential(*projection)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class Features(nn.Module, Case):
    """Features of a residual network beside its classes: of a stage that the next one reads twice, and of one without influence."""

    inputs = {"input": (3, 24, 20)}
    outputs = {
        "fc": Output(7, "cross_entropy"),
        "layer1": Output((16, 24, 20), "mse", 0.3),
        "layer2": Output((24, 12, 10), "mse", 0.0),
    }
    seed = "9"
    shift, adam = 2.0, 2e-5

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Basic(16, 16), Basic(16, 16))
        self.layer2 = nn.Sequential(Basic(16, 24, 2), Basic(24, 24))
        self.fc = nn.Linear(24, 7)

    def forward(self, x):
        layer1 = self.layer1(F.relu(self.bn1(self.conv1(x))))
        layer2 = self.layer2(layer1)
        return {"fc": self.fc(gap(layer2)), "layer1": layer1, "layer2": layer2}


class Middle(nn.Module, Case):
    """Every value of a residual block: a convolution before its norm, a norm before its rectifier, the sum before its rectifier, ..."""

    inputs = {"input": (3, 14, 18)}
    outputs = {
        "after": Output((20, 14, 18), "mse", 0.2),
        "raw": Output((20, 14, 18), "mse", 0.05),
        "before": Output((20, 14, 18), "huber", 0.4, delta=1.5),
        "total": Output((20, 14, 18), "smooth_l1", 0.3, beta=0.5),
        "skip": Output((20, 14, 18), "mse", 0.1),
        "score": Output(5, "cross_entropy"),
    }
    seed = "5"
    shift, adam = 2.0, 1e-4

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 20, 3), nn.BatchNorm2d(20)
        self.conv2, self.before = conv(20, 20, 3), nn.BatchNorm2d(20)
        self.raw, self.bn3 = conv(20, 20, 3), nn.BatchNorm2d(20)
        self.fc = nn.Linear(20, 5)

    def forward(self, x):
        skip = F.relu(self.bn1(self.conv1(x)))
        before = self.before(self.conv2(skip))
        raw = self.raw(F.relu(before))
        total = self.bn3(raw) + skip
        after = F.relu(total)
        score = self.fc(gap(after))
        return {"after": after, "raw": raw, "before": before, "total": total, "skip": skip, "score": score}


class Twice(nn.Module, Case):
    """One value that is three outputs: with a softmax, without one, and by a second name."""

    inputs = {"input": (3, 12, 12)}
    outputs = {
        "probabilities": Output(6, "cross_entropy", softmax=True),
        "scores": Output(6, "mse", 0.2),
        "again": Output(6, "huber", 0.3, delta=0.7),
        "squared": Output(6, "mse", 2.0, softmax=True),
        "vector": Output(18, "smooth_l1", 0.5, beta=1.0),
    }

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1, self.fc = conv(3, 18, 3), nn.BatchNorm2d(18), nn.Linear(18, 6)

    def forward(self, x):
        vector = gap(F.silu(self.bn1(self.conv1(x))))
        z = self.fc(vector)
        return {"probabilities": z, "scores": z, "again": z, "squared": z, "vector": vector}


class Double(nn.Module):
    def __init__(self, cin, f):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, f, 3), nn.BatchNorm2d(f)
        self.conv2, self.bn2 = conv(f, f, 3), nn.BatchNorm2d(f)

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class UNetNearest(nn.Module, Case):
    """A U-Net: classes of pixels, some of which do not count, with weights."""

    inputs = {"input": (3, 16, 24)}
    outputs = {"output": Output((5, 16, 24), "cross_entropy", ignore=255, weights=(0.5, 1.0, 2.0, 0.25, 3.0))}
    shift, adam = 2.0, 2e-5

    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.down3 = Double(3, 12), Double(12, 20), Double(20, 24)
        self.up2, self.up1, self.head = Double(44, 20), Double(32, 12), nn.Conv2d(12, 5, 1)

    def forward(self, x):
        wide = self.down1(x)
        middle = self.down2(F.max_pool2d(wide, 2))
        y = self.down3(F.max_pool2d(middle, 2))
        y = self.up2(torch.cat([F.interpolate(y, scale_factor=2), middle], 1))
        return self.head(self.up1(torch.cat([F.interpolate(y, scale_factor=2), wide], 1)))


class Normed(nn.Module):
    def __init__(self, cin, f, groups):
        super().__init__()
        self.conv, self.gn = conv(cin, f, 3, bias=True), nn.GroupNorm(groups, f)

    def forward(self, x):
        return F.silu(self.gn(self.conv(x)))


class UNetBilinear(nn.Module, Case):
    """A U-Net whose bottom is gated by a second input: probabilities of pixels, of which the targets are probabilities, and answers of yes and no."""

    inputs = {"image": (3, 18, 20), "level": (4,)}
    outputs = {
        "mask": Output((4, 18, 20), "cross_entropy", softmax=True, soft=True, smoothing=0.1),
        "edges": Output((1, 18, 20), "binary", 0.5, pos_weight=3.0),
    }

    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.down3 = Normed(3, 12, 3), Normed(12, 20, 5), Normed(20, 24, 2)
        self.fc = nn.Linear(4, 24)
        self.up2, self.up1 = Normed(44, 18, 9), Normed(30, 10, 1)
        self.head1, self.head2 = nn.Conv2d(10, 4, 1), nn.Conv2d(22, 1, 3, padding=1)

    def forward(self, image, level):
        wide = self.down1(image)
        middle = self.down2(F.avg_pool2d(wide, (3, 2)))
        y = self.down3(F.avg_pool2d(middle, 2)) * torch.sigmoid(self.fc(level))[:, :, None, None]
        y = F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)
        y = self.up2(torch.cat([y, middle], 1))
        y = F.interpolate(y, scale_factor=(3, 2), mode="bilinear", align_corners=False)
        y = self.up1(torch.cat([y, wide], 1))
        return {"mask": self.head1(y), "edges": self.head2(torch.cat([y, wide], 1))}


class UNetTransposed(nn.Module, Case):
    """A U-Net of transposed convolutions, with classes and a depth of each pixel, and classes of a smaller map as an auxiliary head."""

    inputs = {"input": (3, 16, 20)}
    outputs = {
        "mask": Output((3, 16, 20), "cross_entropy", ignore=255),
        "depth": Output((1, 16, 20), "smooth_l1", 0.7, beta=0.5),
        "coarse": Output((3, 8, 10), "cross_entropy", 0.4, ignore=7, smoothing=0.2),
    }

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 20, 3), nn.BatchNorm2d(20)
        self.conv2, self.bn2 = conv(20, 24, 3, 2), nn.BatchNorm2d(24)
        self.conv3, self.bn3 = conv(24, 32, 3, 2), nn.BatchNorm2d(32)
        self.up2, self.bn4 = nn.ConvTranspose2d(32, 24, 2, 2, bias=False), nn.BatchNorm2d(24)
        self.conv4, self.bn5 = conv(48, 24, 3), nn.BatchNorm2d(24)
        self.up1 = nn.ConvTranspose2d(24, 20, 3, 2, 1, 1)
        self.conv5, self.bn6 = conv(40, 18, 3), nn.BatchNorm2d(18)
        self.head1, self.head2, self.head3 = nn.Conv2d(18, 3, 1), nn.Conv2d(18, 1, 1), nn.Conv2d(24, 3, 1)

    def forward(self, x):
        wide = F.silu(self.bn1(self.conv1(x)))
        middle = F.silu(self.bn2(self.conv2(wide)))
        y = F.silu(self.bn3(self.conv3(middle)))
        y = torch.cat([F.silu(self.bn4(self.up2(y))), middle], 1)
        y = F.silu(self.bn5(self.conv4(y)))
        coarse = self.head3(y)
        y = F.silu(self.bn6(self.conv5(torch.cat([self.up1(y), wide], 1))))
        return {"mask": self.head1(y), "depth": self.head2(y), "coarse": coarse}


class Norms(nn.Module, Case):
    """Norms of one image, which are outputs before the functions that may take their place; two inputs of one shape."""

    inputs = {"near": (3, 15, 13), "far": (3, 15, 13)}
    outputs = {
        "class": Output(6, "cross_entropy"),
        "grouped": Output((24, 15, 13), "mse", 0.3),
        "layered": Output((18, 15, 13), "huber", 0.5, delta=1.0),
        "each": Output((24, 15, 13), "mse", 0.2),
    }

    def __init__(self):
        super().__init__()
        self.in1 = nn.InstanceNorm2d(3)
        self.conv1, self.grouped = conv(3, 24, 3, bias=True), nn.GroupNorm(4, 24)
        self.conv2, self.each = conv(3, 24, 3), nn.InstanceNorm2d(24, affine=True)
        self.conv3, self.layered = conv(24, 18, 3, bias=True), LayerNorm2d(18)
        self.ln, self.fc = nn.LayerNorm(18), nn.Linear(18, 6)

    def forward(self, near, far):
        grouped = self.grouped(self.conv1(self.in1(near)))
        each = self.each(self.conv2(far))
        layered = self.layered(self.conv3(F.silu(grouped) + each))
        score = self.fc(self.ln(gap(F.gelu(layered))))
        return {"class": score, "grouped": grouped, "layered": layered, "each": each}


class Next(nn.Module, Case):
    """A small ConvNeXt and the maps of its stages."""

    inputs = {"input": (3, 16, 24)}
    outputs = {
        "stage1": Output((24, 4, 6), "mse", 0.1),
        "stage2": Output((20, 2, 3), "mse", 0.2),
        "fc": Output(5, "cross_entropy", smoothing=0.1),
    }

    def __init__(self):
        super().__init__()
        self.conv1, self.ln1 = conv(3, 24, 4, 4, padding=0, bias=True), LayerNorm2d(24, eps=1e-6)
        self.stage1 = nn.Sequential(NextBlock(24, 40), NextBlock(24, 40))
        self.ln2, self.conv2 = LayerNorm2d(24, eps=1e-6), conv(24, 20, 2, 2, padding=0, bias=True)
        self.stage2 = nn.Sequential(NextBlock(20, 33))
        self.ln3, self.fc = nn.LayerNorm(20, eps=1e-6), nn.Linear(20, 5)

    def forward(self, x):
        stage1 = self.stage1(self.ln1(self.conv1(x)))
        stage2 = self.stage2(self.conv2(self.ln2(stage1)))
        return {"stage1": stage1, "stage2": stage2, "fc": self.fc(self.ln3(gap(stage2)))}


class Shuffle(nn.Module, Case):
    """Units of ShuffleNet v2: a half that passes by, both halves joined, and the shuffled ones are outputs."""

    inputs = {"input": (3, 19, 17)}
    outputs = {
        "left": Output((18, 10, 9), "mse", 0.2),
        "joined": Output((36, 10, 9), "mse", 0.3),
        "unit1": Output((36, 10, 9), "mse", 0.1),
        "class": Output(6, "cross_entropy"),
    }

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 36, 3, 2), nn.BatchNorm2d(36)
        self.conv2, self.bn2 = conv(18, 18, 1), nn.BatchNorm2d(18)
        self.conv3, self.bn3 = conv(18, 18, 3, groups=18), nn.BatchNorm2d(18)
        self.unit2, self.fc = ShuffleUnit(18), nn.Linear(36, 6)

    def forward(self, x):
        left, right = F.silu(self.bn1(self.conv1(x))).chunk(2, 1)
        right = torch.tanh(self.bn3(self.conv3(F.silu(self.bn2(self.conv2(right))))))
        joined = torch.cat([left, right], 1)
        unit1 = channel_shuffle(joined, 2)
        return {"left": left, "joined": joined, "unit1": unit1, "class": self.fc(gap(self.unit2(unit1)))}


class Gate(nn.Module):
    """Multiplies each channel by a linear function of all channels' means."""

    def __init__(self, channels):
        super().__init__()
        self.mix, self.offset = nn.Parameter(torch.empty(channels, channels)), nn.Parameter(torch.empty(channels))

    def forward(self, x):
        return x * (self.offset + gap(x) @ self.mix.T)[:, :, None, None]


class Own(nn.Module, Case):
    """A layer of one's own that learns; it reads an output, and is one."""

    inputs = {"image": (3, 12, 10), "table": (6,)}
    outputs = {
        "gated": Output((16, 12, 10), "mse", 0.5),
        "stem": Output((16, 12, 10), "mse", 0.2),
        "class": Output(4, "cross_entropy"),
    }

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1, self.gated = conv(3, 16, 3), nn.BatchNorm2d(16), Gate(16)
        self.conv2, self.bn2, self.gate2 = conv(16, 18, 3), nn.BatchNorm2d(18), Gate(18)
        self.fc1, self.fc2 = nn.Linear(6, 18), nn.Linear(18, 4)

    def forward(self, image, table):
        stem = F.silu(self.bn1(self.conv1(image)))
        gated = self.gated(stem)
        y = self.gate2(self.bn2(self.conv2(gated))) * torch.sigmoid(self.fc1(table))[:, :, None, None]
        return {"gated": gated, "stem": stem, "class": self.fc2(gap(y))}


class Head(nn.Module):
    """GoogLeNet's auxiliary head."""

    def __init__(self, cin, pixels, classes):
        super().__init__()
        self.conv, self.bn = conv(cin, 9, 1), nn.BatchNorm2d(9)
        self.fc1, self.fc2 = nn.Linear(9 * pixels, 14), nn.Linear(14, classes)

    def forward(self, x):
        x = F.silu(self.bn(self.conv(F.avg_pool2d(x, 3, 2)))).flatten(1)
        return self.fc2(F.dropout(torch.tanh(self.fc1(x)), 0.0))


class Auxiliary(nn.Module, Case):
    """Branches joined, and auxiliary heads in the middle, of smaller weights."""

    inputs = {"input": (3, 20, 28)}
    outputs = {
        "fc": Output(7, "cross_entropy"),
        "aux1": Output(7, "cross_entropy", 0.3),
        "aux2": Output(7, "cross_entropy", 0.3, smoothing=0.1),
    }
    seed = "4"
    shift, adam = 2.0, 1e-4

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 12, 3, 2), nn.BatchNorm2d(12)
        self.inception1, self.inception2, self.inception3 = Inception(12, 7), Inception(28, 5), Inception(20, 8)
        self.head1, self.head2, self.fc = Head(28, 4 * 6, 7), Head(20, 2 * 3, 7), nn.Linear(32, 7)

    def forward(self, x):
        a = self.inception1(F.relu(self.bn1(self.conv1(x))))
        b = F.max_pool2d(self.inception2(a), 2)
        return {"fc": self.fc(gap(self.inception3(b))), "aux1": self.head1(a), "aux2": self.head2(b)}


class FrozenHeads(nn.Module, Case):
    """A trunk that is frozen, with an output that nothing learns from, a head on it, a stage that learns, and a frozen head on that."""

    inputs = {"input": (3, 16, 14)}
    outputs = {
        "stem": Output((16, 16, 14), "mse", 0.5),
        "side": Output(3, "mse"),
        "stage": Output((16, 16, 14), "mse", 0.1),
        "class": Output(6, "cross_entropy"),
    }
    frozen = ("conv1", "bn1", "layer1", "fc1")
    shift, adam = 2.0, 2e-5

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        self.layer1, self.stage = Basic(16, 16), Basic(16, 16)
        self.fc1, self.fc2 = nn.Linear(16, 6), nn.Linear(16, 3)

    def forward(self, x):
        stem = F.relu(self.bn1(self.conv1(x)))
        layer1 = self.layer1(stem)
        stage = self.stage(layer1)
        return {"stem": stem, "side": self.fc2(gap(layer1)), "stage": stage, "class": self.fc1(gap(stage))}


class Table(nn.Module, Case):
    """Vectors alone: sums, products and joins of them."""

    inputs = {"input": (12,)}
    outputs = {
        "mean": Output(3, "huber", delta=0.8),
        "spread": Output(3, "l1", 0.5),
        "hidden": Output(20, "mse", 0.1),
    }
    batch, adam = 9, 1e-4

    def __init__(self):
        super().__init__()
        self.fc1, self.bn1 = nn.Linear(12, 20, bias=False), nn.BatchNorm1d(20)
        self.fc2, self.act = nn.Linear(20, 20), nn.PReLU(20)
        self.fc3, self.fc4 = nn.Linear(20, 3), nn.Linear(32, 3)

    def forward(self, x):
        hidden = self.bn1(self.fc1(x))
        a = torch.tanh(hidden)
        y = self.act(self.fc2(a)) + a
        y = y * torch.sigmoid(hidden)
        return {"mean": self.fc3(y), "spread": F.softplus(self.fc4(torch.cat([y, x], 1))), "hidden": hidden}


class Gated(nn.Module, Case):
    """A map times gates made of another input; one output without a name."""

    inputs = {"map": (3, 11, 9), "gate": (5,)}
    outputs = {"output": Output(6, "mse", softmax=True)}
    sgd, batch = 0.2, 5

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        self.fc1, self.fc2, self.fc3 = nn.Linear(5, 16), nn.Linear(16 + 5, 16), nn.Linear(16, 6)

    def forward(self, x, gate):
        each = torch.sigmoid(self.fc1(gate))
        y = F.silu(self.bn1(self.conv1(x))) * each[:, :, None, None]
        return self.fc3(torch.tanh(self.fc2(torch.cat([gap(y), gate], 1))) + each)


class Raw(nn.Module, Case):
    """Inputs that all kinds of layers read as they are."""

    inputs = {"first": (6, 8, 10), "second": (6, 8, 10), "table": (10,), "other": (10,)}
    outputs = {
        "total": Output((6, 8, 10), "mse", 0.1),
        "normed": Output((6, 8, 10), "mse", 0.2),
        "joined": Output((12, 8, 10), "mse", 0.3),
        "class": Output(4, "cross_entropy"),
        "table_normed": Output(10, "mse", 0.4),
    }

    def __init__(self):
        super().__init__()
        self.bn1, self.act1, self.ln1, self.gn1 = nn.BatchNorm2d(6), nn.PReLU(6), LayerNorm2d(6), nn.GroupNorm(3, 6)
        self.conv1, self.fc1 = conv(76, 12, 3, bias=True), nn.Linear(87, 4)
        self.bn2, self.act2, self.ln2 = nn.BatchNorm1d(10), nn.PReLU(10), nn.LayerNorm(10)

    def forward(self, first, second, table, other):
        total, normed = first + second, self.bn1(first)
        shuffled = channel_shuffle(torch.cat([first, second], 1), 4)[:, 3:9]
        window = F.max_pool2d(F.pad(second, (1, 1, 1, 1), mode="reflect"), 3, 1)
        block = F.interpolate(F.max_pool2d(second, 2), scale_factor=2)
        maps = [normed, self.act1(first), self.ln1(first), self.gn1(first), total, first * second, shuffled]
        maps += [F.softmax(second, 1), second[:, 1:5], window, block, first + first, second * second]
        joined = F.silu(self.conv1(torch.cat(maps, 1)))
        table_normed = self.bn2(table)
        vectors = [gap(joined), table_normed, self.act2(table), self.ln2(table), table + other, table * other]
        vectors += [F.softmax(table, 1), other[:, 2:7], torch.tanh(other)]
        return {
            "total": total,
            "normed": normed,
            "joined": joined,
            "class": self.fc1(torch.cat(vectors, 1)),
            "table_normed": table_normed,
        }


class Attention(nn.Module, Case):
    """A softmax that is an output and is read; maps and the same numbers as vectors; one number."""

    inputs = {"input": (3, 9, 11)}
    outputs = {
        "attention": Output((17, 9, 11), "cross_entropy", 0.5, softmax=True),
        "pooled": Output((17, 1, 1), "mse", 0.3),
        "flat": Output(17, "mse", 0.2),
        "crop": Output((17, 3, 4), "mse", 0.1),
        "long": Output(204, "mse", 0.4),
        "number": Output(1, "huber", delta=1.0),
    }

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 17, 3), nn.BatchNorm2d(17)
        self.conv2, self.fc = conv(17, 17, 1, bias=True), nn.Linear(221, 1)

    def forward(self, x):
        x = F.silu(self.bn1(self.conv1(x)))
        attention = self.conv2(x)
        y = F.softmax(attention, 1) * x
        pooled, crop = y.mean((2, 3), keepdim=True), F.adaptive_avg_pool2d(y, (3, 4))
        flat, long = pooled.flatten(1), crop.flatten(1)
        number = self.fc(torch.cat([long, flat], 1))
        return {"attention": attention, "pooled": pooled, "flat": flat, "crop": crop, "long": long, "number": number}


FUNCTIONS = {
    "elu": F.elu, "mish": F.mish, "hard_sigmoid": F.hardsigmoid, "softplus": F.softplus, "selu": F.selu, "gelu": F.gelu, "silu": F.silu,
    "tanh": torch.tanh, "sigmoid": torch.sigmoid, "leaky_relu": F.leaky_relu, "relu6": F.relu6, "hard_swish": F.hardswish,
}  # fmt: skip


class Pointwise(nn.Module, Case):
    """Functions of each number, between outputs: of what each reads, and of what it makes."""

    inputs = {"input": (3, 7, 6)}
    outputs = {name: Output((12, 7, 6), "mse", 0.1) for f in FUNCTIONS for name in (f"x_{f}", f"y_{f}")}

    def __init__(self):
        super().__init__()
        for i, f in enumerate(FUNCTIONS):
            setattr(self, f"x_{f}", conv(3 if i == 0 else 12, 12, 3, bias=True))

    def forward(self, y):
        out = {}
        for name, f in FUNCTIONS.items():
            x = getattr(self, f"x_{name}")(y)
            y = f(x)
            out |= {f"x_{name}": x, f"y_{name}": y}
        return out


class Listed(nn.Module, Case):
    """Outputs within repeats and lists, a sum, a product and a join of an output with itself, and gradients that pass through frozen layers."""

    inputs = {"input": (3, 12, 14)}
    outputs = {
        "rounds": Output((8, 12, 14), "mse", 0.2),
        "second": Output((12, 12, 14), "mse", 0.1),
        "listed": Output((12, 12, 14), "mse", 0.3),
        "active": Output((10, 12, 14), "mse", 0.2),
        "twice": Output((10, 12, 14), "mse", 0.1),
        "squared": Output((10, 12, 14), "mse", 0.1),
        "doubled": Output((20, 12, 14), "mse", 0.1),
        "small": Output((24, 6, 7), "mse", 0.2),
        "class": Output(5, "cross_entropy"),
    }
    frozen = ("frozen_conv", "bn2")

    def __init__(self):
        super().__init__()
        self.rounds = nn.Sequential(conv(3, 8, 3, bias=True), conv(8, 8, 3, bias=True))
        second = {"0": conv(8, 12, 3, bias=True), "second": conv(12, 12, 3), "2": nn.BatchNorm2d(12)}
        self.listed = nn.ModuleDict(second)
        self.active = conv(12, 10, 1, bias=True)
        self.frozen_conv, self.bn2 = conv(20, 20, 3), nn.BatchNorm2d(20)
        self.fc = nn.Linear(24, 5)

    def forward(self, x):
        rounds = F.silu(self.rounds[1](F.silu(self.rounds[0](x))))
        second = self.listed["second"](self.listed["0"](rounds))
        listed = torch.tanh(self.listed["2"](second))
        active = F.gelu(self.active(listed))
        twice, squared, doubled = active + active, active * active, torch.cat([active, active], 1)
        y = torch.tanh(self.bn2(self.frozen_conv(doubled + torch.cat([twice, squared], 1))))
        small = F.pad(y[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2))
        score = self.fc(gap(small))
        return {
            "rounds": rounds,
            "second": second,
            "listed": listed,
            "active": active,
            "twice": twice,
            "squared": squared,
            "doubled": doubled,
            "small": small,
            "class": score,
        }


CASES = {
    "raw": Raw,
    "attention": Attention,
    "pointwise": Pointwise,
    "listed": Listed,
    "ward": Ward,
    "twin": Twin,
    "features": Features,
    "middle": Middle,
    "twice": Twice,
    "unet_nearest": UNetNearest,
    "unet_bilinear": UNetBilinear,
    "unet_transposed": UNetTransposed,
    "norms": Norms,
    "next": Next,
    "shuffle": Shuffle,
    "own": Own,
    "auxiliary": Auxiliary,
    "frozen_heads": FrozenHeads,
    "table": Table,
    "gated_map": Gated,
}


if __name__ == "__main__":
    sys.exit(main(CASES))
