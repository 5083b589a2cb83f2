"""What is wrong with a file that a user wrote: where, what, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from upbeat.base.errors import Place, UpbeatError


class Severity(StrEnum):
    """Whether a problem stops the definitions from running, or is worth knowing."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place. `fix` is in the imperative, or empty where there is none."""

    place: Place
    what: str
    fix: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Give `file:line:column field: what`, and the fix on a line of its own."""
        return str(UpbeatError(self.what, where=self.place, fix=self.fix))


class DefinitionError(UpbeatError):
    """Files that a user wrote cannot run as they stand. `problems` holds every error found, in the files' order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Take at least one problem; the first gives the error its place and its fix."""
        first = problems[0]
        super().__init__(first.what, where=first.place, fix=first.fix)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """Give every problem, one after the other."""
        return "\n".join(str(one) for one in self.problems)
