"""Which field an org evidently means where fields.yaml names none: by its name, and by nothing else in it."""

import re
from collections.abc import Collection
from typing import Final

from upbeat.base import plain
from upbeat.foundation.ground import Ground
from upbeat.schema import Field, FieldType

_HOLDS: Final = frozenset({FieldType.PICKLIST, FieldType.STRING, FieldType.DOUBLE, FieldType.INT})


def evident(ground: Ground, name: str, word: str, beside: Collection[str] = ()) -> Field | None:
    """Give the one custom field of an object that is called by this word, None for none and for several.

    `beside` are the words that may stand around it: a support tier is no tier of accounts.
    """
    if not ground.has(name):
        return None
    found = [
        one
        for one in ground.schema.object(name).fields.values()
        if one.custom and one.type in _HOLDS and any(_called(text, word, beside) for text in (one.name, one.label))
    ]
    return found[0] if len(found) == 1 else None


def _called(text: str, word: str, beside: Collection[str]) -> bool:
    words = re.findall(r"[a-z]+", plain(re.sub(r"([a-z])([A-Z])", r"\1 \2", text.removesuffix("__c"))))
    return word in words and set(words) <= {word, *beside}
