"""Write docs/reference/formula.md: every function, operator and global of formulas, from the tables that they run by.

python tools/formula_reference.py        write it
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pages import cell, rewritten
from upbeat.formula import export, functions, names, syntax
from upbeat.formula.functions import REFUSED, Function
from upbeat.formula.tree import INFIX

PAGE = Path(__file__).parents[1] / "docs/reference/formula.md"
_GROUPS = {
    "logic": functions.logic.LOGIC,
    "blank": functions.blank.BLANK,
    "picklist": functions.picklist.PICKLIST,
    "text": functions.text.TEXT,
    "pattern": functions.pattern.PATTERN,
    "markup": functions.markup.MARKUP,
    "json": functions.json.JSON,
    "date": functions.date.DATE,
    "math": functions.math.MATH,
    "place": functions.place.PLACE,
    "record": functions.record.RECORD,
    "lookup": functions.lookup.LOOKUP,
}
_OPERATORS = functions.operators.OPERATORS
_ALSO = {"=": ("==",), "<>": ("!=",)}  # other spellings


def made() -> str:
    """Give the page with its tables made anew."""
    return rewritten(PAGE.read_text(encoding="utf-8"), _table)


def _table(name: str) -> Iterator[str]:
    if name in _GROUPS:
        yield from _functions(_GROUPS[name])
    else:
        yield from _TABLES[name]()


def _functions(rows: Sequence[Function]) -> Iterator[str]:
    yield from ("| Function | Gives | Is |", "|---|---|---|")
    for row in rows:
        takes, _, gives = row.signature.partition("->")
        written = row.form or ", ".join(_argument(one.strip()) for one in takes.split(",") if one.strip())
        yield f"| `{row.name}({written})` | {_gives(gives.strip())} | {cell(row.does)} |"


def _argument(written: str) -> str:
    kinds = written.removeprefix("T:").rstrip("?.")
    if kinds in ("T", "any") or kinds.count("/") > 3:
        kinds = "value"
    if written.endswith("..."):
        return f"{kinds}, ..."
    return f"[{kinds}]" if written.endswith("?") else kinds


def _gives(kind: str) -> str:
    return "its type" if kind == "T" else kind


def _operators() -> Iterator[str]:
    yield from ("| | Operator | Between | Gives | Is |", "|---|---|---|---|---|")
    signs = [(name, list(rows)) for name, rows in groupby(_OPERATORS, key=lambda row: row.name)]
    yield "| 1 | `!`, `NOT` | a condition | boolean | True where the condition is false |"
    unary = next(row for row in _OPERATORS if row.name == "-" and len(row.shape.places) == 1)
    yield f"| 1 | `-`, `+` | a number | number | {unary.does}; `+` leaves it as it is |"
    strengths = sorted(set(INFIX.values()), reverse=True)
    for place_, strength in enumerate(strengths, 2):
        for name, rows in signs:
            for row in rows if INFIX[name] == strength else ():
                takes, _, gives = row.signature.partition("->")
                if row is not unary:
                    spelt = ", ".join(f"`{one}`" for one in (name, *_ALSO.get(name, ())))
                    between = takes.replace("T:", "").replace(", T", "").strip()
                    yield f"| {place_} | {spelt} | {between} | {_gives(gives.strip())} | {cell(row.does)} |"
    yield f"| {len(strengths) + 2} | `&&` | conditions | boolean | AND |"
    yield f"| {len(strengths) + 3} | `\\|\\|` | conditions | boolean | OR |"


def _globals() -> Iterator[str]:
    yield from ("| Global | Is |", "|---|---|")
    for name, target in names.RECORDS.items():
        yield f"| `{name}.Field` | A field of the {target} record, and of its parents, typed by the org's schema |"
    for name, kind in names.NAMED.items():
        yield f"| `{name}.Name` | {_NAMED[name]}: a {kind} |"
    for written in names.FORMS.values():
        yield f"| `{written}` | {_FORMED[written.partition('.')[0]]} |"
    for name, stands_for in names.FORMULAS.items():
        yield f"| `{name}` | `{stands_for}` |"
    yield f"| `{functions.lookup.RATES}` | What CURRENCYRATE looks in; it is not written |"


_NAMED = {
    "$Permission": "Whether the user has a custom permission",
    "$Label": "What a custom label says",
    "$Api": "An address of the org's API",
}
_FORMED = {
    "$Setup": "A field of a custom setting, typed by the org's schema",
    "$CustomMetadata": "A field of a record of custom metadata, typed by the org's schema",
    "$ObjectType": "A field of a custom object, for VLOOKUP alone",
}


def _refused() -> Iterator[str]:
    yield from ("| Function | Why not |", "|---|---|")
    for name, why in REFUSED.items():
        yield f"| `{name}` | It {why}. |"


def _limits() -> Iterator[str]:
    yield from ("| What | At most |", "|---|---|")
    yield f"| Characters of a formula | {syntax.MOST_CHARACTERS:,} |"
    yield f"| Characters of a formula that is exported to the org | {export.MOST_CHARACTERS:,} |"
    yield f"| Functions and operators within one another | {syntax.MOST_DEPTH} |"
    yield f"| Digits of a number | {syntax.MOST_DIGITS} |"
    yield f"| Characters of a text that a function makes | {functions.text.MOST_CHARACTERS:,} |"
    yield f"| Seconds that a regular expression may take | {functions.pattern.LONGEST_SECONDS} |"


_TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "operators": _operators,
    "globals": _globals,
    "refused": _refused,
    "limits": _limits,
}


if __name__ == "__main__":
    PAGE.write_text(made(), encoding="utf-8")
