"""What is to be done next, by whom and by when: said firmly, asked and agreed, offered and taken, or left to nobody."""

import re
from collections.abc import Sequence
from typing import Final

from upbeat.conversation.dates import Day
from upbeat.conversation.found import Finding
from upbeat.conversation.saying.answering import TAKES, WITHDRAWS, Answer, answer, declines
from upbeat.conversation.saying.lines import Line, called
from upbeat.conversation.saying.named import People
from upbeat.conversation.saying.noting import HANDED_OVER, Notebook, Step, in_its_week
from upbeat.conversation.saying.promising import Force, Promise, Who, promises
from upbeat.conversation.saying.wording import subject, wording

_ANSWERED_WITHIN: Final = 2  # turns
_TAKEN_WITHIN: Final = 4  # turns: somebody else may be asked first whose it is
_REVISES: Final = re.compile(
    r"\b(?:make (?:that|it)|instead|not (?:monday|tuesday|wednesday|thursday|friday|the)|rather than|sorry|let us say|(?:push|move|change|bring) (?:that|it|this)"
    r"|could (?:we|you) (?:do|make)|say (?=\w+day\b|the )|you will (?:have|get|see) (?:it|that|them|this|the|\S+ \S+|\S+)|with you|(?:is|be) (?:more )?realistic|is fine|works|(?:forget|leave|hold|park) .*(?:till|until)|it will be|that will be|expect (?:it|that)|have (?:it|that) (?:to|with|over)|no later than|at the latest|i mean|by then)\b"
)
_ASKS_WHEN: Final = re.compile(r"\b(?:by when|when (?:can|could|will|would|do|should|might|are)|what (?:day|date|time)|how soon|which day|timeline)\b")
_MEETING: Final = re.compile(
    r"\b(?:meeting|call|demo|session|workshop|catch up|review|follow up|walkthrough|kick ?off|visit|conversation|deep dive|check in|chat|readout|briefing|pilot)s?\b"
)
_PROPOSES_DAY: Final = re.compile(
    r"\b(?:would|does|do|how about|how is|what about|is|are you (?:free|around|available)|could you do|can you do|can we do|could we do|shall we (?:say|do)|let us (?:say|do|go)|let us|say|works?|suits?|free|available)\b"
)
_INVITES: Final = re.compile(r"\b(?:invite|invites|invitation|calendar (?:invite|hold|entry)|placeholder|diary (?:invite|hold))\b")
_HOLDS: Final = {Force.FIRM: "said", Force.ASKED: "asked and agreed", Force.OFFER: "offered and taken", Force.MOOTED: "suggested, left to nobody"}


def next_steps(lines: Sequence[Line], people: People) -> tuple[Finding, ...]:
    """Give the next steps of a talk, each once, with the last day that was said for it."""
    book = Notebook()
    reader = _Reader(lines, people, book)
    for line in lines:
        reader.read(line)
    return book.findings()


class _Reader:
    def __init__(self, lines: Sequence[Line], people: People, book: Notebook) -> None:
        self._lines, self._people, self._book = lines, people, book
        self._pending: Promise | None = None  # what was asked or suggested, and nobody took yet
        self._made: dict[int, tuple[Promise, ...]] = {}

    def read(self, line: Line) -> None:
        made = self._promises(line)
        if WITHDRAWS.search(line.text):
            self._book.withdraw(subject(line), line)
        taken = False
        for promise in made:
            if not (taken and promise.who is Who.SPEAKER and _FINDS_WHO.search(line.text)):
                taken = self._take(promise) or taken
        if not made and TAKES.search(line.text):
            self._takes_over(line)
        elif not taken:
            self._revises(line)

    def _promises(self, line: Line) -> tuple[Promise, ...]:
        """Give the commitments of a line, which the lines around it ask for too."""
        number = line.sentence.number
        if number not in self._made:
            self._made[number] = promises(line)
        return self._made[number]

    def _take(self, promise: Promise) -> bool:
        """Note a promise if it stands."""
        line = promise.line
        if promise.day is not None and promise.refers and self._is_revision(promise):
            return self._book.revise(line, promise.day, frozenset(), not_of=line.sentence.turn.party if promise.who is Who.ADDRESSEE else None)
        replies = self._replies(line)
        owner, stands = self._owner(promise, replies)
        if not stands:
            self._pending = promise if promise.force is not Force.FIRM else self._pending
            return False
        if self._is_said_better(promise, replies):
            self._pending = promise
            return False
        text, about = self._said(promise, owner)
        if not text:
            return False
        until, day = self._day_behind(line, promise.day)
        if _INVITES.search(text.lower()):
            day, text, about = self._meeting(line, day, text, about)
        due = day.date if day else None
        told = line.sentence.quote(promise.first, min(promise.verb, promise.last))
        why = [f"“{told}”: {_HOLDS[promise.force]}"]
        step = Step(text, about, _deed(promise), owner, due, line, until, why, promise.force, line.sentence.turn.number, line.sentence.turn.party)
        self._book.note(step, promise)
        return True

    def _is_revision(self, promise: Promise) -> bool:
        """`Could you make that Friday`, `let's do it Thursday instead`."""
        deed = promise.line.sentence.words[promise.verb].text
        return deed in {"make", "push", "move", "do", "have", "say", "get"} and self._book.latest(promise.line) is not None

    def _owner(self, promise: Promise, replies: Sequence[Line]) -> tuple[int | None, bool]:
        """Give whose it is, and whether it stands."""
        line = promise.line
        party = line.sentence.turn.party
        first = replies[0] if replies else None
        said = answer(first) if first else Answer.NEITHER
        refused = any(declines(one) for one in replies)
        if promise.who is Who.SPEAKER:
            offered = promise.force is Force.OFFER
            stands = said is not Answer.NO if promise.day or _CAN_GIVE.match(line.text, *_span(promise)) else said is Answer.YES
            return party, not refused and (stands or not offered)
        if promise.who is Who.NAMED:
            own = promise.named == party
            return promise.named, not refused and (promise.force is Force.FIRM or own or said is Answer.YES)
        if promise.who is Who.ADDRESSEE:
            by_name = promise.named if promise.named is not None else called(line)
            spoke = first.sentence.turn.party if first else None
            owner = by_name if by_name is not None else spoke if said is Answer.YES else self._people.across(line.sentence)
            agreed = said is Answer.YES if promise.force is Force.ASKED and not _is_order(promise) else said is not Answer.NO
            return owner, agreed and not refused
        return None, (said is Answer.YES if promise.force is Force.OFFER else not (said is Answer.NO and promise.force is Force.MOOTED) and not refused)

    def _is_said_better(self, promise: Promise, replies: Sequence[Line]) -> bool:
        """Whether the answer to what was asked or suggested says itself what will be done: `Sure, I'll have it to you Friday`."""
        if promise.force not in {Force.ASKED, Force.OFFER} or promise.who is Who.SPEAKER:
            return False
        about = subject(promise.line, promise.verb + 1, promise.last)
        for reply in replies:
            for said in self._promises(reply):
                same = said.refers or about & subject(reply, said.verb + 1, said.last)
                if (said.force is Force.FIRM and said.who in {Who.SPEAKER, Who.NAMED} and same) or promise.who is Who.NOBODY:
                    return True
        return False

    def _replies(self, line: Line) -> list[Line]:
        """Give what the next to speak says to a line: the first sentences of the next turns of somebody else."""
        turn, found, after = line.sentence.turn, list[Line](), line.sentence.number + 1
        for other in self._lines[after : after + 12]:
            number = other.sentence.turn.number
            if number == turn.number:
                continue
            if number > turn.number + _ANSWERED_WITHIN or len(found) == 3:
                break
            if other.sentence.turn.label != turn.label:
                found.append(other)
        return found

    def _said(self, promise: Promise, owner: int | None) -> tuple[str, frozenset[str]]:
        """Give the deed in words, and what it is about; of `I'll send it` what was spoken of before it."""
        text = wording(promise)
        if _is_to_do(promise):
            return self._asked_before(promise)
        about = subject(promise.line, promise.verb + 1, promise.last)
        if not promise.refers:
            return text, about
        asked = self._pending
        if asked is not None and 0 < promise.line.sentence.turn.number - asked.line.sentence.turn.number <= _ANSWERED_WITHIN and not asked.refers:
            return f"{text} ({wording(asked)})", about | subject(asked.line, asked.verb + 1, asked.last)
        if self._goes_on(promise, owner) or (meant := self._meant(promise.line)) is None:
            return text, about
        thing, stems = meant
        return f"{text} ({thing})", about | stems

    def _goes_on(self, promise: Promise, owner: int | None) -> bool:
        """Whether `it` is the owner's own step before, and not something that was asked for since."""
        latest = self._book.latest(promise.line)
        if latest is None or _deed(promise) not in HANDED_OVER or latest.owner not in {owner, None}:
            return False
        since = self._lines[latest.line.sentence.number + 1 : promise.line.sentence.number]
        return not any(one.sentence.asks and _THING.search(one.text) and one.sentence.turn.label != promise.line.sentence.turn.label for one in since)

    def _asked_before(self, promise: Promise) -> tuple[str, frozenset[str]]:
        """`I'll do that` is what was asked or suggested just before; where nothing was, it is nothing to be done later."""
        for other in reversed(self._lines[max(promise.line.sentence.number - 4, 0) : promise.line.sentence.number]):
            for asked in self._promises(other):
                if not _is_to_do(asked):
                    return self._said(asked, asked.named)
        return "", frozenset()

    def _meant(self, line: Line) -> tuple[str, frozenset[str]] | None:
        """Find what `it` is: the last thing with an article in the sentences before."""
        for other in reversed(self._lines[max(line.sentence.number - 4, 0) : line.sentence.number]):
            spots = list(_THING.finditer(other.text))
            for spot in reversed(spots):
                first, last = other.word_at(spot.start("thing")), other.word_at(spot.end("thing") - 1)
                stems = subject(other, first, last)
                if stems:
                    return other.sentence.quote(first, last), stems
        return None

    def _day_behind(self, line: Line, day: Day | None) -> tuple[Line, Day | None]:
        """A day that the next sentence of the same turn adds, and nothing else: `Thursday. This Thursday.`"""
        until = line
        for other in self._lines[line.sentence.number + 1 : line.sentence.number + 3]:
            if other.sentence.turn.number != line.sentence.turn.number or other.sentence.asks or not other.is_day or called(other) is not None:
                break
            until, day = other, other.days[-1] if other.days[-1].date else day
        return until, day

    def _meeting(self, line: Line, day: Day | None, text: str, about: frozenset[str]) -> tuple[Day | None, str, frozenset[str]]:
        """An invitation is for the day that was last agreed, and for what was proposed."""
        topic = ""
        near = self._lines[max(line.sentence.number - 10, 0) : line.sentence.number + 1]
        agreed = None
        for other in near:
            for one in other.days:
                if one.date:
                    agreed = Day(in_its_week(one, other, agreed.date if agreed else None), one.start, one.end, one.spelt)
        day = day or agreed
        for other in reversed(near):
            if not topic and other is not line and (spot := _MEETING.search(other.text)) and not other.text.startswith("i will"):
                first, last = _around(other, spot)
                topic, about = other.sentence.quote(first, last), about | subject(other, first, last)
            if topic:
                break
        return day, f"{text}: {topic}" if topic else text, about

    def _takes_over(self, line: Line) -> None:
        step, pending = self._book.latest(line), self._pending
        near = pending is not None and line.sentence.turn.number - pending.line.sentence.turn.number <= _TAKEN_WITHIN
        if pending is not None and near and (step is None or pending.line.sentence.number > step.line.sentence.number):
            owner, self._pending = line.sentence.turn.party, None
            text, about = self._said(pending, owner)
            why = [f"“{line.sentence.text.strip()}” takes “{pending.line.sentence.text.strip()}”"]
            day = line.days[-1] if line.days else pending.day
            due = day.date if day else None
            made = Step(text, about, _deed(pending), owner, due, line, line, why, Force.ASKED, line.sentence.turn.number, owner)
            self._book.note(made, pending)
        elif step is not None and step.owner in {None, line.sentence.turn.party}:
            step.owner, step.turn = line.sentence.turn.party, line.sentence.turn.number
            step.why.append(f"“{line.sentence.text.strip()}” takes it")
            if line.days and line.days[-1].date and step.due is None:
                step.due = line.days[-1].date

    def _revises(self, line: Line) -> None:
        """A day without a deed of its own: of the step before it, if the line says so or answers when."""
        named = [one for one in line.days if one.date and not _is_refused(line, one)]
        if not named:
            return
        day, words = _last_meant(line, named), subject(line)
        pending = self._pending
        other = pending is not None and pending.line.sentence.turn.label != line.sentence.turn.label
        if pending is not None and other and words & subject(pending.line, pending.verb + 1, pending.last) and not line.sentence.asks:
            self._takes_over(line)
            return
        known = [one for one in self._book.steps if one.subject & words]
        if _SIGNING.search(line.text) and not line.sentence.asks:
            self._signing(line, day)
            return
        if words and not known and not _points_back(line):
            return
        if not (self._is_answer(line) or _REVISES.search(line.text)) or not self._is_agreed(line):
            return
        latest = self._book.latest(line, of=called(line))
        if latest is None and not known:
            return
        if not known and latest is not None:
            away = line.sentence.turn.number - latest.turn
            if away > _REVISED_WITHIN or (_HOUR.search(line.text) and not _MEETING.search(latest.text.lower())):
                return
        self._book.revise(line, day, words, of=called(line))

    def _is_answer(self, line: Line) -> bool:
        """Whether a bare day answers when, or takes up a step that was just said: `Friday then`."""
        before = self._lines[line.sentence.number - 1] if line.sentence.number else None
        if before is not None and before.sentence.turn.number < line.sentence.turn.number and _ASKS_WHEN.search(before.text):
            return True
        latest = self._book.latest(line)
        if latest is None or not line.is_day:
            return False
        away = line.sentence.turn.number - latest.turn
        return away == 0 or (away <= _SETTLED_WITHIN and (latest.due is None or bool(_SETTLES.search(line.text))))

    def _is_agreed(self, line: Line) -> bool:
        if not line.sentence.asks or re.search(r"\bmake (?:that|it)\b", line.text):
            return True
        return any(answer(one) is Answer.YES for one in self._replies(line)[:1])

    def _signing(self, line: Line, day: Day) -> None:
        """The day of signature is a step of its own, which both sides work towards."""
        spot = _SIGNING.search(line.text)
        if spot is None:
            return
        turn = line.sentence.turn
        why = [f"“{line.sentence.text.strip()}”: the day that is aimed at"]
        step = Step("Contract signature", frozenset({"signatur"}), "sign", None, day.date, line, line, why, Force.MOOTED, turn.number, turn.party)
        for one in self._book.steps:
            if "signatur" in one.subject:
                self._book.revise(line, day, one.subject)
                return
        self._book.steps.append(step)


_CAN_GIVE: Final = re.compile(r"i can (?:send|share|get|give|email|forward|introduce|put|set|write|bring|connect)\b")
_SETTLED_WITHIN: Final = 2  # turns, for a bare day
_REVISED_WITHIN: Final = 3  # turns, for a line that does not name the step
_HOUR: Final = re.compile(r"\b(?:same time|o'clock|o clock|\d+ (?:am|pm)|noon|half past|quarter (?:past|to))\b")
_SETTLES: Final = re.compile(r"^(?:by|okay|ok|so|then|right|fine|no|sorry|yes|perfect|good|great|let us say|make|sure)\b|\bthen$")
_SIGNING: Final = re.compile(
    r"(?=.*\b(?:realistic|aim|aiming|target|targeting|works|let us say|shoot for|doable|achievable)\b).*\b(?:signature|signing|signed|sign)\b"
)
_FINDS_WHO: Final = re.compile(r"\bi will (?:find|work|figure) out (?:who|when|what|how)$")
_THING: Final = re.compile(
    r"\b(?:a|an|the|your|our|my|some|any|that) (?P<thing>(?:[a-z&]+ ){0,3}?[a-z]+)(?= (?:,|for|with|from|in|on|of|that|which|so|and|or|by|to|at|if|is|was|are|we|you|i|when|before|over|as|because|there|then|somewhere|anywhere|yet|please|too|first)\b| ,|$)"
)


def _span(promise: Promise) -> tuple[int]:
    return (promise.line.place_of(promise.first),)


def _deed(promise: Promise) -> str:
    return promise.line.sentence.words[promise.verb].text


def _is_to_do(promise: Promise) -> bool:
    """`I'll do that`, `can you take care of it`: the deed itself was said before."""
    return promise.refers and promise.line.sentence.words[promise.verb].text in {"do", "handle", "own", "take", "deal", "sort"}


def _is_order(promise: Promise) -> bool:
    return promise.force is Force.FIRM or promise.line.sentence.words[promise.first].text == "please"


def _is_refused(line: Line, day: Day) -> bool:
    return bool(re.search(r"\b(?:not|instead of|rather than|from|than|of)(?: on| the| by)? $", line.sentence.text.lower()[: day.start]))


def _last_meant(line: Line, named: Sequence[Day]) -> Day:
    text = line.sentence.text.lower()
    put = [one for one in named if re.search(r"\b(?:till|until|make (?:it|that)|(?:it|that|this) to|say|you will have it|by)(?: on| the| by)? $", text[: one.start])]
    return (put or list(named))[-1]


def _points_back(line: Line) -> bool:
    return bool(re.search(r"\b(?:it|that|this|them|you will have|with you)\b", line.text))


def _around(line: Line, spot: re.Match[str]) -> tuple[int, int]:
    """Give the words of a meeting's name: back to its article, and on to what it is about."""
    first = last = line.word_at(spot.start())
    words = line.sentence.words
    while first and first > last - 4 and words[first - 1].text not in {"a", "an", "the", "another", "our", "that", "to", "have", "do"} and not words[first - 1].stop:
        first -= 1
    while last + 1 < len(words) and last < first + 9 and not words[last].stop:
        last += 1
    return first, last
