"""What a model is asked of a text, and what it said of it: an answer without words that stand there is dropped."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta

from upbeat.base import encode, schema_of
from upbeat.channels.enrich import Said
from upbeat.llm import Question
from upbeat.steps.enriched import Enriched

BY_MODEL: Final = "model"  # what `by` says where nothing but a model's word tells the kind
INSTRUCTION: Final = (
    "Say of which kind the text is, by what its writer asks for. Answer with one of the kinds, or with an empty one "
    "where it is none of them; with the words of the text that say so, copied exactly and as few as prove it; and with "
    "how sure you are, from 0 to 1. 'kinds' gives, by kind, words that often speak of it."
)


@dataclass(frozen=True, slots=True)
class Classified:
    """The form in which a model answers."""

    kind: str
    quote: str
    confidence: Annotated[float, Meta(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Word:
    """The kind that a model read, its quote and how sure it says it is; why there is none. `dropped` counts answers."""

    kind: str = ""
    quote: str = ""
    confidence: Decimal = Decimal(0)
    why: str = ""
    dropped: int = 0


def question_of(text: str, kinds: Mapping[str, Sequence[str]]) -> Question[Classified] | None:
    """Give what a model is asked of a text; nothing where there is none."""
    if not text.strip():
        return None
    schema = schema_of(Classified, {"kind": [*kinds, ""]})
    return Question(INSTRUCTION, {"kinds": encode(kinds), "text": text.strip()}, schema, Classified)


def word_of(found: Enriched | None, text: str, kinds: Collection[str]) -> Word:
    """Give what a model said, where it names one of the kinds by words that stand in the text."""
    if found is None:
        return Word()
    if found.status != Said.FOUND:
        return Word(why=f"{found.source} was not heard ({found.status}): {found.why}")
    kind, quote = str(found.values["kind"]), str(found.values["quote"])
    if not kind:
        return Word(why=f"{found.source} reads none of the kinds in it")
    if kind not in kinds:
        return Word(why=f"{found.source} names {kind}, which is none of the kinds: dropped", dropped=1)
    if not quote.strip() or quote not in text:
        return Word(why=f"{found.source} says {kind} by words that do not stand in the text: dropped", dropped=1)
    sure = Decimal(str(found.values["confidence"]))
    return Word(kind, quote, sure, f"{found.source} reads {kind} in \u201c{quote}\u201d, {sure:.0%} sure")
