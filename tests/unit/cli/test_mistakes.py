"""A user's mistake gets one clear message with the place and the fix, a code that is not 0, and never a traceback."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from upbeat import operations
from upbeat.localorg.faults import Fault, FaultKind
from upbeat.testing import House
from upbeat.workflows import FieldMap, ToolRegister, load

ROUTE, ADVANCE = "route-inbound-leads", "advance-stage"
PRIYA, ROWAN, DANA, MAYA = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE, ADVANCE]) as one:
        one.promote(ROUTE)
        for name, country in (("routed", "UK"), ("held", "Brazil")):
            lead = {"LastName": name, "Company": name, "Country": country, "OwnerId": one.ids["New Leads"]}
            one.ids[name] = one.create("Lead", **lead)
        one.play()
        yield one


def clear(said: Any, *parts: str) -> None:
    """Hold that a command said one thing, with these parts in it, and ended as one that could not do it."""
    assert said.code != 0
    assert isinstance(said.exception, SystemExit)
    message = f"{said.err}{said.out}"
    assert "Traceback" not in message
    for part in parts:
        assert part in " ".join(message.split())


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        pytest.param("explain zzz", ["nothing is known of 'zzz'", "upbeat review show"], id="explain an unknown run"),
        pytest.param("explain 00QLo000000ZZZZ", ["nothing is known"], id="explain an unknown record"),
        pytest.param("rollback zzz --yes --as {DANA}", ["nothing is known"], id="roll an unknown run back"),
        pytest.param("rollback {held} --yes --as {DANA}", ["wrote nothing"], id="roll back what wrote nothing"),
        pytest.param("rollback {lead} --yes", ["nobody says who", "--as"], id="roll back as nobody"),
        pytest.param(
            "rollback {lead} --yes --as x@acme.example", ["no user of this org"], id="roll back as a stranger"
        ),
        pytest.param("review show zzz", ["no review begins with 'zzz'", "upbeat review list"], id="show no review"),
        pytest.param("review approve zzz --as {DANA}", ["no review begins"], id="approve no review"),
        pytest.param("review reject zzz --reason x --as {DANA}", ["no review begins"], id="reject no review"),
        pytest.param("review approve {review} --as {PRIYA}", ["asks for a choice", "--choose"], id="answer nothing"),
        pytest.param(
            "review approve {review} --as {PRIYA} --choose x", ["'x' is not offered", "Choose one of"], id="answer else"
        ),
        pytest.param("review approve {review}", ["nobody says who", "--as"], id="answer as nobody"),
        pytest.param(
            "review reject {review} --reason= --as {DANA}", ["needs its reason"], id="reject without a reason"
        ),
        pytest.param("promote nothing --by {PRIYA}", ["no workflow nothing", "There are:"], id="promote nothing"),
        pytest.param(f"promote {ADVANCE} --by {{PRIYA}}", ["different person of each role"], id="promote alone"),
        pytest.param(f"promote {ADVANCE} --by x@y.example", ["no user of this org"], id="promote as a stranger"),
        pytest.param(f"promote {ROUTE} --by {{PRIYA}} --by {{ROWAN}}", ["is live already"], id="promote what is live"),
        pytest.param(f"demote {ADVANCE} --why x --as {{DANA}}", ["so it is in monitor mode"], id="demote monitor"),
        pytest.param(f"demote {ROUTE} --why x", ["nobody says who"], id="demote as nobody"),
        pytest.param("demote nosuch --why x --as {DANA}", ["no workflow nosuch", ROUTE], id="demote nothing"),
        pytest.param("rollback --workflow nosuch", ["no workflow nosuch", ROUTE], id="roll nothing's writes back"),
        pytest.param(
            "ledger export --workflow nosuch -o {folder}/x.jsonl --as {DANA}",
            ["no workflow nosuch", ROUTE],
            id="export nothing's entries",
        ),
        pytest.param("review list --tier x", ["no tier 'x'", "review, approval"], id="list no tier"),
        pytest.param("review list --queue x", ["no queue 'x'", "tuning, exceptions, break/fix"], id="list no queue"),
        pytest.param("stop", ["nobody says who is stopping", "--as"], id="stop as nobody"),
        pytest.param("resume --as {DANA}", ["nothing is stopped"], id="resume what goes on"),
        pytest.param(f"look {ROUTE}", ["is no scheduled workflow"], id="look with what has no schedule"),
        pytest.param("run --since yesterday", ["neither a duration nor a date", "2 days"], id="run since nonsense"),
        pytest.param("run --until-idle", ["another engine runs on this store", "process"], id="run beside an engine"),
    ],
)
@pytest.mark.parametrize("form", ["words", "json"])
def test_what_cannot_be_done_is_said(upbeat: Any, house: House, words: str, parts: list[str], form: str) -> None:
    _ = house.engine
    review = house.reviews()[0].id
    named = {
        "folder": house.folder,
        "lead": house.ids["routed"],
        "held": house.ids["held"],
        "review": review,
        "DANA": DANA,
        "PRIYA": PRIYA,
        "ROWAN": ROWAN,
    }
    said = upbeat(*(one.format(**named) for one in words.split()), *(["--json"] if form == "json" else []))
    clear(said, *parts)
    if form == "json":
        assert set(said.json["error"]) == {"what", "where", "fix"}


COMMANDS = [
    "status",
    "check",
    "register",
    "run --until-idle",
    "explain x",
    f"promote {ROUTE} --by x",
    f"demote {ROUTE} --why x",
    "stop --as x",
    "resume --as x",
    "rollback x",
    f"look {ROUTE}",
    "review list",
    "review show x",
    "review approve x --as x",
    "review reject x --reason x --as x",
    "ledger verify",
]


@pytest.mark.parametrize("words", COMMANDS)
def test_without_a_workspace_a_command_says_where_it_looked_and_how_to_make_one(
    type_: Any, tmp_path: Path, words: str
) -> None:
    clear(type_(*words.split(), "--dir", tmp_path), "there is no upbeat.yaml", str(tmp_path), "upbeat init FOLDER")


@pytest.fixture
def spoilt(house: House, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the workspace in which one file says this."""

    def make(file: str, text: str | bytes) -> Path:
        folder = tmp_path / "workspace"
        shutil.copytree(house.folder, folder, ignore=shutil.ignore_patterns("upbeat.*db*", "*.lock", "keys"))
        data = text if isinstance(text, bytes) else text.encode()
        (folder / file).write_bytes(data)
        return folder

    return make


@pytest.mark.parametrize(
    ("file", "text", "parts"),
    [
        pytest.param("upbeat.yaml", "org: [", ["upbeat.yaml:1"], id="settings that do not parse"),
        pytest.param("upbeat.yaml", "org: {}\n", ["upbeat.yaml:1", "login_url"], id="settings that lack something"),
        pytest.param("upbeat.yaml", b"\xff\xfe", ["upbeat.yaml", "UTF-8"], id="settings in another encoding"),
        pytest.param("upbeat.yaml", "", ["upbeat.yaml"], id="empty settings"),
        pytest.param("secrets/reader", "wrong", ["upbeat-reader", "invalid"], id="a wrong secret for reading"),
        pytest.param("secrets/writer", "wrong", ["upbeat-writer", "invalid"], id="a wrong secret for writing"),
    ],
)
def test_a_broken_setting_is_said_with_its_place(
    type_: Any, spoilt: Callable[..., Path], file: str, text: str | bytes, parts: list[str]
) -> None:
    clear(type_("run", "--until-idle", "--dir", spoilt(file, text)), *parts)


@pytest.mark.parametrize(
    ("file", "text", "parts"),
    [
        pytest.param("policy.yaml", "rules: [", ["policy.yaml:1"], id="a policy that does not parse"),
        pytest.param(f"workflows/{ROUTE}.yaml", "workflow: x\n", [f"workflows/{ROUTE}.yaml:1"], id="half a workflow"),
        pytest.param("agents/router.yaml", "- a\n- b\n", ["agents/router.yaml:1"], id="a list where a map is wanted"),
        pytest.param("routing/inbound.yaml", b"pool: \xc3", ["routing/inbound.yaml", "UTF-8"], id="a broken encoding"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run --until-idle", "register"])
def test_a_broken_definition_is_said_with_its_place(
    type_: Any, spoilt: Callable[..., Path], file: str, text: str | bytes, parts: list[str], command: str
) -> None:
    clear(type_(*command.split(), "--dir", spoilt(file, text)), *parts)


def test_a_secret_that_others_may_read_is_refused_with_the_command_that_mends_it(
    type_: Any, spoilt: Callable[..., Path]
) -> None:
    folder = spoilt("secrets/reader", "secret")
    (folder / "secrets" / "reader").chmod(0o644)
    clear(type_("check", "--dir", folder), "the secret is open to other users", "chmod 600")


def test_a_missing_secret_is_said(type_: Any, spoilt: Callable[..., Path]) -> None:
    folder = spoilt("secrets/reader", "")
    (folder / "secrets" / "reader").unlink()
    clear(type_("check", "--dir", folder), "the secret cannot be read: No such file", "secrets/reader")


def test_an_org_that_is_away_is_said_and_what_needs_none_still_answers(upbeat: Any, house: House) -> None:
    settings = house.folder / "upbeat.yaml"
    text = settings.read_text()
    try:
        settings.write_text(text.replace("127.0.0.1:", "127.0.0.9:"))
        clear(upbeat("check"), "127.0.0.9")
        for command in ("status", "review list", "ledger verify", f"explain {house.ids['routed']}"):
            assert upbeat(*command.split()).code == 0, command
    finally:
        settings.write_text(text)


def test_an_org_that_answers_nonsense_is_said(upbeat: Any, house: House) -> None:
    house.org.faults.add(Fault(".*", FaultKind.LIMIT, times=50))
    clear(upbeat("check"), "REQUEST_LIMIT_EXCEEDED")
    house.org.faults = type(house.org.faults)()


def test_another_orgs_store_is_refused(upbeat: Any, house: House) -> None:
    with house.space.store.writing() as conn:
        conn.exec_driver_sql("UPDATE meta SET value='00D000000000009AAA' WHERE key='org_id'")
    try:
        house.close()
        clear(upbeat("run", "--until-idle"), "00D000000000009AAA")
    finally:
        with house.space.store.writing() as conn:
            conn.exec_driver_sql(f"UPDATE meta SET value='{house.org.id}' WHERE key='org_id'")


class TestInit:
    def test_it_makes_a_workspace_that_names_the_next_step(self, type_: Any, tmp_path: Path) -> None:
        said = type_("init", tmp_path / "new")
        assert (said.code, (tmp_path / "new" / "upbeat.yaml").is_file()) == (0, True)
        assert "upbeat check" in said.out

    def test_it_puts_two_people_into_the_policy_so_that_a_team_of_one_can_work(
        self, type_: Any, tmp_path: Path
    ) -> None:
        assert type_("init", tmp_path / "new", "--as", "ana@north.example", "--second", "bo@north.example").code == 0
        made = load(tmp_path / "new")
        assert (made.problems, made.policy.promotion.roles, made.policy.promotion.second) == (
            (),
            ("revops",),
            "bo@north.example",
        )
        assert {one.owner for one in made.workflows} == {"ana@north.example"}
        people = {one for some in made.policy.roles.values() for one in some}
        assert people == {"ana@north.example", "bo@north.example"}

    def test_it_claims_nothing_of_what_an_orgs_fields_and_tools_are(self, type_: Any, tmp_path: Path) -> None:
        assert type_("init", tmp_path / "new").code == 0
        made = load(tmp_path / "new")
        said = (made.fields.model_dump(), made.tools.model_dump())
        assert (made.problems, said) == ((), (FieldMap().model_dump(), ToolRegister().model_dump()))

    def test_two_people_may_have_each_others_names_of_the_sample(self, type_: Any, tmp_path: Path) -> None:
        names = ("rowan.ellis@acme.example", "priya.shah@acme.example")
        assert type_("init", tmp_path / "new", "--as", names[0], "--second", names[1]).code == 0
        made = load(tmp_path / "new")
        assert (made.policy.promotion.owner, made.policy.promotion.second) == names

    @pytest.mark.parametrize(
        ("people", "why"),
        [
            pytest.param(["--as", "ana@north.example"], "a workspace takes two people", id="one alone"),
            pytest.param(["--second", "bo@north.example"], "a workspace takes two people", id="the second alone"),
            pytest.param(
                ["--as", "ana@north.example", "--second", "ANA@north.example"], "is somebody else", id="one twice"
            ),
            pytest.param(["--as", "Ana", "--second", "bo@north.example"], "'Ana' is no username", id="a first name"),
        ],
    )
    def test_it_takes_two_people_or_none(self, type_: Any, tmp_path: Path, people: list[str], why: str) -> None:
        clear(type_("init", tmp_path / "new", *people), why)
        assert not (tmp_path / "new").exists()

    def test_it_leaves_a_folder_alone_that_holds_something(self, type_: Any, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").touch()
        clear(type_("init", tmp_path), "the folder is not empty", "nothing was written")
        assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]

    def test_it_says_where_a_file_stands_in_its_way(self, type_: Any, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        clear(type_("init", tmp_path / "file"), "file")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_it_says_that_it_may_not_write_there(self, type_: Any, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        clear(type_("init", tmp_path / "new"), str(tmp_path))

    def test_a_folder_below_a_file_is_said(self, type_: Any, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        clear(type_("init", tmp_path / "file" / "below"), "file")


class TestDemo:
    def test_it_leaves_a_folder_alone_that_is_no_demos(self, type_: Any, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").touch()
        clear(type_("demo", "--once", "--dir", tmp_path), "holds something else than a demo", "is left as it is")
        assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]

    def test_a_folder_below_a_file_is_said(self, type_: Any, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        clear(type_("demo", "--once", "--dir", tmp_path / "file" / "below"), "file")


class TestOrg:
    def test_a_file_that_is_no_org_is_said(self, type_: Any, tmp_path: Path) -> None:
        (tmp_path / "org.db").write_text("not a database " * 100)
        clear(type_("org", "start", "--file", tmp_path / "org.db"), "org.db")

    def test_an_unknown_time_zone_is_said(self, type_: Any, tmp_path: Path) -> None:
        clear(type_("org", "start", "--file", tmp_path / "org.db", "--time-zone", "Nowhere/Land"), "Nowhere/Land")

    def test_an_import_of_nothing_is_said(self, type_: Any, tmp_path: Path) -> None:
        (tmp_path / "map.yaml").write_text("Name: Name\n")
        said = type_(
            "org",
            "import",
            tmp_path / "none",
            "--object",
            "Lead",
            "--map",
            tmp_path / "map.yaml",
            "--file",
            tmp_path / "o",
        )
        clear(said)


def test_a_command_that_does_not_exist_is_said(type_: Any) -> None:
    clear(type_("expalin"), "No such command 'expalin'")


def test_nobody_can_stop_or_resume_by_an_empty_name(upbeat: Any, house: House) -> None:
    clear(upbeat("stop", "--as", ""), "nobody says who")
    assert operations.status(house.space.house).stopped is None
