"""Writes torchvision's state-dict keys and shapes, which the path rules of `resnet!` are compared with."""
import pathlib
import torchvision

for name in ["resnet18", "resnet50", "resnext50_32x4d", "mobilenet_v2", "densenet121"]:
    state = getattr(torchvision.models, name)().state_dict()
    lines = [f"{key} {'x'.join(map(str, tensor.shape))}".rstrip() for key, tensor in state.items()]
    (pathlib.Path(__file__).parent / f"{name}.txt").write_text("\n".join(sorted(lines)) + "\n")
