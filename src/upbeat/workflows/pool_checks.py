"""What is worth knowing of a pool that compiles: each rule a function, and `RULES` all of them in order.

What sends every record of some kind to the wrong place is an error; what may be meant is advice. Where people fit
records only in part, what is relaxed is thought of: hours that nobody covers are no gap where hours are relaxed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import holidays as calendars

from upbeat.base import nearest
from upbeat.base.files import Problem, Severity
from upbeat.formula import Formula, partial
from upbeat.formula.tree import Call, Literal, Node
from upbeat.workflows.catalogue import Person
from upbeat.workflows.pool import Criterion, Keeper, Member, Pool
from upbeat.workflows.pool_file import PoolDefinition
from upbeat.workflows.pool_spans import words
from upbeat.workflows.pool_territories import crossings, gaps
from upbeat.workflows.pool_week import Part, said, usual_week, without

_DIGITS = 5  # of these countries' codes (Universal Postal Union, Postal addressing systems); some begin with a zero
_FIVE_DIGITS = frozenset({"us", "usa", "united states", "de", "germany", "fr", "france", "it", "italy", "es", "spain"})


@dataclass(frozen=True)
class _Ground:
    """A pool as it was written and as it runs, and the org's people by username, address and id in small letters."""

    written: PoolDefinition
    pool: Pool
    people: Mapping[str, Person]

    def serving(self, territory: str) -> list[Member]:
        """Give the members who take records of a territory."""
        return [one for one in self.pool.members if not one.territories or territory in one.territories]

    def advice(self, path: Sequence[str | int], what: str, fix: str) -> Problem:
        return Problem(self.written.place(*path), what, fix, Severity.ADVICE)

    def names(self, positions: Sequence[int]) -> str:
        """Give territories as a sentence lists them."""
        *some, last = [self.pool.territories[index].name for index in positions]
        return f"{', '.join(some)} and {last}" if some else last


Rule = Callable[[_Ground], Iterator[Problem]]


def check_pool(written: PoolDefinition, pool: Pool, people: Mapping[str, Person]) -> Iterator[Problem]:
    """Give all that is wrong or worth knowing of a pool beyond its names and formulas; `people` by username."""
    ground = _Ground(written, pool, people)
    for rule in RULES:
        yield from rule(ground)


def _reached(ground: _Ground) -> Iterator[Problem]:
    """Every territory is reached, and no two of a kind share something without either lying in the other."""
    for one in crossings(ground.pool.territories):
        mine, path = ground.pool.territories[one.later].name, ("territories", one.later, one.asks)
        before = ground.names(one.earlier)
        if one.whole:
            what = f"{mine} is never reached: {before} before it take{'' if len(one.earlier) > 1 else 's'} all of it"
            yield Problem(ground.written.place(*path), what, "Put it before, narrow the other, or remove it.")
        else:
            what = f"{mine} and {before} share {one.example}: {before}, which stands first, takes it"
            yield ground.advice(path, what, "Take it out of one of them, where that is not meant.")


def _left_out(ground: _Ground) -> Iterator[Problem]:
    """No postal code is left out between two spans."""
    for several, hole in gaps(ground.pool.territories):
        what = f"no territory has the postal codes {words(hole)}, between those of {ground.names(several)}"
        fix = "Add them to one, or a last territory with 'when: \"true\"'; as it is, they are held."
        yield ground.advice(("territories", several[0], "postal_codes"), what, fix)


def _lost_zeros(ground: _Ground) -> Iterator[Problem]:
    """A postal code has as many digits as its country's: spreadsheets take zeros in front away."""
    for index, one in enumerate(ground.written.territories):
        if not one.countries or not {name.casefold() for name in one.countries} <= _FIVE_DIGITS:
            continue
        for at, text in enumerate(one.postal_codes):
            if any(part.isdecimal() and len(part) == _DIGITS - 1 for part in text.split("-")):
                what = f"{text} has four digits, and the postal codes of {one.countries[0]} have five"
                fix = (
                    f"A spreadsheet may have taken the zero away: write 0{text.split('-')[0]}, or with a * at its end."
                )
                yield ground.advice(("territories", index, "postal_codes", at), what, fix)


def _holidays(ground: _Ground) -> Iterator[Problem]:
    """Holidays are those of a country, or a part of one, that the calendar knows."""
    known = calendars.list_supported_countries(include_aliases=True)
    for name, one in ground.written.hours.items():
        country, _, part = (one.holidays or "").partition("-")
        if not country or (country in known and (not part or part in known[country])):
            continue
        parts = ", ".join(known.get(country, ())) or "none"
        fix = f"Its parts: {parts}." if country in known else "Write the country's two letters, such as DE."
        place = ground.written.place("hours", name, "holidays")
        yield Problem(place, f"no holidays are known of {one.holidays}", fix)


def _spare_hours(ground: _Ground) -> Iterator[Problem]:
    """Hours that are written down are somebody's."""
    used = {one.hours for one in ground.written.members}
    used |= {ground.written.promise.by} if ground.written.promise else set()
    for name in ground.written.hours:
        if name not in used:
            fix = "Give them to a member, or remove them."
            yield ground.advice(("hours", name), f"nobody works the hours {name}", fix)


def _always_somebody(ground: _Ground) -> Iterator[Problem]:
    """While the promise's clock runs, or else while anybody of the pool works, somebody works in every territory."""
    pool = ground.pool
    if Criterion.HOURS in pool.relax:
        return
    clock = [pool.promise.by] if pool.promise else [one.hours for one in pool.members]
    while_ = "the promise's clock runs" if pool.promise else "others of the pool do"
    alike: dict[tuple[Part, ...], list[int]] = {}
    for index, one in enumerate(pool.territories):
        serving = [member.hours for member in ground.serving(one.name)]
        alike.setdefault(without(usual_week(clock), usual_week(serving)), []).append(index)
    if not pool.territories:
        alike[without(usual_week(clock), usual_week([one.hours for one in pool.members]))] = []
    zones = [one.zone for one in (*clock, *(member.hours for member in pool.members)) if one is not None]
    for missing, several in alike.items():
        if not missing:
            continue
        first, *others = missing
        who = f"nobody who serves {ground.names(several)}" if several else "nobody"
        more = f" and at {len(others)} other times of the week" if others else ""
        what = f"{who} works {said(first, zones[0])}{more}, while {while_}"
        fix = "Add somebody, change the hours, or relax them: 'relax: [hours]' below otherwise."
        yield ground.advice(("territories", several[0], "name") if several else ("members",), what, fix)


def _needed(ground: _Ground) -> Iterator[Problem]:
    """Whatever skill or language is asked for, somebody has it; and nobody has one that is not asked for."""
    pool = ground.pool
    skills = [one.name for one in pool.skills]
    had = {name.casefold() for one in pool.members for name in one.skills}
    for index, name in enumerate(skills):
        if name.casefold() not in had:
            path = ("needs", "skills", index, "skill")
            close = nearest(name.casefold(), had)
            yield _nobody(ground, path, f"nobody has the skill {name}", Criterion.SKILLS, close)
    spoken = {name.casefold() for one in pool.members for name in one.languages}
    asked = _results(pool.language)
    for name in asked or ():
        if name and name.casefold() not in spoken:
            what = f"nobody speaks {name}, which the formula can ask for"
            yield _nobody(ground, ("needs", "language"), what, Criterion.LANGUAGE)
    for at, member in enumerate(pool.members):
        yield from _unasked(ground, (at, "skills"), member.skills, skills)
        if pool.language is None:
            yield from _unasked(ground, (at, "languages"), member.languages, ())
        elif asked is not None:
            yield from _unasked(ground, (at, "languages"), member.languages, asked)


def _nobody(
    ground: _Ground, path: Sequence[str | int], what: str, relaxed: Criterion, close: str | None = None
) -> Problem:
    """Say that nobody has what is asked for: what asks for it is always held, or always relaxed."""
    fix = f"Did you mean {close}?" if close else "Add it to a member."
    if relaxed in ground.pool.relax:
        return ground.advice(path, f"{what}: what asks for it is always relaxed", fix)
    return Problem(ground.written.place(*path), f"{what}: what asks for it is always held", fix)


def _unasked(ground: _Ground, at: tuple[int, str], had: Sequence[str], asked: Collection[str]) -> Iterator[Problem]:
    member, word = at
    folded = {one.casefold() for one in asked}
    for index, name in enumerate(had):
        if name.casefold() not in folded:
            close = nearest(name, asked)
            fix = f"Did you mean {close}?" if close else "Remove it, or ask for it below needs."
            what = f"nothing asks for the {'skill' if word == 'skills' else 'language'} {name}"
            yield ground.advice(("members", member, word, index), what, fix)


def _keeps(ground: _Ground) -> Iterator[Problem]:
    """Every rule of who keeps a record can speak."""
    seen = set[Keeper]()
    people = [name for name in ground.pool.takes_from if name.casefold() in ground.people]
    for index, one in enumerate(ground.written.keeps or ()):
        path = ("keeps", index, "by")
        if one.by in seen:
            yield ground.advice(path, f"{one.by} never speaks here: it stands above already", "Remove this line.")
        elif one.by is Keeper.RECORD_OWNER and not people:
            what = "the record's owner never keeps it: 'takes_from' names queues alone"
            yield ground.advice(path, what, "Remove the line, or take from people too.")
        seen.add(one.by)


def _results(formula: Formula | None) -> list[str] | None:
    """Give the texts that a formula can come to, where each of them stands in it; None where that cannot be told."""
    if formula is None:
        return []
    found = list(_ends(partial.read(formula.text)))
    return None if None in found else [one for one in dict.fromkeys(found) if one]


def _ends(node: Node) -> Iterator[str | None]:
    match node:
        case Literal(value=str() | None as value):
            yield value or ""
        case Call(name="IF", args=(_, then, otherwise)):
            yield from (*_ends(then), *_ends(otherwise))
        case Call(name="CASE", args=(_, *pairs)):
            for result in (*pairs[1::2], pairs[-1]):
                yield from _ends(result)
        case _:
            yield None


RULES: tuple[Rule, ...] = (_reached, _left_out, _lost_zeros, _holidays, _spare_hours, _always_somebody, _needed, _keeps)
