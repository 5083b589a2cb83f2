"""The people of a talk as they are spoken of: by first name, in a call to them, or as `you`."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from upbeat.conversation.speech import Sentence
from upbeat.conversation.values import Conversation, Side

_TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "prof", "miss"})
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")


@dataclass(frozen=True)
class People:
    """Who takes part. A first name that two of them bear names nobody."""

    conversation: Conversation

    @cached_property
    def by_name(self) -> dict[str, int]:
        """The place among the parties by each name that is theirs alone, in small letters."""
        found: dict[str, set[int]] = {}
        for at, party in enumerate(self.conversation.parties):
            for name in (party.name, *party.labels):
                parts = [one for one in _WORD.findall(name.lower().replace("\u2019", "'")) if one not in _TITLES]
                if not parts:
                    continue
                first = parts[0].removesuffix("'s")
                if len(first) > 1:
                    found.setdefault(first, set()).add(at)
        return {name: next(iter(places)) for name, places in found.items() if len(places) == 1}

    def across(self, sentence: Sentence) -> int | None:
        """Give the one person on the other side who spoke at all, where there is only one."""
        there = {one.party for one in self.conversation.turns if self._is_across(one.party, sentence)}
        return next(iter(there)) if len(there) == 1 else None

    def _is_across(self, party: int | None, sentence: Sentence) -> bool:
        if party is None or party == sentence.turn.party:
            return False
        side = self.conversation.parties[party].side
        return side is Side.UNKNOWN or sentence.side is Side.UNKNOWN or side is not sentence.side

    def first_name(self, party: int | None) -> str:
        """Give the first name of one of them, empty where nobody is known."""
        if party is None:
            return ""
        parts = [one for one in _WORD.findall(self.conversation.parties[party].name) if one.lower() not in _TITLES]
        return parts[0] if parts else self.conversation.parties[party].name


@lru_cache(maxsize=4)
def people(conversation: Conversation) -> People:
    """Give the people of a conversation."""
    return People(conversation)
