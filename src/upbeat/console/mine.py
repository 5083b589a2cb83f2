"""My flags: why one's own records were flagged, and what to do: mend it, take a move, or say that it is wrong."""

from dataclasses import dataclass, replace

from upbeat.console.area import Area, Body, Done
from upbeat.console.asked import Asked, MissingError
from upbeat.console.permissions import Permission
from upbeat.console.told import telling
from upbeat.operations import Wanted, Wrong, approve, override, queue, report_misfire
from upbeat.operations.considering import Line
from upbeat.operations.mine import Flag, my_flag, my_flags

area = Area("flags")


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags of whoever asks: what is still to be done, what else was handed to them, and what was done lately."""

    open: tuple[Flag, ...]
    handed: tuple[Line, ...]
    closed: tuple[Flag, ...]
    wrongs: tuple[str, ...]
    org: str


@dataclass(frozen=True, slots=True)
class OneFlag:
    """One flag whole; `org` is where its record is mended, empty for an org that has no pages."""

    flag: Flag
    wrongs: tuple[str, ...]
    org: str


class Move(Body):
    """The move that is taken of those that are offered."""

    choice: str
    note: str = ""


class Wronged(Body):
    """What is wrong with a flag, and why."""

    kind: Wrong
    why: str = ""


class Known(Body):
    """What somebody knows that the trigger does not."""

    reason: str


@area.page("/me/flags", needs=Permission.OWN, template="me/flags.html", title="My flags")
def flags(asked: Asked) -> Flags:
    """Give the flags on one's own records, and those put to one, of the last thirty days; and what else waits."""
    found = [told_flag(asked, one) for one in my_flags(asked.house, asked.by)]
    told = {one.run for one in found}
    put = queue(asked.house, Wanted(owner=asked.by)).lines
    return Flags(
        open=tuple(one for one in found if one.stands.is_open),
        handed=tuple(told_line(asked, one) for one in put if one.item_id not in told),
        closed=tuple(one for one in found if not one.stands.is_open),
        wrongs=tuple(Wrong),
        org=asked.house.org_url,
    )


@area.page("/me/flags/{key}", needs=Permission.OWN, template="me/flag.html", title="Flag")
def one_flag(asked: Asked, key: str) -> OneFlag:
    """Show one flag: why it was raised, and what can be done about it."""
    return OneFlag(told_flag(asked, _flag(asked, key)), tuple(Wrong), asked.house.org_url)


@area.action("/me/flags/{key}/move", needs=Permission.OWN, back="/me/flags", by_person=True)
def take_move(asked: Asked, key: str, body: Move) -> Done:
    """Take one of the moves that a flag offers: it is recorded, and the run sees it."""
    flag = _flag(asked, key)
    if flag.ask is None:
        raise MissingError("nothing is asked about this flag any more", fix="Load the page again.")
    approve(asked.house, flag.ask.review, asked.by, choice=body.choice, note=body.note)
    return Done(f"{flag.record}: {body.choice}.")


@area.action("/me/flags/{key}/wrong", needs=Permission.OWN, back="/me/flags", by_person=True)
def say_wrong(asked: Asked, key: str, body: Wronged) -> Done:
    """Say that a flag is wrong: its owner answers by a time."""
    said = report_misfire(asked.house, _flag(asked, key).run, asked.by, body.why or str(body.kind), body.kind)
    return Done(f"{said.owner} has it, and answers by {said.answer_by.astimezone(asked.zone):%-d %b, %H:%M}.")


@area.action("/me/flags/{key}/override", needs=Permission.OWN, back="/me/flags", by_person=True)
def override_flag(asked: Asked, key: str, body: Known) -> Done:
    """Override a flag with what one knows: it is quiet until the facts change."""
    done = override(asked.house, _flag(asked, key).run, asked.by, body.reason)
    return Done(f"{done.name} is quiet until its facts change. Your reason is kept.")


def told_flag(asked: Asked, flag: Flag) -> Flag:
    """Tell a flag in the org's own labels and names."""
    tell, target = telling(asked.house, {flag.record_id: flag.record}, asked.zone), flag.object
    facts = tuple(replace(one, name=tell.label(target, one.name)) for one in flag.facts)
    ask = None if flag.ask is None else replace(flag.ask, title=tell.words(target, flag.ask.title))
    return replace(flag, reason=tell.words(target, flag.reason), facts=facts, ask=ask)


def told_line(asked: Asked, line: Line) -> Line:
    """Tell what waits, or was decided, in the org's own labels and names."""
    return replace(line, title=telling(asked.house, {}, asked.zone).words(line.object, line.title))


def _flag(asked: Asked, key: str) -> Flag:
    found = my_flag(asked.house, key, asked.by)
    if found is None:
        fix = "It may be on a record that is not yours: what is yours stands under My flags."
        raise MissingError("there is no such flag, or it is not yours to see", fix=fix)
    return found
