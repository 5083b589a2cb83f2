"""The reference page and the JSON Schemas beside it say what the models say."""

import runpy
from pathlib import Path


def test_the_reference_is_up_to_date() -> None:
    tool = runpy.run_path(str(Path(__file__).parents[3] / "tools/workflow_files.py"))
    stale = [file.name for file, text in tool["made"]().items() if file.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python tools/workflow_files.py"
