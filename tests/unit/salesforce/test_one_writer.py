"""Only two places can make a request: the session, which reads, and the write package."""

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
def test_only_the_session_and_the_writer_make_requests() -> None:
    assert makers() == {"salesforce/session.py", "salesforce/write/collections.py"}


@pytest.mark.law(1)
def test_the_session_makes_gets_only() -> None:
    calls = [node for node in ast.walk(ast.parse((ROOM / "session.py").read_text())) if isinstance(node, ast.Call)]
    made = {ast.unparse(node.args[0]) for node in calls if ast.unparse(node.func) == "Call"}
    assert made == {"'GET'"}


@pytest.mark.law(1)
@pytest.mark.parametrize("face", [Session, Reader])
def test_no_reading_face_has_a_method_that_writes(face: type) -> None:
    verbs = {"post", "patch", "put", "delete", "create", "update", "upsert", "send", "request"}
    assert not verbs & {name for name in dir(face) if not name.startswith("_")}
