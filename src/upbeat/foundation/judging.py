"""How an item stands: by the weakest of its figures, and by what somebody has said where no data shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from upbeat.foundation.findings import Found, Measure, Unseen
from upbeat.foundation.ground import Attestation
from upbeat.foundation.items import BY_KEY, Attest, Item


class Status(StrEnum):
    """How an item stands."""

    PASSES = "passes"
    FAILS = "fails"
    TO_ATTEST = "to attest"  # a person must say it
    UNKNOWN = "unknown"  # the org does not tell
    NOTHING = "nothing there"  # to measure


@dataclass(frozen=True, slots=True)
class Judged:
    """One item as it stands.

    `score` is the lowest percentage of its figures, None where there is none; `least` what it must be. `says` is why
    it stands so, in words; `findings` are the keys of those that its checks came to. `blind` names its checks that
    came to no figure, as they did not end or the org did not tell.
    """

    key: str
    number: str
    title: str
    status: Status
    score: float | None
    least: int
    says: str
    measures: tuple[Measure, ...]
    findings: tuple[str, ...]
    unseen: tuple[Unseen, ...]
    blind: tuple[str, ...]
    attested: Attestation | None
    why: str
    fix: str

    @property
    def holds(self) -> bool:
        """Whether what rests on it may go live."""
        return self.status in {Status.PASSES, Status.NOTHING}


def judge(item: Item, found: Mapping[str, Found], least: int, said: Attestation | None, now: datetime) -> Judged:
    """Say how an item stands, by what its checks came to; a check that `found` lacks was not ended."""
    mine = [found[name] for name in item.checks if name in found]
    measures = tuple(one for some in mine for one in some.measures)
    unseen = tuple(one for some in mine for one in some.unseen)
    weakest = _weakest(measures)
    blind = tuple(name for name in item.checks if name not in found or _is_blind(found[name]))
    status = _status(item, weakest, least, blind, _holding(said, now))
    return Judged(
        key=item.key,
        number=item.number,
        title=item.title,
        status=status,
        score=None if weakest is None else weakest.percent,
        least=least,
        says=_says(item, status, weakest, measures, unseen, blind, said, now),
        measures=measures,
        findings=tuple(one.key for some in mine for one in some.findings),
        unseen=unseen,
        blind=blind,
        attested=said,
        why=item.why,
        fix="" if status is Status.PASSES else item.fix,
    )


def judge_again(one: Judged, least: int, said: Attestation | None, now: datetime) -> Judged:
    """Say how an item stands now, by the figures of its audit, and what policy asks and people say by now."""
    item, weakest = BY_KEY[one.key], _weakest(one.measures)
    status = _status(item, weakest, least, one.blind, _holding(said, now))
    return replace(
        one,
        status=status,
        least=least,
        says=_says(item, status, weakest, one.measures, one.unseen, one.blind, said, now),
        attested=said,
        fix="" if status is Status.PASSES else item.fix,
    )


def _weakest(measures: Iterable[Measure]) -> Measure | None:
    scoring = (one for one in measures if one.scores and one.percent is not None)
    return min(scoring, key=lambda one: one.percent or 0.0, default=None)


def _holding(said: Attestation | None, now: datetime) -> Attestation | None:
    return said if said is not None and said.until > now else None


def _is_blind(found: Found) -> bool:
    return bool(found.unseen) and not found.measures


def _status(item: Item, weakest: Measure | None, least: int, blind: Sequence[str], holds: Attestation | None) -> Status:
    if weakest is not None and (weakest.percent or 0.0) < least:
        return Status.FAILS
    if item.attest is Attest.ALONE:
        return Status.PASSES if holds else Status.TO_ATTEST
    if blind:
        return Status.UNKNOWN
    if item.attest is Attest.BESIDE:
        return Status.PASSES if holds else Status.TO_ATTEST
    return Status.NOTHING if weakest is None else Status.PASSES


def _says(
    item: Item,
    status: Status,
    weakest: Measure | None,
    measures: Iterable[Measure],
    unseen: Sequence[Unseen],
    blind: Sequence[str],
    said: Attestation | None,
    now: datetime,
) -> str:
    parts = [weakest.says] if weakest is not None else [one.says for one in measures if one.scores]
    parts += [f"{one.object}{'.' if one.field else ''}{one.field} is not told: {one.why}" for one in unseen]
    if blind and not unseen:
        parts.append(f"not looked at to the end: {', '.join(blind)}")
    if said is not None:
        over = ", which no longer holds" if said.until <= now else ""
        parts.append(f"{said.by} said on {said.at:%d %B %Y}{over}: {said.says}")
    elif status is Status.TO_ATTEST:
        parts.append(f"somebody must say {item.says}: `upbeat attest {item.key}`")
    return "; ".join(parts) or "nothing there to measure"
