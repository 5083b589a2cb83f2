"""Queries asked of soql-parser-js beside ours: what both read, and whether they read the same."""

import json
import random
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from oracles.voice import Answer, Disagreement, Findings, ask
from upbeat.soql import SoqlError, parse
from upbeat.soql.query import Query
from upbeat.soql.tree import And, Comparison, Condition, Membership, Not, Or, Select, Semijoin

HERE = Path(__file__).parent
BENT = 1_000
_WORDS = re.compile(r"'(?:[^'\\]|\\.)*'|[\w.:+-]+|\s+|[<>!]=|<>|.", re.DOTALL)


def written() -> list[str]:
    """Give the queries of queries.txt."""
    lines = HERE.joinpath("queries.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def bent() -> list[str]:
    """Give queries of queries.txt with a word left out, doubled, or put in another's place, the same every time."""
    chance, found = random.Random(3), dict[str, None]()  # noqa: S311 - the same queries every time, no secret
    readable = [text for text in written() if _ours(text)]
    while len(found) < BENT:
        words = _WORDS.findall(chance.choice(readable))
        place, other = chance.randrange(len(words)), chance.randrange(len(words))
        words[place] = chance.choice(["", words[place] * 2, f"{words[place]} {words[place]}", words[other]])
        found["".join(words)] = None
    return list(found)


def findings(texts: Iterable[str]) -> Findings:
    """Ask for each query; where both read it, their tree's parts are ours, and what they write of it reads as ours."""
    listed = list(texts)
    answers = ask(json.dumps({"oracle": "soql", "text": text}) for text in listed)
    differing = [one for text, theirs in zip(listed, answers, strict=True) for one in _differing(text, theirs)]
    return Findings(asked=len(listed), agreed=len(listed) - len(differing), disagreements=differing)


def _differing(text: str, theirs: Answer) -> Iterator[Disagreement]:
    query = _ours(text)
    if query is None or theirs.error:
        if query or not theirs.error:
            ours = str(query) if query else f"error: {_refusal(text)}"
            yield Disagreement("soql-parser-js", text, ours, theirs.told)
    elif (parts := _parts(query.select)) != theirs.parts:
        yield Disagreement("soql-parser-js", text, _written(parts, theirs.parts), _written(theirs.parts, parts))
    elif _ours(theirs.value) != query:
        yield Disagreement("soql-parser-js", text, str(query), f"reads the same, writes: {theirs.told}")


def _parts(select: Select) -> dict[str, Any]:
    """Give what answer.mjs gives of their tree."""
    return {
        "from": select.source.name,
        "fields": len(select.fields),
        "where": sorted(_operators(select.where)),
        "groups": len(select.group_by) if select.subtotals is None else 1,
        "having": sorted(_operators(select.having)),
        "order": [[term.descending, term.nulls and term.nulls.value] for term in select.order_by],
        "limit": select.limit,
        "offset": select.offset,
    }


def _operators(condition: Condition | None) -> Iterator[str]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _operators(part)
        case Not(part):
            yield "NOT"
            yield from _operators(part)
        case Comparison():
            yield condition.operator
        case Membership() | Semijoin():
            yield condition.choice
        case None:
            pass


def _written(parts: dict[str, Any], others: dict[str, Any]) -> str:
    return ", ".join(f"{name} {json.dumps(value)}" for name, value in parts.items() if value != others[name])


@cache
def _ours(text: str) -> Query | None:
    with suppress(SoqlError):
        return parse(text)
    return None


def _refusal(text: str) -> str:
    try:
        parse(text)
    except SoqlError as error:
        return error.what
    return ""
