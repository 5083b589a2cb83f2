"""The addresses below `/services/data/<version>/tooling`."""

from collections.abc import Mapping
from typing import Any

from upbeat.base import is_id
from upbeat.localorg import problems
from upbeat.localorg.problems import Refused
from upbeat.localorg.querying import QueryResources
from upbeat.localorg.rest import Call, Reply, Resource
from upbeat.localorg.tooling import writing
from upbeat.localorg.tooling.catalogue import OF_THE_ORG, VIEWS
from upbeat.localorg.tooling.queries import Tooling
from upbeat.schema import Object, render, summary
from upbeat.soql import Query
from upbeat.soql.layout import COMPOUND

_BELOW = "/tooling"


def addresses(tooling: Tooling) -> Mapping[str, Resource]:
    """Give the resources, each at its address below the version's."""

    def source(_: Call, _query: Query) -> Tooling:
        return tooling

    queries, records = QueryResources(source, _BELOW), _Records(tooling)
    return {
        _BELOW: Resource(get=_directory),
        f"{_BELOW}/query": Resource(get=queries.query),
        f"{_BELOW}/query/{{locator}}": Resource(get=queries.more),
        f"{_BELOW}/sobjects": Resource(get=records.objects),
        f"{_BELOW}/sobjects/{{name}}": Resource(get=records.overview, post=records.create),
        f"{_BELOW}/sobjects/{{name}}/describe": Resource(get=records.describe),
        f"{_BELOW}/sobjects/{{name}}/{{id}}": Resource(get=records.read, patch=records.update, delete=records.delete),
    }


def _directory(call: Call) -> Reply:
    return Reply(200, {name: f"{call.base_url}{_BELOW}/{name}" for name in ("query", "sobjects")})


class _Records:
    """The Tooling objects as resources."""

    def __init__(self, tooling: Tooling) -> None:
        self._tooling = tooling

    def objects(self, call: Call) -> Reply:
        rows = [self._summary(one, call) for one in self._tooling.schema]
        return Reply(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": rows})

    def overview(self, call: Call) -> Reply:
        return Reply(200, {"objectDescribe": self._summary(self._object(call), call), "recentItems": []})

    def describe(self, call: Call) -> Reply:
        one = self._object(call)
        return Reply(200, render(one, self._tooling.schema, call.path["version"]) | self._summary(one, call))

    def read(self, call: Call) -> Reply:
        one = self._object(call)
        base_url, key = call.base_url + _BELOW, call.path["id"]
        if one.name in OF_THE_ORG:
            return Reply(200, call.org.record(one.name, key, base_url, user_id=call.user_id))
        by = "DurableId" if one.name in VIEWS else "Id"
        if by == "Id" and not is_id(key):
            raise Refused(404, problems.NOT_FOUND)
        wanted = [name for name in call.query.get("fields", "").split(",") if name] or [
            field.name for field in one.fields.values() if field.type not in COMPOUND
        ]
        text = f"SELECT {', '.join(wanted)} FROM {one.name} WHERE {by} = '{_quoted(key)}'"  # noqa: S608 (SOQL, quoted)
        answer = self._tooling.answer(text, call.user_id, all_rows=False, base_url=base_url)
        if not answer.records:
            raise Refused(404, problems.NOT_FOUND)
        return Reply(200, answer.records[0])

    def create(self, call: Call) -> Reply:
        one = self._object(call, writing=True)
        made = writing.create(call.org, one.name, call.json(), call.user_id)
        content: dict[str, Any] = {"id": made, "success": True, "errors": [], "warnings": [], "infos": []}
        return Reply(201, content, {"Location": f"{call.base_url}{_BELOW}/sobjects/{one.name}/{made}"})

    def update(self, call: Call) -> Reply:
        writing.update(call.org, self._object(call, writing=True).name, call.path["id"], call.json(), call.user_id)
        return Reply(204)

    def delete(self, call: Call) -> Reply:
        writing.delete(call.org, self._object(call, writing=True).name, call.path["id"], call.user_id)
        return Reply(204)

    def _object(self, call: Call, *, writing: bool = False) -> Object:
        """Give the object that is addressed. Raises Refused where there is none, or the user may not change it."""
        schema = self._tooling.schema
        if not schema.has(call.path["name"]):
            raise Refused(404, problems.NOT_FOUND)
        if writing and not call.org.rights.of(call.user_id).may("CustomizeApplication"):
            raise Refused(403, problems.NO_ACCESS)
        return schema.object(call.path["name"])

    @staticmethod
    def _summary(one: Object, call: Call) -> dict[str, Any]:
        base = f"{call.base_url}{_BELOW}/sobjects/{one.name}"
        urls = {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe", "sobject": base}
        return summary(one, call.path["version"]) | {"deletable": one.createable, "urls": urls}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
