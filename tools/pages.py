"""Pages of the docs that are partly made: what stands between `<!-- table: NAME -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Iterable

_BLOCK = re.compile(r"(<!-- table: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewritten(page: str, table: Callable[[str], Iterable[str]]) -> str:
    """Give the page with every table made anew, each of the lines that `table` gives for its name."""
    return _BLOCK.sub(lambda found: "\n".join([found[1], *table(found[2]), "", found[3]]), page)


def cell(text: str) -> str:
    """Write a text as a table's cell holds it."""
    return text.replace("|", "\\|").replace("\n", " ")
