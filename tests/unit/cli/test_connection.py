"""Connecting an org on the command line: what is asked, what is refused, what is written down and what never is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from upbeat.app import connecting
from upbeat.base import ManualClock
from upbeat.ledger import Kind
from upbeat.localorg import Authority, LocalOrg, Server, StreamServer, sample
from upbeat.schema import Field, FieldType
from upbeat.store import Store
from upbeat.testing import House

READER, WRITER = sample.CONNECTIONS["reader"], sample.CONNECTIONS["writer"]


class World:
    """An org that is served, and a workspace that knows no org yet."""

    def __init__(self, folder: Path, type_: Any, org: LocalOrg, url: str, stream: str) -> None:
        self.folder, self.org, self.url, self.stream = folder, org, url, stream
        self._type = type_

    def secret(self, text: str = READER.client_secret) -> Path:
        file = self.folder.parent / f"secret-{text[-6:]}"
        file.touch(mode=0o600)
        file.write_text(text)
        return file

    def connect(self, *more: Any, **changed: Any) -> Any:
        options = {
            "--url": self.url,
            "--client-id": READER.client_id,
            "--secret-file": self.secret(),
            "--keep": "file",
            **{f"--{name.replace('_', '-')}": value for name, value in changed.items()},
        }
        words = [str(word) for pair in options.items() if pair[1] is not None for word in pair]
        kind = () if {"--production", "--sandbox"} & set(more) else ("--sandbox",)
        return self._type("org", "connect", *words, *kind, *more, "--dir", self.folder)

    def connect_writing(self, **changed: Any) -> Any:
        of_writer = {"client_id": WRITER.client_id, "secret_file": self.secret(WRITER.client_secret)}
        return self.connect("--writing", **{**of_writer, **changed})

    @property
    def yaml(self) -> str:
        return (self.folder / "upbeat.yaml").read_text()

    @property
    def settings(self) -> Any:
        return YAML(typ="safe").load(self.yaml)


@pytest.fixture
def world(tmp_path: Path, type_: Any) -> Iterator[World]:
    folder = tmp_path / "workspace"
    type_("init", folder)
    org = LocalOrg(":memory:", clock=ManualClock(sample.NOW), time_zone=sample.TIME_ZONE)
    sample.set_up(org)
    with Server(org) as server, StreamServer(org) as stream:
        yield World(folder, type_, org, server.url, stream.address)
    org.close()


def entries(folder: Path) -> list[str]:
    with Store.open(folder / "upbeat.db", clock=ManualClock(sample.NOW)) as store, store.reading() as conn:
        return [row[0] for row in conn.exec_driver_sql("SELECT kind FROM ledger_entries ORDER BY seq")]


def test_an_org_is_connected_read_only_and_written_down_without_its_secret(world: World) -> None:
    said = world.connect("--json")
    assert said.code == 0, said.err
    found = said.json
    assert (found["connection"], found["org_id"], found["sandbox"]) == ("reading", world.org.id, True)
    assert found["username"] == READER.username
    assert world.settings["org"] == {
        "login_url": world.url,
        "reading": {"client_id": READER.client_id, "kept": "secret"},
    }
    everywhere = [file.read_bytes() for file in world.folder.rglob("*") if file.is_file()]
    assert not [text for text in everywhere if READER.client_secret.encode() in text]
    assert entries(world.folder) == [Kind.CONNECTED]


def test_what_is_kept_logs_in_from_then_on_and_only_its_owner_can_read_it(world: World, type_: Any) -> None:
    world.connect()
    assert type_("query", "SELECT COUNT() FROM User", "--dir", world.folder, "--json").code == 0
    kept = world.folder / "upbeat.secrets"
    assert [file.stat().st_mode & 0o777 for file in (kept, world.folder / "keys" / "vault.key")] == [0o600, 0o600]


def test_comments_and_the_rest_of_the_file_stay_as_they_were(world: World) -> None:
    file = world.folder / "upbeat.yaml"
    file.write_text(file.read_text() + "time_zone: Europe/London  # the team's\n")
    world.connect()
    assert "# One workspace: the org" in world.yaml
    assert "time_zone: Europe/London  # the team's" in world.yaml


def test_an_org_of_the_other_kind_is_refused_and_nothing_is_changed(world: World) -> None:
    before = world.yaml
    said = world.connect("--production")
    assert (said.code, "is a sandbox, and you said production: nothing was connected" in said.err) == (1, True)
    assert "say --sandbox" in said.err
    assert (world.yaml, (world.folder / "upbeat.secrets").exists()) == (before, False)


def test_credentials_that_the_org_refuses_change_nothing(world: World) -> None:
    before = world.yaml
    said = world.connect(secret_file=world.secret("a-wrong-one"))
    assert (said.code, "refused the login" in said.err, world.yaml) == (1, True, before)


def test_a_store_that_belongs_to_another_org_is_not_connected_to_this_one(world: World) -> None:
    world.connect()
    other = LocalOrg(":memory:", clock=ManualClock(sample.NOW), org_id="00DLo0000000777")
    sample.set_up(other)
    before = world.yaml
    with Server(other) as server:
        said = world.connect(url=server.url)
    other.close()
    assert (said.code, f"the store belongs to the org {world.org.id}" in said.err) == (1, True)
    assert world.yaml == before


def test_nobody_to_be_asked_is_told_everything_that_is_missing_at_once(world: World, type_: Any) -> None:
    said = type_("org", "connect", "--dir", world.folder, "--json")
    assert said.json["error"]["what"] == (
        "nobody is there to be asked, and this is missing: "
        "--sandbox or --production, --url, --client-id, --secret-file or --secret-env"
    )


def test_a_secret_that_others_can_read_is_not_taken(world: World) -> None:
    file = world.secret()
    file.chmod(0o644)
    said = world.connect(secret_file=file)
    assert (said.code, "open to other users" in said.err) == (1, True)


def test_a_secret_in_the_environment_is_named_and_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READING_SECRET", READER.client_secret)
    said = world.connect(secret_file=None, secret_env="READING_SECRET")
    assert said.code == 0, said.err
    assert world.settings["org"]["reading"] == {"client_id": READER.client_id, "secret_env": "READING_SECRET"}
    assert not (world.folder / "upbeat.secrets").exists()


def test_plain_http_to_anywhere_but_this_machine_is_refused(world: World) -> None:
    said = world.connect(url="http://acme.my.salesforce.example")
    assert (said.code, "would carry secrets in the clear" in said.err) == (1, True)


def test_it_says_which_objects_are_streamed_and_which_are_polled(world: World) -> None:
    world.org.define(streamed=["Lead"])
    found = world.connect("--json", stream=world.stream).json
    assert (found["streamed"], found["polled"]) == (["Lead"], ["Opportunity"])
    assert world.settings["org"]["stream"] == world.stream


def test_without_a_stream_everything_is_polled(world: World) -> None:
    found = world.connect("--json", stream="none").json
    assert (found["streamed"], found["polled"]) == ([], ["Lead", "Opportunity"])


def test_a_stream_that_is_set_stays_until_another_or_none_is_said(world: World) -> None:
    world.org.define(streamed=["Lead"])
    world.connect(stream=world.stream)
    assert world.connect("--json").json["streamed"] == ["Lead"]
    assert world.settings["org"]["stream"] == world.stream
    assert world.connect("--json", stream="none").json["streamed"] == []
    assert "stream" not in world.settings["org"]
    assert world.connect_writing().code == 0
    assert "stream" not in world.settings["org"]


def test_a_real_org_streams_from_salesforce_where_nothing_else_is_said(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Authority().identity(["127.0.0.2"])  # an address that is not taken for a local org's
    (tmp_path / "ca.pem").write_bytes(identity.authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with (
        Server(world.org, host="127.0.0.2", identity=identity) as server,
        StreamServer(world.org, identity=identity) as stream,
    ):
        monkeypatch.setattr(connecting, "PUBSUB", stream.address)
        assert world.connect(url=server.url).code == 0
    assert world.settings["org"]["stream"] == stream.address


def test_a_stream_that_does_not_answer_is_said_and_nothing_is_connected(world: World) -> None:
    before = world.yaml
    said = world.connect(stream="127.0.0.1:9")
    assert (said.code, "the stream does not answer" in said.err, world.yaml) == (1, True, before)


def test_an_org_with_person_accounts_is_known_as_one(world: World) -> None:
    assert world.connect("--json").json["person_accounts"] is False
    world.org.define(fields={"Account": [Field(name="IsPersonAccount", type=FieldType.BOOLEAN, createable=False)]})
    assert world.connect("--json").json["person_accounts"] is True


def test_the_steps_name_each_field_with_its_reason_and_need_no_org(type_: Any, world: World) -> None:
    found = type_("org", "connect", "--steps", "--dir", world.folder, "--json").json
    assert [step["title"] for step in found["steps"]] == [
        "A user of its own for reading",
        "A permission set Upbeat reading",
        "A permission set Upbeat audit, which may be taken away between two audits",
        "An External Client App Upbeat reading",
    ]
    [rights] = [step for step in found["steps"] if step["title"] == "A permission set Upbeat reading"]
    objects = {line.partition(":")[0] for line in rights["lines"] if ": object" in line}
    assert objects == {"Lead", "Opportunity"}  # nobody grants users, groups and history
    postal = next(one for one in found["needs"] if (one["object"], one["field"]) == ("Lead", "PostalCode"))
    assert (postal["access"], postal["why"]) == ("read", ["route-inbound-leads: step route"])
    flag = next(one for one in found["needs"] if one["field"] == "Risk_Flag__c")  # no catalogue of every org has it
    assert flag["object"] == "Opportunity"
    assert {one["access"] for one in found["needs"]} == {"read"}


def test_the_writing_identity_is_not_needed_to_watch_and_is_named_when_something_goes_live(
    world: World, type_: Any
) -> None:
    world.connect()
    for name in ("single-threaded-larger-deals", "repeated-close-date-push", "advance-stage", "missing-next-step"):
        (world.folder / "workflows" / f"{name}.yaml").unlink(missing_ok=True)
    with (world.folder / "policy.yaml").open("a") as policy:
        policy.write("\nfoundation: {holds_back: false, why: The org of a test is made for it}\n")
    ran = type_("run", "--until-idle", "--dir", world.folder)
    assert ran.code == 0, ran.err
    people = ("--by", "rowan.ellis@acme.example", "--by", "priya.shah@acme.example")
    said = type_("promote", "route-inbound-leads", *people, "--dir", world.folder)
    assert (said.code, "upbeat org connect --writing" in said.err) == (1, True)
    steps = type_("org", "connect", "--writing", "--steps", "--dir", world.folder, "--json")
    assert [(one["object"], one["field"], one["access"]) for one in steps.json["needs"]] == [
        ("Lead", "OwnerId", "edit")
    ]
    done = world.connect_writing()
    assert done.code == 0, done.err
    assert world.settings["org"]["reading"]["client_id"] == READER.client_id
    promoted = type_("promote", "route-inbound-leads", *people, "--dir", world.folder)
    assert promoted.code == 0, promoted.err


def test_the_writing_identity_is_of_the_same_org(world: World) -> None:
    world.connect()
    said = world.connect_writing(url="https://other.my.salesforce.example")
    assert (said.code, "Connect the writing identity to the same org." in said.err) == (1, True)


def test_a_live_workflow_without_a_writing_connection_does_not_run(house_live: House, type_: Any) -> None:
    yaml = house_live.folder / "upbeat.yaml"
    lines = [line for line in yaml.read_text().splitlines(keepends=True) if "writing" not in line]
    yaml.write_text("".join(lines))
    house_live.close()
    said = type_("run", "--until-idle", "--dir", house_live.folder)
    assert (said.code, "is live, and there is no writing connection" in said.err) == (1, True)


@pytest.fixture
def house_live() -> Iterator[House]:
    with House(only=["route-inbound-leads"]) as one:
        one.promote("route-inbound-leads")
        yield one
