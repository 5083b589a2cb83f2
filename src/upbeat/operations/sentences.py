"""One entry of the ledger as a sentence, with its details."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from upbeat.base import short, shown
from upbeat.channels.enrich import Said as Answered
from upbeat.domain import Verb, Verdict
from upbeat.engine import REROUTE
from upbeat.ledger import Kind, Stored

Said = Mapping[str, Any]  # an entry's payload
Names = Mapping[str, str]  # of people and queues, by id


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: when, by whom, in a sentence, with its details.

    `position` is None until sealed; `policy` is the number of the policy that it stood on, 0 where none was published.
    """

    at: datetime
    actor: str
    what: str
    details: tuple[str, ...]
    kind: Kind
    entry: str
    position: int | None
    policy: int


def names_of(entries: Sequence[Stored]) -> Names:
    """Give the names of people and queues by id, as they were when the changes were decided."""
    decided = (entry.payload for entry in entries if entry.kind is Kind.DECIDED and entry.payload is not None)
    return {key: name for said in decided for key, name in said.get("names", {}).items()}


def tell(entry: Stored, names: Names, policy: int = 0, more: Sequence[str] = ()) -> Told:
    """Tell one entry; `policy` is the number of the one that it stood on, `more` what else is known of it."""
    if entry.payload is None:
        what, details = "what this entry said was erased", [f"by entry {entry.erased}"]
    else:
        what, *details = _words(entry.kind, _named(entry.payload, names))
    return Told(entry.at, entry.actor, what, (*details, *more), entry.kind, entry.id, entry.position, policy)


def _named(value: Any, names: Names) -> Any:
    """Give a value in which each id of a person or queue, however deep, stands behind its name."""
    match value:
        case str():
            return f"{names[value]} ({value})" if value in names else value
        case Mapping():
            said = cast("Said", value)
            return {key: _named(one, names) for key, one in said.items()}
        case list():
            return [_named(one, names) for one in cast("list[Any]", value)]
        case _:
            return value


def _words(kind: Kind, said: Said) -> Iterator[str]:
    """Give the sentence of an entry, then its details."""
    return _WORDS[kind](said) if kind in _WORDS else _plainly(kind, said)


def _plainly(kind: Kind, said: Said) -> Iterator[str]:
    """Give what is told nowhere in words of its own: `writes stopped`, and all that was said of it."""
    _, what, action = kind.split(":")
    yield f"{what} {action.replace('-', ' ')}"
    yield from (f"{name}: {value}" for name, value in said.items() if value not in (None, "", [], {}))


def _accepted(said: Said) -> Iterator[str]:
    goes_on = said["change_key"].startswith(REROUTE)
    yield f"{said['object']} {said['record_id']} {'goes on to somebody else' if goes_on else _HAPPENED[said['change']]}"
    before = said["before"]
    yield from _changes(before, {name: value for name, value in said["after"].items() if before.get(name) != value})


def _fired(said: Said) -> Iterator[str]:
    yield f"the condition held: {said['reason']}"
    yield from (fact for fact in _facts(said) if fact not in said["reason"])


def _ran(said: Said) -> Iterator[str]:
    found: Said = said.get("gives", {})
    came = "could not go on" if "error" in said else "ran" if said["proposals"] or found else "had nothing to do"
    yield f"step {said['step']} {came}: agent {said['agent']}, {said['use']}"
    yield from (f"found {name}: {shown(value)}" for name, value in found.items() if value not in (None, ""))
    yield from filter(None, [said.get("error"), _unheard(said.get("given", {}).get("enriched"))])


def _unheard(enriched: Said | None) -> str:
    """Say why a step went on without its source or its model, or nothing."""
    if enriched is None or enriched["status"] == Answered.FOUND:
        return ""
    return ": ".join(filter(None, [f"{enriched['source']} gave nothing", enriched["status"], enriched.get("why")]))


def _looked_up(said: Said) -> Iterator[str]:
    sent: Mapping[str, str] = said["sent"]
    keys = ", ".join(f"{name} {value}" for name, value in sent.items() if name not in {"instruction", "form"})
    yield f"{said['source']} was asked with {keys}"
    if "form" in sent:  # of a model, which is told in full elsewhere
        yield "what left word by word: upbeat models sent"
    if said["cost"]:
        yield f"for {said['cost']} {said['currency']}"


def _decided(said: Said) -> Iterator[str]:
    proposal, decision = said["proposal"], said["decision"]
    sends = proposal["verb"] == Verb.SEND and decision["verdict"] == Verdict.APPLY
    verdict = "to be sent" if sends else _VERDICTS[decision["verdict"]]
    yield f"step {proposal['step']}, agent {proposal['agent']}: {proposal['verb']} {proposal['object']}: {verdict}"
    yield from _changes(proposal["before"], proposal["after"])
    yield from (f"because {reason}" for reason in proposal["reasons"])
    yield from (f"{one['field']}: \u201c{one['text']}\u201d ({one['source']})" for one in proposal["quotes"])
    yield f"{decision['tier']}, rule {decision['rule']}: {decision['why']}"
    yield from (f"released by {one['by']} as {one['role']} at {_moment(one['at'])}" for one in decision["approvals"])


def _held(said: Said) -> Iterator[str]:
    yield f"put to {said['owner']}: {said['title']}"
    if not said["body"]["proposals"]:  # the reasons of a suggested change stand with the decision
        yield from said["body"]["reasons"]


def _answered(said: Said) -> Iterator[str]:
    signed = said["state"] == "open"  # one of several who must
    yield "a person signed" if signed else f"a person decided: {said['choice'] or said['state']}"
    yield from filter(None, [said["note"]])


def _edited(said: Said) -> Iterator[str]:
    yield "a person wrote other values, which are decided anew"
    for was, wrote in zip(said["suggested"], said["edited"], strict=True):
        for name, value in wrote["after"].items():
            if value != was["after"][name]:
                before, first = shown(was["before"].get(name)), shown(was["after"][name])
                yield f"{name}: {before}; suggested {first}; edited to {shown(value)}"
    yield from filter(None, [said["note"]])


def _delegated(said: Said) -> Iterator[str]:
    yield f"handed from {said['from']} to {said['to']}"
    yield from filter(None, [said["note"]])


def _snoozed(said: Said) -> Iterator[str]:
    yield f"put off until {said['until']}, due {said['due_at']}"
    yield from filter(None, [said["note"]])


def _recalled(said: Said) -> Iterator[str]:
    yield "a signature was taken back"
    yield from filter(None, [said["note"]])


def _taken_back(said: Said) -> Iterator[str]:
    yield f"the question was withdrawn: {said['note']}"


def _outdated(said: Said) -> Iterator[str]:
    yield "its facts have changed, so it is looked at again"
    yield said["note"]


def _expired(said: Said) -> Iterator[str]:
    yield f"given up: {said['note']}"


def _released(said: Said) -> Iterator[str]:
    yield f"released, as {said['by']} approved it and took nothing back"


def _intended(said: Said) -> Iterator[str]:
    yield "about to be sent" if "To" in said["after"] else "about to be written"


def _sent(said: Said) -> Iterator[str]:
    yield f"sent to {said['after']['To']}"
    yield from filter(None, [said["after"].get("Subject"), said["why"]])


def _wrote(said: Said) -> Iterator[str]:
    name = f" in the name of {said['lent_by']}, who approved it" if said.get("lent_by") else ""
    yield f"written to {said['object']} {said['record_id']}{name}"
    yield from filter(None, [said.get("instead")])
    yield from _changes(said["before"], said["after"])
    yield from (line for one in said.get("records", ()) for line in _stood(one))
    yield from (f"became {name}: {key}" for name, key in said.get("became", {}).items())
    yield from filter(None, [said["why"]])


def _stood(record: Said) -> Iterator[str]:
    """Give what one of the records of a merge or a conversion had before it, so that it can be put back by hand."""
    yield f"{record['object']} {record['record_id']} had:"
    yield from (f"  {name}: {shown(value)}" for name, value in sorted(record["values"].items()) if value is not None)


def _failed(said: Said) -> Iterator[str]:
    yield f"not written ({said['state']}): {said['why']}"


def _retried(said: Said) -> Iterator[str]:
    yield f"to be tried again at {said['at']}: {said['why']}"


def _stuck(said: Said) -> Iterator[str]:
    yield f"stuck: {said['why']}"


def _passed_on(said: Said) -> Iterator[str]:
    yield f"passed on from {said['from']} to {said['to']}: the time was over"


def _ended(said: Said) -> Iterator[str]:
    yield f"ended: {said['outcome']}"
    yield from filter(None, [said["detail"]])
    yield from (fact for fact in _facts(said) if fact not in said["detail"])


def _overridden(said: Said) -> Iterator[str]:
    yield f"overridden, and quiet until the facts change: {said['reason']}"


def _heard_again(said: Said) -> Iterator[str]:
    yield f"heard again, as the facts have changed since {said['by']} overrode it: {said['reason']}"


def _misfired(said: Said) -> Iterator[str]:
    yield f"reported as {said['kind']}: {said['why']}"
    yield f"{said['owner']} answers by {said['answer_by']}"


def _misfire_answered(said: Said) -> Iterator[str]:
    yield f"the report was answered: {said['done']}"
    yield from filter(None, [said["note"]])


def _asked_back(said: Said) -> Iterator[str]:
    yield f"asked to take back {', '.join(f'run {short(run)}' for run in said['runs'])}"


def _judged(said: Said) -> Iterator[str]:
    yield f"a person judged what it would have done: {said['word']}"
    yield from filter(None, [said["why"]])


def _promised(said: Said) -> Iterator[str]:
    had = f", as number {len(said['holders'])}" if len(said["holders"]) > 1 else ""
    would = "would have been" if said.get("observed") else "is"
    yield f"{said['owner']} {would} to touch it by {_moment(said['due_at'])}{had}"
    yield f"it came in at {_moment(said['born_at'])}, and is to be touched by {_moment(said['breaks_at'])}"


def _of_promise(words: str) -> Callable[[Said], Iterator[str]]:
    """Give what says of a promise what became of it."""

    def tell(said: Said) -> Iterator[str]:
        yield words.format(**said)
        yield from filter(None, [said.get("detail")])

    return tell


def _facts(said: Said) -> Iterator[str]:
    return (f"{fact['name']} is {fact['value']}" for fact in said["facts"])


def _changes(before: Said, after: Said) -> Iterator[str]:
    return (f"{name}: {shown(before.get(name))} → {shown(value)}" for name, value in after.items())


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%d %b %Y %H:%M:%S} UTC"


_HAPPENED = {
    "created": "was created",
    "updated": "was changed",
    "due": "was found by the schedule",
    "asked": "was named by a person",
    "captured": "is what a captured conversation is of",
}
_VERDICTS = {
    "apply": "to be written",
    "review": "held for a person",
    "observe": "would have been done (monitor mode)",
    "block": "blocked",
}
_WORDS: Mapping[Kind, Callable[[Said], Iterator[str]]] = {
    Kind.ITEM_ACCEPTED: _accepted,
    Kind.FIRED: _fired,
    Kind.RAN: _ran,
    Kind.LOOKED_UP: _looked_up,
    Kind.DECIDED: _decided,
    Kind.HELD: _held,
    Kind.PERSON_DECIDED: _answered,
    Kind.EDITED: _edited,
    Kind.DELEGATED: _delegated,
    Kind.SNOOZED: _snoozed,
    Kind.RECALLED: _recalled,
    Kind.WITHDRAWN: _taken_back,
    Kind.OUTDATED: _outdated,
    Kind.EXPIRED: _expired,
    Kind.RELEASED: _released,
    Kind.INTENDED: _intended,
    Kind.WROTE: _wrote,
    Kind.SENT: _sent,
    Kind.ADOPTED: _wrote,
    Kind.FAILED: _failed,
    Kind.RETRY: _retried,
    Kind.DEAD: _stuck,
    Kind.ESCALATED: _passed_on,
    Kind.ENDED: _ended,
    Kind.JUDGED: _judged,
    Kind.MISFIRED: _misfired,
    Kind.MISFIRE_ANSWERED: _misfire_answered,
    Kind.OVERRIDDEN: _overridden,
    Kind.HEARD_AGAIN: _heard_again,
    Kind.ROLLBACK_ASKED: _asked_back,
    Kind.PROMISED: _promised,
    Kind.REMINDED: _of_promise("{owner} is reminded of it"),
    Kind.ACCEPTED: _of_promise("{owner} accepted it"),
    Kind.DECLINED: _of_promise("{owner} declined it"),
    Kind.RETURNED: _of_promise("{owner} gave it back"),
    Kind.OVERDUE: _of_promise("the time that {owner} had for it is over"),
    Kind.REASSIGNED: _of_promise("it is taken from {owner}, with others"),
    Kind.BREACHED: _of_promise("the promise is broken: nobody touched it in time"),
    Kind.PUT_TO: _of_promise("a person is asked who has it: {to}"),
    Kind.TOUCHED: _of_promise("{owner} touched it"),
    Kind.PASSED_ON: _of_promise("a person gave it to somebody else"),
    Kind.UNPROMISED: _of_promise("nothing is promised of it any more"),
}
