#!/usr/bin/env python3
"""Writes damaged photographs, and Pillow's results for them.

    python tests/python/damaged_photos.py FOLDER COUNT SEED      needs Pillow and numpy

Each file of tests/reference/photos, and some more with restart markers and with several scans, is damaged in one of many ways, COUNT
times in all. FOLDER gets the files and `expected.txt`, which has the lines of tests/reference/photos/expected.txt without the tensors.
`tests/photos.rs` runs this script if ATHENA_PYTHON names a Python.
"""
import io
import pathlib
import random
import sys
import warnings
import zlib

from PIL import Image

from photo_formats import picture, restarts, scans, written

PHOTOS = pathlib.Path(__file__).resolve().parent.parent / "reference" / "photos"
# Larger images take long to decode. Images above Pillow's limit are tested elsewhere.
MOST_PIXELS = 1 << 20


def sound_files():
    """Name and bytes of files without damage."""
    for path in sorted(PHOTOS.iterdir()):
        if path.suffix != ".txt" and path.stat().st_size > 60 and not path.name.startswith("huge"):
            yield path.name, path.read_bytes()
    colour, gray = Image.fromarray(picture(70, 52, 1)), Image.fromarray(picture(41, 66, 2)[..., 0])
    for progressive in (False, True):
        for sampling in (0, 1, 2):
            for restart in ({}, {"restart_marker_blocks": 3}, {"restart_marker_rows": 1}):
                options = {"quality": 80, "subsampling": sampling, "progressive": progressive, **restart}
                yield f"made_{progressive}_{sampling}_{len(restart)}.jpg", written(colour, "JPEG", **options)
        yield f"made_gray_{progressive}.jpg", written(gray, "JPEG", progressive=progressive, restart_marker_blocks=2)


# ---------------------------------------------------------------- kinds of damage


def bytes_changed(data, draw):
    data = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


def bytes_changed_behind_head(data, draw):
    data, start = bytearray(data), len(data) * 2 // 3
    for _ in range(draw.randint(1, 3)):
        data[draw.randrange(start, len(data))] = draw.randrange(256)
    return bytes(data)


def bits_flipped(data, draw):
    data = bytearray(data)
    for _ in range(draw.randint(1, 3)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def part_lost(data, draw):
    at = draw.randrange(len(data))
    return data[:at] + data[at + draw.randint(1, 40) :]


def part_inserted(data, draw):
    at = draw.randrange(len(data))
    return data[:at] + draw.randbytes(draw.randint(1, 8)) + data[at:]


def part_doubled(data, draw):
    at = draw.randrange(len(data))
    return data[: at + draw.randint(1, 30)] + data[at:]


def part_zeroed(data, draw):
    at, length = draw.randrange(len(data)), draw.randint(1, 20)
    return data[:at] + bytes(min(length, len(data) - at)) + data[at + length :]


def cut(data, draw):
    return data[: draw.randrange(len(data))]


def cut_with_end(data, draw):
    return data[: draw.randrange(len(data))] + b"\xff\xd9"


def marker_lost(data, draw):
    places = restarts(data)
    if not places:
        return scan_lost(data, draw)
    for at in sorted(draw.sample(places, draw.choice([1, 1, 1, min(2, len(places))])), reverse=True):
        data = data[:at] + data[at + 2 :]
    return data


def marker_renumbered(data, draw):
    places = restarts(data)
    if not places:
        return part_doubled(data, draw)
    at = draw.choice(places)
    return data[: at + 1] + bytes([0xD0 + draw.randrange(8)]) + data[at + 2 :]


def interval_lost(data, draw):
    places = restarts(data)
    if len(places) < 2:
        return scan_lost(data, draw)
    which = draw.randrange(len(places) - 1)
    return data[: places[which]] + data[places[which + 1] :]


def scan_lost(data, draw):
    places = scans(data)
    if len(places) < 3:
        return cut_with_end(data, draw)
    which = draw.randrange(len(places) - 1)
    return data[: places[which]] + data[places[which + 1] :]


def scans_cut(data, draw):
    places = scans(data)
    if len(places) < 3:
        return cut_with_end(data, draw)
    return data[: places[draw.randrange(1, len(places) - 1)]] + b"\xff\xd9"


def scans_swapped(data, draw):
    places = scans(data)
    if len(places) < 4:
        return marker_renumbered(data, draw)
    which = draw.randrange(len(places) - 2)
    a, b, c = places[which : which + 3]
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def scan_cut_in_the_middle(data, draw):
    """The last scans are lost and the one before ends early."""
    places = scans(data)
    if len(places) < 3:
        return cut_with_end(data, draw)
    which = draw.randrange(len(places) - 1)
    a, b = places[which : which + 2]
    return data[: draw.randrange(a + (b - a) // 2, b)] + draw.choice([data[b:], b"\xff\xd9"])


KINDS = [bytes_changed, bytes_changed_behind_head, bits_flipped, part_lost, part_inserted, part_doubled, part_zeroed, cut, cut_with_end]
OF_JPEG = [marker_lost, marker_renumbered, interval_lost, scan_lost, scans_cut, scans_swapped, scan_cut_in_the_middle]


# ---------------------------------------------------------------- what is expected


def expected(name, data):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data))
            if image.width * image.height > MOST_PIXELS:
                return None
            image = image.convert("RGB")
    except Exception:  # Pillow's errors are of many types.
        return f"{name} refused"
    return f"{name} {image.width}x{image.height} {zlib.crc32(image.tobytes()):08x}"


def main(folder, count, seed):
    folder, draw, lines = pathlib.Path(folder), random.Random(int(seed)), []
    files = list(sound_files())
    while len(lines) < int(count):
        base, data = draw.choice(files)
        kinds = KINDS + OF_JPEG if data.startswith(b"\xff\xd8") else KINDS
        kind = draw.choice(kinds)
        name = f"{len(lines):05}_{kind.__name__}_{base}"
        damaged = kind(data, draw)
        line = expected(name, damaged)
        if line is not None:
            (folder / name).write_bytes(damaged)
            lines.append(line)
    (folder / "expected.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
