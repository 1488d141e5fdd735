#!/usr/bin/env python3
"""Runs the files that tests/onnx_runtime.rs exported in ONNX Runtime, and compares the outputs.

    python tests/python/onnx_runtime.py FOLDER            needs onnx, onnxruntime, numpy, safetensors (all by pip)

FOLDER has `case.safetensors` with each `inputs/NAME` and each of the `outputs/NAME` that athena's `predict` gives for them, the
network's state dict `state.safetensors`, and the network as `kept.onnx` and, with its batch norms folded, `folded.onnx`. Each file
must pass onnx.checker, shapes inferred; have the inputs and outputs by their names; give the outputs for all images, and for each
alone; and `kept.onnx` must have the state dict under its own names, bit for bit. Prints the largest difference relative to the
output's largest number, and fails if it is more than TOLERANCE.
"""
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from safetensors.numpy import load_file

TOLERANCE = 1e-5
COUNTER = "num_batches_tracked"


def difference(path, inputs, outputs):
    """The largest difference, for all images at once and one by one, relative to the output's largest number."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    for ports, names in ((session.get_inputs(), inputs), (session.get_outputs(), outputs)):
        assert {port.name for port in ports} == set(names), f"{path.name} has {[port.name for port in ports]}, not {list(names)}"
    count = len(next(iter(inputs.values())))
    single = [session.run(list(outputs), {name: x[i : i + 1] for name, x in inputs.items()}) for i in range(count)]
    batches = [session.run(list(outputs), inputs), [np.concatenate(parts) for parts in zip(*single)]]
    worst = 0.0
    for batch in batches:
        for (name, wanted), found in zip(outputs.items(), batch):
            assert found.shape == wanted.shape, f"{path.name} gives {found.shape} for {name}, not {wanted.shape}"
            assert np.isfinite(found).all(), f"{path.name} gives numbers that are not finite"
            worst = max(worst, float(np.abs(found - wanted).max() / np.abs(wanted).max()))
    return worst


def check_names(model, state):
    """Checks that the file has the state dict, under its keys."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    for key, values in state.items():
        if key.endswith(COUNTER):
            continue
        assert key in constants, f"there is no {key}"
        found = numpy_helper.to_array(constants[key])
        assert found.shape == values.shape and found.tobytes() == values.tobytes(), f"{key} differs"


def main(folder):
    case = load_file(folder / "case.safetensors")
    of = lambda group: {name.split("/")[1]: tensor for name, tensor in case.items() if name.startswith(group)}
    inputs, outputs = of("inputs/"), of("outputs/")
    failed = False
    for name in ("kept", "folded"):
        path = folder / f"{name}.onnx"
        onnx.checker.check_model(str(path), full_check=True)
        model = onnx.load(str(path))
        if name == "kept":
            check_names(model, load_file(folder / "state.safetensors"))
        found = difference(path, inputs, outputs)
        failed |= not found <= TOLERANCE
        opset = model.opset_import[0].version
        print(f"  {name}: {len(model.graph.node)} nodes, opset {opset}, {path.stat().st_size} bytes, difference {found:.1e}")
    sys.exit(f"differences are over {TOLERANCE:.0e}" if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
