"""The other way round: what the ledger says that we wrote, looked for in the org; and what the org cannot tell."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from upbeat.base import digest, short
from upbeat.domain import Verb
from upbeat.operations.reconciling.comparing import SKEW, Compared, missing
from upbeat.operations.reconciling.org import Org
from upbeat.operations.reconciling.values import Claim, Class, Finding, Unchecked

_RETENTION: Final = timedelta(days=18 * 30)  # Salesforce keeps field history for 18 months, and 24 through the API
_GONE: Final = "the record is gone, and its history with it"

There = Mapping[str, tuple[datetime, str, str]]  # of a record: changed last when, made by whom, changed by whom


def not_in_the_org(
    org: Org, done: Sequence[Claim], compared: Compared, now: datetime
) -> tuple[list[Finding], list[Unchecked]]:
    """Give the writes that the org does not show, and those of which it cannot say."""
    search = _Search(org, compared, now)
    by_object: dict[str, list[Claim]] = defaultdict(list)
    for one in done:
        if one.verb is Verb.SEND:
            search.dark["messages", "the org keeps no record of what is sent by mail"] += 1
        elif one.is_erased:
            search.dark["erased writes", "what they wrote was erased from the ledger"] += 1
        else:
            by_object[one.object].append(one)
    for name, some in by_object.items():
        search.among(name, some)
    return search.findings, [Unchecked(what, why, count) for (what, why), count in search.dark.items()]


@dataclass
class _Search:
    org: Org
    compared: Compared
    now: datetime
    findings: list[Finding] = field(default_factory=list[Finding])
    dark: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """What the org cannot tell: how many writes, by what and why."""

    def among(self, name: str, some: Sequence[Claim]) -> None:
        """Look for the writes on one object."""
        if self.org.object(name) is None:
            self.dark[name, "the org does not show it"] += len(some)
            return
        there = self.org.last_changed(name, list({one.record_id for one in some}))
        suspects: list[tuple[Claim, tuple[str, ...]]] = []
        for one in some:
            if one.verb is Verb.UPDATE and one.record_id in there:
                lacking = self._fields(one, there)
                suspects += [(one, lacking)] if lacking else []
            else:
                self._whole(one, there)
        self.findings += _confirmed(self.org, name, suspects)

    def _fields(self, one: Claim, there: There) -> tuple[str, ...]:
        """Give the fields of an update that the org should show, and does not."""
        tracked = self.org.tracked(one.object) if self.now - one.began < _RETENTION else frozenset[str]()
        shown = self.compared.shown.get(one.proposal, ())
        lacking, unseen = missing(one, shown, tracked, there[one.record_id][0])
        for name in unseen:
            self.dark[f"{one.object}.{name}", "its history is not tracked, or older than the org keeps it"] += 1
        return lacking

    def _whole(self, one: Claim, there: There) -> None:
        """Look for a record that we made or deleted, or that is gone."""
        found, is_shown = there.get(one.record_id), "Id" in self.compared.shown.get(one.proposal, ())
        if is_shown or (one.verb is Verb.DELETE and found is None):
            return
        if one.verb is Verb.DELETE and found is not None:
            if found[0] > (one.at or one.began) + SKEW:
                self.dark[one.object, "it was restored since"] += 1
            else:
                self.findings.append(_lack(one, ("the record was never deleted",)))
        elif found is None:
            self.dark[one.object, _GONE] += 1
        elif found[1] not in self.org.users:
            self.findings.append(_lack(one, (f"the record was made by {found[1]}",)))


def _confirmed(org: Org, name: str, suspects: Sequence[tuple[Claim, tuple[str, ...]]]) -> Iterator[Finding]:
    """Look once more, at the whole history of the few records in doubt, before anybody is alarmed."""
    kept: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for change in org.history_of(name, sorted({one.record_id for one, _ in suspects})):
        kept[change.record_id, change.field.casefold()].append(change.at)
    for one, fields in suspects:
        begins, ends = one.began - SKEW, (one.at or one.began) + SKEW
        lacking = [
            field
            for field in fields
            if not any(begins <= at <= ends for at in kept.get((one.record_id, field.casefold()), ()))
        ]
        if lacking:
            yield _lack(one, tuple(f"{field} never became {one.after[field]}" for field in lacking))


def _lack(one: Claim, said: tuple[str, ...]) -> Finding:
    where = f"the ledger says so in entry {one.entry}, run {short(one.run)} of {one.workflow}"
    key, at = digest([Class.MISSING, one.proposal]), one.at or one.began
    return Finding(key, Class.MISSING, one.object, one.record_id, at, "", (*said, where), tuple(one.after))
