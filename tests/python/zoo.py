#!/usr/bin/env python3
"""Writes tests/reference/zoo.txt and zoo.safetensors, which tests/zoo.rs compares `athena::models` with.

    python tests/python/zoo.py [NETWORK...]     needs torch (2.15 made them), torchvision (0.29), timm (1.0), numpy, safetensors

zoo.txt has a line for each network, and zoo_heads.txt for those with auxiliary heads: its name, learnable scalars, multiply-adds of convolutions and linear layers for one image,
entries of its state dict, and a hash of their names and shapes in order. zoo.safetensors has the logits of one image in inference
mode, from weights, running statistics and pixels that the hash in networks.py makes. PyTorch computes them in float64, and in float32
to check that rounding takes at most half of the tolerance. With names, only these networks are made again. SIZES lists images of other
sizes, whose sides are no multiple of the strides; their logits are called `NETWORK HEIGHTxWIDTH`.

torchvision's and timm's networks are their own. The networks for CIFAR are written below, in the names of the programs that
`athena::models` states.
"""
import pathlib
import sys

import numpy as np
import timm
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from safetensors.numpy import load_file, save

from networks import generate, images

HERE = pathlib.Path(__file__).resolve().parent
REFERENCE = HERE.parent / "reference"
SEED, TOLERANCE = "zoo", 1e-4
# With scales around 1 the maps of a residual network of a thousand layers would outgrow float32.
SCALE = np.float32(0.7)
# Networks whose outputs are maps; the stored ones are of the small images in SIZES and `with_heads`.
MAPS = {"fcn_resnet50", "deeplabv3_resnet50", "unet"}
# With the same scales, float32 has too few digits for this one.
SCALES = {"efficientnet_v2_l": np.float32(0.6)}
SIZES = {
    "resnet18": [(33, 49)],
    "resnet50_v1": [(33, 49)],
    "resnet50d": [(65, 97), (9, 1), (225, 193)],
    "resnet101d": [(65, 97)],
    "se_resnet50": [(33, 49)],
    "mobilenet_v2": [(33, 49)],
    "densenet121": [(65, 97)],
    "unet": [(32, 48)],
    "resnet20": [(29, 31)],
    "resnet20_b": [(29, 31)],
    "preact_resnet110": [(29, 31)],
    "preact_resnet164": [(29, 31)],
    "wide_resnet16_4": [(29, 31)],
}


# ---------------------------------------------------------------- networks for CIFAR-10


def conv(cin, cout, kernel, stride=1):
    return nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False)


def subsample(x, filters):
    """He et al.'s option A: every second pixel, zero channels on both sides."""
    extra = (filters - x.shape[1]) // 2
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, extra, extra))


class Basic(nn.Module):
    """A block of akamaster's `resnet.py`."""

    def __init__(self, cin, filters, stride, option):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, filters, 3, stride), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = conv(filters, filters, 3), nn.BatchNorm2d(filters)
        self.filters, self.same = filters, stride == 1
        self.shortcut = nn.Sequential()
        if option == "B" and not self.same:
            self.shortcut = nn.Sequential(conv(cin, filters, 1, stride), nn.BatchNorm2d(filters))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        skips = self.same or len(self.shortcut)
        return F.relu(y + (self.shortcut(x) if skips else subsample(x, self.filters)))


class PreBasic(nn.Module):
    def __init__(self, cin, filters, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, filters, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(filters), conv(filters, filters, 3)
        self.filters, self.same = filters, stride == 1

    def forward(self, x):
        active = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return y + (x if self.same else subsample(active, self.filters))


class PreBottleneck(nn.Module):
    def __init__(self, cin, filters, stride):
        super().__init__()
        width = filters // 4
        self.bn1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, width, 1, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(width), conv(width, width, 3)
        self.bn3, self.conv3 = nn.BatchNorm2d(width), conv(width, filters, 1)
        self.downsample = conv(cin, filters, 1, stride) if cin != filters else None

    def forward(self, x):
        active = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(active))))
        y = self.conv3(F.relu(self.bn3(y)))
        return y + (x if self.downsample is None else self.downsample(active))


def stage(block, cin, filters, rounds, stride, *arguments):
    rest = [block(filters, filters, 1, *arguments) for _ in range(rounds - 1)]
    return nn.Sequential(block(cin, filters, stride, *arguments), *rest)


class Cifar(nn.Module):
    def __init__(self, rounds, option):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        self.layer1 = stage(Basic, 16, 16, rounds, 1, option)
        self.layer2 = stage(Basic, 16, 32, rounds, 2, option)
        self.layer3 = stage(Basic, 32, 64, rounds, 2, option)
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean((2, 3)))


class PreActivation(nn.Module):
    def __init__(self, block, widths, rounds):
        super().__init__()
        a, b, c = widths
        self.conv1 = conv(3, 16, 3)
        self.layer1 = stage(block, 16, a, rounds, 1)
        self.layer2 = stage(block, a, b, rounds, 2)
        self.layer3 = stage(block, b, c, rounds, 2)
        self.bn1, self.fc = nn.BatchNorm2d(c), nn.Linear(c, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, cin, filters, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, filters, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(filters), conv(filters, filters, 3)
        self.convShortcut = conv(cin, filters, 1, stride) if cin != filters else None

    def forward(self, x):
        active = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return y + (x if self.convShortcut is None else self.convShortcut(active))


class WideStage(nn.Module):
    def __init__(self, *arguments):
        super().__init__()
        self.layer = stage(WideBlock, *arguments)

    def forward(self, x):
        return self.layer(x)


class Wide(nn.Module):
    """xternalz's `WideResNet(depth, 10, times)`."""

    def __init__(self, depth, times):
        super().__init__()
        rounds, (a, b, c) = (depth - 4) // 6, (16 * times, 32 * times, 64 * times)
        self.conv1 = conv(3, 16, 3)
        self.block1 = WideStage(16, a, rounds, 1)
        self.block2 = WideStage(a, b, rounds, 2)
        self.block3 = WideStage(b, c, rounds, 2)
        self.bn1, self.fc = nn.BatchNorm2d(c), nn.Linear(c, 10)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


# ---------------------------------------------------------------- networks whose outputs are maps, or several


class Double(nn.Module):
    def __init__(self, cin, filters):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, filters, 3), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = conv(filters, filters, 3), nn.BatchNorm2d(filters)

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class UNet(nn.Module):
    """Ronneberger et al., figure 1, with padding and batch norms. What comes from below is the first half of the channels."""

    def __init__(self, filters, classes):
        super().__init__()
        self.level1 = Double(3, filters)
        for level in (2, 3, 4, 5):
            deeper = nn.Sequential(nn.MaxPool2d(2), Double(filters * 2 ** (level - 2), filters * 2 ** (level - 1)))
            self.add_module(f"level{level}" if level < 5 else "bottom", deeper)
        for level in (4, 3, 2, 1):
            width = filters * 2 ** (level - 1)
            up = nn.ModuleDict({"0": nn.ConvTranspose2d(2 * width, width, 2, 2), "2": Double(2 * width, width)})
            self.add_module(f"up{level}", up)
        self.out = nn.Conv2d(filters, classes, 1)

    def forward(self, x):
        levels = [self.level1(x)]
        for deeper in (self.level2, self.level3, self.level4):
            levels.append(deeper(levels[-1]))
        x = self.bottom(levels[-1])
        for up in (self.up4, self.up3, self.up2, self.up1):
            x = up["2"](torch.cat([up["0"](x), levels.pop()], 1))
        return self.out(x)


class Out(nn.Module):
    """A segmentation network without its auxiliary head."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def state_dict(self, *arguments, **named):
        return self.net.state_dict(*arguments, **named)

    def forward(self, x):
        return self.net(x)["out"]


def segmentation(name, aux):
    make = getattr(torchvision.models.segmentation, name)
    return make(weights=None, weights_backbone=None, num_classes=21, aux_loss=aux)


# ---------------------------------------------------------------- the list


def resnet50_v1():
    """torchvision's ResNet-50 with the stride on the first 1x1 convolution, as in He et al."""
    net = torchvision.models.resnet50()
    for layer in (net.layer2, net.layer3, net.layer4):
        layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
    return net


def torchvisions():
    """torchvision's classifiers, with the sides of the images that its weights were evaluated on."""
    names = (
        "alexnet vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn squeezenet1_0 squeezenet1_1 "
        "resnet18 resnet34 resnet50 resnet101 resnet152 wide_resnet50_2 wide_resnet101_2 "
        "resnext50_32x4d resnext101_32x8d resnext101_64x4d densenet121 densenet161 densenet169 densenet201 "
        "mobilenet_v2 mobilenet_v3_large mobilenet_v3_small mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3 "
        "shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0 "
        "regnet_x_400mf regnet_x_800mf regnet_x_1_6gf regnet_x_3_2gf regnet_x_8gf regnet_x_16gf regnet_x_32gf "
        "regnet_y_400mf regnet_y_800mf regnet_y_1_6gf regnet_y_3_2gf regnet_y_8gf regnet_y_16gf regnet_y_32gf regnet_y_128gf "
        "convnext_tiny convnext_small convnext_base convnext_large"
    ).split()
    yield from ((name, 224) for name in names)
    yield from ((f"efficientnet_b{i}", side) for i, side in enumerate((224, 240, 288, 300, 380, 456, 528, 600)))
    yield from (("efficientnet_v2_s", 384), ("efficientnet_v2_m", 480), ("efficientnet_v2_l", 480))


def networks():
    for name, side in torchvisions():
        yield name, side, getattr(torchvision.models, name)
    for name, side in (("googlenet", 224), ("inception_v3", 299)):
        make = getattr(torchvision.models, name)
        yield name, side, lambda make=make: make(init_weights=False, aux_logits=False)
    for name in ("fcn_resnet50", "deeplabv3_resnet50"):
        yield name, 520, lambda name=name: Out(segmentation(name, False))
    yield "unet", 256, lambda: UNet(64, 2)
    yield "resnet50_v1", 224, resnet50_v1
    for name, timms in {"resnet50d": "resnet50d", "resnet101d": "resnet101d", "se_resnet50": "seresnet50"}.items():
        yield name, 224, lambda timms=timms: timm.create_model(timms)
    for depth in (20, 32, 44, 56, 110):
        for name, option in ((f"resnet{depth}", "A"), (f"resnet{depth}_b", "B")):
            yield name, 32, lambda depth=depth, option=option: Cifar((depth - 2) // 6, option)
    yield "preact_resnet110", 32, lambda: PreActivation(PreBasic, (16, 32, 64), 18)
    yield "preact_resnet164", 32, lambda: PreActivation(PreBottleneck, (64, 128, 256), 18)
    yield "preact_resnet1001", 32, lambda: PreActivation(PreBottleneck, (64, 128, 256), 111)
    yield "wide_resnet16_4", 32, lambda: Wide(16, 4)
    yield "wide_resnet28_10", 32, lambda: Wide(28, 10)


def with_heads():
    """The networks with auxiliary heads: name, side, network, image of the stored outputs, names of the outputs there and here."""
    for name, side, outputs in (
        ("googlenet", 224, {"logits": "fc", "aux_logits1": "aux1", "aux_logits2": "aux2"}),
        ("inception_v3", 299, {"logits": "fc", "aux_logits": "AuxLogits"}),
    ):
        make = getattr(torchvision.models, name)
        yield name, side, lambda make=make: make(init_weights=False), (side, side), outputs
    for name in ("fcn_resnet50", "deeplabv3_resnet50"):
        yield name, 520, lambda name=name: segmentation(name, True), (32, 48), {"out": "out", "aux": "aux"}


# ---------------------------------------------------------------- output


def fnv(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    return h


def fill(net, scale):
    """Gives every entry of the state dict its value."""
    for key, tensor in net.state_dict().items():
        value = generate(SEED, key, tuple(tensor.shape), 0.0)
        if key.endswith("weight") and tensor.dim() == 1:
            value = scale * value
        tensor.copy_(torch.from_numpy(np.array(value)))


def logits(net, image, scale=SCALE):
    """The logits in float64, and the error of float32 relative to the largest of them."""
    with torch.no_grad():
        fill(net, scale)
        single = net(image)
        want = net.double()(image.double())
    return want.numpy()[0], float((single - want).abs().max() / want.abs().max())


def checked(name, want, rounding):
    print(f"    {name}: float32 is off by {rounding:.1e} of {np.abs(want).max():.3g}", flush=True)
    if not rounding < TOLERANCE / 2:
        sys.exit(f"{name}: rounding alone uses up the tolerance")
    return want.astype(np.float32)


def count(net, image):
    macs, hooks = [], []

    def add(layer, inputs, output):
        each = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
        macs.append(each[0].numel() * layer.weight[0].numel())

    for layer in net.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            hooks.append(layer.register_forward_hook(add))
    with torch.no_grad():
        net(image)
    for hook in hooks:
        hook.remove()
    return sum(macs)


def line_of(name, net, side):
    keys = [f"{k} {'x'.join(map(str, v.shape)) or 'scalar'}\n" for k, v in net.state_dict().items()]
    macs = count(net, torch.from_numpy(images(SEED, (1, 3, side, side))))
    line = f"{name} {sum(p.numel() for p in net.parameters())} {macs} {len(keys)} {fnv(''.join(keys)):016x}"
    print(line, flush=True)
    return line


def describe(name, side, make):
    line = line_of(name, make().eval(), side)
    tensors, scale = {}, SCALES.get(name, SCALE)
    # Whole maps would take too much room.
    sizes = [] if name in MAPS else [(side, side)]
    for height, width in sizes + SIZES.get(name, []):
        image = torch.from_numpy(images(SEED, (1, 3, height, width)))
        key = name if (height, width) in sizes else f"{name} {height}x{width}"
        tensors[key] = checked(key, *logits(make().eval(), image, scale))
    return line, tensors


def describe_heads(name, side, make, size, outputs):
    """In training mode alone the heads are computed. Here only the outermost module has it."""
    net = make().eval()
    net.training = True
    line = line_of(name, net, side)
    image, tensors = torch.from_numpy(images(SEED, (1, 3, *size))), {}
    parts = lambda y: y if isinstance(y, dict) else y._asdict()
    with torch.no_grad():
        fill(net, SCALE)
        single = parts(net(image))
        want = parts(net.double()(image.double()))
    for theirs, ours in outputs.items():
        rounding = float((single[theirs] - want[theirs]).abs().max() / want[theirs].abs().max())
        key = f"{name} {ours}"
        tensors[key] = checked(key, want[theirs].numpy()[0], rounding)
    return line, tensors


def read(table):
    lines = table.read_text().splitlines() if table.exists() else []
    return {line.split()[0]: line for line in lines if not line.startswith("#")}


def main(chosen):
    table, heads, stored = REFERENCE / "zoo.txt", REFERENCE / "zoo_heads.txt", REFERENCE / "zoo.safetensors"
    lines, lines_of_heads, tensors = {}, {}, {}
    if chosen:
        lines, lines_of_heads, tensors = read(table), read(heads), load_file(stored)
    for name, side, make in networks():
        if not chosen or name in chosen:
            lines[name], made = describe(name, side, make)
            tensors |= made
    for name, *network in with_heads():
        if not chosen or name in chosen:
            lines_of_heads[name], made = describe_heads(name, *network)
            tensors |= made
    versions = " ".join(f"{m.__name__} {m.__version__.split('+')[0]}" for m in (torch, torchvision, timm))
    columns = "# name, parameters, multiply-adds, entries of the state dict, hash of their names and shapes"
    for file, rows in ((table, lines), (heads, lines_of_heads)):
        file.write_text(f"# {versions}\n{columns}\n" + "".join(line + "\n" for _, line in sorted(rows.items())))
    stored.write_bytes(save(dict(sorted(tensors.items()))))


if __name__ == "__main__":
    main(sys.argv[1:])
