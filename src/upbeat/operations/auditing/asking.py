"""The conversation with the org: each question is asked once, and its answer kept until the audit ends."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from upbeat import soql
from upbeat.base import digest
from upbeat.foundation import Answer, Check, Found, Ground, Question, Row, Way
from upbeat.operations.auditing.keeping import Kept
from upbeat.operations.querying import plain
from upbeat.salesforce import CallsSpent, Reader, Rejected, at_most
from upbeat.schema import Schema
from upbeat.soql import Bound, SoqlError

Tell = Callable[[str], None]
_T = TypeVar("_T")


@dataclass
class Asker:
    """Asks an org for the checks of one audit.

    `most` is how many API calls it may spend; what an earlier part of the same audit spent counts.
    """

    reader: Reader
    ground: Ground
    kept: Kept
    most: int
    _open: dict[str, Answer] = field(default_factory=dict[str, Answer])

    def hold(self, check: Check) -> Found:
        """Let one check speak with the org until it has come to its end.

        Raises CallsSpent, Rejected where the org refuses rows that are read as they come, and any other SalesforceError
        where it cannot be asked any more: what it has answered by then stays, and the audit goes on from there.
        """
        return held(check.look(self.ground), self.ask)

    def ask(self, question: Question) -> Answer:
        """Give the answer to one question, from what is kept where it was asked before."""
        key = digest((question.way, question.text))  # how many rows it may have is no part of what it asks
        if (known := self._open.get(key) or self.kept.get(key)) is not None:
            return known
        if self.kept.calls + question.calls > self.most:
            raise CallsSpent("the API calls that were agreed to do not last for the next question")
        with self._counted():
            answer = self._answered(question)
        if question.kept:
            self._open[key] = answer
            self.kept.put(key, answer)
        return answer

    def _answered(self, question: Question) -> Answer:
        answer = answered(self.reader, question, self.ground.schema)
        return answer if question.kept else replace(answer, rows=self._spending(iter(answer.rows)))

    def _spending(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Count the calls that rows take which are read as they come."""
        while True:
            with self._counted():
                row = next(rows, None)
            if row is None:
                return
            yield row

    @contextmanager
    def _counted(self) -> Generator[None]:
        """Send no call beyond `most`, and count those that are sent."""
        with ExitStack() as held:
            held.callback(lambda: self.kept.spend(sent.calls))
            sent = held.enter_context(at_most(self.most - self.kept.calls))
            yield


def held(speaking: Generator[Sequence[Question], Sequence[Answer], _T], ask: Callable[[Question], Answer]) -> _T:
    """Hold a conversation to its end, and give what it came to."""
    try:
        questions = next(speaking)
        while True:
            questions = speaking.send([ask(one) for one in questions])
    except StopIteration as end:
        return end.value


def answered(reader: Reader, question: Question, schema: Schema) -> Answer:
    """Ask an org one question; what it refuses is an answer too. Raises SalesforceError where it cannot be asked."""
    try:
        rows = _rows(reader, question, schema)
        if question.way is Way.COUNT:
            return Answer(total=reader.count(question.text))
        if not question.kept:
            first = next(rows, None)  # what the org refuses, it refuses before the first row
            return Answer(() if first is None else chain((first,), rows))
        told = tuple(rows)
    except Rejected as error:
        return Answer(denied=error.what)
    return Answer(told, len(told))


def _rows(reader: Reader, question: Question, schema: Schema) -> Iterator[Row]:
    text = question.text
    match question.way:
        case Way.QUERY:
            bound = _bound(text, schema)
            pages = reader.pages(text, bind=lambda: bound)
            yield from plain((record for page in pages for record in page["records"]), bound)
        case Way.TOOLING:
            yield from plain(reader.tooling(text), None)
        case Way.COMPONENTS:
            for one in reader.components(text.split()):
                yield {**one.record, "address": one.address, "refused": one.refused}
        case Way.DESCRIBE:
            yield reader.describe(text)
        case Way.OFFERED:
            yield from reader.offered(*text.split("/"))
        case Way.OBJECTS:
            yield from ({"name": one} for one in reader.objects())
        case Way.LIMITS:
            yield reader.limits()
        case Way.COUNT:
            return


def _bound(text: str, schema: Schema) -> Bound | None:
    try:
        return soql.parse(text).bind(schema)
    except SoqlError:  # it reads what was not described: the org alone knows
        return None


def first_questions(checks: Sequence[Check], ground: Ground) -> list[Question]:
    """Give all that the checks ask first, each question once: what an audit costs at the least."""
    asked = (question for check in checks for question in next(check.look(ground), ()))
    return list(dict.fromkeys(asked))
