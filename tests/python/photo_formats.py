"""Makes GIF, BMP and WebP files of all kinds, and incomplete JPEG files, for photos.py and damaged_photos.py."""
import io
import struct

import numpy as np
from PIL import Image


def picture(width, height, seed=0):
    """Waves and noise: height x width x 3 bytes."""
    drawn = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / 9.0
    waves = [np.sin(x * drawn.uniform(0.2, 2) + y * drawn.uniform(0.2, 2) + drawn.uniform(0, 6)) for _ in range(3)]
    noise = drawn.normal(0, 12, (height, width, 3))
    return np.clip(128 + 90 * np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)


def written(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# ---------------------------------------------------------------- GIF


def blocks(data):
    parts = [data[i : i + 255] for i in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def codes(indices, bits):
    """LZW without new codes: its table is cleared before the codes grow."""
    clear, width, value, count = 1 << bits, bits + 1, 0, 0
    out = []
    for number, index in enumerate(indices):
        out += [clear] if number % (clear - 2) == 0 else []
        out.append(int(index))
    for code in [*out, clear + 1]:
        value |= code << count
        count += width
    return value.to_bytes((count + 7) // 8, "little")


def frame(indices, left=0, top=0, palette=None, interlaced=False, transparent=None, disposal=0):
    height, width = indices.shape
    bits = 8
    if interlaced:
        indices = np.concatenate([indices[start::step] for start, step in ((0, 8), (4, 8), (2, 4), (1, 2))])
    flags = (0x80 | (len(palette).bit_length() - 2) if palette is not None else 0) | (0x40 if interlaced else 0)
    out = b""
    if transparent is not None or disposal:
        known = transparent is not None
        out += b"!\xf9\4" + struct.pack("<BHB", disposal << 2 | known, 0, transparent if known else 0) + b"\0"
    out += b"," + struct.pack("<HHHHB", left, top, width, height, flags)
    out += bytes(np.asarray(palette, np.uint8).tobytes()) if palette is not None else b""
    return out + bytes([bits]) + blocks(codes(indices.ravel(), bits))


def gif(width, height, frames, palette=None, background=0):
    flags = 0x80 | (len(palette).bit_length() - 2) if palette is not None else 0
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, flags, background, 0)
    return head + (np.asarray(palette, np.uint8).tobytes() if palette is not None else b"") + b"".join(frames) + b";"


def gifs():
    colour = Image.fromarray(picture(47, 39, 21))
    yield "written.gif", written(colour.quantize(200), "GIF", interlace=0)
    yield "written_interlaced.gif", written(colour.quantize(64), "GIF", interlace=1)
    yield "written_gray.gif", written(colour.convert("L"), "GIF")
    yield "written_bilevel.gif", written(colour.convert("1"), "GIF")
    yield "written_transparent.gif", written(colour.quantize(16), "GIF", transparency=3)
    more = [Image.fromarray(picture(47, 39, seed)).quantize(32) for seed in (22, 23)]
    yield "written_animated.gif", written(colour.quantize(32), "GIF", save_all=True, append_images=more, duration=40)
    indices, palette = picture(21, 30, 24)[..., 0], picture(16, 16, 25).reshape(256, 3)
    small, few = indices % 128, palette[:128]
    yield "global.gif", gif(21, 30, [frame(indices)], palette)
    yield "interlaced.gif", gif(21, 30, [frame(indices, interlaced=True)], palette)
    yield "local.gif", gif(21, 30, [frame(indices, palette=palette[::-1])], palette)
    yield "local_alone.gif", gif(21, 30, [frame(small, palette=few)])
    yield "without_palette.gif", gif(21, 30, [frame(indices)])
    yield "palette_short.gif", gif(21, 30, [frame(indices)], palette[:32])
    yield "ramp.gif", gif(21, 30, [frame(indices)], np.arange(256)[:, None].repeat(3, 1))
    yield "ramp_short.gif", gif(21, 30, [frame(indices)], np.arange(64)[:, None].repeat(3, 1))
    yield "ramp_local.gif", gif(21, 30, [frame(indices, palette=np.arange(64)[:, None].repeat(3, 1))], palette)
    yield "part.gif", gif(40, 50, [frame(indices, left=7, top=9)], palette, background=77)
    yield "part_transparent.gif", gif(40, 50, [frame(indices, left=7, top=9, transparent=200)], palette, background=77)
    yield "part_disposed.gif", gif(40, 50, [frame(indices, left=7, top=9, transparent=3, disposal=2), frame(small)], palette)
    yield "beyond_the_screen.gif", gif(10, 10, [frame(indices, left=3, top=5)], palette)
    yield "one_pixel.gif", gif(1, 1, [frame(indices[:1, :1])], palette)
    yield "thin.gif", gif(21, 3, [frame(indices[:3], interlaced=True)], palette)
    whole = gif(21, 30, [frame(indices)], palette)
    yield "comment.gif", whole[: 13 + 768] + b"!\xfe\5hello\0!\xff\x0bNETSCAPE2.0\3\1\0\0\0" + whole[13 + 768 :]
    yield "without_end.gif", whole[:-1]
    yield "truncated.gif", whole[: len(whole) // 2]
    yield "without_picture.gif", whole[: 13 + 768] + b";"
    yield "no_pixels.gif", gif(0, 0, [frame(indices[:0, :0])], palette)


# ---------------------------------------------------------------- BMP


def bmp(width, height, bits, rows, palette=b"", colours=0, compression=0, header=40, masks=(), top_down=False, start=None):
    """From rows, each a multiple of four bytes, the first one at the bottom."""
    lines = -height if top_down else height
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, lines, 1, bits, compression, len(rows), 2835, 2835, colours, 0)
        info += b"".join(struct.pack("<I", mask) for mask in masks)
        info = info.ljust(header, b"\0") if header > 40 else info
    data = info + palette
    start = 14 + len(data) if start is None else start
    return b"BM" + struct.pack("<IHHI", 14 + len(data) + len(rows), 0, 0, start) + data + rows


def lines(pixels):
    """Rows of samples of 1, 2, 3 or 4 bytes (height x width x bytes), padded."""
    rows = [row.tobytes() for row in pixels]
    return b"".join(row + b"\0" * (-len(row) % 4) for row in rows)


def packed(indices, bits):
    places = (indices[..., None] >> np.arange(bits - 1, -1, -1)) & 1
    return lines(np.packbits(places.reshape(len(indices), -1), axis=1))


def palette_of(colours, padding=True):
    blue_first = colours[:, ::-1].astype(np.uint8)
    return (np.pad(blue_first, ((0, 0), (0, 1))) if padding else blue_first).tobytes()


def runs(indices, four=False):
    """All ways to write runs, each in some of the rows."""
    out = b""
    for number, row in enumerate(indices):
        kind, at = number % 4, 0
        while at < len(row):
            rest = len(row) - at
            if kind == 0 or rest < 3:
                count, value = 1, int(row[at])
                out += bytes([count, value << 4 if four else value])
            elif kind == 1:
                count = min(rest, 7)
                part = [int(value) for value in row[at : at + count]]
                part += [0] * (len(part) % 2 if four else 0)
                data = bytes(a << 4 | b for a, b in zip(part[::2], part[1::2])) if four else bytes(part)
                out += bytes([0, count]) + data + b"\0" * (len(data) % 2)
            elif kind == 2:
                count = min(rest, 9)
                out += bytes([count, int(row[at]) << 4 | int(row[at + 1]) if four else int(row[at])])
            else:
                count = min(rest, 5)
                out += bytes([0, 2, count, 0])
            at += count
        out += b"\0\0"
    return out + b"\0\1"


def bmps():
    pixels = picture(43, 31, 31)
    indices, colours = pixels[..., 0].astype(np.int64), picture(16, 16, 32).reshape(256, 3)
    alpha = np.dstack([pixels, indices.astype(np.uint8)])
    for header in (12, 40, 52, 56, 64, 108, 124):
        yield f"colour_24_{header}.bmp", bmp(43, 31, 24, lines(pixels), header=header)
    yield "colour_32.bmp", bmp(43, 31, 32, lines(alpha))
    yield "colour_24_top_down.bmp", bmp(43, 31, 24, lines(pixels), top_down=True)
    words = (indices * 257 + pixels[..., 1].astype(np.int64) * 129 & 0xFFFF).astype("<u2")
    yield "colour_16.bmp", bmp(43, 31, 16, lines(words))
    for name, masks in {"555": (0x7C00, 0x3E0, 0x1F), "565": (0xF800, 0x7E0, 0x1F), "444": (0xF00, 0xF0, 0xF)}.items():
        yield f"masks_{name}.bmp", bmp(43, 31, 16, lines(words), compression=3, masks=masks)
    wide = {
        "bgrx": (0xFF0000, 0xFF00, 0xFF, 0),
        "xbgr": (0xFF000000, 0xFF0000, 0xFF00, 0),
        "bgxr": (0xFF000000, 0xFF00, 0xFF, 0),
        "abgr": (0xFF000000, 0xFF0000, 0xFF00, 0xFF),
        "rgba": (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
        "bgra": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
        "bgar": (0xFF000000, 0xFF00, 0xFF, 0xFF0000),
        "zero": (0, 0, 0, 0),
        "rgbx": (0xFF, 0xFF00, 0xFF0000, 0),
        "ten": (0x3FF00000, 0xFFC00, 0x3FF, 0),
    }
    for name, masks in wide.items():
        yield f"masks_{name}.bmp", bmp(43, 31, 32, lines(alpha), compression=3, header=124, masks=masks)
    yield "masks_short.bmp", bmp(43, 31, 32, lines(alpha), compression=3, masks=wide["xbgr"][:3])
    yield "masks_52.bmp", bmp(43, 31, 32, lines(alpha), compression=3, header=52, masks=wide["bgrx"][:3])
    yield "masks_24.bmp", bmp(43, 31, 24, lines(pixels), compression=3, masks=(0xFF0000, 0xFF00, 0xFF))
    yield "masks_56.bmp", bmp(43, 31, 32, lines(alpha), compression=3, header=56, masks=wide["bgra"])
    for bits in (1, 2, 4, 8):
        few = indices >> (8 - bits)
        table = colours[: 1 << bits]
        yield f"palette_{bits}.bmp", bmp(43, 31, bits, packed(few, bits), palette_of(table))
        yield f"palette_{bits}_old.bmp", bmp(43, 31, bits, packed(few, bits), palette_of(table, False), header=12)
        yield f"palette_{bits}_top_down.bmp", bmp(43, 31, bits, packed(few, bits), palette_of(table), top_down=True)
    eight = packed(indices, 8)
    yield "palette_few.bmp", bmp(43, 31, 8, eight, palette_of(colours[:100]), colours=100)
    yield "palette_two_of_8.bmp", bmp(43, 31, 8, packed(indices % 2, 8), palette_of(colours[:2]), colours=2)
    yield "palette_one.bmp", bmp(43, 31, 1, packed(indices % 2, 1), palette_of(colours[:1]), colours=1)
    yield "palette_many.bmp", bmp(43, 31, 8, eight, palette_of(colours.repeat(2, 0)), colours=512)
    yield "palette_no_start.bmp", bmp(43, 31, 8, eight, palette_of(colours), start=0)
    yield "palette_start_at_palette.bmp", bmp(43, 31, 8, eight, palette_of(colours), start=54)
    ramp = np.arange(256)[:, None].repeat(3, 1)
    yield "gray_8.bmp", bmp(43, 31, 8, eight, palette_of(ramp))
    yield "gray_8_few.bmp", bmp(43, 31, 8, eight, palette_of(ramp[:90]), colours=90)
    yield "gray_4_ramp.bmp", bmp(43, 31, 4, packed(indices % 16, 4), palette_of(ramp[:16]))
    yield "gray_4.bmp", bmp(43, 31, 4, packed(indices % 16, 4), palette_of(ramp[:256:17]))
    yield "bilevel.bmp", bmp(43, 31, 1, packed(indices % 2, 1), palette_of(ramp[:256:255]))
    yield "bilevel_inverted.bmp", bmp(43, 31, 1, packed(indices % 2, 1), palette_of(ramp[255::-255]))
    yield "bilevel_8.bmp", bmp(43, 31, 8, packed(indices % 2, 8), palette_of(ramp[:256:255]), colours=2)
    few = indices % 16
    yield "runs_8.bmp", bmp(43, 31, 8, runs(indices), palette_of(colours), compression=1)
    yield "runs_8_gray.bmp", bmp(43, 31, 8, runs(indices), palette_of(ramp), compression=1)
    yield "runs_4.bmp", bmp(43, 31, 4, runs(few, True), palette_of(colours[:16]), compression=2)
    yield "runs_8_odd_start.bmp", bmp(43, 31, 8, b"\0" + runs(indices), palette_of(colours), compression=1, start=14 + 40 + 1024 + 1)
    yield "runs_8_ends_early.bmp", bmp(43, 31, 8, runs(indices[:20]), palette_of(colours), compression=1)
    yield "runs_8_delta_up.bmp", bmp(43, 31, 8, b"\0\2\5\3" + runs(indices[:28]), palette_of(colours), compression=1)
    yield "runs_8_too_long.bmp", bmp(43, 31, 8, b"\xff\7" * 40 + runs(indices), palette_of(colours), compression=1)
    yield "runs_8_top_down.bmp", bmp(43, 31, 8, runs(indices), palette_of(colours), compression=1, top_down=True)
    yield "runs_4_of_8.bmp", bmp(43, 31, 8, runs(few, True), palette_of(colours), compression=2)
    whole = bmp(43, 31, 24, lines(pixels))
    yield "more_behind.bmp", whole + b"something else"
    yield "truncated.bmp", whole[:-200]
    yield "compressed_as_jpeg.bmp", bmp(43, 31, 24, lines(pixels), compression=4)
    yield "odd_header.bmp", bmp(43, 31, 24, lines(pixels), header=48)
    yield "huge.bmp", bmp(60000, 60000, 24, b"")
    yield "no_pixels.bmp", bmp(0, 31, 24, b"")
    yield "one_pixel.bmp", bmp(1, 1, 24, b"\1\2\3\0")


# ---------------------------------------------------------------- WebP


def webps():
    pixels = picture(67, 45, 41)
    colour, alpha = Image.fromarray(pixels), Image.fromarray(np.dstack([pixels, picture(67, 45, 42)[..., :1]]))
    yield "lossless.webp", written(colour, "WEBP", lossless=True)
    yield "lossless_alpha.webp", written(alpha, "WEBP", lossless=True, exact=True)
    yield "lossless_few.webp", written(colour.quantize(5).convert("RGB"), "WEBP", lossless=True)
    yield "lossless_plain.webp", written(Image.new("RGB", (30, 20), (9, 8, 7)), "WEBP", lossless=True)
    yield "lossless_fast.webp", written(colour, "WEBP", lossless=True, method=0, quality=0)
    for quality in (0, 30, 80, 100):
        yield f"lossy_{quality}.webp", written(colour, "WEBP", quality=quality)
    yield "lossy_small.webp", written(colour.crop((0, 0, 5, 3)), "WEBP", quality=70)
    yield "lossy_pixel.webp", written(colour.crop((0, 0, 1, 1)), "WEBP", quality=70)
    yield "lossy_even.webp", written(colour.crop((0, 0, 64, 32)), "WEBP", quality=60, method=6)
    yield "lossy_gray.webp", written(colour.convert("L").convert("RGB"), "WEBP", quality=60)
    yield "lossy_alpha.webp", written(alpha, "WEBP", quality=60)
    yield "lossy_alpha_exact.webp", written(alpha, "WEBP", quality=60, exact=True)
    yield "lossy_alpha_lossy.webp", written(alpha, "WEBP", quality=60, alpha_quality=30)
    more = [Image.fromarray(picture(67, 45, seed)) for seed in (43, 44)]
    for name, options in {"lossless": {"lossless": True}, "lossy": {"quality": 50}}.items():
        yield f"animated_{name}.webp", written(colour, "WEBP", save_all=True, append_images=more, duration=50, **options)
    small = Image.new("RGBA", (67, 45))
    small.paste(alpha.crop((0, 0, 20, 20)), (11, 13))
    yield "animated_alpha.webp", written(small, "WEBP", save_all=True, append_images=[alpha], duration=50, lossless=True)
    yield "profile.webp", written(colour, "WEBP", lossless=True, icc_profile=b"no profile", exif=b"Exif\0\0no exif")
    whole = written(colour, "WEBP", lossless=True)
    yield "truncated.webp", whole[: len(whole) // 2]
    yield "more_behind.webp", whole + b"something else"
    yield "magic_only.webp", whole[:12]


# ---------------------------------------------------------------- incomplete JPEG


def segments(data):
    """The places of a JPEG's markers: (place, code), those of restarts among them."""
    at, found = 2, []
    while at + 1 < len(data):
        if data[at] != 0xFF or data[at + 1] in (0x00, 0xFF):
            at += 1
            continue
        code = data[at + 1]
        found.append((at, code))
        standalone = 0xD0 <= code <= 0xD9
        at += 2 if standalone else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


def scans(data):
    """Where each scan begins, with the tables before it, and where the last one ends."""
    found = segments(data)
    begins, tables = [], None
    for at, code in found:
        if code == 0xDA:
            begins.append(at if tables is None else tables)
            tables = None
        elif code in (0xC4, 0xCC, 0xDB, 0xDD, 0xFE) and begins:
            tables = at if tables is None else tables
    ends = [at for at, code in found if code == 0xD9]
    return begins + ends[-1:] if ends and begins else []


def restarts(data):
    return [at for at, code in segments(data) if 0xD0 <= code <= 0xD7]


def lacking():
    colour = Image.fromarray(picture(61, 47, 51))
    for sampling in (0, 2):
        whole = written(colour, "JPEG", quality=70, progressive=True, subsampling=sampling)
        places = scans(whole)
        for count in range(1, len(places) - 1):
            yield f"lacking_scans_{sampling}_{count}.jpg", whole[: places[count]] + b"\xff\xd9"
        yield f"lacking_scan_{sampling}.jpg", whole[: places[3]] + whole[places[4] :]
        yield f"lacking_end_of_scan_{sampling}.jpg", whole[: places[-1] - 60] + b"\xff\xd9"
        middle = (places[2] + places[3]) // 2
        yield f"lacking_middle_of_scan_{sampling}.jpg", whole[:middle] + whole[places[3] :]
    for progressive in (False, True):
        whole = written(colour, "JPEG", quality=70, progressive=progressive, restart_marker_blocks=3)
        places = restarts(whole)
        yield f"lacking_restart_{progressive}.jpg", whole[: places[1]] + whole[places[1] + 2 :]
        yield f"lacking_interval_{progressive}.jpg", whole[: places[1]] + whole[places[2] :]
        yield f"restart_renumbered_{progressive}.jpg", whole[: places[1] + 1] + b"\xd6" + whole[places[1] + 2 :]
        yield f"short_interval_{progressive}.jpg", whole[: places[1] - 5] + whole[places[1] :]
        yield f"restarts_{progressive}.jpg", whole
