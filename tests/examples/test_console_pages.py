"""What the how-to pages show is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from upbeat.cli import app

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = {page: (HOW_TO / page).read_text(encoding="utf-8") for page in ("write-a-condition.md", "query-the-org.md")}
SESSIONS = [
    pytest.param(page, command, printed, id=f"{page}: {command[:60]}")
    for page, text in PAGES.items()
    for command, printed in re.findall(r"```console\n\$ upbeat (.*)\n((?:.*\n)*?)```", text)
]


@pytest.mark.parametrize(("page", "command", "printed"), SESSIONS)
def test_a_command_of_a_page_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, command: str, printed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in re.findall(r"`(\S+\.csv)`:\n\n```csv\n((?:.*\n)*?)```", PAGES[page]):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(content, encoding="utf-8")
    found = CliRunner().invoke(app, shlex.split(command), env={"COLUMNS": "200"})
    assert [line.rstrip() for line in found.output.splitlines()] == printed.splitlines()
