"""Write the table of docs/reference/tiers.md from the one that the gate is tested by.

python tools/tiers.py        write it
"""

from collections.abc import Iterator
from pathlib import Path

from pages import cell, rewritten

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/tiers.md"
TABLE = ROOT / "tests/unit/gate/tiers.txt"


def made() -> str:
    """Give the page's text."""
    return rewritten(PAGE.read_text(encoding="utf-8"), lambda _: _sections())


def _sections() -> Iterator[str]:
    """Give a heading and a table for each part of the file; what stands above the first part is the file's own."""
    _, *parts = TABLE.read_text(encoding="utf-8").split("\n\n")
    for part in parts:
        title, *rows = part.strip().splitlines()
        yield from ("", f"### {title.removeprefix('# ').capitalize()}", "")
        yield from ("| What happens | The deal | The write | Means | Tier | Released by |", "|---|---|---|---|---|---|")
        for row in rows:
            name, state, act, sets, *rest = (one.strip() for one in row.split(" | "))
            write = act if sets == "-" else f"{act}: `{sets}`"
            yield f"| {' | '.join(cell(one) for one in (name, state, write, *rest))} |"


if __name__ == "__main__":
    PAGE.write_text(made(), encoding="utf-8")
