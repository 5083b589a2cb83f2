"""What is wrong with a query, as Salesforce would say it."""

from enum import StrEnum

from upbeat.base import Place, UpbeatError

WINDOW = 40  # characters shown on either side of the place


class Code(StrEnum):
    """Salesforce's error codes for queries."""

    MALFORMED_QUERY = "MALFORMED_QUERY"
    INVALID_FIELD = "INVALID_FIELD"
    INVALID_TYPE = "INVALID_TYPE"
    INVALID_QUERY_FILTER_OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"
    NUMBER_OUTSIDE_VALID_RANGE = "NUMBER_OUTSIDE_VALID_RANGE"
    QUERY_TOO_COMPLICATED = "QUERY_TOO_COMPLICATED"


class SoqlError(UpbeatError):
    """A query that cannot be read, filled or bound.

    `code` is Salesforce's error code; `line` and `column` count from 1, and are 0 where the query has no text
    (a tree made by hand) or no one place is wrong. `message` is what Salesforce answers over REST. `unknown` says that
    it is about a name that the schema does not have.
    """

    def __init__(
        self, code: Code, what: str, *, text: str = "", at: int = -1, fix: str = "", unknown: bool = False
    ) -> None:
        """Find line and column of the offset `at` in the query's `text`; -1 says that no place is known."""
        known = at >= 0
        before = text[: max(at, 0)]
        self.code = code
        self.unknown = unknown
        self.line = before.count("\n") + 1 if known else 0
        self.column = len(before) - (before.rfind("\n") + 1) + 1 if known else 0
        self.excerpt = _excerpt(text, at) if known else ""
        super().__init__(what, where=Place(line=self.line, column=self.column), fix=fix)

    @property
    def message(self) -> str:
        """Give the body's message: the line, a caret, `ERROR at Row:1:Column:8`, and what is wrong."""
        if not self.excerpt:
            return self.what
        return f"\n{self.excerpt}\nERROR at Row:{self.line}:Column:{self.column}\n{self.what}"

    def __str__(self) -> str:
        """Give the message, and the fix on a line of its own."""
        return "\n  ".join(part for part in (self.message.strip("\n"), self.fix) if part)


def _excerpt(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    first = max(start, at - WINDOW)
    shown = text[first : min(len(text) if end < 0 else end, at + WINDOW)]
    return f"{shown}\n{' ' * (at - first)}^"
