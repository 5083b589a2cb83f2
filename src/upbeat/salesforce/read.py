"""Everything that reads an org. Nothing here can change a record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

import structlog

from upbeat import soql
from upbeat.salesforce.bulk import ABOVE, NotTaken, QueryJobs
from upbeat.salesforce.components import Component, components
from upbeat.salesforce.errors import Rejected, Retryable, SalesforceError
from upbeat.salesforce.jobs import DEFAULT, Watch
from upbeat.salesforce.session import Identity, Session
from upbeat.schema import Schema, describe

Record = dict[str, Any]

log = structlog.get_logger()

_ORGANIZATION = "SELECT Id, Name, IsSandbox, TimeZoneSidKey, DefaultLocaleSidKey FROM Organization"


@dataclass(frozen=True, slots=True)
class Organization:
    """An org's own record. `time_zone` is an IANA name such as `Europe/London`, `locale` such as `en_GB`."""

    id: str
    name: str
    sandbox: bool
    time_zone: str
    locale: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The ids of records changed in a span of time, and the moment up to which the org's answer is whole."""

    ids: tuple[str, ...]
    covered_to: datetime


class Reader:
    """The eyes on an org. Every method raises SalesforceError."""

    def __init__(self, session: Session, schema: Callable[[], Schema] | None = None, watch: Watch = DEFAULT) -> None:
        """Read through this session.

        `schema` gives the catalogue by which `query` knows the types of a large answer's fields; without one it reads
        over REST alone. `watch` says how jobs are looked at.
        """
        self.session = session
        self._schema = schema
        self._jobs = QueryJobs(session, watch)

    def query(self, text: str, binds: Mapping[str, Any] | None = None) -> list[Record]:
        """Give every record of a query, over all its pages or by a job, with `:name` binds filled.

        Raises soql.SoqlError where the text is no query, and Retryable where the org dropped the cursor midway.
        """
        return [record for page in self._filled(text, binds or {}) for record in page["records"]]

    def count(self, text: str, binds: Mapping[str, Any] | None = None) -> int:
        """Give the number that a `SELECT COUNT() ...` query counts."""
        return next(self._filled(text, binds or {}))["totalSize"]

    def tooling(self, text: str, binds: Mapping[str, Any] | None = None) -> list[Record]:
        """Give every record of a query of the Tooling API: what the org is made of."""
        first = self.session.get("tooling/query", {"q": str(soql.parse(text).fill(binds or {}))})
        return [record for page in self._following(first) for record in page["records"]]

    def components(self, addresses: Iterable[str]) -> list[Component]:
        """Give what the org is made of with its metadata, by addresses such as `Flow/301...`; 25 in a call."""
        return list(components(self.session, addresses))

    def pages(
        self,
        text: str,
        *,
        all_rows: bool = False,
        bind: Callable[[], soql.Bound | None] | None = None,
        bulk: bool | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Give the pages of a query's answer one by one, each `{"totalSize": ..., "done": ..., "records": [...]}`.

        The text goes as it stands; the org alone judges it. `all_rows` asks for deleted records too. Child results
        are whole, however many pages the org gives them on.

        `bind` gives the query bound to the org's fields, and is asked where a job may read it: with `bulk` always, and
        by default where the first page says that there are more rows than `bulk.ABOVE`. A job's records have no
        `attributes`. Raises NotTaken where `bulk` is asked for and the Bulk API does not take the query.
        """
        if bulk:
            return self._by_job(text, bind, all_rows=all_rows)
        first = self.session.get("queryAll" if all_rows else "query", {"q": text})
        if bulk is None and bind is not None and first["totalSize"] > ABOVE and not first["done"]:
            try:
                return self._by_job(text, bind, all_rows=all_rows)
            except NotTaken as error:
                log.info("reading over REST", rows=first["totalSize"], why=error.what)
        return self._following(first)

    def objects(self) -> list[str]:
        """Give the names of all objects that the reading user may see."""
        return [one["name"] for one in self.session.get("sobjects")["sobjects"]]

    def changeable(self) -> list[str]:
        """Give the names of the objects that this connection's user may query, and create, change or delete."""
        rows = self.session.get("sobjects")["sobjects"]
        may = (one for one in rows if one["createable"] or one["updateable"] or one["deletable"])
        return [one["name"] for one in may if one["queryable"]]

    def describe(self, name: str) -> dict[str, Any]:
        """Give an object's describe result as the org words it."""
        return self.session.get(f"sobjects/{name}/describe")

    def offered(self, name: str, record_type: str) -> list[Record]:
        """Give what a record type offers of each picklist: rows of `field` and `values` (User Interface API)."""
        told = self.session.get(f"ui-api/object-info/{name}/picklist-values/{record_type}")["picklistFieldValues"]
        return [{"field": key, "values": [one["value"] for one in row["values"]]} for key, row in told.items()]

    def schema(self, objects: Iterable[str]) -> Schema:
        """Give the catalogue of these objects, with the org's opportunity stages."""
        described = [self.describe(name) for name in objects]
        return describe.parse(described, self.query(describe.STAGES_QUERY))

    def organization(self) -> Organization:
        """Give the org's own record."""
        (row,) = self.query(_ORGANIZATION)
        return Organization(row["Id"], row["Name"], row["IsSandbox"], row["TimeZoneSidKey"], row["DefaultLocaleSidKey"])

    def updated(self, name: str, start: datetime, end: datetime) -> Changed:
        """Give the records created or updated between two moments, at most 30 days back."""
        answer = self.session.get(f"sobjects/{name}/updated", _span(start, end))
        return Changed(tuple(answer["ids"]), _moment(answer["latestDateCovered"]))

    def deleted(self, name: str, start: datetime, end: datetime) -> Changed:
        """Give the records deleted between two moments, at most 30 days back and still in the recycle bin."""
        answer = self.session.get(f"sobjects/{name}/deleted", _span(start, end))
        ids = tuple(row["id"] for row in answer["deletedRecords"])
        return Changed(ids, _moment(answer["latestDateCovered"]))

    def identity(self) -> Identity:
        """Give whom this connection acts as, and where."""
        return self.session.identity()

    def userinfo(self) -> dict[str, Any]:
        """Give whom the org says this connection is: `user_id`, `preferred_username`, `organization_id` and more."""
        return self.session.get("/services/oauth2/userinfo")

    def limits(self) -> dict[str, dict[str, int]]:
        """Give the org's limits: name → `{"Max": ..., "Remaining": ...}`."""
        return self.session.get("limits")

    def _filled(self, text: str, binds: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        select = soql.parse(text).fill(binds).select
        plain = replace(select, all_rows=False)  # REST has a resource for deleted records, and refuses the words
        query = soql.Query(plain)
        schema = self._schema
        bind = None if schema is None else lambda: _bound(query, schema())
        return self.pages(str(query), all_rows=select.all_rows, bind=bind)

    def _by_job(
        self, text: str, bind: Callable[[], soql.Bound | None] | None, *, all_rows: bool
    ) -> Iterator[dict[str, Any]]:
        bound = bind() if bind else None
        if bound is None:
            raise NotTaken("the types of the query's fields are not known, and the Bulk API gives texts alone")
        return self._jobs.pages(soql.parse(text), bound, all_rows=all_rows)

    def _following(self, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Give a page and those after it. Child results are read to their end before the next page is asked for."""
        read = 0
        while True:
            read += len(page["records"])
            for record in page["records"]:
                self._complete(record)
            yield page
            if page["done"]:
                return
            page = self._next(page["nextRecordsUrl"], read, page["totalSize"])

    def _complete(self, record: Record) -> None:
        for children in record.values():
            if isinstance(children, dict) and "records" in children:
                result = cast("dict[str, Any]", children)
                pages = list(self._following({**result}))
                result["records"] = [one for page in pages for one in page["records"]]
                result["done"] = True
                result.pop("nextRecordsUrl", None)

    def _next(self, url: str, read: int, size: int) -> dict[str, Any]:
        try:
            return self.session.get(url)
        except Rejected as error:
            if error.code != "INVALID_QUERY_LOCATOR":
                raise
            raise _dropped(error, read, size) from error


def _bound(query: soql.Query, schema: Schema) -> soql.Bound | None:
    try:
        return query.bind(schema)
    except soql.SoqlError:  # it reads what the catalogue does not have
        return None


def _dropped(error: SalesforceError, read: int, size: int) -> Retryable:
    return Retryable(
        f"the org dropped the query's cursor after {read:,} of {size:,} records",
        where=error.where.file,
        fix="Run the query again from its start; it lives two days, and fewer where a user opens many.",
        code=error.code,
        status=error.status,
    )


def _span(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": _text(start), "end": _text(end)}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
