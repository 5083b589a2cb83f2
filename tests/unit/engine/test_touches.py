"""What counts as a touch: what a record's owner did since they were given it, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from upbeat.domain import Record
from upbeat.engine.keeping.touches import Stands, Touch, read, touch_of
from upbeat.routing import Promised, Stage
from upbeat.salesforce import Rejected
from upbeat.schema import Child, Object

OWNER, OTHER = "005000000000001AAA", "005000000000002AAA"
GIVEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
BEFORE, AFTER, LATER = (GIVEN + timedelta(hours=hours) for hours in (-1, 1, 2))
ONE = Promised(
    id="p1", pool="inbound", workflow="route-leads", item_id="i1", object="Lead", record_id="00Q000000000001AAA",
    owner="lena.vogel@acme.example", holders=("lena.vogel@acme.example",), stage=Stage.OPEN, rule="fair share",
    born_at=GIVEN, given_at=GIVEN, status="Open",
)  # fmt: skip


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _made(by: str, at: datetime, **more: Any) -> Record:
    return {"CreatedById": by, "CreatedDate": _at(at), **more}


def _task(by: str, owner: str, *, closed: bool, made: datetime = AFTER, done: datetime = LATER) -> tuple[str, Record]:
    return "Task", _made(by, made, OwnerId=owner, IsClosed=closed, LastModifiedDate=_at(done))


def _moved(by: str, at: datetime) -> Record:
    return {**_made(by, at), "Field": "Status"}


def _stands(*activities: tuple[str, Record], status: str = "Open", history: tuple[Record, ...] = ()) -> Stands:
    row = {"Id": ONE.record_id, "OwnerId": OWNER, "Status": status, "LastModifiedDate": _at(LATER)}
    return Stands(row, activities, history)


@pytest.mark.parametrize(
    ("stands", "touch"),
    [
        pytest.param(_stands(), None, id="nothing happened"),
        pytest.param(_stands(("Event", _made(OWNER, AFTER))), Touch(AFTER, "its owner's event"), id="a meeting"),
        pytest.param(_stands(("Event", _made(OTHER, AFTER))), None, id="a meeting of somebody else"),
        pytest.param(_stands(("Event", _made(OWNER, BEFORE))), None, id="a meeting before they had it"),
        pytest.param(
            _stands(_task(OWNER, OWNER, closed=False)),
            Touch(AFTER, "its owner's task"),
            id="a task they set themselves",
        ),
        pytest.param(_stands(_task(OTHER, OWNER, closed=False)), None, id="a task that a workflow set them"),
        pytest.param(
            _stands(_task(OTHER, OWNER, closed=True)), Touch(LATER, "its owner's task is done"), id="which they did"
        ),
        pytest.param(_stands(_task(OTHER, OTHER, closed=True)), None, id="a task of somebody else that is done"),
        pytest.param(
            _stands(("EmailMessageRelation", _made(OWNER, AFTER, RelationType="ToAddress"))),
            Touch(AFTER, "its owner's email"),
            id="a mail to the lead",
        ),
        pytest.param(
            _stands(("EmailMessageRelation", _made(OWNER, AFTER, RelationType="FromAddress"))),
            None,
            id="a mail from the lead",
        ),
        pytest.param(
            _stands(status="Working", history=(_moved(OWNER, AFTER),)),
            Touch(AFTER, "its owner changed its status"),
            id="a status they changed",
        ),
        pytest.param(_stands(status="Working", history=(_moved(OTHER, AFTER),)), None, id="a status a machine changed"),
        pytest.param(
            _stands(status="Working"), Touch(LATER, "its status is Working now"), id="a status without a history"
        ),
        pytest.param(
            _stands(("Event", _made(OWNER, LATER)), _task(OWNER, OWNER, closed=False)),
            Touch(AFTER, "its owner's task"),
            id="the first of several",
        ),
    ],
)
def test_a_touch_is_what_its_owner_did_since_they_were_given_it(stands: Stands, touch: Touch | None) -> None:
    assert touch_of(ONE, stands, OWNER, None, LATER) == touch


def test_where_mails_may_not_be_seen_tasks_and_events_are_read_all_the_same() -> None:
    asked = list[str]()

    def query(text: str, _binds: Any) -> list[Record]:
        asked.append(text)
        if "EmailMessageRelations" in text:
            raise Rejected("INVALID_TYPE: sObject type is not supported", code="INVALID_TYPE", status=400)
        return [{"Id": ONE.record_id, "OwnerId": OWNER}]

    children = tuple(
        Child(name, target, field)
        for name, target, field in (
            ("Tasks", "Task", "WhoId"),
            ("EmailMessageRelations", "EmailMessageRelation", "RelationId"),
        )
    )
    assert set(read(query, Object(name="Lead", fields={}, children=children), [ONE], None)) == {ONE.record_id}
    assert ["FROM Tasks" in text for text in asked] == [True, True]
