"""What is to be done next, by whom and by when: said firmly, asked and agreed, offered and taken, or left to nobody."""

from collections.abc import Sequence
from typing import Final

from upbeat.conversation.found import Finding
from upbeat.conversation.saying.answering import TAKES, WITHDRAWS, Answer, answer, declines
from upbeat.conversation.saying.grammar import Force, Who, pattern
from upbeat.conversation.saying.lines import Line, called
from upbeat.conversation.saying.meaning import THING, arranged, day_behind, thing_before
from upbeat.conversation.saying.named import People
from upbeat.conversation.saying.noting import HANDED_OVER, Notebook, Step
from upbeat.conversation.saying.promising import Promise, promises
from upbeat.conversation.saying.revising import revise
from upbeat.conversation.saying.wording import subject, wording

_INVITES: Final = pattern("invites")
_FINDS_WHO: Final = pattern("finds who")
_CAN_GIVE: Final = pattern("can give")
_TAKING: Final = frozenset(["will", "leave", "on", "me", "that", "it", "mine"])  # a line has one that takes something
_ANSWERED_WITHIN: Final = 2  # turns
_TAKEN_WITHIN: Final = 4  # turns: somebody else may be asked first whose it is
_REPLIES: Final = 3  # sentences of an answer that say yes or no, and what will be done
_BACK: Final = 4  # sentences in which `that` of `I'll do that` was asked
_WANTS: Final = frozenset(["like", "want", "need", "love"])  # whose deed it is stays open
_MOVED: Final = frozenset(["make", "push", "move", "do", "have", "say", "get"])  # deeds that only move a day
_DONE: Final = frozenset(["do", "handle", "own", "take", "deal", "sort"])  # deeds that only point at another
_HOLDS: Final = {
    Force.FIRM: "said",
    Force.ASKED: "asked and agreed",
    Force.OFFER: "offered and taken",
    Force.MOOTED: "suggested, left to nobody",
}


def next_steps(lines: Sequence[Line], people: People) -> tuple[Finding, ...]:
    """Give the next steps of a talk, each once, with the last day that was said for it."""
    reader = _Reader(lines, people)
    for line in lines:
        reader.read(line)
    return reader.book.findings()


class _Reader:
    """Goes through a talk line by line. `_pending` is what was asked or suggested, and nobody took yet."""

    def __init__(self, lines: Sequence[Line], people: People) -> None:
        self.book = Notebook()
        self._lines, self._people = lines, people
        self._pending: Promise | None = None
        self._made: dict[int, tuple[Promise, ...]] = {}

    def read(self, line: Line) -> None:
        """Take in one more line."""
        made = self._promises(line)
        if self.book.steps and WITHDRAWS.search(line.text):
            self.book.withdraw(subject(line), line)
        taken = False
        for promise in made:
            if not (taken and promise.who is Who.SPEAKER and _FINDS_WHO.search(line.text)):
                taken = self._take(promise) or taken
        if (not made and _TAKING.intersection(line.vocabulary) and TAKES.search(line.text)) or (
            not taken and self._says_again(line)
        ):
            self._takes_over(line)
        elif not taken and line.days:
            revise(self.book, self._lines, line, self._replies(line))

    def _promises(self, line: Line) -> tuple[Promise, ...]:
        """Give the commitments of a line, which the lines around it ask for too."""
        number = line.sentence.number
        if number not in self._made:
            self._made[number] = promises(line)
        return self._made[number]

    def _take(self, promise: Promise) -> bool:
        """Note a promise if it stands; tell whether it did."""
        line = promise.line
        if promise.day is not None and promise.refers and _deed(promise) in _MOVED and self._only_moves(promise):
            mine = line.sentence.turn.party if promise.who is Who.ADDRESSEE else None
            return self.book.revise(line, promise.day, frozenset(), not_of=mine)
        replies = self._replies(line)
        owner, stands = self._owner(promise, replies)
        if not stands or self._is_said_better(promise, replies):
            self._pending = promise if stands or promise.force is not Force.FIRM else self._pending
            return False
        text, about = self._said(promise, owner)
        if not text:
            return False
        until, day = day_behind(self._lines, line, promise.day)
        if _INVITES.search(text.lower()):
            agreed, topic, stems = arranged(self._lines, line)
            day, about = day or agreed, about | stems
            text = f"{text}: {topic}" if topic else text
        told = line.sentence.quote(promise.first, promise.verb)
        why = [f"\u201c{told}\u201d: {_HOLDS[promise.force]}"]
        due = day.date if day else None
        turn = line.sentence.turn.number
        self.book.note(Step(text, about, _deed(promise), owner, due, line, until, why, promise.force, turn), promise)
        return True

    def _only_moves(self, promise: Promise) -> bool:
        """Whether `I'll do it Friday` gives a step before it its day; not one of somebody else that has its own."""
        latest, asked, line = self.book.latest(promise.line), self._pending, promise.line
        if latest is None or promise.who is not Who.SPEAKER:
            return latest is not None
        turn = line.sentence.turn
        since = asked is not None and asked.line.sentence.number > latest.line.sentence.number
        if since and asked is not None and asked.line.sentence.turn.party != turn.party and not asked.refers:
            return turn.number - asked.line.sentence.turn.number > _ANSWERED_WITHIN
        wants = not _WANTS.isdisjoint(one.text for one in line.sentence.words[promise.first : promise.verb])
        return wants or latest.owner in {None, turn.party} or (latest.due is None and not promise.gives)

    def _owner(self, promise: Promise, replies: Sequence[Line]) -> tuple[int | None, bool]:
        """Give whose it is, and whether it stands."""
        line, offered = promise.line, promise.force is Force.OFFER
        party = line.sentence.turn.party
        said = answer(replies[0]) if replies else Answer.NEITHER
        if any(declines(one) for one in replies):
            return None, False
        if promise.who is Who.SPEAKER:
            given = promise.day is not None or _CAN_GIVE.match(line.text, line.place_of(promise.first))
            given = given or answer(line) is Answer.YES  # `Sure, I can do a one-pager`
            return party, not offered or (said is not Answer.NO if given else said is Answer.YES)
        if promise.who is Who.NAMED:
            return promise.named, promise.force is Force.FIRM or promise.named == party or said is Answer.YES
        if promise.who is Who.ADDRESSEE:
            return self._addressee(promise, replies, said)
        if offered:
            return None, said is Answer.YES
        return None, promise.force is Force.FIRM or said is not Answer.NO

    def _addressee(self, promise: Promise, replies: Sequence[Line], said: Answer) -> tuple[int | None, bool]:
        """Give who was asked: called by name, else the one who agrees, else the only one across the table."""
        line = promise.line
        asked = promise.named if promise.named is not None else called(line)
        if asked is None:
            spoke = replies[0].sentence.turn.party if replies else None
            asked = spoke if said is Answer.YES else self._people.across(line.sentence)
        ordered = promise.force is Force.FIRM or line.sentence.words[promise.first].text == "please"
        return asked, said is not Answer.NO if ordered else said is Answer.YES

    def _is_said_better(self, promise: Promise, replies: Sequence[Line]) -> bool:
        """Whether the answer to what was asked says itself what will be done: `Sure, I'll have it to you Friday`."""
        if promise.force not in {Force.ASKED, Force.OFFER} or promise.who is Who.SPEAKER:
            return False
        about = subject(promise.line, promise.verb + 1, promise.last)
        for reply in replies:
            for said in self._promises(reply):
                same = said.refers or _deed(said) == _deed(promise) or about & subject(reply, said.verb + 1, said.last)
                firm = said.force is Force.FIRM and said.who in {Who.SPEAKER, Who.NAMED}
                if (firm and same) or promise.who is Who.NOBODY:
                    return True
        return False

    def _replies(self, line: Line) -> list[Line]:
        """Give what the next to speak says to a line: the first sentences of the next turns of somebody else."""
        turn, found, after = line.sentence.turn, list[Line](), line.sentence.number + 1
        for other in self._lines[after : after + 12]:
            number = other.sentence.turn.number
            if number == turn.number:
                continue
            if number > turn.number + _ANSWERED_WITHIN or len(found) == _REPLIES:
                break
            if other.sentence.turn.label != turn.label:
                found.append(other)
        return found

    def _said(self, promise: Promise, owner: int | None) -> tuple[str, frozenset[str]]:
        """Give the deed in words, and what it is about; of `I'll send it` what was spoken of before it."""
        if promise.refers and _deed(promise) in _DONE:
            return self._asked_before(promise)
        text = wording(promise)
        about = subject(promise.line, promise.verb + 1, promise.last)
        if not promise.refers:
            return text, about
        asked, turn = self._pending, promise.line.sentence.turn.number
        own = self.book.latest(promise.line)
        if own is not None and own.turn == turn and own.owner == owner is not None:
            asked = None  # what the speaker has just named is nearer than what another asked
        if asked is not None and 0 < turn - asked.line.sentence.turn.number <= _ANSWERED_WITHIN and not asked.refers:
            return f"{text} ({wording(asked)})", about | subject(asked.line, asked.verb + 1, asked.last)
        if self._goes_on(promise, owner) or (meant := thing_before(self._lines, promise.line)) is None:
            return text, about
        thing, stems = meant
        return f"{text} ({thing})", about | stems

    def _goes_on(self, promise: Promise, owner: int | None) -> bool:
        """Whether `it` is the owner's own step before, and not something that was asked for since."""
        latest = self.book.latest(promise.line)
        if latest is None or _deed(promise) not in HANDED_OVER or latest.owner not in {owner, None}:
            return False
        since = self._lines[latest.line.sentence.number + 1 : promise.line.sentence.number]
        label = promise.line.sentence.turn.label
        return not any(
            one.sentence.asks and THING.search(one.text) and one.sentence.turn.label != label for one in since
        )

    def _asked_before(self, promise: Promise) -> tuple[str, frozenset[str]]:
        """`I'll do that` is what was asked or suggested just before; where nothing was, it is nothing for later."""
        number = promise.line.sentence.number
        for other in reversed(self._lines[max(number - _BACK, 0) : number]):
            for asked in self._promises(other):
                if not (asked.refers and _deed(asked) in _DONE):
                    return self._said(asked, asked.named)
        return "", frozenset()

    def _says_again(self, line: Line) -> bool:
        """Whether somebody else says with a day what was asked of nobody yet: `Fine. Discount request by the tenth`."""
        asked = self._pending
        if asked is None or line.sentence.asks or not any(one.date for one in line.days):
            return False
        others = asked.line.sentence.turn.label != line.sentence.turn.label
        return others and bool(subject(line) & subject(asked.line, asked.verb + 1, asked.last))

    def _takes_over(self, line: Line) -> None:
        """Make what is open the speaker's: what was asked of nobody yet, or the step that nobody had."""
        step, asked = self.book.latest(line), self._pending
        turn, party = line.sentence.turn.number, line.sentence.turn.party
        day = next((one.date for one in reversed(line.days) if one.date), None)
        near = asked is not None and turn - asked.line.sentence.turn.number <= _TAKEN_WITHIN
        if asked is not None and near and (step is None or asked.line.sentence.number > step.line.sentence.number):
            self._pending = None
            text, about = self._said(asked, party)
            due = day or (asked.day.date if asked.day else None)
            why = [f"\u201c{line.sentence.text.strip()}\u201d takes \u201c{asked.line.sentence.text.strip()}\u201d"]
            self.book.note(Step(text, about, _deed(asked), party, due, line, line, why, Force.ASKED, turn), asked)
        elif step is not None and step.owner in {None, party}:
            step.owner, step.turn, step.due = party, turn, step.due or day
            step.why.append(f"\u201c{line.sentence.text.strip()}\u201d takes it")


def _deed(promise: Promise) -> str:
    return promise.line.sentence.words[promise.verb].text
