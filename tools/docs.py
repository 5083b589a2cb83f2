"""Check the docs against the project: every relative link, `upbeat` command, option and `make` target exists."""

import re
import sys
from functools import cache
from pathlib import Path

from typer.testing import CliRunner

from upbeat.cli import app

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```[^\n]*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)
COMMAND = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?upbeat((?: +[a-z][a-z-]*\b)*)((?: [^|&;]*)?)")
OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]*")
TARGET = re.compile(r"^(?:\$ )?make +([a-z]+)")


def links(page: Path, text: str) -> list[str]:
    """Name each relative link that leads nowhere: no such file, or no such heading in it."""
    dead: list[str] = []
    for link in LINK.findall(FENCE.sub("", text)):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(f"no such place: {link}")
    return dead


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings: lower case, hyphens for spaces, no other sign."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in HEADING.findall(FENCE.sub("", page.read_text()))
    }


def commands(text: str) -> list[str]:
    """Name each command, option or target in the code of a page that does not exist."""
    wrong: list[str] = []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for fence, inline in CODE.findall(text):
        for line in (fence or inline).splitlines():
            if (made := TARGET.match(line)) and made[1] not in targets:
                wrong.append(f"no such target: make {made[1]}")
            if called := COMMAND.match(line):
                words = tuple(called[1].split())
                told = upbeat_help(words)
                if not told:
                    wrong.append(f"no such command: upbeat {' '.join(words)}")
                else:
                    options = [one for one in OPTION.findall(called[2]) if one not in told]
                    wrong += [f"no such option: upbeat {' '.join(words)} {one}" for one in options]
    return wrong


@cache
def upbeat_help(words: tuple[str, ...]) -> str:
    """Give a command's own help, or nothing where `upbeat` knows no such command."""
    told = CliRunner(env={"COLUMNS": "300"}).invoke(app, [*words, "--help"])
    return "" if told.exit_code else told.output


def main() -> None:
    """Print every fault with its page, and exit 1 where there is one."""
    pages = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    faults = [
        f"{page.relative_to(ROOT)}: {fault}"
        for page in pages
        for text in [page.read_text()]
        for fault in links(page, text) + commands(text)
    ]
    print("\n".join(faults) if faults else f"{len(pages)} pages: every link, command and option exists")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
