"""An org written to a folder and read back is the same org, table for table."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, OrgError, sample
from upbeat.localorg.archive import is_export
from upbeat.schema import Field, FieldType

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
LETS_IN = {"_tokens", "_refresh_tokens"}  # what an export keeps back


def tables(org: LocalOrg) -> dict[str, list[Any]]:
    """Every row of every table, each as a set of named values: an added column stands at another place."""
    found: dict[str, list[Any]] = {}
    for (name,) in org._storage.execute("SELECT name FROM sqlite_master WHERE type='table'"):
        columns = [row[1] for row in org._storage.execute(f'PRAGMA table_info("{name}")')]
        rows = [sorted(zip(columns, row, strict=True)) for row in org._storage.execute(f'SELECT * FROM "{name}"')]
        found[name] = sorted(rows, key=repr)
    return {name: rows for name, rows in found.items() if name not in LETS_IN}


def again(org: LocalOrg, folder: Path, path: Path) -> LocalOrg:
    """Write an org and read it back into a new file."""
    org.archive.write(folder, org.id)
    new = LocalOrg(path, clock=ManualClock(NOW))
    new.archive.read(folder)
    new.close()
    return LocalOrg(path, clock=org.clock)


@pytest.fixture
def org() -> Iterator[LocalOrg]:
    one = LocalOrg(":memory:", clock=ManualClock(NOW))
    yield one
    one.close()


@pytest.mark.law(10)
def test_the_sample_company_written_and_read_is_the_same_org(tmp_path: Path) -> None:
    clock = ManualClock(sample.BEGAN)
    acme = LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE)
    ids = sample.build(acme, clock, seed=7)
    gone = acme.query("SELECT Id FROM Account LIMIT 3", acme.process_user)
    acme.delete([one["Id"] for one in gone], acme.process_user)
    back = again(acme, tmp_path / "export", tmp_path / "org.db")
    assert tables(back) == tables(acme)
    assert (back.id, back.definitions, back.streamed) == (acme.id, acme.definitions, acme.streamed)
    (new,) = back.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ids["priya.shah@acme.example"])
    assert new.ok
    assert new.id not in {
        one["Id"] for one in acme.answer("SELECT Id FROM Lead", acme.process_user, all_rows=True).records
    }
    back.close()
    acme.close()


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
ROW = st.fixed_dictionaries(
    {
        "LastName": TEXT.filter(lambda text: text.strip()),
        "Company": st.just("Northwind"),
        "Description": TEXT,
        "Amount__c": st.none() | st.decimals(-(10**9), 10**9, places=2),
        "Known__c": st.booleans(),
    }
)


@settings(max_examples=12)  # each makes three orgs
@given(rows=st.lists(ROW, max_size=8))
def test_any_value_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("org")
    org = LocalOrg(":memory:", clock=ManualClock(NOW))
    fields = [Field(name="Amount__c", type=FieldType.CURRENCY, scale=2), Field(name="Known__c", type=FieldType.BOOLEAN)]
    org.define(fields={"Lead": fields})
    org.create("Lead", rows, org.process_user)
    back = again(org, folder / "export", folder / "org.db")
    assert tables(back) == tables(org)
    back.close()
    org.close()


def test_a_folder_that_holds_something_is_left_as_it_is(org: LocalOrg, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(OrgError, match="not empty"):
        org.archive.write(tmp_path, org.id)
    assert not is_export(tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("export.json", "{}"),
        ("export.json", '{"format": 9, "exported": {"org_id": "", "objects": {}, "internal": {}}}'),
        ("export.json", '{"format": 1, "exported": {"org_id": "", "objects": {"x\\"; DROP": 1}, "internal": {}}}'),
        ("Profile.csv", ""),
        ("Profile.csv", "Id,Nothing\n1,2\n"),
        ("Profile.csv", 'Id,Name\n"1'),
        ("Profile.csv", "Id,Name\n1\n"),
        ("Profile.csv", "Id,Name\n1,A\n1,B\n"),
        ("Profile.csv", "Id,IsDeleted\n1,x\n"),
        ("internal/_counters.jsonl", "3"),
        ("internal/_facts.jsonl", '["key","value"]\n'),
    ],
)
def test_a_folder_that_was_changed_is_refused_and_nothing_is_read(
    org: LocalOrg, tmp_path: Path, file: str, content: str
) -> None:
    org.archive.write(tmp_path / "export", org.id)
    (tmp_path / "export" / file).write_text(content, encoding="utf-8")
    new = LocalOrg(":memory:", clock=ManualClock(NOW))
    before = tables(new)
    with pytest.raises(OrgError):
        new.archive.read(tmp_path / "export")
    assert tables(new) == before
    new.close()


def test_an_emptied_org_keeps_what_makes_it(org: LocalOrg) -> None:
    org.user("ana.diaz@acme.example", last_name="Diaz")
    (lead,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], org.process_user)
    users, before = org.query("SELECT Id FROM User", org.process_user), org.journal.tip
    assert org.archive.empty() == {"Lead": 1, "LeadHistory": 1}
    assert (org.archive.counts().get("Lead"), org.query("SELECT Id FROM User", org.process_user)) == (None, users)
    assert (org.journal.tip, org.journal.floor()) == (before, before)
    (again,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], org.process_user)
    assert again.id > lead.id


def test_an_export_is_for_its_owner_alone_as_the_org_is(org: LocalOrg, tmp_path: Path) -> None:
    org.archive.write(tmp_path / "new" / "export", org.id)
    made = [tmp_path / "new" / "export", *(tmp_path / "new" / "export").rglob("*")]
    assert len(made) > 10
    assert [one for one in made if one.stat().st_mode & 0o077] == []
