"""References for tests/checkpoints.rs: one small state dict in every kind of checkpoint that training scripts save.

Rerun:  python tests/python/checkpoints.py    (needs torch and numpy; writes tests/reference/checkpoints/)

`expected.txt` has one line per file: its name, whether `torch.load(file, weights_only=True)` accepts it, whether `Small().load_state_dict` accepts the
state dict in it, and the resulting bits of the counter and of all floats, in the order of the state dict.
"""

import argparse
import collections
import copy
import dataclasses
import datetime
import decimal
import enum
import pathlib
import uuid
import warnings
from collections import OrderedDict

import numpy as np
import torch
from weights import Small, prefixed, start

OUT = pathlib.Path(__file__).parent.parent / "reference" / "checkpoints"
warnings.simplefilter("ignore")


class Dict(OrderedDict):
    """An ordered dict of one's own."""


class PlainDict(dict):
    """A dict of one's own."""


@dataclasses.dataclass
class Config:
    width: int = 3


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenConfig:
    width: int = 3


class Phase(enum.Enum):
    TRAIN = 1


Point = collections.namedtuple("Point", "x y")


class Tagged(torch.Tensor):
    """A tensor of one's own."""


class Attack:
    def __reduce__(self):
        import os

        return os.system, ("touch /tmp/athena-was-run",)


def state():
    return start(Small()).eval().state_dict()


def beside(value, **others):
    return {"state_dict": state(), "extra": value, **others}


def counted(counter):
    return state() | {"bn1.num_batches_tracked": counter}


def floats(dtype, everything=False):
    return {k: v.to(dtype) if everything or v.is_floating_point() else v for k, v in state().items()}


def tagged():
    result = state()
    result["bn1.bias"].note = "a tensor with an attribute"
    result["fc.weight"] = torch.nn.Parameter(result["fc.weight"])
    result["fc.weight"].no_decay = True
    return result


def subclassed():
    return {k: v.as_subclass(Tagged) if k == "fc.weight" else v for k, v in state().items()}


def optimised(optimiser, scheduler):
    model = start(Small())
    optimiser = optimiser(model.parameters())
    scheduler = scheduler(optimiser)
    model(torch.ones(2, 2, 4, 4)).sum().backward()
    optimiser.step()
    scheduler.step()
    return {"model": state(), "optimizer": optimiser.state_dict(), "lr_scheduler": scheduler.state_dict(), "epoch": 3}


def lightning():
    """The keys of a checkpoint of Lightning 2."""
    return {
        "epoch": 4,
        "global_step": 100,
        "pytorch-lightning_version": "2.4.0",
        "state_dict": prefixed(state(), "model."),
        "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 5}}}},
        "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_path": pathlib.PurePosixPath("a/b"), "best_k_models": {}}},
        "optimizer_states": [torch.optim.Adam(Small().parameters()).state_dict()],
        "lr_schedulers": [{"base_lrs": [0.1], "last_epoch": 4}],
        "hparams_name": "kwargs",
        "hyper_parameters": {"lr": 0.1, "namespace": argparse.Namespace(a=1), "dtype": torch.float32},
    }


def quantised():
    return torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8)


def cyclic():
    ring = []
    ring.append(ring)
    return ring


def deep(levels=150):
    result = []
    for _ in range(levels):
        result = [result]
    return result


KINDS = {
    # Other contents next to the state dict.
    "size": lambda: beside(torch.Size([1, 2])),
    "device": lambda: beside(torch.device("cuda:1")),
    "dtype": lambda: beside([torch.float32, torch.float8_e5m2, torch.int64]),
    "set": lambda: beside({1, "two", (3,)}),
    "frozenset": lambda: beside(frozenset([1, 2])),
    "counter": lambda: beside(collections.Counter("abca")),
    "defaultdict": lambda: beside(collections.defaultdict(list, a=[1])),
    "deque": lambda: beside(collections.deque([1, 2], maxlen=5)),
    "ordered_dict": lambda: beside(OrderedDict(a=1)),
    "complex": lambda: beside(1 + 2j),
    "complex_tensor": lambda: beside([torch.ones(2, dtype=torch.complex64), torch.ones(2, dtype=torch.complex128), torch.ones(2, dtype=torch.complex32)][:2]),
    "float8_tensor": lambda: beside([torch.ones(4).to(getattr(torch, f"float8_{t}")) for t in ["e4m3fn", "e5m2", "e4m3fnuz", "e5m2fnuz"]]),
    "unsigned_tensor": lambda: beside([torch.ones(4).to(t) for t in [torch.uint16, torch.uint32, torch.uint64]]),
    "sparse": lambda: beside(torch.eye(3).to_sparse()),
    "sparse_csr": lambda: beside(torch.eye(3).to_sparse_csr()),
    "quantised": lambda: beside(quantised()),
    "quantised_per_channel": lambda: beside(torch.quantize_per_channel(torch.ones(2, 2), torch.ones(2), torch.zeros(2), 0, torch.quint8)),
    "quantised_qint32": lambda: beside(torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint32)),
    "nested_tensor": lambda: beside(torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])),
    "meta_tensor": lambda: beside(torch.empty(3, device="meta")),
    "empty_tensor": lambda: beside([torch.empty(0), torch.empty(0, 3)]),
    "untyped_storage": lambda: beside(torch.ones(3).untyped_storage()),
    "typed_storage": lambda: beside(torch.FloatStorage([1.0, 2.0])),
    "bytes": lambda: beside([b"", b"\x00\xff", bytearray(b"abc")]),
    "namespace": lambda: beside(argparse.Namespace(lr=0.1, path=pathlib.PurePosixPath("x"))),
    "numpy_scalars": lambda: beside([np.float64(1.5), np.int64(3), np.bool_(True), np.float32(2)]),
    "numpy_array": lambda: beside([np.arange(6.0).reshape(2, 3), np.array(["a", "b"]), np.array([{}], dtype=object)]),
    "numpy_random": lambda: beside(np.random.get_state()),
    "path": lambda: beside([pathlib.PurePosixPath("a/b"), pathlib.PureWindowsPath("c")]),
    "dates": lambda: beside([datetime.datetime(2024, 1, 2), datetime.date(2024, 1, 2), datetime.timedelta(1), datetime.timezone.utc]),
    "decimal_uuid": lambda: beside([decimal.Decimal("1.5"), uuid.UUID(int=5)]),
    "dataclass": lambda: beside([Config(), FrozenConfig()]),
    "enum_namedtuple": lambda: beside([Phase.TRAIN, Point(1, 2), slice(1, 2), range(3), ...]),
    "functions": lambda: beside([len, torch.nn.functional.relu, "abc".upper, torch.optim.SGD]),
    "module": lambda: beside(torch.nn.Linear(2, 2)),
    "criterion_generator": lambda: beside([torch.get_rng_state(), torch.nn.CrossEntropyLoss()]),
    "cycle": lambda: beside(cyclic()),
    "deep": lambda: beside(deep()),
    "large_integers": lambda: beside([2**70, -(2**2000), 1e300, float("nan")]),
    "attack": lambda: beside(Attack()),
    # Variants of the state dict itself.
    "dict_subclass": lambda: Dict(state()),
    "plain_dict_subclass": lambda: PlainDict(state()),
    "defaultdict_of_tensors": lambda: collections.defaultdict(int, state()),
    "wrapped_subclass": lambda: {"state_dict": Dict(state())},
    "attributes": tagged,
    "tensor_subclass": subclassed,
    "numpy_values": lambda: {k: v.numpy() for k, v in state().items()},
    "sparse_weight": lambda: state() | {"fc.weight": state()["fc.weight"].to_sparse()},
    "quantised_weight": lambda: state() | {"fc.bias": torch.quantize_per_tensor(state()["fc.bias"], 0.1, 0, torch.qint8)},
    "all_half": lambda: floats(torch.float16, everything=True),
    "all_bfloat16": lambda: floats(torch.bfloat16, everything=True),
    "all_float": lambda: floats(torch.float32, everything=True),
    "all_double": lambda: floats(torch.float64, everything=True),
    "all_float8": lambda: floats(torch.float8_e4m3fn, everything=True),
    "all_float8_e5m2": lambda: floats(torch.float8_e5m2, everything=True),
    "counter_of_one": lambda: counted(torch.tensor([5])),
    "counter_of_one_float": lambda: counted(torch.tensor([5.0])),
    "counter_int32": lambda: counted(torch.tensor(5, dtype=torch.int32)),
    "counter_nan": lambda: counted(torch.tensor(float("nan"))),
    "counter_fraction": lambda: counted(torch.tensor(1.5)),
    "counter_negative": lambda: counted(torch.tensor(-5.0)),
    # Places of the state dict.
    "lightning": lightning,
    "optimiser_sgd": lambda: optimised(lambda p: torch.optim.SGD(p, 0.1, momentum=0.9), lambda o: torch.optim.lr_scheduler.StepLR(o, 1)),
    "optimiser_adam": lambda: optimised(torch.optim.AdamW, lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 3)),
    "one_cycle": lambda: optimised(lambda p: torch.optim.SGD(p, 0.1), lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, 10)),
    "network": lambda: {"network": state()},
    "model_state": lambda: {"model_state": state(), "cfg": "text"},
    "two_deep": lambda: {"model": {"state_dict": state()}},
    "ema_beside": lambda: {"state_dict": state(), "state_dict_ema": {k: v * 2 for k, v in state().items()}},
    **{f"prefix_{p.replace('.', '_').strip('_')}": lambda p=p: prefixed(state(), p) for p in [
        "module.", "_orig_mod.", "model.", "net.", "backbone.", "encoder.", "module.model.", "model._orig_mod.", "model.net.", "model.encoder.backbone.",
    ]},
}
# The contents of the same names, in the most different forms of pickles.
PROTOCOLS = ["set", "bytes", "namespace", "dataclass", "complex", "lightning", "dict_subclass", "numpy_scalars"]
LEGACY = ["size", "set", "sparse", "quantised", "complex_tensor", "namespace", "all_half", "lightning"]


def state_dict_of(loaded):
    """The object that a user would pass to `load_state_dict`."""
    for key in ["state_dict", "model", "network", "model_state", "state_dict"]:
        if key in loaded and isinstance(loaded[key], dict):
            loaded = loaded[key]
    names = list(Small().state_dict())
    suffix = next(k for k in loaded if k.endswith(names[0]))
    return {k.removeprefix(suffix.removesuffix(names[0])): v for k, v in loaded.items()}


def bits(model):
    values = []
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            values += tensor.flatten().view(torch.int32).tolist()
        else:
            values.append(int(tensor))
    return " ".join(f"{value & 0xFFFFFFFFFFFFFFFF if value >= 0 else value & 0xFFFFFFFF:x}" for value in values)


def line(name):
    path = OUT / name
    try:
        torch.load(path, weights_only=True)
        safe = "safe"
    except Exception:
        safe = "unsafe"
    model = start(Small())
    torch.nn.init.zeros_(model.fc.weight)
    try:
        if name.startswith("attack"):
            raise ValueError("nothing is run here either")
        model.load_state_dict(state_dict_of(torch.load(path, weights_only=False)))
        return f"{name} {safe} loads {bits(model)}"
    except Exception:
        return f"{name} {safe} refused"


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    names = []

    def save(name, value, **how):
        torch.save(value, OUT / name, **how)
        names.append(name)

    for kind, make in KINDS.items():
        save(f"{kind}.pth", copy.copy(make()))
    for kind in PROTOCOLS:
        save(f"{kind}.protocol4.pth", KINDS[kind](), pickle_protocol=4)
    for kind in LEGACY:
        save(f"{kind}.legacy.pth", KINDS[kind](), _use_new_zipfile_serialization=False)
    (OUT / "expected.txt").write_text("".join(line(name) + "\n" for name in names))


if __name__ == "__main__":
    main()
