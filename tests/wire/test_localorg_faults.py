"""Faults happen when they are asked for: to the calls that match, as often as asked, and no longer."""

import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from upbeat.localorg import Fault, FaultKind, LocalOrg
from upbeat.localorg.faults import Faults

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]

LEAD = {"LastName": "Vega", "Company": "Northwind"}


def _rows(*keys: str) -> dict[str, Any]:
    return {"records": [{"attributes": {"type": "Lead"}, "Id": key, "Title": "CFO"} for key in keys]}


@pytest.fixture
def lead(ask: Ask) -> str:
    return ask("POST", f"{V}/sobjects/Lead", json=LEAD).json()["id"]


def _title(org: LocalOrg, key: str) -> Any:
    return org.record("Lead", key)["Title"]


@pytest.mark.parametrize(
    ("kind", "status", "code", "written"),
    [
        ("lock", 400, "UNABLE_TO_LOCK_ROW", False),
        ("401", 401, "INVALID_SESSION_ID", False),
        ("row error", 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", False),
        ("unusable session", 401, "INVALID_SESSION_ID", False),
        ("limit", 403, "REQUEST_LIMIT_EXCEEDED", False),
        ("concurrent limit", 403, "REQUEST_LIMIT_EXCEEDED", False),
        ("dead locator", 400, "INVALID_QUERY_LOCATOR", False),
        ("503 before", 503, "SERVER_UNAVAILABLE", False),
        ("503 after commit", 503, "SERVER_UNAVAILABLE", True),
        ("500 before", 500, "UNKNOWN_EXCEPTION", False),
        ("500 after commit", 500, "UNKNOWN_EXCEPTION", True),
    ],
)
def test_a_fault_happens_once(
    ask: Ask, org: LocalOrg, lead: str, kind: str, status: int, code: str, *, written: bool
) -> None:
    org.faults.add(Fault("PATCH .*/sobjects/Lead/", kind))
    path = f"{V}/sobjects/Lead/{lead}"
    failed = ask("PATCH", path, json={"Title": "CFO"})
    assert (failed.status_code, failed.json()[0]["errorCode"]) == (status, code)
    assert (_title(org, lead) == "CFO") is written
    assert ask("PATCH", path, json={"Title": "CEO"}).status_code == 204


def test_a_lock_may_hold_some_rows_of_a_collection(ask: Ask, org: LocalOrg) -> None:
    keys = [ask("POST", f"{V}/sobjects/Lead", json=LEAD).json()["id"] for _ in range(3)]
    org.faults.add(Fault("composite/sobjects", "lock", rows=2))
    answer = ask("PATCH", f"{V}/composite/sobjects", json=_rows(*keys)).json()
    assert [one["success"] for one in answer] == [False, False, True]
    assert answer[0]["errors"] == [
        {
            "statusCode": "UNABLE_TO_LOCK_ROW",
            "message": f"unable to obtain exclusive access to this record or 1 records: {keys[0]}",
            "fields": [],
        }
    ]


def test_a_fault_waits_for_its_turn(ask: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("limits", "500 before", times=2, skip=1))
    statuses = [ask("GET", f"{V}/limits").status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]


def test_a_slow_call_is_answered_late(ask: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("limits", "slow", seconds=0.2))
    begun = time.monotonic()
    assert ask("GET", f"{V}/limits").status_code == 200
    assert time.monotonic() - begun >= 0.2


def test_a_fault_of_no_kind_is_refused(org: LocalOrg) -> None:
    with pytest.raises(ValueError, match="weather"):
        org.faults.add(Fault("limits", "weather"))


@pytest.mark.parametrize(("kind", "written"), [("cut before", False), ("cut after commit", True)])
def test_an_answer_may_be_cut_off(ask: Ask, org: LocalOrg, lead: str, kind: str, *, written: bool) -> None:
    org.faults.add(Fault("PATCH .*/sobjects/Lead/", kind))
    with pytest.raises(httpx2.RemoteProtocolError):
        ask("PATCH", f"{V}/sobjects/Lead/{lead}", json={"Title": "CFO"})
    assert (_title(org, lead) == "CFO") is written


def test_an_org_that_is_away_says_for_how_long(ask: Ask, org: LocalOrg) -> None:
    org.faults.add(Fault("limits", "503 before", seconds=7))
    assert ask("GET", f"{V}/limits").headers["Retry-After"] == "7"


def test_some_rows_of_a_collection_fail_and_the_rest_is_written(ask: Ask, org: LocalOrg) -> None:
    keys = [ask("POST", f"{V}/sobjects/Lead", json=LEAD).json()["id"] for _ in range(3)]
    org.faults.add(Fault("composite/sobjects", "row error", rows=1))
    answer = ask("PATCH", f"{V}/composite/sobjects", json=_rows(*keys)).json()
    assert [one["success"] for one in answer] == [False, True, True]
    assert [_title(org, key) for key in keys] == [None, "CFO", "CFO"]


def test_a_fault_by_rate_happens_to_the_same_calls_for_the_same_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults()
        faults.add(Fault("call", "401", times=None, rate=0.2, seed=seed))
        return [faults.take("call") is not None for _ in range(400)]

    first, again, other = struck(1), struck(1), struck(2)
    assert first == again != other
    assert 40 < sum(first) < 120


def test_a_fault_may_last_for_ever() -> None:
    faults = Faults()
    faults.add(Fault("lasting", "401", times=None))
    assert all(faults.take("lasting") for _ in range(1000))


@pytest.mark.parametrize("fault", [Fault("(", "401"), Fault("x", "401", rate=2)], ids=["pattern", "rate"])
def test_a_fault_that_cannot_happen_is_refused(fault: Fault) -> None:
    with pytest.raises(ValueError, match="is"):
        Faults().add(fault)


def test_each_kind_of_fault_says_what_a_client_sees() -> None:
    assert all(kind.meaning and kind.meaning != kind.value for kind in FaultKind)
