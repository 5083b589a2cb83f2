"""Ask other implementations what we answer, and write docs/reference/oracles.md.

Every disagreement has its cause in causes.toml; one without, and a cause without one, fail. It needs node and npm.

    make oracles
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from oracles import formulas, queries
from oracles.voice import Disagreement, Findings
from pages import cell, rewritten

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/reference/oracles.md"
CAUSES = HERE / "causes.toml"
LOCK, INSTALLED = HERE / "package-lock.json", HERE / "node_modules/.package-lock.json"
SAID = ("oracle", "asked", "ours", "theirs")


@dataclass(frozen=True)
class Cause:
    """Patterns over a disagreement, and why ours stands."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    why: str

    def explains(self, one: Disagreement) -> bool:
        """Whether every pattern matches the whole of its part."""
        return all(pattern.fullmatch(getattr(one, part)) for part, pattern in self.patterns)


def causes() -> list[Cause]:
    """Read the causes in their order."""
    found = tomllib.loads(CAUSES.read_text("utf-8"))["cause"]
    return [
        Cause(tuple((part, re.compile(one[part], re.DOTALL)) for part in SAID if part in one), one["why"])
        for one in found
    ]


def asked() -> dict[str, Findings]:
    """Ask each implementation everything."""
    found = dict[str, Findings]()
    for oracle in formulas.ORACLES:
        print(f"Asking {oracle}: half a minute or so")
        written = formulas.findings(oracle, formulas.written())
        found[oracle] = written + formulas.findings(oracle, formulas.generated(without=written.lacking))
    print("Asking soql-parser-js: a minute or so")
    found["soql-parser-js"] = queries.findings([*queries.written(), *queries.bent()])
    return found


def explained(found: Mapping[str, Findings], known: Sequence[Cause]) -> dict[Cause | None, list[Disagreement]]:
    """Give the disagreements by their cause; those without one stand under None."""
    by_cause: dict[Cause | None, list[Disagreement]] = {None: [], **{cause: [] for cause in known}}
    for one in (one for findings in found.values() for one in findings.disagreements):
        by_cause[next((cause for cause in known if cause.explains(one)), None)].append(one)
    return by_cause


def tables(found: Mapping[str, Findings], by_cause: Mapping[Cause | None, Sequence[Disagreement]]) -> dict[str, str]:
    """Give the page's tables: the totals, and the causes of each implementation."""
    return {
        "totals": "\n".join(_totals(found)),
        **{oracle: "\n".join(_differences(oracle, by_cause)) for oracle in found},
    }


def _totals(found: Mapping[str, Findings]) -> Iterator[str]:
    yield from ("| Asked | Questions | The same | Share | Functions that it lacks |", "|---|---|---|---|---|")
    for oracle, one in found.items():
        lacking = ", ".join(sorted(one.lacking)) or "none"
        yield f"| {oracle} | {one.asked:,} | {one.agreed:,} | {one.agreed / one.asked:.1%} | {lacking} |"


def _differences(oracle: str, by_cause: Mapping[Cause | None, Sequence[Disagreement]]) -> Iterator[str]:
    yield from ("| Times | For example | Theirs | Ours | Why |", "|---|---|---|---|---|")
    for cause, all_of_them in by_cause.items():
        if cause is not None and (own := [one for one in all_of_them if one.oracle == oracle]):
            shown = min(own, key=lambda one: (len(one.asked), one.asked))
            answers = f"{_short(shown.theirs)} | {_short(shown.ours)}"
            yield f"| {len(own)} | `{cell(shown.asked)}` | {answers} | {cause.why} |"


def _short(text: str) -> str:
    line = cell(text if len(text) <= 80 else f"{text[:77]}...")
    return line.replace("<", "\\<").replace("*", "\\*").replace("_", "\\_")


def install() -> None:
    """Bring the implementations in at their pinned versions, where they are not."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        sys.exit(f"Install {' and '.join(missing)} (Debian, Ubuntu: apt install nodejs npm; macOS: brew install node).")
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)  # noqa: S607 - npm is where the path says


def main() -> int:
    """Write the page, or say what has no cause. Gives 1 where something has none, or a cause is idle."""
    install()
    found, known = asked(), causes()
    by_cause = explained(found, known)
    wrong = [f"{one.oracle}: {one.asked}\n  ours    {one.ours}\n  theirs  {one.theirs}" for one in by_cause[None]]
    wrong += [f"This cause explains nothing: {cause.why}" for cause in known if not by_cause[cause]]
    if wrong:
        print(*dict.fromkeys(wrong), f"Mend what is ours, or write why it is not in {CAUSES.name}.", sep="\n")
        return 1
    made = tables(found, by_cause)
    PAGE.write_text(rewritten(PAGE.read_text("utf-8"), lambda name: made[name].split("\n")), "utf-8")
    print(f"{PAGE.name} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
