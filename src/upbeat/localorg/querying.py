"""The query resources: `query`, `queryAll` and their pages, the columns of a query, and how it would be run."""

from collections.abc import Callable
from typing import Protocol

from upbeat.localorg.columns import columns_of
from upbeat.localorg.cursors import DEFAULT_PAGE, SMALLEST_PAGE, Cursors
from upbeat.localorg.plans import explain
from upbeat.localorg.rest import Call, Reply
from upbeat.soql import Answer, Bound, Code, Query, SoqlError, parse


class Answering(Protocol):
    """What has records to query: the org itself, or what describes it."""

    def bind(self, text: str, user_id: str) -> Bound:
        """Read a query as a user may ask it. Raises SoqlError."""
        ...

    def answer(self, text: str, user_id: str, *, all_rows: bool, base_url: str) -> Answer:
        """Answer it."""
        ...

    def count(self, query: Bound, user_id: str) -> int:
        """Count the rows of a query that is bound already."""
        ...


class QueryResources:
    """Queries of one kind, with the cursors of what is not read to its end; `below` is where their address begins."""

    def __init__(self, source: Callable[[Call, Query], Answering], below: str = "") -> None:
        """Begin with no cursor; `source` gives what answers a call's query."""
        self._source = source
        self._below = below
        self._cursors = Cursors()

    def query(self, call: Call) -> Reply:
        """`GET query?q=...`, with `&columns=true` for what it shows; `GET query?explain=...` for how it is run."""
        return self._run(call, all_rows=False)

    def query_all(self, call: Call) -> Reply:
        """`GET queryAll?q=...`: what is in the recycle bin too."""
        return self._run(call, all_rows=True)

    def more(self, call: Call) -> Reply:
        """`GET query/<locator>`."""
        return Reply(
            200, self._cursors.next(call.path["locator"], call.user_id, self._address(call), call.org.clock.now())
        )

    def _run(self, call: Call, *, all_rows: bool) -> Reply:
        user_id = call.user_id
        if "explain" in call.query and "q" not in call.query:
            text = call.query["explain"]
            source = self._source(call, parse(text))
            return Reply(200, explain(source.bind(text, user_id), lambda one: source.count(one, user_id)))
        text = call.parameter("q")
        query = parse(text)
        if query.select.all_rows:
            raise SoqlError(Code.MALFORMED_QUERY, "ALL ROWS not allowed in this context", fix="Ask queryAll.")
        source = self._source(call, query)
        if call.query.get("columns", "").casefold() == "true":
            return Reply(200, columns_of(source.bind(text, user_id)))
        base_url = self._address(call)
        answer = source.answer(text, user_id, all_rows=all_rows, base_url=base_url)
        return Reply(200, self._cursors.first(answer, user_id, _page_size(call), base_url, call.org.clock.now()))

    def _address(self, call: Call) -> str:
        return call.base_url + self._below


def _page_size(call: Call) -> int:
    option, _, size = call.headers.get("sforce-query-options", "").partition("=")
    asked = int(size) if option.strip().casefold() == "batchsize" and size.strip().isdecimal() else DEFAULT_PAGE
    return min(max(asked, SMALLEST_PAGE), DEFAULT_PAGE)
