"""What an implementation answers, and the process that asks the ones from elsewhere."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Answer:
    """A value as text, a blank, an error, or the name of a function that is not known there; `parts` of a query."""

    value: str = ""
    kind: str = ""
    blank: bool = False
    error: str = ""
    lacks: str = ""
    parts: Any = None

    @property
    def told(self) -> str:
        """The answer as the report writes it: `"Acme"`, 5, blank, error: division by zero."""
        if self.error:
            return f"error: {self.error}"
        if self.blank:
            return "blank"
        return json.dumps(self.value, ensure_ascii=False) if self.kind == "text" else self.value


@dataclass(frozen=True)
class Disagreement:
    """What was asked of an implementation, what we answer, and what it answers."""

    oracle: str
    asked: str
    ours: str
    theirs: str


@dataclass
class Findings:
    """What was asked of one implementation: how often it agreed, what it lacks, and where it disagreed."""

    asked: int = 0
    agreed: int = 0
    lacking: Counter[str] = field(default_factory=Counter[str])
    disagreements: list[Disagreement] = field(default_factory=list[Disagreement])

    def __add__(self, other: "Findings") -> "Findings":
        """Put two findings about one implementation together."""
        return Findings(
            self.asked + other.asked,
            self.agreed + other.agreed,
            self.lacking + other.lacking,
            self.disagreements + other.disagreements,
        )


def ask(lines: Iterable[str]) -> list[Answer]:
    """Give the answers of answer.mjs to JSON lines, in their order."""
    asked = "\n".join(lines) + "\n"
    done = subprocess.run(["node", "answer.mjs"], input=asked, capture_output=True, text=True, check=True, cwd=HERE)  # noqa: S607 - node is where the path says
    return [Answer(**json.loads(line)) for line in done.stdout.splitlines()]
