"""Whatever is sent to any address, the org answers in its own words: never a server error, never another row."""

import math
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from upbeat.localorg import LocalOrg, Server
from upbeat.localorg.rest import Resource, _Node
from upbeat.localorg.server import application

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]

TRICKS = [
    "' OR '1'='1",
    '" OR 1=1 --',
    'x\'); DROP TABLE "Lead"; --',
    "\\' OR Name LIKE '%",
    "%",
    "_",
    "*",
    "%2e%2e",
    "..;/",
    "a/b",
    "a%2Fb",
    "\0",
    "\ud7ff\ue000\uffff",
    "\u0660\u0661\u0662",
    "\uff100Q",
    "NaN",
    "null",
    "true",
    "-1",
    "1e400",
    "9" * 400,
    "x" * 3000,
    "{!$User.Id}",
    "@{a.b}",
    "${jndi:x}",
    "<a>",
    "\r\nX-Injected: 1",
    "",
]
PART = st.sampled_from([*TRICKS, "Lead", "Account", "lead", "User", "Id", "describe", "v67.0", "u"]) | st.text(
    max_size=12
)
BODIES = [
    b"",
    b"{",
    b"nul",
    b"[]",
    b"null",
    b'"\\ud800"',
    b"\xff\xfe",
    b'{"a": NaN}',
    b'{"records": [{"a": Infinity}]}',
    b'{"LastName": "a", "LastName": {"b": 1}}',
    b'{"a": 1e999999999, "records": [' + b"9" * 5000 + b"]}",
    b"[" * 100_000,
    b'{"records":' * 900 + b"1" + b"}" * 900,
    b'{"compositeRequest":[{"method":"POST","url":"/services/data/v67.0/sobjects/Lead","referenceId":"a","body":'
    + b'{"LastName":' * 900
    + b"1"
    + b"}" * 900
    + b"}]}",
    b'{"query": "' + b"(" * 5000 + b'", "operation": "query"}',
    b"a=1&a=2&%00=%ff",
    b'a,b\n"c',
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(TRICKS) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["records", "attributes", "type", "ids", "fields", "allOrNone", "Id", "q"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
NAMES = [
    "q",
    "ids",
    "fields",
    "start",
    "end",
    "allOrNone",
    "sObjects",
    "_HttpMethod",
    "explain",
    "columns",
    "maxRecords",
]
HEADERS = ["Sforce-Query-Options", "Sforce-Call-Options", "If-Match", "If-Modified-Since", "Content-Type", "Accept"]
HOLD = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=250, deadline=None)


def _addresses(node: _Node, above: str = "") -> Iterator[tuple[str, Resource]]:
    """Every address of the routes; a part that any text may stand for is `{}`."""
    if node.resource is not None:
        yield above, node.resource
    for word, below in node.words.items():
        yield from _addresses(below, f"{above}/{word}")
    for below in (node.one, node.rest):
        if below is not None:
            yield from _addresses(below, f"{above}/{{}}")


@pytest.fixture(scope="module")
def places(served: tuple[LocalOrg, Server]) -> list[tuple[str, list[str]]]:
    """Every address with the methods that it takes."""
    found = [(address, one.methods) for address, one in _addresses(application(served[0])._routes._root)]
    assert len(found) > 60
    return found


@HOLD
@given(st.data())
def test_no_input_to_any_address_is_a_server_error(
    ask: Ask, places: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    address, methods = data.draw(st.sampled_from(places))
    parts = [quote(data.draw(PART), safe="") for _ in range(address.count("{}"))]
    if address.startswith("/services/data/{}"):
        parts[0] = data.draw(st.sampled_from(["v67.0"] * 9 + parts[:1]))
    query = data.draw(
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TRICKS) | st.text(max_size=9), max_size=3)
    )
    headers = data.draw(
        st.dictionaries(
            st.sampled_from(HEADERS),
            st.sampled_from(["x", "0", "batchSize=²", "application/json", "text/csv", "a/*;q=x"]),
            max_size=2,
        )
    )
    method = data.draw(st.sampled_from([*methods, "PUT"]))
    url = address.replace("{}", "%s") % tuple(parts)
    body = data.draw(st.sampled_from(BODIES)) if data.draw(st.booleans()) else None
    more: dict[str, Any] = {"content": body} if body is not None else {"json": _finite(data.draw(JSON))}
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = ask(method, url, params=query, headers=sent, **more)
    if address.startswith("/services/Soap"):
        assert "UNKNOWN_EXCEPTION" not in answer.text
    else:
        assert answer.status_code < 500, answer.text
    if (
        url.startswith(V)
        and answer.status_code >= 400
        and method != "HEAD"
        and "json" in answer.headers["Content-Type"]
    ):
        assert answer.json()[0].keys() >= {"errorCode", "message"} if isinstance(answer.json(), list) else answer.json()


def _finite(value: Any) -> Any:
    """What JSON can say: httpx would refuse the rest itself."""
    if isinstance(value, float) and not math.isfinite(value):
        return 0
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return {key: _finite(one) for key, one in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize(
    "path",
    [
        "sobjects/Lead",
        "composite",
        "composite/batch",
        "composite/sobjects",
        "composite/tree/Lead",
        "composite/sobjects/Lead",
        "jobs/query",
        "jobs/ingest",
        "tooling/sobjects/CustomField",
        "process/approvals",
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_the_clients_mistake(ask: Ask, path: str, body: bytes) -> None:
    answer = ask("POST", f"{V}/{path}", content=body)
    assert answer.status_code in {200, 400, 403}, answer.text


def _count(ask: Ask) -> int:
    return ask("GET", f"{V}/query", params={"q": "SELECT COUNT() FROM Lead"}).json()["totalSize"]


@pytest.fixture(scope="module")
def leads(ask: Ask) -> int:
    """Some leads, and how many."""
    rows = [{"attributes": {"type": "Lead"}, "LastName": f"Vega {n}", "Company": "Northwind"} for n in range(5)]
    assert all(one["success"] for one in ask("POST", f"{V}/composite/sobjects", json={"records": rows}).json())
    return _count(ask)


TRICK = pytest.mark.parametrize("trick", TRICKS, ids=ascii)


@TRICK
def test_a_trick_in_place_of_an_id_reads_and_writes_no_row(ask: Ask, leads: int, trick: str) -> None:
    part = quote(trick, safe="")
    for path in (f"sobjects/Lead/{part}", f"sobjects/Lead/Id/{part}", f"sobjects/Account/Source_Id__c/{part}"):
        assert ask("GET", f"{V}/{path}").status_code in ({400, 404} if trick else {200, 404, 405})
    assert ask("PATCH", f"{V}/sobjects/Lead/{part}", json={"Title": "CFO"}).status_code >= 400
    assert ask("DELETE", f"{V}/sobjects/Lead/{part}").status_code >= 400
    read = ask("GET", f"{V}/composite/sobjects/Lead", params={"ids": trick, "fields": "Name"})
    assert read.status_code != 200 or set(map(str, read.json())) == {"None"}
    gone = ask("DELETE", f"{V}/composite/sobjects", params={"ids": trick})
    assert gone.status_code != 200 or not any(one["success"] for one in gone.json())
    titled = ask("GET", f"{V}/query", params={"q": "SELECT COUNT() FROM Lead WHERE Title = 'CFO'"}).json()
    assert (_count(ask), titled["totalSize"]) == (leads, 0)


@TRICK
def test_a_trick_in_a_name_of_something_names_nothing(ask: Ask, leads: int, trick: str) -> None:
    for answer in (
        ask("GET", f"{V}/sobjects/{quote(trick, safe='')}/describe"),
        ask("GET", f"{V}/query", params={"q": f"SELECT {trick} FROM Lead"}),
        ask("GET", f"{V}/query", params={"q": f"SELECT Id FROM {trick}"}),
        ask("GET", f"{V}/query", params={"q": f"SELECT Id FROM Lead ORDER BY {trick}"}),
        ask("GET", f"{V}/query", params={"q": f"SELECT Id FROM Lead LIMIT {trick}"}),
        ask("GET", f"{V}/query/{quote(trick, safe='')}x"),
        ask("POST", f"{V}/sobjects/Lead", json={"LastName": "V", "Company": "N", trick or "-": 1}),
        ask("POST", f"{V}/sobjects/{quote(trick, safe='')}x", json={"LastName": "V", "Company": "N"}),
    ):
        assert 400 <= answer.status_code < 500, answer.text
    assert _count(ask) == leads


@TRICK
def test_a_trick_is_a_value_like_any_other(ask: Ask, org: LocalOrg, trick: str) -> None:
    """What is stored is what was sent, less the blanks around it and what no text can hold; and it is found again."""
    value = trick.replace("\0", "").strip()[:255]
    made = ask("POST", f"{V}/sobjects/Account", json={"Name": "Trick", "Source_Id__c": trick[:255]})
    assert made.status_code == 201, made.text
    key = made.json()["id"]
    assert org.record("Account", key)["Source_Id__c"] == (value or None)
    if value:
        read = ask("GET", f"{V}/sobjects/Account/Source_Id__c/{quote(value, safe='')}")
        assert (read.status_code, read.json()["Id"]) == (200, key)
        literal = value.replace("\\", "\\\\").replace("'", "\\'").replace("\r", "\\r").replace("\n", "\\n")
        found = ask("GET", f"{V}/query", params={"q": f"SELECT Id FROM Account WHERE Source_Id__c = '{literal}'"})
        assert [one["Id"] for one in found.json()["records"]] == [key]
    ask("DELETE", f"{V}/sobjects/Account/{key}")


@HOLD
@given(st.text(max_size=30), st.text(max_size=30))
@example("x", "' OR Id != '")
@pytest.mark.usefixtures("leads")
def test_a_literal_never_reaches_beyond_its_quotes(ask: Ask, value: str, other: str) -> None:
    literal = value.replace("\\", "\\\\").replace("'", "\\'")
    text = f"SELECT COUNT() FROM Lead WHERE LastName = '{literal}' AND Company = 'Nowhere'"
    answer = ask("GET", f"{V}/query", params={"q": text})
    assert answer.status_code == 400 or answer.json()["totalSize"] == 0
    raw = ask(
        "GET",
        f"{V}/query",
        params={"q": f"SELECT COUNT() FROM Lead WHERE Company = 'Nowhere' AND LastName = '{other}'"},
    )
    assert raw.status_code in {200, 400}
