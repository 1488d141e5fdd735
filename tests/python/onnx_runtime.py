#!/usr/bin/env python3
"""Runs the files that tests/onnx_runtime.rs exported in ONNX Runtime, and compares the outputs.

    python tests/python/onnx_runtime.py FOLDER            needs onnx, onnxruntime, numpy, safetensors (all by pip)

FOLDER has `case.safetensors` with `images` and the `outputs` that athena's `predict` gives for them, the network's state dict
`state.safetensors`, and the network as `kept.onnx` and, with its batch norms folded, `folded.onnx`. Each file must pass
onnx.checker, shapes inferred; give the outputs for all images, and for each alone; and `kept.onnx` must have the state dict under
its own names, bit for bit. Prints the largest difference relative to the largest output, and fails if it is more than TOLERANCE.
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


def difference(path, images, outputs):
    """The largest difference, for all images at once and one by one, relative to the largest output."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    batches = [session.run(["output"], {"input": images})[0]]
    batches.append(np.concatenate([session.run(["output"], {"input": image[None]})[0] for image in images]))
    for found in batches:
        assert found.shape == outputs.shape, f"{path.name} gives {found.shape}, not {outputs.shape}"
        assert np.isfinite(found).all(), f"{path.name} gives numbers that are not finite"
    return max(float(np.abs(found - outputs).max()) for found in batches) / float(np.abs(outputs).max())


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
    images, outputs = case["images"], case["outputs"]
    failed = False
    for name in ("kept", "folded"):
        path = folder / f"{name}.onnx"
        onnx.checker.check_model(str(path), full_check=True)
        model = onnx.load(str(path))
        if name == "kept":
            check_names(model, load_file(folder / "state.safetensors"))
        found = difference(path, images, outputs)
        failed |= not found <= TOLERANCE
        opset = model.opset_import[0].version
        print(f"  {name}: {len(model.graph.node)} nodes, opset {opset}, {path.stat().st_size} bytes, difference {found:.1e}")
    sys.exit(f"differences are over {TOLERANCE:.0e}" if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
