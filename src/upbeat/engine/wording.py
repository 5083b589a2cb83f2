"""What a suggested change is called where a person meets it: with the name of its record, and of people for ids."""

from collections.abc import Mapping, Sequence

from upbeat.base import shown
from upbeat.domain import Proposal, Record, Verb


def title(record: Record, proposals: Sequence[Proposal], names: Mapping[str, str]) -> str:
    """Give one line such as `Lowell - Platform: StageName Value Proposition → Negotiation/Review`."""
    return f"{_name(record)}: {'; '.join(_change(one, names) for one in proposals)}"


def about(record: Record, words: str) -> str:
    """Give words about a record, with its name in front unless they name it themselves."""
    return (
        words
        if str(record.get("Name") or record.get("Subject") or record.get("Id") or "") in words
        else f"{_name(record)}: {words}"
    )


def names_in(proposals: Sequence[Proposal], known: Mapping[str, str]) -> dict[str, str]:
    """Give the names of the users and queues whose ids stand in the proposals' values."""
    sides = (side for one in proposals for side in (one.before, one.after, *(each.values for each in one.records)))
    values = (value for side in sides for value in side.values())
    return {value: known[value] for value in values if isinstance(value, str) and value in known}


def _name(record: Record) -> str:
    """Give what a record is called: an activity by its subject, a lead with its company."""
    called = (record.get("Name") or record.get("Subject") or record.get("Id"), record.get("Company"))
    return ", ".join(str(one) for one in called if one)


def _change(one: Proposal, names: Mapping[str, str]) -> str:
    what = f"{one.object} {called}" if (called := _called(one)) else one.object
    match one.verb:
        case Verb.UPDATE:
            pairs = ((name, one.before.get(name), value) for name, value in one.after.items())
            return ", ".join(f"{name} {shown(old, names)} → {shown(new, names)}" for name, old, new in pairs)
        case Verb.CREATE:
            return f"new {what}"
        case Verb.SEND:
            return f"message to {one.after.get('To')}: “{one.after.get('Subject')}”"
        case Verb.DELETE:
            return f"{what} to the recycle bin"
        case Verb.MERGE:
            return f"{len(one.records)} {one.object}s become one"
        case _:
            return f"{one.verb} {what}"


def _called(one: Proposal) -> str:
    values = {**one.before, **one.after}
    found = values.get("Subject") or values.get("Name")
    return f"“{found}”" if found else ""
