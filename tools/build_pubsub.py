"""Compile src/upbeat/pubsub/pubsub_api.proto into the message classes beside it: `python tools/build_pubsub.py`."""

import sys
from importlib import resources
from pathlib import Path

from grpc_tools import protoc

ROOM = Path(__file__).parent.parent / "src/upbeat/pubsub"
OUT = ROOM / "_generated"


def build(out: Path) -> None:
    """Write the classes and their types into a folder. Exits where the compiler finds a mistake."""
    known = resources.files("grpc_tools").joinpath("_proto")
    command = ["protoc", f"-I{ROOM}", f"-I{known}", f"--python_out={out}", f"--pyi_out={out}", "pubsub_api.proto"]
    if status := protoc.main(command):
        sys.exit(status)


if __name__ == "__main__":
    build(OUT)
