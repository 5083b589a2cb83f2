"""The message classes are what the proto file says."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_generated_messages_are_fresh(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_pubsub", ROOT / "tools" / "build_pubsub.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.build(tmp_path)
    fresh = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert {name: (tool.OUT / name).read_text() for name in fresh} == fresh, "run python tools/build_pubsub.py"
