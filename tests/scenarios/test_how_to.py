"""The examples that show how to test a workflow run as they stand."""

import re
from pathlib import Path

import upbeat.testing

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "test-your-workflow.md"


def run(text: str) -> None:
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert example is not None
    names: dict[str, object] = {}
    exec(example[1], names)
    for name, test in names.items():
        if name.startswith("test_"):
            test()


def test_the_first_example_of_the_page_holds() -> None:
    run(PAGE.read_text())


def test_the_example_of_the_module_holds() -> None:
    run(upbeat.testing.__doc__ or "")
