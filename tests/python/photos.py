#!/usr/bin/env python3
"""Writes the photographs of tests/reference/photos, and the results of torchvision's evaluation transform for them.

    python tests/python/photos.py            needs Pillow (13.0 made them), torchvision, numpy and cjpeg (libjpeg-turbo 2.1)
    python tests/python/photos.py --formats  rewrites only the files of photo_formats.py: needs no cjpeg
    python tests/python/photos.py --logits PHOTOS WEIGHTS
                                             PyTorch's logits for a folder of photographs, by ResNet-50 v1

The files are small and odd: every kind of JPEG, PNG, GIF, BMP and WebP that a folder of photographs may hold. `expected.txt` has a line for each:

    NAME WIDTHxHEIGHT PIXELS TENSOR   the size of Image.open(NAME).convert("RGB"), and CRC-32s of its bytes and of the float32
                                      tensor (little endian) that Resize(256), CenterCrop(224), ToTensor, Normalize make of it
    NAME refused                      Pillow refuses the file

`noise WIDTHxHEIGHT TENSOR` is an image of noise without a file, made by the hash of networks.py, which tests/common/generate.rs repeats.

`--logits` writes tests/reference/photo_logits.safetensors: `logits` (N x 1000, float32), and in its metadata a line `NAME TENSOR` for
each row.
"""
import io
import pathlib
import shutil
import struct
import subprocess
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, features
from torchvision import transforms

from networks import hashes
from photo_formats import bmps, gifs, lacking, webps

PLACE = pathlib.Path(__file__).resolve().parent.parent / "reference" / "photos"
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CROP = [transforms.Resize(256), transforms.CenterCrop(224)]
EVALUATION = transforms.Compose([*CROP, transforms.ToTensor(), transforms.Normalize(MEAN, STD)])

# Sizes of images of noise: nothing to resize, one direction only, up, down, odd and even borders, extreme ratios.
FORMATS = (gifs, bmps, webps, lacking)

NOISE = ["256x256", "255x256", "257x256", "256x300", "300x256", "224x224", "1x1", "2x1", "1x7", "500x375", "375x500", "333x500"]
NOISE += ["640x480", "1023x767", "31x400", "400x31", "3x700", "700x3", "512x512", "513x1025", "97x101", "256x9", "9x256"]


# ---------------------------------------------------------------- pictures


def scene(width, height, seed=0):
    """An image with edges, gradients and texture: height x width x 3 bytes."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = x / max(width - 1, 1), y / max(height - 1, 1)
    out = np.stack([220 * u, 200 * v, 180 * (1 - u) * (1 - v) + 40], -1)
    for i in range(5):
        h = [int(n) % 1000 / 1000 for n in hashes(f"scene/{seed}/{i}", 6)]
        disk = (u - h[0]) ** 2 + (v - h[1]) ** 2 < (0.08 + 0.2 * h[2]) ** 2
        out[disk] = [255 * h[3], 255 * h[4], 255 * h[5]]
    out += 12 * np.sin(x * 1.3 + y * 0.4)[..., None]
    return np.clip(np.round(out), 0, 255).astype(np.uint8)


def jpeg(image, quality=85, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def cjpeg(pixels, *options):
    """A JPEG by libjpeg-turbo's own program, for what Pillow cannot write."""
    program = shutil.which("cjpeg") or sys.exit("cjpeg is needed (Debian: libjpeg-turbo-progs)")
    ppm = b"P6\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes()
    return subprocess.run([program, "-quality", "85", *options], input=ppm, stdout=subprocess.PIPE, check=True).stdout


def png(rows, width, depth, colour, palette=None, transparency=None, interlaced=False, compressed=None, height=None):
    """A PNG from packed rows of samples: every depth and colour type, also those that Pillow does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height or len(rows), depth, colour, 0, 0, int(interlaced))
    data = compressed or zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    out += chunk(b"PLTE", palette) if palette else b""
    out += chunk(b"tRNS", transparency) if transparency else b""
    return out + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def packed(samples, depth):
    """Rows of `height x width` samples of 1, 2 or 4 bits."""
    bits = (samples[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    return [np.packbits(row.ravel()).tobytes() for row in bits]


def deep(samples):
    """Rows of 16-bit samples."""
    return [row.astype(">u2").tobytes() for row in samples]


# ---------------------------------------------------------------- files


def jpegs():
    colour = Image.fromarray(scene(61, 47))
    for name, sampling in {"444": 0, "422": 1, "420": 2}.items():
        yield f"sampled_{name}.jpg", jpeg(colour, subsampling=sampling)
    for name, sampling in {"411": "4x1", "440": "1x2", "410": "4x2", "441": "1x4", "uneven": "2x2,2x1,1x2"}.items():
        yield f"sampled_{name}.jpg", cjpeg(scene(61, 47), "-sample", sampling)
    yield "finer_colours.jpg", cjpeg(scene(61, 47), "-sample", "1x1,2x2")
    yield "progressive.jpg", jpeg(colour, progressive=True)
    yield "progressive_444.jpg", jpeg(Image.fromarray(scene(83, 35, 1)), progressive=True, subsampling=0)
    yield "restarts.jpg", cjpeg(scene(83, 35, 2), "-restart", "1B", "-sample", "2x1")
    yield "arithmetic.jpg", cjpeg(scene(50, 64, 3), "-arithmetic")
    yield "arithmetic_progressive.jpg", cjpeg(scene(50, 64, 3), "-arithmetic", "-progressive")
    yield "gray.jpg", jpeg(Image.fromarray(scene(70, 52, 4)).convert("L"))
    yield "gray_sampled.jpg", cjpeg(scene(70, 52, 4), "-grayscale", "-sample", "2x2")
    yield "rgb.jpg", cjpeg(scene(40, 40, 5), "-rgb")
    yield "coarse.jpg", jpeg(Image.fromarray(scene(99, 66, 6)), quality=5)
    yield "fine.jpg", jpeg(Image.fromarray(scene(33, 31, 7)), quality=100)
    yield "one_pixel.jpg", jpeg(Image.fromarray(scene(1, 1)))
    yield "three_pixels.jpg", jpeg(Image.fromarray(scene(3, 1)))
    yield "wide.jpg", jpeg(Image.fromarray(scene(700, 12, 8)), quality=60)
    yield "tall.jpg", jpeg(Image.fromarray(scene(12, 700, 8)), quality=60)
    yield "noisy.jpg", jpeg(Image.fromarray(noise(24, 24)), subsampling=2)
    inks = jpeg(Image.fromarray(scene(48, 56, 9)).convert("CMYK"))
    yield "cmyk.jpg", inks
    adobe = inks.index(b"\xff\xee")
    yield "cmyk_without_adobe.jpg", inks[:adobe] + inks[adobe + 16 :]
    yield "ycck.jpg", inks[: adobe + 15] + b"\2" + inks[adobe + 16 :]
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "rotated_by_exif.jpg", jpeg(colour, exif=exif.tobytes())
    plain = jpeg(colour)
    yield "more_behind.jpg", plain + b"something else" + plain
    yield "ends_early.jpg", plain[:1000] + b"\xff\xd9"
    yield "damaged.jpg", plain[:900] + bytes(b ^ 0x15 for b in plain[900:910]) + plain[910:]
    yield "truncated.jpg", plain[:1000]
    yield "without_end.jpg", plain[:-2]
    yield "two_components.jpg", plain.replace(b"\xff\xc0\0\x11\x08\0\x2f\0\x3d\3", b"\xff\xc0\0\x11\x08\0\x2f\0\x3d\2")
    yield "twelve_bits.jpg", plain.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c")
    yield "no_pixels.jpg", plain.replace(b"\x08\0\x2f\0\x3d\3", b"\x08\0\x2f\0\0\3")


def pngs():
    pixels = scene(45, 37, 10)
    level, alpha = pixels[..., 0].astype(np.int64), pixels[..., 2:]
    rgba, two = np.concatenate([pixels, alpha], -1), np.concatenate([pixels[..., :1], alpha], -1)
    rich = pixels.astype(np.uint16) * 257 - pixels[..., ::-1]
    for depth in (1, 2, 4):
        yield f"gray_{depth}.png", png(packed(level >> (8 - depth), depth), 45, depth, 0)
    yield "gray_8.png", png([r.tobytes() for r in pixels[..., 0]], 45, 8, 0)
    yield "gray_8_transparent.png", png([r.tobytes() for r in pixels[..., 0]], 45, 8, 0, transparency=b"\0\x40")
    yield "gray_16.png", png(deep(rich[..., 0]), 45, 16, 0)
    yield "gray_16_dark.png", png(deep(level * 2), 45, 16, 0)
    yield "gray_alpha_8.png", png([r.tobytes() for r in two], 45, 8, 4)
    yield "gray_alpha_16.png", png(deep(rich[..., :2]), 45, 16, 4)
    yield "rgb_8.png", png([r.tobytes() for r in pixels], 45, 8, 2)
    yield "rgb_8_transparent.png", png([r.tobytes() for r in pixels], 45, 8, 2, transparency=b"\0\1\0\2\0\3")
    yield "rgb_16.png", png(deep(rich), 45, 16, 2)
    yield "rgba_8.png", png([r.tobytes() for r in rgba], 45, 8, 6)
    yield "rgba_16.png", png(deep(np.concatenate([rich, rich[..., :1]], -1)), 45, 16, 6)
    palette = scene(16, 16, 11).reshape(-1, 3)
    for depth in (1, 2, 4):
        rows = packed(level >> (8 - depth), depth)
        yield f"palette_{depth}.png", png(rows, 45, depth, 3, palette[: 2**depth].tobytes())
    rows = [r.tobytes() for r in pixels[..., 1]]
    yield "palette_8.png", png(rows, 45, 8, 3, palette.tobytes())
    yield "palette_8_transparent.png", png(rows, 45, 8, 3, palette.tobytes(), bytes(range(100)))
    yield "palette_short.png", png(rows, 45, 8, 3, palette[:40].tobytes())
    passes = [pixels[y::dy, x::dx] for y, x, dy, dx in ADAM7]
    rows = [b"\0" + row.tobytes() for part in passes for row in part if row.size]
    yield "interlaced.png", png(pixels, 45, 8, 2, interlaced=True, compressed=zlib.compress(b"".join(rows), 9))
    whole = png([r.tobytes() for r in pixels], 45, 8, 2)
    yield "a_png_at_heart.JPEG", whole
    yield "truncated.png", whole[: len(whole) // 2]
    yield "damaged.png", whole[:400] + bytes(b ^ 0x15 for b in whole[400:410]) + whole[410:]
    yield "huge.png", png([bytes(180000)], 60000, 8, 2, height=60000)


ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def foreign():
    yield "empty.jpg", b""
    yield "text.jpg", b"This is no photograph.\n"
    yield "page.jpg", b"<!DOCTYPE html><title>404</title>\n"
    yield "magic_only.png", b"\x89PNG\r\n\x1a\n"
    yield "magic_only.jpg", b"\xff\xd8\xff"


# ---------------------------------------------------------------- what is expected


def noise(width, height):
    drawn = hashes(f"noise/{width}x{height}", width * height * 3) >> np.uint64(56)
    return drawn.astype(np.uint8).reshape(height, width, 3)


def tensor(image):
    return EVALUATION(image).numpy().astype("<f4").tobytes()


def crc(data):
    return f"{zlib.crc32(data):08x}"


def expected(path):
    try:
        image = Image.open(path).convert("RGB")
    except Exception as error:  # Pillow's errors are of many types.
        print(f"{path.name}: {type(error).__name__}: {error}")
        return f"{path.name} refused"
    return f"{path.name} {image.width}x{image.height} {crc(image.tobytes())} {crc(tensor(image))}"


def write_photos():
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    lines = [f"# Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}"]
    lines += files(jpegs, pngs, foreign)
    for size in NOISE:
        width, height = map(int, size.split("x"))
        lines.append(f"noise {size} {crc(tensor(Image.fromarray(noise(width, height))))}")
    (PLACE / "expected.txt").write_text("\n".join(lines) + "\n")


def write_formats():
    names = {name for make in FORMATS for name, _ in make()}
    known = (PLACE / "expected.txt").read_text().splitlines()
    lines = [line for line in known if line.split(" ")[0] not in names]
    (PLACE / "expected.txt").write_text("\n".join(lines + files(*FORMATS)) + "\n")


def files(*makers):
    """Writes the files and the expected results."""
    lines = []
    for make in makers:
        for name, data in make():
            (PLACE / name).write_bytes(data)
            lines.append(expected(PLACE / name))
    return lines


# ---------------------------------------------------------------- logits


def write_logits(photos, weights):
    import torch
    import torchvision
    from safetensors.numpy import save
    from safetensors.torch import load_file

    net = torchvision.models.resnet50(weights=None)
    for block in (net.layer2[0], net.layer3[0], net.layer4[0]):
        block.conv1.stride, block.conv2.stride = (2, 2), (1, 1)
    net.load_state_dict(load_file(weights))
    net.eval()
    paths = sorted(p for p in pathlib.Path(photos).iterdir() if p.suffix.lower() in (".jpeg", ".jpg", ".png"))
    with torch.no_grad():
        rows = [net(EVALUATION(Image.open(path).convert("RGB"))[None])[0].numpy() for path in paths]
    names = {"photos": "\n".join(f"{path.name} {crc(tensor(Image.open(path).convert('RGB')))}" for path in paths)}
    (PLACE.parent / "photo_logits.safetensors").write_bytes(save({"logits": np.stack(rows)}, names))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--logits"]:
        write_logits(*sys.argv[2:])
    elif sys.argv[1:2] == ["--formats"]:
        write_formats()
    else:
        write_photos()
        write_formats()
