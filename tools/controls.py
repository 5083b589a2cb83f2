"""Write docs/reference/controls.md, the control-evidence map, from the controls themselves.

python tools/controls.py        write it
"""

from collections.abc import Iterator
from pathlib import Path

from pages import cell, rewritten
from upbeat.operations import CONTROLS, CRITERIA

PAGE = Path(__file__).parents[1] / "docs/reference/controls.md"


def page() -> str:
    """Give the page with both tables as they are made now."""
    return rewritten(PAGE.read_text(encoding="utf-8"), _table)


def _table(name: str) -> Iterator[str]:
    yield ""
    if name == "criteria":
        yield "| Criterion | Asks, in our words, that |"
        yield "|---|---|"
        yield from (f"| {key} | {cell(words)} |" for key, words in CRITERIA.items())
        return
    yield "| Control | Criteria | Laws | Held by | Tests | Evidence |"
    yield "|---|---|---|---|---|---|"
    for one in CONTROLS:
        laws = ", ".join(f"[{law}](../laws.md)" for law in one.laws)
        tests = "<br>".join(f"`{test}`" for test in one.tests)
        shown = "<br>".join(f"`{command}`" for command in one.commands)
        criteria = ", ".join(one.criteria)
        yield f"| {cell(one.title)} (`{one.name}`) | {criteria} | {laws} | {cell(one.held)} | {tests} | {shown} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
