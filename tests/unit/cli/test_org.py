"""The commands of the local org: on a file that nobody serves, and on one that another process serves."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from signal import SIGKILL
from typing import Any

import httpx2
import pytest
from tests.commands import Forks, Started

from upbeat.base import decode

RULE = "objects:\n  Lead:\n    validation_rules:\n      R: {when: 'ISBLANK(Email)', message: An email please}\n"


Serving = Callable[..., AbstractContextManager[tuple[Started, dict[str, Any]]]]


@pytest.fixture
def serving(forks: Forks) -> Serving:
    """Serve an org in a process of its own, as a person does in another terminal."""

    @contextmanager
    def serve(file: Path, *more: str) -> Iterator[tuple[Started, dict[str, Any]]]:
        with forks.started("org", "start", "--file", file, "--json", *more, cwd=file.parent) as served:
            yield served, served.told()
            served.end()

    return serve


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "acme.db"


class TestServed:
    def test_a_served_org_is_found_asked_defined_broken_and_ended(
        self, type_: Any, file: Path, tmp_path: Path, serving: Serving
    ) -> None:
        (tmp_path / "rules.yaml").write_text(RULE)
        with serving(file) as (process, found):
            told = type_("org", "info", "--file", file, "--json").json
            assert (told["served"], told["url"], told["org_id"]) == (True, found["url"], found["org_id"])
            assert oct((tmp_path / "acme.db.served").stat().st_mode)[-3:] == "600"

            made = type_("org", "define", tmp_path / "rules.yaml", "--file", file, "--json").json
            assert made["validation_rules"] == 1

            rule = ("--kind", "503 before", "--on", "GET /services/data$", "--times", "2")
            (waiting,) = type_("org", "faults", "--file", file, *rule, "--json").json["waiting"]
            assert (waiting["left"], waiting["match"]) == (2, "GET /services/data$")
            assert httpx2.get(f"{found['url']}/services/data").status_code == 503
            assert "503 before" in type_("org", "faults", "--file", file).out
            assert "Did you mean 503 before?" in type_("org", "faults", "--file", file, "--kind", "503befor").err
            assert type_("org", "faults", "--file", file, "--clear", "--json").json["waiting"] == []
            assert httpx2.get(f"{found['url']}/services/data").status_code == 200

            refused = type_("org", "export", tmp_path, "--file", file)
            assert (refused.code, "the folder is not empty" in refused.err) == (1, True)
            again = type_("org", "start", "--file", file)
            assert (again.code, "is being served" in again.err) == (1, True)

            assert type_("org", "stop", "--file", file, "--json").json["stopped"] is True
            assert process.wait() == 0
        assert not (tmp_path / "acme.db.served").exists()
        assert type_("org", "stop", "--file", file, "--json").json == {"stopped": False}
        told = type_("org", "info", "--file", file)
        assert "Nobody serves it" in told.out

    def test_a_start_that_was_killed_leaves_nothing_in_the_way(self, type_: Any, file: Path, serving: Serving) -> None:
        with serving(file) as (process, _):
            process.end(SIGKILL)
            assert file.with_name("acme.db.served").exists()
            assert type_("org", "info", "--file", file, "--json").json["served"] is False
            assert not file.with_name("acme.db.served").exists()

    def test_a_start_defines_before_it_serves(self, file: Path, tmp_path: Path, type_: Any, serving: Serving) -> None:
        (tmp_path / "org.yaml").write_text("objects:\n  Visit__c: {label: Visit}\n")
        with serving(file, "--define", str(tmp_path / "org.yaml")):
            assert type_("org", "info", "--file", file, "--json").json["custom_objects"] == ["Visit__c"]

    def test_the_admins_door_opens_to_the_key_alone(self, file: Path, serving: Serving) -> None:
        with serving(file):
            control = decode(file.with_name("acme.db.served").read_bytes())
            for headers in ({}, {"Authorization": "Bearer guess"}):
                assert httpx2.post(f"{control['admin']}/upbeat/stop", headers=headers).status_code == 403
            key = {"Authorization": f"Bearer {control['key']}"}
            ask = lambda path, body: httpx2.post(f"{control['admin']}{path}", content=body, headers=key)  # noqa: E731
            assert ask("/upbeat/nothing", b"").status_code == 404
            for body in (
                b"{",
                b"[]",
                b'{"add": 3}',
                b'{"add": {"match": "(", "kind": "lock"}}',
                b'{"add": {"kind": 1}}',
            ):
                assert ask("/upbeat/faults", body).status_code == 400
            assert httpx2.post(f"{control['url']}/upbeat/info", headers=key).status_code == 404


class TestUnserved:
    def test_the_sample_is_written_and_read_back_under_its_ids(self, type_: Any, file: Path, tmp_path: Path) -> None:
        seeded = type_("org", "seed", "--file", file, "--json").json
        assert seeded["objects"]["Opportunity"] > 100
        written = type_("org", "export", tmp_path / "acme", "--file", file, "--json").json
        assert {"Lead.csv", "org.yaml", "export.json"} <= {one.name for one in (tmp_path / "acme").iterdir()}
        read = type_("org", "import", tmp_path / "acme", "--file", tmp_path / "copy.db", "--json").json
        assert (read["objects"], read["org_id"]) == (written["objects"], seeded["org_id"])
        told = type_("org", "info", "--file", tmp_path / "copy.db", "--json").json
        assert told["objects"] == type_("org", "info", "--file", file, "--json").json["objects"]
        assert "There is no way back" in type_("org", "reset", "--file", file).err
        gone = type_("org", "reset", "--file", file, "--yes", "--json").json["gone"]
        assert gone["Lead"] >= told["objects"]["Lead"]
        assert "Lead" not in type_("org", "info", "--file", file, "--json").json["objects"]

    def test_definitions_hold_in_a_file_that_nobody_serves(self, type_: Any, file: Path, tmp_path: Path) -> None:
        (tmp_path / "rules.yaml").write_text(RULE)
        assert "1 validation rule" in type_("org", "define", tmp_path / "rules.yaml", "--file", file).out
        (tmp_path / "rules.yaml").write_text(RULE.replace("Email)", "Emial)"))
        wrong = type_("org", "define", tmp_path / "rules.yaml", "--file", file)
        assert (wrong.code, "rules.yaml:4" in wrong.err, "Did you mean Email?" in wrong.err) == (1, True, True)

    def test_a_file_that_says_nothing_is_told_how_such_a_file_begins(
        self, type_: Any, file: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "org.yaml").touch()
        said = type_("org", "define", tmp_path / "org.yaml", "--file", file)
        assert (said.code, "such as 'objects:'" in said.err) == (1, True)

    def test_empty_states_say_what_to_do(self, type_: Any, file: Path, tmp_path: Path) -> None:
        for command in ("info", "export", "reset"):
            more = (tmp_path / "to",) if command == "export" else ()
            said = type_("org", command, *more, "--file", file)
            assert (said.code, "there is no org yet" in said.err, "upbeat org seed" in said.err) == (1, True, True)
        said = type_("org", "faults", "--file", file)
        assert (said.code, "upbeat org faults --kind lock" in said.out) == (0, True)
        said = type_("org", "faults", "--file", file, "--kind", "lock")
        assert (said.code, "upbeat org start" in said.err) == (1, True)

    def test_nothing_is_overwritten(self, type_: Any, file: Path, tmp_path: Path) -> None:
        type_("org", "define", "--file", file, tmp_path)
        file.touch()
        for command in (("seed",), ("import", tmp_path)):
            said = type_("org", *command, "--file", file)
            assert said.code == 1
            assert "upbeat" not in said.out

    def test_an_import_without_a_mapping_is_told_what_it_needs(self, type_: Any, file: Path, tmp_path: Path) -> None:
        said = type_("org", "import", tmp_path, "--file", file)
        assert (said.code, "--object Lead --map leads.yaml" in said.err) == (1, True)
        assert type_("org", "import", tmp_path, "--object", "Lead", "--file", file).code == 1
        assert not file.exists()

    def test_what_an_export_was_read_from_is_what_it_is_written_as(
        self, type_: Any, file: Path, tmp_path: Path
    ) -> None:
        fields = "".join(f"      {name}__c: {{type: Checkbox}}\n" for name in ("Zeta", "Alpha", "Mid", "Beta"))
        (tmp_path / "org.yaml").write_text(f"objects:\n  Opportunity:\n    fields:\n{fields}")
        type_("org", "define", tmp_path / "org.yaml", "--file", file)
        type_("org", "export", tmp_path / "one", "--file", file)
        type_("org", "import", tmp_path / "one", "--file", tmp_path / "copy.db")
        type_("org", "export", tmp_path / "two", "--file", tmp_path / "copy.db")
        for one in (tmp_path / "one").glob("*.csv"):
            assert one.read_bytes() == (tmp_path / "two" / one.name).read_bytes(), one.name

    def test_a_command_that_fails_leaves_no_org_behind(self, type_: Any, file: Path, tmp_path: Path) -> None:
        (tmp_path / "rules.yaml").write_text(RULE.replace("Email)", "Emial)"))
        (tmp_path / "map.yaml").write_text("external_id: Nothing__c\ncolumns: {}\n")
        (tmp_path / "Lead.csv").write_text("Id\n")
        before = sorted(one.name for one in tmp_path.iterdir())
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            for command in (
                ("define", tmp_path / "rules.yaml"),
                ("import", tmp_path, "--object", "Lead", "--map", tmp_path / "map.yaml"),
                ("start", "--port", port),
                ("start", "--stream-port", port, "--tls"),
                ("start", "--define", tmp_path / "rules.yaml"),
            ):
                said = type_("org", *command, "--file", file)
                assert (said.code, sorted(one.name for one in tmp_path.iterdir())) == (1, before), command

    def test_a_command_that_fails_leaves_the_org_that_there_was(self, type_: Any, file: Path, tmp_path: Path) -> None:
        (tmp_path / "rules.yaml").write_text(RULE)
        assert type_("org", "define", tmp_path / "rules.yaml", "--file", file).code == 0
        (tmp_path / "rules.yaml").write_text(RULE.replace("Email)", "Emial)"))
        assert type_("org", "define", tmp_path / "rules.yaml", "--file", file).code == 1
        assert type_("org", "info", "--file", file).code == 0
        assert {one.name for one in (tmp_path / "secrets").iterdir()} == {"reader", "writer"}

    @pytest.mark.parametrize("option", ["--port", "--stream-port"])
    def test_a_port_that_there_is_not_is_refused(self, type_: Any, file: Path, option: str) -> None:
        said = type_("org", "start", option, "70000", "--file", file)
        assert (said.code, "65535" in said.err, file.exists()) == (2, True, False)

    @pytest.mark.parametrize("key", ["..", ".hidden", "a/b", "../../key", ""])
    def test_a_consumer_key_is_a_plain_word(self, type_: Any, file: Path, tmp_path: Path, key: str) -> None:
        (tmp_path / "org.yaml").write_text(RULE)
        type_("org", "define", tmp_path / "org.yaml", "--file", file)
        said = type_("org", "app", "--file", file, "--callback", "http://localhost:8123/back", "--", key)
        assert (said.code, "is no consumer key" in said.err) == (1, True)

    @pytest.mark.parametrize("more", [(), ("--public",), ("--public", "--rotate")])
    def test_an_app_that_no_flow_fits_is_refused(self, type_: Any, file: Path, tmp_path: Path, more: Any) -> None:
        (tmp_path / "org.yaml").write_text(RULE)
        type_("org", "define", tmp_path / "org.yaml", "--file", file)
        said = type_("org", "app", "bad", *more, "--file", file)
        assert (said.code, "no flow fits the app" in said.err) == (1, True)
        assert type_("org", "info", "--file", file, "--json").json["apps"] == ["upbeat-reader", "upbeat-writer"]

    def test_a_broken_export_leaves_no_org_behind(self, type_: Any, file: Path, tmp_path: Path) -> None:
        (tmp_path / "export.json").write_text("{}")
        said = type_("org", "import", tmp_path, "--file", file)
        assert (said.code, "no export of an org" in said.err, file.exists()) == (1, True, False)
