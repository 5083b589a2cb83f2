"""A plain gRPC client of the Pub/Sub API, made from the proto file that a public client ships. One line of JSON a row.

It runs in a process of its own: a process holds one set of messages of a name, and the org has its own.
"""

import io
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any, Final

import fastavro
import grpc
import httpx2

from conformance.verdicts import Differs, Verdicts, among, same

PROTO: Final = Path(__file__).parent / "node_modules/salesforce-pubsub-api-client/pubsub_api.proto"
TOPIC: Final = "/data/AccountChangeEvent"
_WAIT: Final = 30  # seconds for an event to come
_STANDING: Final = 1  # second, for a subscription to stand: nothing is said before there is an event


def main(asked: dict[str, Any]) -> None:
    """Subscribe, as the documentation shows it in Python."""
    sys.path.insert(0, str(PROTO.parent))
    made: Any
    services: Any
    made, services = grpc.protos_and_services(PROTO.name)
    authority = grpc.ssl_channel_credentials(Path(asked["ca_file"]).read_bytes())
    known = (("accesstoken", asked["token"]), ("instanceurl", asked["url"]), ("tenantid", asked["org"]))
    trusting = httpx2.Client(
        base_url=f"{asked['url']}/services/data/v67.0/sobjects/Account",
        headers={"Authorization": f"Bearer {asked['token']}"},
        verify=asked["ca_file"],
    )
    with grpc.secure_channel(asked["stream"], authority) as channel, trusting as http:
        sheet = _read(services.PubSubStub(channel), made, known, http, asked)
    for row in sheet.rows:
        print(json.dumps({"action": row.action, "seconds": row.seconds, "failure": row.failure}))


def _read(stub: Any, made: Any, known: Any, http: httpx2.Client, asked: dict[str, Any]) -> Verdicts:
    sheet = Verdicts("")
    schema: Any = None
    with sheet.row("GetTopic and GetSchema"):
        topic = stub.GetTopic(made.TopicRequest(topic_name=TOPIC), metadata=known)
        same("can_subscribe", topic.can_subscribe, True)
        same("the end of tenant_guid", topic.tenant_guid.split("/")[-1], asked["org"])
        text = stub.GetSchema(made.SchemaRequest(schema_id=topic.schema_id), metadata=known).schema_json
        schema = fastavro.parse_schema(json.loads(text))
        among("fields", ["ChangeEventHeader", "Name"], [field["name"] for field in schema["fields"]])
    first = b""
    with sheet.row("Subscribe from LATEST, as many events as asked for"):
        requests: Queue[Any] = Queue()
        requests.put(made.FetchRequest(topic_name=TOPIC, replay_preset=made.LATEST, num_requested=2))
        answers = stub.Subscribe(iter(requests.get, None), metadata=known, timeout=_WAIT)
        time.sleep(_STANDING)
        record = http.post("", json={"Name": "Streamed"}).json()["id"]
        http.patch(f"/{record}", json={"Name": "Streamed on"}).raise_for_status()
        created, updated = _events(answers, 2)
        requests.put(None)
        told = [_told(schema, one) for one in (created, updated)]
        headers = [one["ChangeEventHeader"] for one in told]
        same("changes", [one["changeType"] for one in headers], ["CREATE", "UPDATE"])
        same("records", [one["recordIds"] for one in headers], [[record]] * 2)
        same("Name", told[1]["Name"], "Streamed on")
        same("how the bitmap of changes begins", headers[1]["changedFields"][0][:2], "0x")
        first = created.replay_id
    with sheet.row("Subscribe from a replay id: what came after it, and once"):
        request = made.FetchRequest(topic_name=TOPIC, replay_preset=made.CUSTOM, replay_id=first, num_requested=1)
        (again,) = _events(stub.Subscribe(iter([request]), metadata=known, timeout=_WAIT), 1)
        same("change", _told(schema, again)["ChangeEventHeader"]["changeType"], "UPDATE")
    with sheet.row("Subscribe from a replay id that is none"):
        request = made.FetchRequest(topic_name=TOPIC, replay_preset=made.CUSTOM, replay_id=b"none", num_requested=1)
        refused = _refused(lambda: next(stub.Subscribe(iter([request]), metadata=known, timeout=_WAIT)))
        same("code", refused.code(), grpc.StatusCode.INVALID_ARGUMENT)
        same("details", refused.details().split(".")[0], "The Replay ID validation failed")
    with sheet.row("GetTopic without a session"):
        unknown = (("accesstoken", f"{asked['org']}!none"), *known[1:])
        refused = _refused(lambda: stub.GetTopic(made.TopicRequest(topic_name=TOPIC), metadata=unknown))
        same("code", refused.code(), grpc.StatusCode.UNAUTHENTICATED)
    return sheet


def _events(answers: Iterator[Any], count: int) -> list[Any]:
    found: list[Any] = []
    while len(found) < count:
        found += next(answers).events
    return found


def _told(schema: Any, event: Any) -> Any:
    return fastavro.schemaless_reader(io.BytesIO(event.event.payload), schema, None)


def _refused(done: Any) -> Any:
    try:
        found = done()
    except grpc.RpcError as error:
        return error
    raise Differs(f"it was not refused, and gave {found!r}")


if __name__ == "__main__":
    main(json.loads(os.environ["JUDGED"]))
