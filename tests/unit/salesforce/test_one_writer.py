"""Only four places can make a request: session, query jobs and components, which read, and the write package."""

import ast
from pathlib import Path

import pytest

import upbeat.salesforce
from upbeat.salesforce import Reader, Session

ROOM = Path(upbeat.salesforce.__file__).parent
PACKAGE = ROOM.parent


def makers() -> set[str]:
    """Give the modules of the whole package that import `salesforce.call`."""
    return {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if "upbeat.salesforce.call" in names(node)
    }


def names(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=imported):
            return [one.name for one in imported]
        case ast.ImportFrom(module=module, names=imported):
            return [str(module), *(f"{module}.{one.name}" for one in imported)]
        case _:
            return []


@pytest.mark.law(1)
def test_only_the_session_the_readers_of_jobs_and_components_and_the_writer_make_requests() -> None:
    readers = {"salesforce/session.py", "salesforce/bulk.py", "salesforce/components.py"}
    assert makers() == {*readers, "salesforce/write/collections.py"}


def made(module: str) -> list[ast.Call]:
    """Give the calls that a module of the room makes."""
    nodes = [node for node in ast.walk(ast.parse((ROOM / module).read_text())) if isinstance(node, ast.Call)]
    return [node for node in nodes if ast.unparse(node.func) == "Call"]


@pytest.mark.law(1)
def test_the_session_makes_gets_only() -> None:
    assert {ast.unparse(node.args[0]) for node in made("session.py")} == {"'GET'"}


@pytest.mark.law(1)
def test_a_call_for_components_brings_gets_only() -> None:
    tree = ast.parse((ROOM / "components.py").read_text())
    [call] = made("components.py")
    assert [ast.unparse(one) for one in call.args] == ["'POST'", "'tooling/composite'"]
    pairs = [zip(one.keys, one.values, strict=True) for one in ast.walk(tree) if isinstance(one, ast.Dict)]
    methods = [ast.unparse(value) for some in pairs for key, value in some if key and ast.unparse(key) == "'method'"]
    assert methods == ["'GET'"]


@pytest.mark.law(1)
def test_query_jobs_are_made_and_moved_and_nothing_else() -> None:
    """`path` is worked out in one place, and begins with `jobs/query`."""
    paths = {(ast.unparse(node.args[0]), ast.unparse(node.args[1])) for node in made("bulk.py")}
    assert paths == {("'POST'", "'jobs/query'"), ("'PATCH'", "path"), ("'GET'", "f'{path}/results'")}
    assert (ROOM / "bulk.py").read_text().count("path = ") == 1
    assert 'path = f"jobs/query/{job[' in (ROOM / "bulk.py").read_text()


@pytest.mark.law(1)
@pytest.mark.parametrize("face", [Session, Reader])
def test_no_reading_face_has_a_method_that_writes(face: type) -> None:
    verbs = {"post", "patch", "put", "delete", "create", "update", "upsert", "send", "request"}
    assert not verbs & {name for name in dir(face) if not name.startswith("_")}
