"""classify_request: of what kind a free text is, by cues, with the words that proved it; a doubt is a person's.

A model may read the text as well, where the step's agent has one. The rules decide: what they are sure of holds unless
the model is sure of another kind, which is a doubt; only where they are in doubt does the model's word tell the kind.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from upbeat.domain import Hold
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.steps.cues import Mention, mentions
from upbeat.steps.model_word import BY_MODEL, Word, question_of, word_of
from upbeat.workflows import Cell, Column, FunctionSpec, Kind, Parameter, Task

SURE: Final = Decimal("0.7")  # unless the step says otherwise: three words of one kind outweigh one of another
UNSAID: Final = Decimal("0.25")  # of a word: what a text may mean beside its cues, so that one word alone gives 0.8
DUE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is about, how sure that is, from 0 to 1, and all that it mentions. No mention, no kind."""

    kind: str
    confidence: Decimal
    mentions: Sequence[Mention]
    why: str

    @property
    def quote(self) -> str:
        """The first words that speak of the kind, as the text has them."""
        return next((one.quote for one in self.mentions if one.kind == self.kind), "")


def read(text: str, cues: Mapping[str, Sequence[str]]) -> Reading:
    """Give the kind whose cues outweigh the others'. A cue weighs as much as it has words.

    The confidence is the kind's weight among all that the text says, and a quarter of a word that it leaves unsaid.
    """
    found = mentions(text, cues)
    weights = defaultdict[str, int](int)
    for one in found:
        weights[one.kind] += one.weight
    if not weights:
        return Reading("", Decimal(0), (), "no cue of any kind stands in it" if text.strip() else "there is no text")
    kind = max(weights, key=lambda one: weights[one])  # of equals the one that the text names first
    confidence = Decimal(weights[kind]) / (sum(weights.values()) + UNSAID)
    said = (f"{name} by {', '.join(repr(one.cue) for one in found if one.kind == name)}" for name in weights)
    return Reading(kind, round(confidence, 2), found, "; ".join(said))


def _run(case: Case) -> Result:
    args = case.args
    if case.answer is not None:
        note = f" ({case.answer.note})" if case.answer.note else ""
        return Result(_gives(case.answer.choice, "a person", f"{case.answer.by} said so{note}"))
    text, kinds, sure = str(args["text"] or ""), _cues(args), args.get("sure", SURE)
    found, word = read(text, kinds), word_of(case.enriched, text, kinds)
    by_rules = found.kind if found.confidence >= sure else ""
    by_model = word.kind if word.confidence >= sure else ""
    why = "; ".join(filter(None, (found.why, word.why)))
    dropped = {"dropped": word.dropped}
    if by_rules and by_model in {"", by_rules}:
        return Result(_gives(by_rules, "rules", why) | _proof(found) | dropped)
    if by_model and not by_rules:
        return Result(_gives(by_model, BY_MODEL, why) | _proof(word) | dropped)
    doubt = {"doubt": True, "confidence": to_json(found.confidence)} | dropped
    other, why = str(args.get("otherwise") or ""), f"in doubt: {why}"
    if other:
        return Result(_gives(other, "otherwise", why) | doubt)
    return Result(_gives(None, None, why) | doubt, hold=_question(case, found, word), waits=True)


def _cues(args: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    return {row["kind"]: row.get("cues", ()) for row in args["kinds"]}


def _proof(one: Reading | Word) -> dict[str, Any]:
    return {"confidence": to_json(one.confidence), "quote": one.quote or None}


def _gives(kind: str | None, by: str | None, why: str) -> dict[str, Any]:
    return {"kind": kind, "by": by, "why": why, "quote": None, "confidence": None, "doubt": False, "dropped": 0}


def _question(case: Case, found: Reading, word: Word) -> Hold:
    args, choices = case.args, tuple(row["kind"] for row in case.args["kinds"])
    quotes = (f"{one.kind}: \u201c{one.quote}\u201d" for one in found.mentions)
    reasons = (found.why, *filter(None, (word.why,)), *dict.fromkeys(quotes), *case.reasons)
    return case.hold(
        "classification", "what is asked for?", str(args.get("of") or ""), args.get("due", DUE), choices, reasons
    )


CLASSIFY_REQUEST = Function(
    FunctionSpec(
        name="classify_request",
        does="Tells of what kind a free text is by its cues, with the words that say so, and by its agent's model "
        "where they leave a doubt; in doubt a person says it.",
        to_model=("text",),
        task=Task.CLASSIFICATION,
        parameters={
            "text": Parameter(Kind.TEXT),
            "kinds": Parameter(
                Kind.ROWS,
                columns={"kind": Column(Cell.TEXT, unique=True), "cues": Column(Cell.TEXTS, required=False)},
            ),
            "sure": Parameter(Kind.NUMBER, required=False),
            "otherwise": Parameter(Kind.TEXT, required=False),
            "of": Parameter(Kind.USER, required=False),
            "due": Parameter(Kind.DURATION, required=False),
        },
        gives={
            "kind": Type.TEXT,
            "by": Type.TEXT,
            "why": Type.TEXT,
            "quote": Type.TEXT,
            "confidence": Type.NUMBER,
            "doubt": Type.BOOLEAN,
            "dropped": Type.NUMBER,
        },
        asks_person=True,
    ),
    _run,
    lambda args, _: question_of(str(args["text"] or ""), _cues(args)),
)
