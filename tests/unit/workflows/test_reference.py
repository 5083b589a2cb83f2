"""The reference page of the files says what the models say."""

import runpy
from pathlib import Path


def test_the_reference_page_is_up_to_date() -> None:
    tool = runpy.run_path(str(Path(__file__).parents[3] / "tools/workflow_files.py"))
    page = tool["PAGE"].read_text(encoding="utf-8")
    assert tool["written"](page) == page, "run: python tools/workflow_files.py"
