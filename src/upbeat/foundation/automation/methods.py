"""Sales methodologies by their elements, and the fields of an org that evidently hold them."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from upbeat.foundation.deals import DEAL
from upbeat.foundation.ground import Ground

_MEDDIC: Final = ("metrics", "economic_buyer", "decision_criteria", "decision_process", "identify_pain", "champion")
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "MEDDPICC": (*_MEDDIC, "paper_process", "competition"),
    "MEDDIC": _MEDDIC,
    "BANT": ("budget", "authority", "need", "timeline"),
    "SPICED": ("situation", "pain", "impact", "critical_event", "decision"),
}
"""What each methodology asks of a deal, the longer one of two that begin alike first."""

_ALSO: Final = {
    "metrics": r"metrics?",
    "economic_buyer": r"economic_?buyers?",
    "decision_criteria": r"decision_?criteri(?:a|on)",
    "decision_process": r"decision_?process",
    "identify_pain": r"(?:identif(?:y|ied)|implicat(?:e|ed))_?(?:the_?)?pains?|pains?(?:_?points?)?",
    "champion": r"champions?",
    "paper_process": r"paper_?(?:process|work)",
    "competition": r"competition|competitors?",
    "timeline": r"time_?(?:line|frame)",
    "need": r"needs?",
}
_PREFIX: Final = r"(?:meddp?icc?|bant|spiced)?_?"
_SUFFIX: Final = r"_?(?:identified|notes?|details?|name|contact|text)?"
_LEAST: Final = 3  # elements by which a methodology is evident


def evident(ground: Ground) -> tuple[str, Mapping[str, str]]:
    """Give the methodology that an org's own fields of Opportunity are named after, and its elements' fields.

    Three elements make one evident; an empty name where none is.
    """
    if not ground.has(DEAL):
        return "", {}
    own = [one.name for one in ground.schema.object(DEAL).fields.values() if one.custom]
    best: tuple[str, dict[str, str]] = ("", {})
    for name, elements in METHODS.items():
        found = {element: field for element in elements if (field := _field(element, own))}
        if len(found) >= _LEAST and _share(name, found) > _share(*best):
            best = name, found
    return best


def lacking(method: str, elements: Iterable[str]) -> tuple[str, ...]:
    """Give the elements of a methodology that none of these names is for, however it is spelt; of an own one, none."""
    named = list(elements)
    return tuple(one for one in METHODS.get(method.upper(), ()) if not any(_is(one, name) for name in named))


def _is(element: str, name: str) -> bool:
    pattern = f"{_PREFIX}(?:{_ALSO.get(element, element)}){_SUFFIX}"
    return re.fullmatch(pattern, name.replace("-", "_").replace(" ", "_"), re.IGNORECASE) is not None


def _share(name: str, found: Mapping[str, str]) -> float:
    return len(found) / len(METHODS[name]) if name else 0.0


def _field(element: str, names: list[str]) -> str:
    return next((one for one in names if _is(element, one.removesuffix("__c"))), "")
