"""The stream as a plain gRPC client sees it: built from the proto alone, decoding Avro and bitmaps by itself."""

import io
import json
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fastavro
import grpc
import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import ConnectedApp, Fault, LocalOrg, OrgError, Server, StreamServer, custom_object
from upbeat.localorg.rights import Can
from upbeat.localorg.stream.subscription import Rhythm
from upbeat.pubsub._generated import pubsub_api_pb2 as pb
from upbeat.schema import Field, FieldType

V = "/services/data/v67.0"
LEAD = {"LastName": "Vega", "Company": "Northwind", "City": "Lyon"}
VISIT = custom_object("Visit__c", "Visit", "a01", [Field(name="On__c", type=FieldType.DATE)])
SECONDS = 10  # longer than anything here takes


class Client:
    """What Salesforce's own examples do, in few lines."""

    def __init__(self, address: str, token: str, org_id: str) -> None:
        self.channel = grpc.insecure_channel(address)
        self.metadata = [("accesstoken", token), ("instanceurl", "http://127.0.0.1"), ("tenantid", org_id)]
        self.schemas: dict[str, Any] = {}

    def call(self, name: str, request: Any, answer: Any) -> Any:
        ask = self.channel.unary_unary(
            f"/eventbus.v1.PubSub/{name}", type(request).SerializeToString, answer.FromString
        )
        return ask(request, metadata=self.metadata, timeout=SECONDS)

    def topic(self, name: str) -> Any:
        return self.call("GetTopic", pb.TopicRequest(topic_name=name), pb.TopicInfo)

    def schema(self, schema_id: str) -> dict[str, Any]:
        if schema_id not in self.schemas:
            found = self.call("GetSchema", pb.SchemaRequest(schema_id=schema_id), pb.SchemaInfo)
            self.schemas[schema_id] = json.loads(found.schema_json)
        return self.schemas[schema_id]

    def decode(self, event: Any) -> dict[str, Any]:
        schema = fastavro.parse_schema(self.schema(event.event.schema_id))
        return fastavro.schemaless_reader(io.BytesIO(event.event.payload), schema, None)

    @contextmanager
    def subscribed(self, topic: str, **first: Any) -> Iterator["Stream"]:
        stream = Stream(self, pb.FetchRequest(topic_name=topic, **{"num_requested": 100, **first}))
        try:
            yield stream
        finally:
            stream.call.cancel()


class Stream:
    def __init__(self, client: Client, first: Any) -> None:
        self.client = client
        self.wishes: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.wishes.put(first)
        open_stream = client.channel.stream_stream(
            "/eventbus.v1.PubSub/Subscribe", pb.FetchRequest.SerializeToString, pb.FetchResponse.FromString
        )
        self.call: Any = open_stream(iter(self.wishes.get, None), metadata=client.metadata, timeout=SECONDS)

    def ask(self, count: int, topic: str = "") -> None:
        self.wishes.put(pb.FetchRequest(topic_name=topic, num_requested=count))

    def close(self) -> None:
        self.wishes.put(None)

    def events(self, count: int) -> list[Any]:
        """Read until so many events came."""
        found: list[Any] = []
        while len(found) < count:
            found += next(self.call).events
        return found

    def decoded(self, count: int) -> list[dict[str, Any]]:
        return [self.client.decode(event) for event in self.events(count)]


def fields_of(client: Client, event: Any, which: str) -> set[str]:
    """Read a bitmap as Salesforce's Python example does: reversed bits over the schema's fields."""
    schema = client.schema(event.event.schema_id)
    found: set[str] = set()
    for text in client.decode(event)["ChangeEventHeader"][which]:
        place, _, bits = text.rpartition("-")
        names, stem = [field["name"] for field in schema["fields"]], ""
        if place:
            compound = schema["fields"][int(place)]
            names, stem = [part["name"] for part in compound["type"][-1]["fields"]], f"{compound['name']}."
        digits = f"{int(bits, 16):b}"[::-1]
        found |= {stem + names[number] for number, digit in enumerate(digits) if digit == "1"}
    return found


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))


@pytest.fixture
def org(clock: ManualClock) -> Iterator[LocalOrg]:
    org = LocalOrg(":memory:", clock=clock)
    org.user("ana.diaz@acme.example", last_name="Diaz")
    app = ConnectedApp("client", run_as="ana.diaz@acme.example", session_minutes=1_000_000)  # tests move the clock
    org.access.connect(app, "secret")
    yield org
    org.close()


@pytest.fixture
def served(org: LocalOrg) -> Iterator[tuple[Server, StreamServer]]:
    with Server(org) as server, StreamServer(org, rhythm=Rhythm(keepalive=0.05, patience=0.2)) as stream:
        yield server, stream


@pytest.fixture
def rest(served: tuple[Server, StreamServer]) -> Iterator[httpx2.Client]:
    url = served[0].url
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}
    token = httpx2.post(f"{url}/services/oauth2/token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Sforce-Call-Options": "client=upbeat, defaultNamespace=x"}
    with httpx2.Client(base_url=f"{url}{V}", headers=headers) as client:
        yield client


@pytest.fixture
def client(org: LocalOrg, served: tuple[Server, StreamServer], rest: httpx2.Client) -> Iterator[Client]:
    client = Client(served[1].address, rest.headers["Authorization"].removeprefix("Bearer "), org.id)
    yield client
    client.channel.close()


def refused(act: Callable[[], Any]) -> tuple[grpc.StatusCode, str, str]:
    """Give status, Salesforce's code and the words of a call that must fail."""
    with pytest.raises(grpc.RpcError) as caught:
        act()
    error: Any = caught.value
    trailers = dict(error.trailing_metadata())
    assert error.details().endswith(f"rpcId: {trailers['rpc-id']}")
    return error.code(), trailers["error-code"].removeprefix("sfdc.platform.eventbus.grpc."), error.details()


def create(rest: httpx2.Client, name: str = "Lead", **values: Any) -> str:
    row = LEAD | values if name == "Lead" else values
    return rest.post(f"/sobjects/{name}", json=row).json()["id"]


def test_the_whole_life_of_a_record_is_told(
    org: LocalOrg, clock: ManualClock, client: Client, rest: httpx2.Client
) -> None:
    with client.subscribed("/data/LeadChangeEvent") as stream:
        assert next(stream.call).events == []  # it stands: what follows is told
        key = create(rest, Title="CEO", Email="vega@northwind.example", NumberOfEmployees=12, AnnualRevenue=1_500_000)
        (made,) = stream.events(1)
        clock.advance(timedelta(seconds=1))
        rest.patch(f"/sobjects/Lead/{key}", json={"Title": None, "City": "Paris", "FirstName": "Luz", "Rating": "Hot"})
        (changed,) = stream.events(1)
        rest.delete(f"/sobjects/Lead/{key}")
        (gone,) = stream.events(1)
        org.undelete([key], org.process_user)
        (back,) = stream.events(1)

    created = client.decode(made)
    header = created.pop("ChangeEventHeader")
    user = org.record("Lead", key)["CreatedById"]
    assert header == {
        "entityName": "Lead",
        "recordIds": [key],
        "changeType": "CREATE",
        "changeOrigin": "com/salesforce/api/rest/67.0;client=upbeat",
        "transactionKey": header["transactionKey"],
        "sequenceNumber": 1,
        "commitTimestamp": 1767605400000,  # 2026-01-05 09:30 UTC
        "commitNumber": header["commitNumber"],
        "commitUser": user,
        "nulledFields": [],
        "diffFields": [],
        "changedFields": [],
    }
    given = {name: value for name, value in created.items() if value is not None}
    address = dict.fromkeys(["Street", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy"])
    assert given == {
        "Name": {"Salutation": None, "FirstName": None, "LastName": "Vega"},
        "Address": address | {"City": "Lyon"},
        "Company": "Northwind",
        "Title": "CEO",
        "Email": "vega@northwind.example",
        "NumberOfEmployees": 12,
        "AnnualRevenue": 1_500_000.0,
        "Status": "Open - Not Contacted",
        "OwnerId": user,
        "IsConverted": False,
        "IsUnreadByOwner": False,
        "CreatedById": user,
        "CreatedDate": 1767605400000,
        "LastModifiedById": user,
        "LastModifiedDate": 1767605400000,
    }

    update = client.decode(changed)
    assert update["ChangeEventHeader"]["changeType"] == "UPDATE"
    wanted = {"Title", "Address.City", "Name.FirstName", "Rating", "LastModifiedDate"}
    assert fields_of(client, changed, "changedFields") == wanted
    assert fields_of(client, changed, "nulledFields") == {"Title"}
    assert (update["Title"], update["Rating"], update["Company"]) == (None, "Hot", None)
    assert update["Address"] == address | {"City": "Paris"}
    assert update["Name"] == {"Salutation": None, "FirstName": "Luz", "LastName": None}
    assert update["LastModifiedDate"] == 1767605401000

    deletion = client.decode(gone)
    assert deletion.pop("ChangeEventHeader")["changeType"] == "DELETE"
    assert set(deletion.values()) == {None}
    undeleted = client.decode(back)
    assert undeleted["ChangeEventHeader"]["changeType"] == "UNDELETE"
    assert undeleted["ChangeEventHeader"]["changeOrigin"] == ""  # by nobody's API call
    assert (undeleted["Company"], undeleted["Address"]["City"]) == ("Northwind", "Paris")


def test_the_topic_of_all_events_tells_every_selected_object_in_order(
    org: LocalOrg, client: Client, rest: httpx2.Client
) -> None:
    org.define(objects=[VISIT])
    org.define(streamed=["Account", "Opportunity", "Visit__c"])
    account = create(rest, "Account", Name="Acme")
    create(rest)  # leads are not selected any more
    create(rest, "Opportunity", Name="Fleet", StageName="Closed Won", CloseDate="2026-03-31", AccountId=account)
    create(rest, "Visit__c", Name="First", On__c="2026-01-06")
    with client.subscribed("/data/ChangeEvents", replay_preset=pb.EARLIEST) as stream:
        one, two, three = stream.decoded(3)
    names = [event["ChangeEventHeader"]["entityName"] for event in (one, two, three)]
    assert names == ["Account", "Opportunity", "Visit__c"]
    assert one["Name"] == "Acme"
    assert (two["CloseDate"], two["IsWon"], two["Probability"]) == (1774915200000, True, 100.0)
    assert three["On__c"] == 1767657600000  # midnight UTC of the day
    assert client.topic("/data/ChangeEvents").schema_id == ""
    assert client.topic("/data/Visit__ChangeEvent").tenant_guid == f"CORE/prod/{org.id}"


def test_the_records_of_one_call_share_their_transaction(client: Client, rest: httpx2.Client) -> None:
    rows = [{"attributes": {"type": "Lead"}, **LEAD, "Title": str(number)} for number in range(3)]
    rest.post("/composite/sobjects", json={"records": rows})
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST) as stream:
        events = stream.decoded(3)
    headers = [event["ChangeEventHeader"] for event in events]
    assert len({(one["transactionKey"], one["commitNumber"]) for one in headers}) == 1
    assert [one["sequenceNumber"] for one in headers] == [1, 2, 3]
    assert [event["Title"] for event in events] == ["0", "1", "2"]


def test_no_more_is_sent_than_is_asked_for(org: LocalOrg, client: Client) -> None:
    org.create("Lead", [LEAD] * 300, org.process_user)
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST, num_requested=3) as stream:
        first = next(stream.call)
        assert (len(first.events), first.pending_num_requested) == (3, 0)
        stream.ask(2)
        assert len(next(stream.call).events) == 2
        stream.ask(1000)  # counts as 100
        received = 0
        while received < 100:
            response = next(stream.call)
            received += len(response.events)
            assert response.pending_num_requested == 100 - received
        with pytest.raises(StopIteration):  # asked for nothing more, it ends after its patience
            next(stream.call)


def test_a_subscription_without_news_says_where_it_stands(client: Client, rest: httpx2.Client) -> None:
    with client.subscribed("/data/LeadChangeEvent", num_requested=7) as stream:
        quiet = next(stream.call)
        assert (list(quiet.events), quiet.pending_num_requested) == ([], 7)
        create(rest, "Campaign", Name="Spring")
        later = next(stream.call)
        while later.latest_replay_id == quiet.latest_replay_id:
            later = next(stream.call)
        assert later.latest_replay_id > quiet.latest_replay_id
    create(rest)
    with client.subscribed(
        "/data/LeadChangeEvent", replay_preset=pb.CUSTOM, replay_id=quiet.latest_replay_id
    ) as stream:
        assert len(stream.events(1)) == 1


def test_after_a_break_all_goes_on_behind_the_last_event_seen(client: Client, rest: httpx2.Client) -> None:
    titles = [str(number) for number in range(6)]
    for title in titles:
        create(rest, Title=title)
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST, num_requested=2) as stream:
        seen = stream.events(2)
    last = seen[-1].replay_id
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.CUSTOM, replay_id=last) as stream:
        seen += stream.events(4)
    assert [client.decode(event)["Title"] for event in seen] == titles
    assert len({event.event.id for event in seen}) == 6
    assert [event.replay_id for event in seen] == sorted(event.replay_id for event in seen)


def test_a_replay_id_that_is_expired_or_unknown_is_refused(
    org: LocalOrg, clock: ManualClock, client: Client, rest: httpx2.Client
) -> None:
    create(rest)
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST) as stream:
        (event,) = stream.events(1)
    clock.advance(timedelta(hours=73))
    org.create("Lead", [LEAD], org.process_user)
    for replay_id in (event.replay_id, b"\x00" * 10, b"\xff" * 10, b"7", b"\x00" * 8 + b"\x01\x01"):
        with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.CUSTOM, replay_id=replay_id) as stream:
            status, code, words = refused(lambda call=stream.call: next(call))
        assert (status, code) == (grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.replayid.corrupted")
        assert words.startswith("The Replay ID validation failed.")


def test_a_client_that_saw_all_goes_on_however_long_nothing_happened(
    clock: ManualClock, client: Client, rest: httpx2.Client
) -> None:
    with client.subscribed("/data/LeadChangeEvent") as stream:
        standing = next(stream.call).latest_replay_id
    clock.advance(timedelta(days=30))
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.CUSTOM, replay_id=standing) as stream:
        assert next(stream.call).latest_replay_id == standing
        create(rest)
        assert len(stream.events(1)) == 1


def test_a_new_field_changes_the_schema_and_its_id(org: LocalOrg, client: Client, rest: httpx2.Client) -> None:
    before = client.topic("/data/LeadChangeEvent").schema_id
    org.define(fields={"Lead": [Field(name="Score__c", type=FieldType.DOUBLE, precision=5)]})
    after = client.topic("/data/LeadChangeEvent").schema_id
    assert before != after
    create(rest, Score__c=7)
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST) as stream:
        (event,) = stream.events(1)
    assert event.event.schema_id == after
    assert client.decode(event)["Score__c"] == 7.0
    assert client.schema(before)["name"] == client.schema(after)["name"] == "LeadChangeEvent"


def test_schemas_have_the_shape_of_real_ones(client: Client) -> None:
    schema = client.schema(client.topic("/data/AccountChangeEvent").schema_id)
    assert (schema["namespace"], schema["name"], len(schema["uuid"])) == (
        "com.sforce.eventbus", "AccountChangeEvent", 22,
    )  # fmt: skip
    fields = {field["name"]: field for field in schema["fields"]}
    assert next(iter(fields)) == "ChangeEventHeader"
    assert [kind if isinstance(kind, str) else kind["name"] for kind in fields["Name"]["type"]] == [
        "null", "string", "Switchable_PersonName",
    ]  # fmt: skip
    assert fields["ShippingAddress"]["type"] == ["null", "Address"]
    assert (fields["AnnualRevenue"]["type"], fields["AnnualRevenue"]["doc"]) == (["null", "double"], "Data:Currency")
    assert fields["LastModifiedDate"]["doc"] == "Data:DateTime"
    assert not fields.keys() & {"Id", "IsDeleted", "SystemModstamp", "LastActivityDate", "BillingCity"}
    changes = fields["ChangeEventHeader"]["type"]["fields"][2]["type"]["symbols"]
    assert changes[:4] == ["CREATE", "UPDATE", "DELETE", "UNDELETE"]
    assert {"GAP_UPDATE", "GAP_OVERFLOW"} <= set(changes)


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        pytest.param({"accesstoken": ""}, "service.auth.headers.invalid", id="blank token"),
        pytest.param({"instanceurl": None}, "service.auth.headers.invalid", id="no instance"),
        pytest.param({"accesstoken": "00D!nobody"}, "service.auth.error", id="token of no session"),
        pytest.param({"tenantid": "00D000000000001AAA"}, "service.auth.error", id="another org"),
        pytest.param({"tenantid": "nonsense"}, "service.auth.error", id="no org id"),
    ],
)
def test_whoever_has_no_session_hears_nothing(client: Client, metadata: dict[str, Any], code: str) -> None:
    sent = dict(client.metadata) | metadata
    client.metadata = [(name, value) for name, value in sent.items() if value is not None]
    wanted = (grpc.StatusCode.UNAUTHENTICATED, code)
    assert refused(lambda: client.topic("/data/LeadChangeEvent"))[:2] == wanted
    assert refused(lambda: client.schema("any"))[:2] == wanted
    with client.subscribed("/data/LeadChangeEvent") as stream:
        assert refused(lambda: next(stream.call))[:2] == wanted


@pytest.mark.parametrize("topic", ["/data/CaseChangeEvent", "/data/leadchangeevent", "/event/Order__e", "Lead"])
def test_a_topic_of_no_selected_object_is_not_found(client: Client, topic: str) -> None:
    wanted = (grpc.StatusCode.NOT_FOUND, "topic.not.found")
    assert refused(lambda: client.topic(topic))[:2] == wanted
    with client.subscribed(topic) as stream:
        assert refused(lambda: next(stream.call))[:2] == wanted


def test_a_field_that_a_user_does_not_see_is_in_no_event(org: LocalOrg, client: Client) -> None:
    org.rights.permission_set("Standard User", fields={"Lead.Rating": Can.NOTHING, "Lead.Address": Can.NOTHING})
    org.create("Lead", [LEAD | {"Rating": "Hot", "Title": "CFO"}], org.process_user)
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST) as stream:
        (event,) = stream.decoded(1)
    assert (event["Title"], event["Rating"], event["Address"]) == ("CFO", None, None)


def test_changes_are_told_to_whoever_sees_every_record_of_the_object(
    org: LocalOrg, client: Client, rest: httpx2.Client
) -> None:
    org.define(sharing={"Lead": "Private"})
    assert refused(lambda: client.topic("/data/LeadChangeEvent"))[:2] == (grpc.StatusCode.NOT_FOUND, "topic.not.found")
    create(rest)
    create(rest, "Account", Name="Northwind")
    with client.subscribed("/data/ChangeEvents", replay_preset=pb.EARLIEST) as stream:
        assert stream.decoded(1)[0]["ChangeEventHeader"]["entityName"] == "Account"
    org.rights.permission_set("Standard User", objects={"Lead": Can.WRITE | Can.VIEW_ALL})
    assert client.topic("/data/LeadChangeEvent").can_subscribe


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"num_requested": 0}, "subscription.fetch.requested.events.invalid"),
        ({"num_requested": -5}, "subscription.fetch.requested.events.invalid"),
        ({"replay_preset": pb.CUSTOM}, "subscription.fetch.replayid.validation.failed"),
        ({"topic_name": ""}, "topic.validation.empty"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(client: Client, first: dict[str, Any], code: str) -> None:
    request = {"topic": "/data/LeadChangeEvent"} | {k: v for k, v in first.items() if k != "topic_name"}
    if "topic_name" in first:
        request["topic"] = ""
    with client.subscribed(**request) as stream:
        assert refused(lambda: next(stream.call))[:2] == (grpc.StatusCode.INVALID_ARGUMENT, code)


def test_the_topic_cannot_change_midway(client: Client) -> None:
    with client.subscribed("/data/LeadChangeEvent") as stream:
        next(stream.call)
        stream.ask(1, "/data/LeadChangeEvent")
        stream.ask(1, "/data/AccountChangeEvent")
        status, code, _ = refused(lambda: list(stream.call))
    assert (status, code) == (grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.topic.mismatch")


@pytest.mark.parametrize(
    ("schema_id", "status", "code"),
    [
        ("", grpc.StatusCode.INVALID_ARGUMENT, "schema.validation.failed"),
        ("nonsense", grpc.StatusCode.NOT_FOUND, "schema.meta.permission"),
    ],
)
def test_a_schema_that_there_is_not_is_refused(
    client: Client, schema_id: str, status: grpc.StatusCode, code: str
) -> None:
    assert refused(lambda: client.schema(schema_id))[:2] == (status, code)


@pytest.mark.parametrize("name", ["Publish", "PublishStream", "ManagedSubscribe", "Nonsense"])
def test_what_the_org_does_not_serve_is_said_to_be_unimplemented(client: Client, name: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        client.call(name, pb.TopicRequest(), pb.TopicInfo)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED  # type: ignore[attr-defined]


def test_a_gap_tells_the_record_and_nothing_else_and_stays_one(
    org: LocalOrg, client: Client, rest: httpx2.Client
) -> None:
    org.faults.add(Fault("event Lead CREATE", "gap", skip=1))
    keys = [create(rest) for _ in range(3)]
    for _ in range(2):  # however often it is read
        with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST) as stream:
            _, gap, last = stream.decoded(3)
        header = gap.pop("ChangeEventHeader")
        assert (header["changeType"], header["recordIds"]) == ("GAP_CREATE", [keys[1]])
        assert set(gap.values()) == {None}
        assert last["ChangeEventHeader"]["changeType"] == "CREATE"


def test_a_flood_ends_in_an_overflow_event(org: LocalOrg, client: Client) -> None:
    org.journal.overflow = 2
    org.create("Lead", [LEAD] * 5, org.process_user)
    with client.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST) as stream:
        headers = [event["ChangeEventHeader"] for event in stream.decoded(3)]
        assert next(stream.call).events == []
    assert [one["changeType"] for one in headers] == ["CREATE", "CREATE", "GAP_OVERFLOW"]
    assert headers[2]["recordIds"] == ["000000000000000AAA"]


def test_faults_of_the_stream_happen_when_they_are_asked_for(
    org: LocalOrg, client: Client, rest: httpx2.Client
) -> None:
    with client.subscribed("/data/LeadChangeEvent") as stream:
        standing = next(stream.call).latest_replay_id
    keys = [create(rest) for _ in range(3)]
    again = {"topic": "/data/LeadChangeEvent", "replay_preset": pb.CUSTOM, "replay_id": standing}
    org.faults.add(Fault("Subscribe", "expired replay id"))
    with client.subscribed(**again) as stream:
        assert refused(lambda: next(stream.call))[1] == "subscription.fetch.replayid.corrupted"
    org.faults.add(Fault("Subscribe", "500 before"))
    with client.subscribed(**again) as stream:
        assert refused(lambda: next(stream.call))[:2] == (grpc.StatusCode.UNAVAILABLE, "service.unavailable")
    org.faults.add(Fault("Subscribe", "401"))
    with client.subscribed(**again) as stream:
        assert refused(lambda: next(stream.call))[0] == grpc.StatusCode.UNAUTHENTICATED
    org.faults.add(Fault(keys[2], "cut stream"))
    with client.subscribed(**again) as stream:
        assert [event["ChangeEventHeader"]["recordIds"] for event in stream.decoded(2)] == [[keys[0]], [keys[1]]]
        assert refused(lambda: next(stream.call))[0] == grpc.StatusCode.UNAVAILABLE
    org.faults.add(Fault(keys[1], "slow", seconds=0.2))
    with client.subscribed(**again) as stream:
        assert len(stream.events(3)) == 3


def test_a_client_that_wants_no_more_is_sent_the_rest_and_let_go(client: Client, rest: httpx2.Client) -> None:
    with client.subscribed("/data/LeadChangeEvent", num_requested=2) as stream:
        next(stream.call)
        stream.close()
        create(rest)
        create(rest)
        assert len(stream.events(2)) == 2
        with pytest.raises(StopIteration):
            next(stream.call)


def test_a_server_that_stops_ends_its_subscriptions(org: LocalOrg, client: Client, rest: httpx2.Client) -> None:
    with StreamServer(org) as server:
        other = Client(server.address, dict(client.metadata)["accesstoken"], org.id)
        create(rest)
        with other.subscribed("/data/LeadChangeEvent", replay_preset=pb.EARLIEST) as stream:
            stream.events(1)  # it stands: one that has not begun, the server ends without a word of its own
            server.stop()
            assert refused(lambda: list(stream.call))[0] == grpc.StatusCode.UNAVAILABLE
        other.channel.close()


@pytest.mark.parametrize("name", ["GetTopic", "GetSchema", "Subscribe"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60))
def test_bytes_that_are_no_request_get_an_answer_and_break_nothing(client: Client, name: str, body: bytes) -> None:
    ask = client.channel.stream_unary(f"/eventbus.v1.PubSub/{name}")
    with pytest.raises(grpc.RpcError) as caught:
        ask(iter([body]), metadata=client.metadata, timeout=10)
    wanted = {
        grpc.StatusCode.INTERNAL,  # it is no message at all
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
    }
    assert caught.value.code() in wanted  # type: ignore[attr-defined]
    assert client.topic("/data/LeadChangeEvent").can_subscribe


def test_bytes_that_are_no_request_end_a_stream_that_stands(client: Client) -> None:
    bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    bodies.put(pb.FetchRequest(topic_name="/data/LeadChangeEvent", num_requested=1).SerializeToString())
    open_stream = client.channel.stream_stream("/eventbus.v1.PubSub/Subscribe")
    call: Any = open_stream(iter(bodies.get, None), metadata=client.metadata, timeout=SECONDS)
    next(call)
    bodies.put(b"\xff\xff")
    wanted = (grpc.StatusCode.INTERNAL, "subscription.internal.error")
    assert refused(lambda: list(call))[:2] == wanted


def test_a_port_that_is_taken_is_said_to_be(org: LocalOrg, served: tuple[Server, StreamServer]) -> None:
    port = int(served[1].address.rpartition(":")[2])
    with pytest.raises(OrgError, match="the port is not free"):
        StreamServer(org, port=port)


def test_org_start_says_where_it_streams(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "upbeat", "org", "start", "--json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        said = json.loads(served.stdout.readline())
        form = {
            "grant_type": "client_credentials",
            "client_id": "upbeat-reader",
            "client_secret": (tmp_path / "secrets" / "reader").read_text(),
        }
        token = httpx2.post(f"{said['url']}/services/oauth2/token", data=form).json()["access_token"]
        client = Client(said["stream"], token, said["org_id"])
        assert client.topic("/data/ChangeEvents").can_subscribe
        client.channel.close()
        served.terminate()
        assert served.wait(SECONDS) == 0
