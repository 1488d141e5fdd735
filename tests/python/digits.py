#!/usr/bin/env python3
"""Writes examples/common/digits.txt: the 1,797 handwritten digits that the examples learn from.

    python tests/python/digits.py FILE       needs numpy

FILE is UCI's `optdigits.tes` (https://archive.ics.uci.edu/dataset/80), a line of 64 pixels and a label for each image, or the same
numbers as scikit-learn packs them (`sklearn/datasets/data/digits.csv.gz`).
"""
import pathlib
import sys

import numpy as np

PLACE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "common" / "digits.txt"
INK = "0123456789abcdefg"
HEAD = """\
# Optical Recognition of Handwritten Digits, the test set (optdigits.tes): 1,797 images of 8 x 8 pixels.
# E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, https://doi.org/10.24432/C50P49
# Licence: Creative Commons Attribution 4.0 International (CC BY 4.0). Changed: the notation alone.
# A line is a digit and its 64 pixels, row by row: a letter is the amount of ink, from 0 to g (16).
"""


def main(file):
    numbers = np.loadtxt(file, delimiter=",").astype(int)
    assert numbers.shape == (1797, 65), numbers.shape
    lines = [f"{row[64]} " + "".join(INK[ink] for ink in row[:64]) for row in numbers]
    PLACE.write_text(HEAD + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
