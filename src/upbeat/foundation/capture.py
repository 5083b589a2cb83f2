"""Whether emails and meetings are captured as records of the org, or stand where nothing can ask for them.

Which it is shows in what the org has, and never in a product's name. Einstein Activity Capture shows emails on
timelines without storing them as records, until Sync Email as Salesforce Activity is on, as it is by default from
Summer '25 (Salesforce Help, "Using Emails Without Sync Email as Salesforce Activity in Einstein Activity Capture" and
"Guidelines for Using Sync Email as Salesforce Activity"). Its connections are rows of ActivityUsrConnectionStatus, and
the Staged objects come with the sync alone (Object Reference).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from upbeat.foundation.activity import Activity, by_user, meetings, of_users, past_events, sent, summed, tasks
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import MOST_GROUPS, OPEN, deals, unseen
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way, filled
from upbeat.foundation.spans import MONTH, since
from upbeat.workflows import Person

_CONNECTIONS: Final = "ActivityUsrConnectionStatus"
_SYNCED: Final = ("StagedEmail", "StagedUnmtchdEmailAddr", "StagedUnmtchdEmailAddrRela")
"""Objects that an org has only where captured emails become records."""
_CONNECTED: Final = "ACTIVE"
_DEALS: Final = 3  # open deals whose owner talks with customers
_NAMED: Final = 200  # users whom one query names: it holds 16,000 characters
_MINUTES: Final = 30  # to see why a mailbox is not captured, and connect it


@dataclass(frozen=True, slots=True)
class _Mailbox:
    """A mailbox that capture is set up for."""

    user: str  # id
    address: str
    status: str


def _look(ground: Ground) -> Look:
    blind = (
        unseen(ground, "Opportunity", "OwnerId") + unseen(ground, "Event", "WhoId") + unseen(ground, "Task", "WhoId")
    )
    if blind:
        return Found(unseen=blind)
    mail = unseen(ground, "EmailMessage", "FromAddress")
    asked = [_owners(), meetings(ground), tasks(ground)]
    asked += [] if mail else [sent(ground)]
    related = ground.has("EmailMessageRelation", "RelationObjectType")
    asked += [of_users(ground)] if related else []
    asked += [_boxes()] if _CONNECTIONS in ground.objects else []
    answers = dict(zip(asked, (yield asked), strict=True))
    nothing = Answer()
    owners, events, done = (answers[one] for one in asked[:3])
    if refused := [
        Unseen(name, "", one.denied)
        for name, one in (("Opportunity", owners), ("Event", events), ("Task", done))
        if one.denied
    ]:
        return Found(unseen=(*mail, *refused))
    out = nothing if mail else answers[sent(ground)]
    seen = by_user(ground, events, done, out, answers[of_users(ground)] if related else nothing)
    boxes = _mailboxes(answers.get(_boxes(), nothing))
    reps = _reps(ground, owners)
    if out.denied:
        mail = (Unseen("EmailMessage", "", out.denied),)
    elif related and (denied := answers[of_users(ground)].denied):  # what is linked to somebody is not known then
        mail = (Unseen("EmailMessageRelation", "", denied),)
    told = not mail
    return Found(
        findings=(
            *(_silent(ground, reps, seen) if told else ()),
            *_no_meetings(ground, reps, events),
            *(_virtual(ground, boxes, seen) if told else ()),
            *_broken(ground, boxes),
        ),
        measures=tuple(_measures(ground, reps, seen, boxes, emails=told)),
        unseen=mail,
        exhibits=tuple(_tables(ground, reps, seen, boxes, events, done, out)),
    )


def _owners() -> Question:
    groups = f"GROUP BY OwnerId ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}"
    text = f"SELECT OwnerId, COUNT(Id) n FROM Opportunity WHERE {OPEN} {groups}"  # noqa: S608  our own names
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def _boxes() -> Question:
    text = f"SELECT UserId, EmailAddress, ConnectivityStatus FROM {_CONNECTIONS} LIMIT {MOST_GROUPS}"  # noqa: S608  our own name
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def _mailboxes(answer: Answer) -> list[_Mailbox]:
    return [
        _Mailbox(row["UserId"] or "", row["EmailAddress"] or "", row["ConnectivityStatus"] or "") for row in answer.rows
    ]


def _reps(ground: Ground, owners: Answer) -> list[tuple[Person, int]]:
    """Give the active people who work deals, with how many they have; an owner of one or two may be a stand-in."""
    by_id = {one.user_id: one for one in ground.people.values()}
    found = [(by_id.get(row["OwnerId"]), int(row["n"])) for row in owners.rows]
    return [
        (one, count)
        for one, count in found
        if one is not None and one.active and one.internal and not one.integration and count >= _DEALS
    ]


Reps = Sequence[tuple[Person, int]]
Seen = Mapping[str, Activity]


def _silent(ground: Ground, reps: Reps, seen: Seen) -> Iterator[Finding]:
    """The mailboxes of whose owners no email is in the org: each of them works deals."""
    without = [(one, count) for one, count in reps if not seen.get(one.user_id, Activity()).emails]
    if not without:
        return
    everybody = len(without) == len(reps)
    whom = f"the {len(reps)} people who own {_DEALS} or more open deals"
    who = f"any of {whom}" if everybody else f"{len(without)} of {whom}"
    yield Finding(
        check=CAPTURE.name,
        key=f"{CAPTURE.name}:EmailMessage",
        weight=Weight.HIGH if everybody else Weight.MEDIUM,
        says=f"No email of the last {MONTH} days is in the org for {who}: nothing that looks at activity sees them. "
        "That the query shows no email of theirs is the proof.",
        object="EmailMessage",
        fields=("FromAddress",),
        count=len(without),
        of=len(reps),
        fix="Connect the mailbox of each to capture that writes EmailMessage records, and see that it is not excluded.",
        minutes=_MINUTES * len(without),
        queries=(_sent_by(ground, [one for one, _ in without]),),
        records=tuple(
            RecordAt(
                one.user_id,
                "User",
                one.name,
                f"{deals(count)}; in {MONTH} days {seen.get(one.user_id, Activity()).words}",
            )
            for one, count in without
        ),
        values=tuple(one.username for one, _ in without),
    )


def _sent_by(ground: Ground, people: Sequence[Person]) -> str:
    """Give the query of what these users sent: it shows nothing as long as nothing of theirs is captured."""
    some = people[:_NAMED]
    text = (
        f"SELECT Id, FromAddress, MessageDate FROM EmailMessage WHERE Incoming = FALSE "  # noqa: S608  our own names
        f"AND MessageDate >= {since(ground, MONTH)} AND (CreatedById IN :ids OR FromAddress IN :addresses)"
    )
    return filled(text, ids=[one.user_id for one in some], addresses=[one.email for one in some if one.email] or [""])


def _no_meetings(ground: Ground, reps: Reps, events: Answer) -> Iterator[Finding]:
    """No meeting of anybody is there: one rep may have had none, a team has."""
    if reps and not tuple(events.rows):
        who = "one person works" if len(reps) == 1 else f"{len(reps)} people work"
        yield Finding(
            check=CAPTURE.name,
            key=f"{CAPTURE.name}:Event",
            weight=Weight.MEDIUM,
            says=f"No meeting of the last {MONTH} days is in the org, though {who} open deals.",
            object="Event",
            fields=("StartDateTime",),
            count=len(reps),
            of=len(reps),
            fix="Connect the calendars of the team to capture that writes Event records.",
            minutes=_MINUTES,
            queries=(f"SELECT Id, Subject FROM Event WHERE {past_events(ground)}",),  # noqa: S608  our own names
        )


def _virtual(ground: Ground, boxes: Sequence[_Mailbox], seen: Seen) -> Iterator[Finding]:
    """Mailboxes are captured, and what is captured is no record."""
    connected = [one for one in boxes if one.status == _CONNECTED]
    lost = [one for one in connected if not seen.get(one.user, Activity()).emails]
    if not connected or len(lost) < len(connected) or ground.objects.intersection(_SYNCED):
        return
    yield Finding(
        check=CAPTURE.name,
        key=f"{CAPTURE.name}:virtual",
        weight=Weight.HIGH,
        says=f"{len(connected)} mailboxes are connected to capture emails, and no email of theirs of the last {MONTH} "
        "days is an EmailMessage: they are shown on timelines, and stored where no query, flow or trigger sees them.",
        object="EmailMessage",
        fields=(),
        count=len(connected),
        of=len(connected),
        fix="Have captured emails stored as records: Setup > Einstein Activity Capture > Settings, Sync Email as "
        "Salesforce Activity.",
        minutes=4 * _MINUTES,
        queries=(_boxes().text,),
        records=tuple(RecordAt(one.user, "User", one.address, "connected, no EmailMessage") for one in lost),
    )


def _broken(ground: Ground, boxes: Sequence[_Mailbox]) -> Iterator[Finding]:
    """Mailboxes that capture is set up for, of people who are still here, and that are not connected."""
    active = {one.user_id for one in ground.people.values() if one.active}
    mine = [one for one in boxes if one.user in active]
    down = [one for one in mine if one.status != _CONNECTED]
    if down:
        yield Finding(
            check=CAPTURE.name,
            key=f"{CAPTURE.name}:{_CONNECTIONS}.ConnectivityStatus",
            weight=Weight.MEDIUM,
            says=f"{len(down)} of {len(mine)} mailboxes that are set up for capture are not connected.",
            object=_CONNECTIONS,
            fields=("ConnectivityStatus",),
            count=len(down),
            of=len(mine),
            fix="Have each person connect the mailbox again, in their personal settings.",
            minutes=5 * len(down),
            queries=(f"{_boxes().text}",),
            records=tuple(RecordAt(one.user, "User", one.address, one.status) for one in down),
        )


def _measures(ground: Ground, reps: Reps, seen: Seen, boxes: Sequence[_Mailbox], *, emails: bool) -> Iterator[Measure]:
    whole = len(reps)
    if emails:
        mailed = sum(bool(seen.get(one.user_id, Activity()).emails) for one, _ in reps)
        says = f"emails of the last {MONTH} days are records for {mailed} of {whole} people who work open deals"
        yield Measure(CAPTURE.name, mailed, whole, says if whole else "nobody works open deals")
    met = sum(bool(seen.get(one.user_id, Activity()).meetings) for one, _ in reps)
    says = f"meetings of the last {MONTH} days are records for {met} of {whole} people who work open deals"
    yield Measure(f"{CAPTURE.name}/meetings", met, whole, says, scores=False)
    held, facing = sum(one.meetings for one in seen.values()), sum(one.facing for one in seen.values())
    says = f"{facing:,} of {held:,} meetings are with a contact or a lead"
    yield Measure(f"{CAPTURE.name}/facing", facing, held, says, scores=False)
    if boxes:
        connected = [one for one in boxes if one.status == _CONNECTED]
        native = sum(bool(seen.get(one.user, Activity()).emails) for one in connected)
        how = "the org stores captured emails" if ground.objects.intersection(_SYNCED) else "by what is stored"
        says = f"emails are records for {native} of {len(connected)} connected mailboxes ({how})"
        yield Measure(f"{CAPTURE.name}/native", native, len(connected), says, scores=False)


def _tables(
    ground: Ground, reps: Reps, seen: Seen, boxes: Sequence[_Mailbox], events: Answer, done: Answer, out: Answer
) -> Iterator[Exhibit]:
    status = {one.user: one.status for one in boxes}
    rows = [
        (one.name, count, mine.emails, mine.meetings, mine.facing, mine.calls, status.get(one.user_id, ""))
        for one, count in reps
        for mine in [seen.get(one.user_id, Activity())]
    ]
    if rows:
        yield Exhibit(
            "activity-by-person",
            "What is captured of whom",
            f"The last {MONTH} days of everybody with {_DEALS} or more open deals; a mailbox only where the org tells.",
            ("Person", "Open deals", "Emails", "Meetings", "With customers", "Calls", "Mailbox"),
            tuple(sorted(rows, key=lambda row: (row[2], row[3], row[0]))),
        )
    names = {one.user_id: one for one in ground.people.values()}
    by_hand: list[tuple[Any, ...]] = []
    for name, answer in (("EmailMessage", out), ("Event", events), ("Task", done)):
        for who, count in summed(answer.rows, "CreatedById").items():
            person = names.get(who)
            by_hand.append((name, who if person is None else person.name, count))
    if by_hand:
        yield Exhibit(
            "activity-by-creator",
            "Who creates activities",
            f"Records of the last {MONTH} days by who created them: people by hand or through their own connection, "
            "tools by their users; of emails, those that went out.",
            ("Object", "Created by", "Records"),
            tuple(sorted(by_hand, key=lambda row: (row[0], -row[2], row[1]))),
        )


CAPTURE = Check("activity-capture", "Emails and meetings as records", _look)
CHECKS = (CAPTURE,)
