"""What the page on conditions shows is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from upbeat.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-condition.md"
SESSIONS = re.findall(r"```console\n\$ upbeat (.*)\n((?:.*\n)*?)```", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("command", "printed"), SESSIONS)
def test_a_command_of_the_page_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, printed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(app, shlex.split(command), env={"COLUMNS": "200"})
    assert [line.rstrip() for line in found.output.splitlines()] == printed.splitlines()
