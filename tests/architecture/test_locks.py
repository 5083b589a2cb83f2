"""Second locks beside the import contracts: each is read from the syntax of the source, which never runs here."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "upbeat"


@dataclass(frozen=True)
class Source:
    """One module: its dotted name, its text, and whether it is a package's own."""

    name: str
    text: str
    package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imported(self) -> dict[str, str]:
        """Full names by the local names that imports give them, wherever in the module they stand."""
        names: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                tops = {alias.name.partition(".")[0] for alias in node.names if not alias.asname}
                names |= {top: top for top in tops}
                names |= {alias.asname: alias.name for alias in node.names if alias.asname}
            elif isinstance(node, ast.ImportFrom):
                names |= {alias.asname or alias.name: f"{self.origin(node)}.{alias.name}" for alias in node.names}
        return names

    def origin(self, node: ast.ImportFrom) -> str:
        """Give the full name of the module that a `from` names, however relatively."""
        parts = self.name.split(".")
        above = parts[: len(parts) - node.level + self.package] if node.level else []
        return ".".join([*above, *filter(None, [node.module])])

    def full_name(self, node: ast.AST) -> str:
        """Give what an expression such as `dt.datetime.now` names, or nothing where no import began it."""
        match node:
            case ast.Name(id=name):
                return self.imported.get(name, "")
            case ast.Attribute(value=value, attr=attr) if owner := self.full_name(value):
                return f"{owner}.{attr}"
            case _:
                return ""

    @cached_property
    def reaches(self) -> list[tuple[str, int]]:
        """Each name that the module imports, or uses through an import, with its line."""
        return list(self._reaches())

    def _reaches(self) -> Iterator[tuple[str, int]]:
        for node in ast.walk(self.tree):
            match node:
                case ast.Import(names=names):
                    yield from ((alias.name, node.lineno) for alias in names)
                case ast.ImportFrom(names=names):
                    yield from ((f"{self.origin(node)}.{alias.name}", node.lineno) for alias in names)
                case ast.Name() | ast.Attribute() if name := self.full_name(node):
                    yield name, node.lineno

    def within(self, *packages: str) -> bool:
        return is_within(self.name, *packages)


def is_within(name: str, *packages: str) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


@cache
def every_source() -> list[Source]:
    return [
        Source(
            name=".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"),
            text=path.read_text(),
            package=path.name == "__init__.py",
        )
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


WALL_CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
}


def wall_clock_reads(source: Source) -> list[int]:
    if source.within("upbeat.base.clock"):
        return []
    return [line for name, line in source.reaches if name in WALL_CLOCKS]


def dynamic_imports(source: Source) -> list[int]:
    """Give the lines that could import a room where no import contract sees it."""
    hidden = [line for name, line in source.reaches if is_within(name, "importlib", "runpy", "pkgutil")]
    harmless = [line for name, line in source.reaches if is_within(name, "importlib.resources", "importlib.metadata")]
    builtin = [node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.Name) and node.id == "__import__"]
    return [*(line for line in hidden if line not in harmless), *builtin]


def writer_uses(source: Source) -> list[int]:
    if source.within("upbeat.apply", "upbeat.salesforce.write"):
        return []
    return [line for name, line in source.reaches if is_within(name, "upbeat.salesforce.write")]


def sender_uses(source: Source) -> list[int]:
    if source.within("upbeat.apply", "upbeat.channels.send"):
        return []
    return [line for name, line in source.reaches if is_within(name, "upbeat.channels.send", "smtplib", "slack_sdk")]


def clearances_made(source: Source) -> list[int]:
    """Give the lines outside the gate that make a Clearance: called, copied, decoded into, or inherited from."""
    if source.within("upbeat.gate"):
        return []

    def is_clearance(node: ast.AST) -> bool:
        name = source.full_name(node)
        return is_within(name, "upbeat.gate") and name.endswith(".Clearance")

    made: list[int] = []
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id="isinstance")):
                continue
            case ast.Call(func=func, args=args, keywords=keywords):
                parts = [func, *args, *(keyword.value for keyword in keywords)]
                parts += [part.value for part in parts if isinstance(part, ast.Attribute)]
            case ast.ClassDef(bases=bases):
                parts = bases
            case _:
                continue
        if any(is_clearance(part) for part in parts):
            made.append(node.lineno)
    return made


Lock = Callable[[Source], list[int]]


def broken(lock: Lock) -> list[str]:
    return [f"{source.name}:{line}" for source in every_source() for line in lock(source)]


@pytest.mark.law(9)
def test_only_the_clock_reads_the_wall_clock() -> None:
    assert broken(wall_clock_reads) == []


@pytest.mark.law(1)
def test_only_apply_reaches_the_salesforce_writer() -> None:
    assert broken(writer_uses) == []


@pytest.mark.law(1)
def test_only_apply_reaches_what_hands_messages_over() -> None:
    assert broken(sender_uses) == []


@pytest.mark.law(1)
def test_only_the_gate_makes_a_clearance() -> None:
    assert broken(clearances_made) == []


def test_no_import_hides_from_the_import_contracts() -> None:
    assert broken(dynamic_imports) == []


@pytest.mark.parametrize(
    ("lock", "text"),
    [
        pytest.param(wall_clock_reads, "from datetime import datetime\ndatetime.now()", id="now"),
        pytest.param(wall_clock_reads, "import datetime as dt\ndt.date.today()", id="today, renamed"),
        pytest.param(wall_clock_reads, "def f():\n    from time import time as tick", id="time, inside a function"),
        pytest.param(wall_clock_reads, "import datetime\nread = datetime.datetime.utcnow", id="handed on, not called"),
        pytest.param(wall_clock_reads, "import sqlalchemy as sa\nsa.func.now()", id="the database's clock"),
        pytest.param(writer_uses, "from upbeat.salesforce.write import Writer", id="writer"),
        pytest.param(writer_uses, "from ..salesforce import write", id="writer, relatively"),
        pytest.param(writer_uses, "from upbeat import salesforce\nsalesforce.write.Writer(s)", id="writer by its room"),
        pytest.param(sender_uses, "from upbeat.channels.send import Smtp", id="mail"),
        pytest.param(sender_uses, "from upbeat import channels\nchannels.send.Smtp(s)", id="mail by its room"),
        pytest.param(sender_uses, "import smtplib\nsmtplib.SMTP()", id="mail by the library"),
        pytest.param(sender_uses, "from slack_sdk import WebClient\nWebClient()", id="Slack by the library"),
        pytest.param(clearances_made, "from upbeat.gate import Clearance\nClearance(1)", id="clearance called"),
        pytest.param(clearances_made, "from upbeat import gate\ngate.Clearance(1)", id="clearance by its room"),
        pytest.param(
            clearances_made,
            "from upbeat.gate import Clearance\nobject.__new__(Clearance)",
            id="clearance by object.__new__",
        ),
        pytest.param(
            clearances_made,
            "from upbeat.gate import Clearance\nClearance.__new__(Clearance)",
            id="clearance by its own __new__",
        ),
        pytest.param(
            clearances_made,
            "from upbeat.base import decode\nfrom upbeat.gate import Clearance\ndecode(text, kind=Clearance)",
            id="clearance decoded",
        ),
        pytest.param(
            clearances_made,
            "from upbeat.gate import Clearance\nclass Forged(Clearance): ...",
            id="clearance inherited",
        ),
        pytest.param(dynamic_imports, "import importlib\nimportlib.import_module('upbeat.gate')", id="importlib"),
        pytest.param(dynamic_imports, "from importlib import import_module", id="import_module"),
        pytest.param(dynamic_imports, "__import__('upbeat.gate')", id="__import__"),
    ],
)
def test_a_lock_holds_against(lock: Lock, text: str) -> None:
    assert lock(Source("upbeat.engine.line", text)) != []


@pytest.mark.parametrize(
    ("lock", "text"),
    [
        pytest.param(wall_clock_reads, "def f(clock):\n    return clock.now()", id="an injected clock"),
        pytest.param(wall_clock_reads, "import time\ntime.monotonic()", id="a duration"),
        pytest.param(clearances_made, "from upbeat.gate import Clearance\ndef f(c: Clearance): ...", id="a parameter"),
        pytest.param(clearances_made, "from upbeat.gate import Clearance\nisinstance(c, Clearance)", id="a question"),
        pytest.param(dynamic_imports, "from importlib.resources import files", id="packaged files"),
    ],
)
def test_a_lock_lets_through(lock: Lock, text: str) -> None:
    assert lock(Source("upbeat.engine.line", text)) == []
