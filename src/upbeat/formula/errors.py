"""What can be wrong with a formula, said with its place: line, column, the source line and a caret."""

from upbeat.base import Place, UpbeatError


class FormulaError(UpbeatError):
    """A condition or a text that cannot be read, typed or evaluated.

    `str(error)` gives the place, what is wrong, the source line with a caret under the place, and the fix.
    """

    def __init__(self, what: str, *, text: str = "", at: int | None = 0, fix: str = "") -> None:
        """Keep the place: `at` counts characters from the start of `text`; columns and lines count from 1.

        None for `at` is no place: what is wrong is wrong of the whole.
        """
        if at is None:
            self._source, self.at = "", 0
            super().__init__(what, fix=fix)
            return
        before = text[:at]
        start = before.rfind("\n") + 1
        end = text.find("\n", at)
        self._source = text[start : end if end >= 0 else len(text)]
        self.at = at
        super().__init__(what, where=Place(line=before.count("\n") + 1, column=at - start + 1), fix=fix)

    @property
    def line(self) -> int:
        """The line of the formula's text, from 1."""
        return self.where.line

    @property
    def column(self) -> int:
        """The column in that line, from 1."""
        return self.where.column

    def __str__(self) -> str:
        """Give the message, then the source line with a caret, then the fix."""
        lines = [": ".join(part for part in (str(self.where), self.what) if part)]
        if self._source.strip():
            left = max(0, self.column - 60)  # a long line is shown around the caret
            shown = self._source[left : left + 100].replace("\t", " ")
            lines += [f"  {shown}", f"  {' ' * (self.column - 1 - left)}^"]
        return "\n".join([*lines, f"  {self.fix}"] if self.fix else lines)


class UnknownPrior(FormulaError):  # noqa: N818 - the name says what happened, as the callers' reports do
    """A prior value is asked that nobody knows: an unknown prior never fires, and is reported."""
