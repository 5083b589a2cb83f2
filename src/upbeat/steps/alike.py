"""When two records are taken to be of one person for good: what cannot be undone is sure only where nothing objects."""

from typing import Final

from upbeat.matching import Likeness, Marks, Way

MARKS: Final = Marks()

_OBJECTS: Final = frozenset({Way.EMAIL, Way.PERSON})
"""What tells people apart: two numbers or two companies may be one person's, two addresses or two names may not."""
_AGAINST: Final = 0.5  # of an agreement's score: below it the field says that they are two


def is_sure(like: Likeness) -> bool:
    """Whether two records are of one person, and neither their addresses nor their names say otherwise."""
    return like.score >= MARKS.certain and not any(
        one.way in _OBJECTS and one.score < _AGAINST for one in like.agreements
    )


def may_be(like: Likeness) -> bool:
    """Whether two records may be of one person, sure or not."""
    return like.score >= MARKS.doubtful


def why(like: Likeness) -> str:
    """Say what of two records agrees and what does not, the weightiest first."""
    ranked = sorted(like.agreements, key=lambda one: -abs(one.weight))
    return "; ".join(f"{one.way}: {one.says}" for one in ranked)
