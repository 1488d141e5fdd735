"""References for tests/start.rs: the initial weights of networks, computed by NumPy.

Rerun:  python tests/python/initial_weights.py    (needs numpy, safetensors and torch; writes tests/reference/initial_weights.safetensors)

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011); the key is the seed, and the counter the number of the parameter (64
bits) above the number of the group of 256 elements and the place in it (64 bits). All arithmetic is in float32, and NumPy
rounds each operation as IEEE 754 defines it. So these are the bits that every machine must draw.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

OUT = Path(__file__).parent.parent / "reference" / "initial_weights.safetensors"
MASK = (1 << 32) - 1
f = np.float32


def philox(counter, key):
    """Four words of 32 bits, by the paper's section 3.3."""
    (a, b, c, d), (k, l) = counter, key
    for _ in range(10):
        p, q = a * 0xD2511F53, c * 0xCD9E8D57
        a, b, c, d = (q >> 32) ^ b ^ k, q & MASK, (p >> 32) ^ d ^ l, p & MASK
        k, l = (k + 0x9E3779B9) & MASK, (l + 0xBB67AE85) & MASK
    return a, b, c, d


assert philox((0,) * 4, (0,) * 2) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)


def words(seed, index, element):
    """The four words from which the element is made, and its index among the four numbers."""
    counter = element // 256 * 64 + element % 64
    halves = [counter & MASK, counter >> 32, index & MASK, index >> 32]
    return philox(halves, [seed & MASK, seed >> 32]), element % 256 // 64


def signed(word, bits):
    return f(word - (1 << bits) if word >> (bits - 1) else word)


def uniform(seed, index, element, bound):
    drawn, place = words(seed, index, element)
    return signed(drawn[place] >> 8, 24) * f(2**-23) * f(bound)


def normal(seed, index, element, deviation):
    """Box and Muller (1958)."""
    drawn, place = words(seed, index, element)
    first, second = drawn[place // 2 * 2], drawn[place // 2 * 2 + 1]

    u = f(first >> 1) * f(2**-31) + f(2**-32)
    m, e = np.frexp(u)  # m in [1/2, 1)
    if m.view(np.int32) < f(0.5**0.5).view(np.int32):
        m, e = m * f(2), e - 1
    s = (m - f(1)) / (m + f(1))
    t = s * s
    tail = (((f(1 / 9) * t + f(1 / 7)) * t + f(1 / 5)) * t + f(1 / 3)) * t
    ln = f(2) * (s * tail + s) + f(e) * f(np.log(2))
    distance = f(deviation) * np.sqrt(f(-2) * ln)

    quarter = ((second + (1 << 29)) & MASK) >> 30
    x = signed((second - (quarter << 30)) & MASK, 32) * f(2 * np.pi / 2**32)
    t = x * x
    sine = (((f(1 / 362880) * t - f(1 / 5040)) * t + f(1 / 120)) * t - f(1 / 6)) * t * x + x
    cosine = (((f(1 / 40320) * t - f(1 / 720)) * t + f(1 / 24)) * t - f(0.5)) * t + f(1)
    along = [cosine, -sine, -cosine, sine][quarter]
    across = [sine, cosine, -sine, -cosine][quarter]
    return distance * (across if place % 2 else along)


tensors = {}
for seed in [0, 1, (1 << 40) + 5]:
    # conv1: 16 filters of 3 x 3 x 3, he_normal; conv2: 20 of 16 x 3 x 3, xavier_uniform; fc: 10 of 320, lecun_uniform, and its bias.
    tensors[f"{seed}/conv1.weight"] = [normal(seed, 0, i, (2 / 27) ** 0.5) for i in range(16 * 27)]
    tensors[f"{seed}/conv2.weight"] = [uniform(seed, 1, i, (6 / (144 + 180)) ** 0.5) for i in range(20 * 144)]
    tensors[f"{seed}/fc.weight"] = [uniform(seed, 2, i, 320**-0.5) for i in range(10 * 320)]
    tensors[f"{seed}/fc.bias"] = [uniform(seed, 3, i, 320**-0.5) for i in range(10)]

# Weights of `init = dirac`, by PyTorch's `dirac_`: more outputs than inputs and fewer, even and oblong kernels, groups, transposed convolutions.
for name, shape, groups in [
    ("wide", (20, 3, 3, 3), 1),
    ("narrow", (7, 20, 4, 3), 1),
    ("oblong", (36, 7, 1, 5), 1),
    ("depthwise", (36, 1, 3, 3), 36),
    ("groups", (40, 9, 2, 3), 4),
    ("blocks", (64, 20, 1, 1), 2),
    ("whole_blocks", (64, 32, 1, 1), 2),
    ("up1", (64, 8, 2, 2), 4),
    ("up2", (32, 20, 3, 1), 1),
]:
    tensors[f"dirac/{name}.weight"] = torch.nn.init.dirac_(torch.empty(shape), groups).numpy()
save_file({name: np.array(values, np.float32) for name, values in tensors.items()}, OUT)
