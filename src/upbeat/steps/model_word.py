"""What a model said of a text, held against the text: an answer without words that stand in it is dropped."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from upbeat.channels.enrich import Said
from upbeat.steps.enriched import Enriched

BY_MODEL: Final = "model"  # what `by` says where nothing but a model's word tells the kind


@dataclass(frozen=True, slots=True)
class Word:
    """The kind that a model read, its quote and how sure it says it is; why there is none. `dropped` counts answers."""

    kind: str = ""
    quote: str = ""
    confidence: Decimal = Decimal(0)
    why: str = ""
    dropped: int = 0


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
