"""One review put into the words of a page, for whoever decides it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from upbeat.base import short
from upbeat.console.asked import Asked
from upbeat.console.review.listed import parted
from upbeat.console.review.values import (
    Altered,
    Beside,
    Change,
    Choice,
    Editable,
    Fact,
    Head,
    Item,
    Other,
    Proof,
    Reason,
    Sure,
    Turn,
    Who,
    Woken,
)
from upbeat.console.told import LONG, VERBS, Telling, person, telling
from upbeat.console.words import figure
from upbeat.domain import HOUSE, Proposal, Tier, Verb
from upbeat.operations import Review, Shown, Side, ThreeWay, Wrong, is_how_to_object
from upbeat.operations.considering import GO_LIVE, RELEASE, Considered, Fires, Line, Quoted, Sum, consider
from upbeat.operations.side_by_side import Row
from upbeat.schema import FieldType

_HIGH, _MEDIUM = 0.9, 0.7  # how sure a suggestion is, in words
_BACK_TO_MONITOR: Final = (
    "It goes back to monitor mode at any time, from its own page; what it has written by then can be rolled back."
)
_COMMANDS: Final = {"explain": ("/runs/{}", "its run"), "promote": ("/workflows/{}/monitor", "as it is now")}
_COMMAND: Final = re.compile(rf"(.*?)[:;] `?upbeat ({'|'.join(_COMMANDS)}) ([\w-]+)`?.*")
_ENUMERATED: Final = frozenset({FieldType.PICKLIST, FieldType.COMBOBOX})


def item_of(asked: Asked, key: str) -> Item:
    """Give one review as whoever asks decides it."""
    found = consider(asked.house, key, asked.by)
    return _Teller(asked, found).item()


class _Teller:
    """Puts one review into words."""

    def __init__(self, asked: Asked, found: Considered) -> None:
        self._asked = asked
        self._found = found
        self._shown: Shown = found.shown
        self._review: Review = found.shown.review
        self._tell: Telling = telling(asked.house, found.names, asked.zone)
        self._moved = {(one.record_id, one.field): one for one in self._shown.differences}

    def item(self) -> Item:
        one, found, may = self._review, self._found, self._found.may
        body, rule, reach = one.body, found.rule, found.reach
        is_open = one.state == "open"
        return Item(
            id=one.id,
            short=short(one.id),
            kind=one.kind,
            is_change=one.kind == RELEASE,
            tier=one.tier,
            state=_state(one),
            title=one.title,
            heading=parted(self._tell, one)[0],
            object=one.object,
            record_id=one.record_id,
            record_name=found.names.get(one.record_id, ""),
            workflow="" if one.workflow == HOUSE else one.workflow,
            workflow_title="" if rule is None else rule.title,
            version=0 if rule is None else rule.number,
            mode="" if rule is None else str(rule.mode),
            condition="" if rule is None else rule.condition,
            run=one.item_id,
            owner=Who(one.owner, self._person(one.owner)),
            due_at=one.due_at,
            overdue=is_open and one.due_at < self._asked.now,
            next_owner="" if self._shown.next_owner in {"", one.owner} else self._person(self._shown.next_owner),
            expires_at=one.expires_at,
            snoozed_until=one.snoozed_until if one.snoozed_until and one.snoozed_until > self._asked.now else None,
            release_at=one.release_at if one.state == "approved" else None,
            created_at=one.created_at,
            again=self._tell.plain(one.object, body.again),
            altered=tuple(self._altered(each) for each in body.proposals),
            stale=tuple(self._stale()),
            unread=self._shown.unread,
            reasons=tuple(self._reasons()),
            reported=found.reported,
            wrongs=tuple(Wrong) if rule is not None and one.item_id else (),
            facts=tuple(self._facts()),
            needs=body.why,
            rule=body.rule,
            signed=self._shown.signed,
            missing=self._shown.missing,
            proofs=tuple(self._proof(each) for each in found.quotes),
            sure=self._sure(),
            records=reach.records,
            waiting=reach.waiting,
            alike_records=reach.alike,
            amounts=tuple(map(_amount, reach.amounts)),
            all_amounts=tuple(map(_amount, reach.all_amounts)),
            woken=tuple(
                Woken(each.workflow, each.title, str(each.mode), each.at_once, self._about(each))
                for each in reach.fires
            ),
            also=tuple(self._other(each) for each in found.also),
            undone=reach.undone,
            way_back=self._way_back(),
            choices=tuple(map(self._choice, body.choices)),
            may_decide=may.decide,
            role=may.role.replace("_", " "),
            why_not=may.why_not.replace(self._asked.by, self._asked.viewer.name),
            fix=may.fix,
            may_recall=may.recall,
            may_withdraw=may.withdraw,
            edits=tuple(self._edits()) if may.edit else (),
            hand_to=tuple(Who(each.username, each.name) for each in may.hand_to),
            hold=int(self._asked.house.policy.queue.hold.total_seconds()),
            moves=one.moves,
            decided_by=self._person(one.decided_by) if one.decided_by not in {"", HOUSE} else "",
            decided_at=one.decided_at,
            choice=self._choice(one.choice).words,
            note=one.note,
            in_pattern=is_open and one.tier == Tier.REVIEW and reach.waiting > 1,
            to_run=one.state in {"approved", "released", "edited", "answered"} and not self._asked.house.engine_runs,
        )

    def _reasons(self) -> Iterator[Reason]:
        for one in self._review.body.reasons:
            if not is_how_to_object(one):  # the page has that itself
                yield _reason(self._tell.plain(self._review.object, one))

    def _about(self, one: Fires) -> str:
        """Give what of a change another workflow sees."""
        targets = [each.object for each in self._review.body.proposals]
        return ", ".join(self._tell.label(targets[0], each) for each in one.about)

    def _person(self, username: str) -> str:
        return person(self._asked.house, username)

    def _choice(self, one: str) -> Choice:
        name = self._person(one)
        said = (each.removeprefix(one).lstrip(": ") for each in self._review.body.reasons if one in each)
        return Choice(one, name if name != one else one[:1].upper() + one[1:], next(said, "") if name != one else "")

    def _altered(self, one: Proposal) -> Altered:
        beside = next((each for each in self._shown.beside if each.proposal == one.id), None)
        target = one.object
        rows = () if beside is None else beside.rows
        return Altered(
            verb=VERBS[one.verb],
            object="" if one.verb is Verb.SEND else self._tell.object(target),
            record_id=one.record_id,
            name=self._found.names.get(one.record_id, "") or self._name(one),
            changes=() if one.verb is Verb.MERGE else tuple(self._changes(one)),
            heads=() if beside is None else tuple(self._heads(one, beside.records)),
            beside=tuple(self._beside(target, row) for row in rows),
        )

    def _heads(self, one: Proposal, told: Sequence[str]) -> Iterator[Head]:
        for words, record in zip(told, one.records, strict=True):
            name = self._found.names.get(record.record_id, record.record_id)
            yield Head(words.partition(":")[0], self._tell.object(record.object), record.record_id, name)

    def _beside(self, target: str, row: Row) -> Beside:
        values = tuple(self._tell.value(target, row.field, value) for value in row.values)
        stays = self._tell.value(target, row.field, row.stays) if row.why else ""
        kept = values.index(stays) if row.why and stays in values else -1
        return Beside(self._tell.label(target, row.field), values, stays, kept, row.why)

    def _name(self, one: Proposal) -> str:
        """Give what a record is called, where the title says it: of the item's own record."""
        mine = one.record_id and one.record_id == self._review.record_id
        return self._review.title.partition(":")[0] if mine else ""

    def _changes(self, one: Proposal) -> Iterator[Change]:
        first = self._first(one)
        for name, value in one.after.items():
            seen = self._moved.get((one.record_id, name)) if one.record_id else None
            yield self._change(one, name, value, seen, first.get(name))

    def _change(self, one: Proposal, name: str, value: Any, seen: ThreeWay | None, first: Any) -> Change:
        words = self._tell.value(one.object, name, value)
        before = self._tell.value(one.object, name, one.before.get(name))
        moved = seen is not None and seen.moved
        edited = one.edited.get(name, "")
        return Change(
            field=name,
            label=self._tell.label(one.object, name),
            before=before,
            after=words,
            now=self._tell.value(one.object, name, seen.now) if moved and seen is not None else before,
            moved=str(seen.side) if moved and seen is not None else "",
            by=seen.by if moved and seen is not None else "",
            first=self._tell.value(one.object, name, first) if edited else "",
            edited_by=self._person(edited) if edited else "",
            long=max(len(words), len(before)) > LONG,
        )

    def _first(self, one: Proposal) -> dict[str, Any]:
        """Give the values that were suggested before a person wrote others: proposals keep their order in an edit."""
        body = self._review.body
        return dict(body.suggested[body.proposals.index(one)].after) if body.suggested else {}

    def _stale(self) -> Iterator[Change]:
        """Give every field of the change itself that is no longer as it was: its three states."""
        for seen in self._shown.moved:
            if seen.side.is_fact:
                continue
            label = "the record" if seen.side is Side.GONE else self._tell.label(seen.object, seen.field)
            yield Change(
                field=seen.field,
                label=label,
                before=self._tell.value(seen.object, seen.field, seen.was),
                after=self._tell.value(seen.object, seen.field, seen.suggested),
                now="gone" if seen.side is Side.GONE else self._tell.value(seen.object, seen.field, seen.now),
                moved=str(seen.side),
                by=seen.by,
                first="",
                edited_by="",
                long=False,
            )

    def _facts(self) -> Iterator[Fact]:
        rule, target = self._found.rule, self._review.object
        since = {one.field: one for one in self._shown.moved if one.side.is_fact}
        for fact in () if rule is None else rule.facts:
            seen = since.pop(fact.name, None)
            now = "" if seen is None else self._tell.value(target, fact.name, seen.now) or "blank"
            label = self._tell.label(target, fact.name)
            told = seen is None and any(fact.name in reason for reason in self._review.body.reasons)
            yield Fact(label, fact.value, now, seen is not None, "" if seen is None else seen.by, told)
        for seen in since.values():
            was, now = (self._tell.value(target, seen.field, value) or "blank" for value in (seen.was, seen.now))
            yield Fact(self._tell.label(target, seen.field), was, now, moved=True, by=seen.by, told=False)

    def _proof(self, one: Quoted) -> Proof:
        target = next((each.object for each in self._review.body.proposals if one.quote in each.quotes), "")
        return Proof(
            label=self._tell.label(target, one.quote.field),
            text=one.quote.text,
            source=one.quote.source,
            at=one.quote.at,
            call=one.conversation,
            title=one.title,
            turns=tuple(
                Turn(
                    speaker=turn.speaker,
                    side=str(turn.side),
                    clock="" if turn.seconds is None else _clock(turn.seconds),
                    before=turn.text[: turn.start] if turn.end else turn.text,
                    quote=turn.text[turn.start : turn.end],
                    after=turn.text[turn.end :] if turn.end else "",
                )
                for turn in one.turns
            ),
            missing=one.missing,
            held=one.held,
        )

    def _sure(self) -> Sure | None:
        proposals = self._review.body.proposals
        if not proposals:
            return None
        least = min(one.confidence for one in proposals)
        exact = least >= 1 and not any(one.from_model for one in proposals)
        word = "by rule" if exact else "high" if least >= _HIGH else "medium" if least >= _MEDIUM else "low"
        alike = self._found.alike
        share = None if exact else least
        return Sure(word, share, alike.rate, alike.edited, alike.rejected, self._found.of_workflow.rate)

    def _way_back(self) -> str:
        one, reach, rule = self._review, self._found.reach, self._found.rule
        if one.kind != RELEASE:
            return _BACK_TO_MONITOR if one.kind == GO_LIVE else ""
        hold = int(self._asked.house.policy.queue.hold.total_seconds())
        undo = f"Undo within {hold} seconds of your approval. "
        if not reach.undone:
            return f"{undo}After that it cannot be undone: what every record had is kept, to be put back by hand."
        note = rule.rollback if rule is not None and rule.rollback not in {"", "automatic"} else ""
        then = "After that a rollback restores what stood there before, and leaves alone what a person changed since."
        return f"{undo}{then}{f' {note}' if note else ''}"

    def _edits(self) -> Iterator[Editable]:
        several = len(self._review.body.proposals) > 1
        for one in self._review.body.proposals:
            for name, value in one.after.items():
                field = self._tell.field(one.object, name)
                listed = field is not None and field.type in _ENUMERATED
                yield Editable(
                    key=f"{one.record_id or one.object}.{name}" if several else name,
                    label=self._tell.label(one.object, name),
                    type=_INPUTS.get(field.type, "text") if field is not None else _plain(one, name),
                    value="" if value is None else str(value).lower() if isinstance(value, bool) else str(value),
                    options=tuple(each.value for each in field.picklist if each.active) if field and listed else (),
                    required=field is not None and not field.nillable,
                )

    def _other(self, one: Line) -> Other:
        return Other(one.id, self._tell.plain(one.object, one.title), self._person(one.owner))


_INPUTS: Final = {
    FieldType.TEXTAREA: "long",
    FieldType.BOOLEAN: "tick",
    FieldType.DATE: "date",
    FieldType.INT: "number",
    FieldType.DOUBLE: "number",
    FieldType.CURRENCY: "number",
    FieldType.PERCENT: "number",
    FieldType.EMAIL: "email",
}


def _reason(text: str) -> Reason:
    """Give a reason; where it names a command that shows more, with the page that does."""
    found = _COMMAND.fullmatch(text)
    if found is None:
        return Reason(text, "", "")
    to, link = _COMMANDS[found[2]]
    return Reason(found[1], to.format(found[3]), link)


def _plain(one: Proposal, name: str) -> str:
    return "long" if one.verb is Verb.SEND and name == "Text" else "text"


def _amount(one: Sum) -> str:
    return " ".join(filter(None, [one.currency, figure(one.amount.normalize() if one.amount % 1 else int(one.amount))]))


def _clock(seconds: float) -> str:
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _state(one: Review) -> str:
    return "approved" if one.state == "released" else str(one.state)
