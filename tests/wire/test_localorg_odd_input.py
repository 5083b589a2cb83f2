"""No input, however odd, is answered with a server error."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.localorg import LocalOrg
from upbeat.schema import standard

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]

OBJECTS = ["Lead", "Account", "Opportunity", "Task", "Event", "Case", "User", "OpportunityContactRole", "Contract"]
TEXT = st.text(max_size=20)
ID = st.sampled_from(["", "00QLo0000000001MAA", "00QLo0000000001", "001000000000001AAA", "me", "00Q00000000000!"])
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT | ID,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row of some object's own fields, with any JSON as their values."""
    name = draw(st.sampled_from(OBJECTS))
    fields = st.sampled_from([*standard().object(name).fields, "Nothing__c", "attributes", "id", ""])
    likely = {"LastName": "Vega", "Company": "N", "Name": "N", "StageName": "Closed Won", "CloseDate": "2026-03-31"}
    return {
        "attributes": {"type": name},
        **{key: value for key, value in likely.items() if standard().object(name).has(key)},
        **draw(st.dictionaries(fields, VALUE, max_size=5)),
    }


PART = st.sampled_from([*OBJECTS, "describe", "updated", "query", "composite", "sobjects", "limits"]) | ID | TEXT
PATH = st.lists(PART, max_size=4).map(lambda parts: "/".join(quote(part, safe="") for part in parts))
QUERY = st.dictionaries(st.sampled_from(["q", "ids", "start", "end", "fields", "allOrNone"]), TEXT | ID, max_size=3)
HOLD = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@HOLD
@given(st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"]), PATH, QUERY, VALUE)
def test_any_address_is_answered(ask: Ask, method: str, path: str, query: dict[str, str], body: Any) -> None:
    assert ask(method, f"{V}/{path}", params=query, json=body).status_code < 500


@HOLD
@given(st.sampled_from(["POST", "PATCH"]), st.lists(rows() | VALUE, max_size=4), VALUE)
def test_any_collection_is_answered(ask: Ask, method: str, records: list[Any], whole: Any) -> None:
    body = {"allOrNone": whole, "records": records}
    assert ask(method, f"{V}/composite/sobjects", json=body).status_code < 500


@HOLD
@given(st.lists(rows(), min_size=1, max_size=3))
def test_any_row_is_saved_or_refused_and_read_back(ask: Ask, org: LocalOrg, records: list[dict[str, Any]]) -> None:
    answers = ask("POST", f"{V}/composite/sobjects", json={"records": records}).json()
    assert len(answers) == len(records)
    for row, answer in zip(records, answers, strict=True):
        if answer["success"]:
            assert org.record(row["attributes"]["type"], answer["id"])["Id"] == answer["id"]


@HOLD
@given(st.binary(max_size=60))
def test_any_bytes_are_answered(ask: Ask, body: bytes) -> None:
    for path in (f"{V}/sobjects/Lead", f"{V}/composite/sobjects", "/services/oauth2/token"):
        assert ask("POST", path, content=body).status_code < 500
