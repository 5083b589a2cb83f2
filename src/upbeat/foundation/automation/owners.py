"""Who answers for each automation of the org, and for each workflow of ours.

An owner is named in tools.yaml (`automations:`), or by the automation's own description, which names an active user by
username, email or full name; of a trigger, the comment at its head counts as that. Who changed it last is told, and is
no owner: people change what others answer for. Validation and duplicate rules need none: they change nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from upbeat.foundation.automation.conflicts import queries, record_of, targets, unseen
from upbeat.foundation.automation.reading import read_automations
from upbeat.foundation.automation.values import Automation, Inventory, Kind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import MOST_RECORDS, Exhibit, Finding, Found, Measure, Weight
from upbeat.foundation.ground import Ground
from upbeat.workflows import Person

_NAME: Final = "automation-owners"
_MINUTES: Final = 5  # to find out who answers for one, and write it down
_ADDRESS: Final = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_WORD: Final = re.compile(r"[^\W\d_][\w'\u2019-]*")
_CHANGE_NOTHING: Final = frozenset({Kind.VALIDATION_RULE, Kind.DUPLICATE_RULE})
_MOST_WORDS: Final = 4  # of a person's name


@dataclass(frozen=True)
class People:
    """The org's users, by what a description may call them."""

    people: Mapping[str, Person]

    @cached_property
    def _by_address(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for one in self.people.values():
            for address in (one.username, one.email):
                if address and (one.active or address.casefold() not in found):
                    found[address.casefold()] = one
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for one in self.people.values():
            words = _WORD.findall(one.name.casefold())
            if len(words) > 1:
                found.setdefault(" ".join(words), []).append(one)
        return found

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """Users by id, and by full name, as a flow's row names who changed it."""
        names = {one.name: one for one in self.people.values()}
        return names | {one.user_id: one for one in self.people.values()}

    def named(self, text: str) -> Person | None:
        """Give the person that a text names, an active one before one who has left; None where it names nobody."""
        found = [*self._addressed(text), *self._called(text)]
        return next((one for one in found if one.active), found[0] if found else None)

    def _addressed(self, text: str) -> Iterator[Person]:
        for address in _ADDRESS.findall(text):
            if (one := self._by_address.get(address.casefold().rstrip("."))) is not None:
                yield one

    def _called(self, text: str) -> Iterator[Person]:
        words = [one.removesuffix("'s").removesuffix("\u2019s") for one in _WORD.findall(text.casefold())]
        for length in range(2, _MOST_WORDS + 1):
            for start in range(len(words) - length + 1):
                yield from self._by_name.get(" ".join(words[start : start + length]), ())


@dataclass(frozen=True, slots=True)
class Owned:
    """One automation with its owner: `stated` is what names one, as written; `owner` the person, where there is one."""

    automation: Automation
    stated: str
    owner: Person | None

    @property
    def holds(self) -> bool:
        """Whether somebody who works here answers for it."""
        return self.owner is not None and self.owner.active and not self.owner.integration


def owned(ground: Ground, inventory: Inventory) -> list[Owned]:
    """Give every automation that changes records with its owner; a package's are its maker's, and left out."""
    people = People(ground.people)
    declared = {name.casefold(): who for name, who in ground.tools.automations.items()}
    found: list[Owned] = []
    for one in (*inventory.automations, *inventory.elsewhere):
        if one.package or one.kind in _CHANGE_NOTHING:
            continue
        who = declared.get(one.name.casefold(), "")
        stated = who or one.description
        found.append(Owned(one, stated, people.named(stated)))
    return found


def _look(ground: Ground) -> Look:
    inventory = yield from read_automations(targets(ground))
    denied = unseen(inventory, *(kind for kind in Kind if kind not in _CHANGE_NOTHING))
    people = People(ground.people)
    every = owned(ground, inventory)
    told = [one for one in every if one.holds or not one.automation.unseen or one.automation.description]
    lacking = [one for one in told if not one.holds]
    ours = [flow for flow in ground.workflows if _is_active(ground, flow.owner)]
    good, whole = len(told) - len(lacking) + len(ours), len(told) + len(ground.workflows)
    says = f"{good:,} of {whole:,} automations have an owner who works here"
    found = tuple(_findings(lacking, len(told), people)) if ground.people else ()
    measures = (Measure(_NAME, good, whole, says),) if ground.people and not denied else ()
    return Found(found, measures, denied, _exhibits(every, people))


def _is_active(ground: Ground, username: str) -> bool:
    one = ground.people.get(username)
    return one is not None and one.active


def _findings(lacking: list[Owned], of: int, people: People) -> Iterator[Finding]:
    nobody = [one for one in lacking if one.owner is None]
    gone = [one for one in lacking if one.owner is not None]
    if nobody:
        yield Finding(
            check=_NAME,
            key=f"{_NAME}:nobody",
            weight=Weight.MEDIUM,
            says=f"{len(nobody):,} of {of:,} active automations have no named owner: nobody is told when they misfire.",
            object="Automation",
            fields=("Description",),
            count=len(nobody),
            of=of,
            fix="Name an active user in the description of each, or in the block `automations:` of tools.yaml.",
            minutes=_MINUTES * len(nobody),
            queries=queries(one.automation for one in nobody),
            records=tuple(record_of(one.automation, _changed(one, people)) for one in nobody[:MOST_RECORDS]),
        )
    for one in gone:
        who = one.owner.name if one.owner is not None else one.stated
        yield Finding(
            check=_NAME,
            key=f"{_NAME}:{one.automation.kind}:{one.automation.name}",
            weight=Weight.MEDIUM,
            says=f"{who} answers for {one.automation.key}, and is no active user any more.",
            object=one.automation.object or "Automation",
            fields=("Description",),
            count=1,
            of=of,
            fix="Name somebody who works here, in its description or in the block `automations:` of tools.yaml.",
            minutes=_MINUTES,
            queries=queries((one.automation,)),
            records=(record_of(one.automation, f"owner {who}"),),
            values=(who,),
        )


def _changed(one: Owned, people: People) -> str:
    who = people.by_id.get(one.automation.changed_by)
    if who is None:
        return "no owner is named"
    left = "" if who.active else ", who is no active user any more"
    return f"no owner is named; changed last by {who.name}{left}"


def _exhibits(every: list[Owned], people: People) -> tuple[Exhibit, ...]:
    rows = [
        (
            str(one.automation.kind),
            one.automation.name,
            one.automation.object,
            one.owner.name if one.holds and one.owner is not None else None,
            who.name if (who := people.by_id.get(one.automation.changed_by)) is not None else None,
            None if who is None else "yes" if who.active else "no",
        )
        for one in every
    ]
    if not rows:
        return ()
    columns = ("kind", "name", "object", "owner", "changed last by", "still active")
    says = "An owner is named in tools.yaml, or by the automation's own description."
    return (Exhibit("automation-owners", "Who answers for each automation", says, columns, rows),)


OWNERS = Check(_NAME, "Who answers for each automation", _look)
