"""The conversation with the org: each question is asked once, and its answer kept until the audit ends."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from upbeat import soql
from upbeat.base import digest
from upbeat.foundation import Answer, Check, Found, Ground, Question, Row, Unseen, Way
from upbeat.operations.auditing.keeping import Kept
from upbeat.operations.querying import plain
from upbeat.salesforce import Reader, Rejected
from upbeat.soql import Bound, SoqlError

Tell = Callable[[str], None]


class CallsSpentError(Exception):
    """The next question would take more API calls than were agreed to."""


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

        Raises CallsSpentError, and SalesforceError where the org cannot be asked any more: what it has answered by then
        stays, and the audit goes on from there.
        """
        speaking = check.look(self.ground)
        try:
            questions = next(speaking)
            while True:
                questions = speaking.send([self.ask(one) for one in questions])
        except StopIteration as end:
            return end.value

    def ask(self, question: Question) -> Answer:
        """Give the answer to one question, from what is kept where it was asked before."""
        key = digest(question)
        if (known := self._open.get(key) or self.kept.get(key)) is not None:
            return known
        if self.kept.calls + question.calls > self.most:
            raise CallsSpentError
        before = self.reader.session.calls
        try:
            answer = self._answered(question)
        except Rejected as error:
            answer = Answer(denied=error.what)
        finally:
            self.kept.spend(self.reader.session.calls - before)
        if question.kept:
            self._open[key] = answer
            self.kept.put(key, answer)
        return answer

    def _answered(self, question: Question) -> Answer:
        match question.way:
            case Way.COUNT:
                return Answer(total=self.reader.count(question.text))
            case Way.QUERY if question.kept:
                rows = tuple(self._rows(question.text))
            case Way.QUERY:
                return Answer(self._spending(self._rows(question.text)))
            case Way.TOOLING:
                rows = tuple(plain(self.reader.tooling(question.text), None))
            case Way.DESCRIBE:
                rows = (self.reader.describe(question.text),)
            case Way.OBJECTS:
                rows = tuple({"name": one} for one in self.reader.objects())
            case Way.LIMITS:
                rows = (self.reader.limits(),)
        return Answer(rows, len(rows))

    def _rows(self, text: str) -> Iterator[Row]:
        pages = self.reader.pages(text, bind=lambda: self._bound(text))
        return plain((record for page in pages for record in page["records"]), self._bound(text))

    def _bound(self, text: str) -> Bound | None:
        try:
            return soql.parse(text).bind(self.ground.schema)
        except SoqlError:  # it reads what was not described: the org alone knows
            return None

    def _spending(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Count the calls that rows take which are read as they come."""
        while True:
            before = self.reader.session.calls
            try:
                row = next(rows)
            except StopIteration:
                return
            finally:
                self.kept.spend(self.reader.session.calls - before)
            yield row


def first_questions(checks: Sequence[Check], ground: Ground) -> list[Question]:
    """Give all that the checks ask first, each question once: what an audit costs at the least."""
    asked = (question for check in checks for question in next(check.look(ground), ()))
    return list(dict.fromkeys(asked))


def denied(check: Check, why: str) -> Found:
    """Give what stands of a check that was not ended."""
    return Found(unseen=(Unseen(check.name, "", why),))
