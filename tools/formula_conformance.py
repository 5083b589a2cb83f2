"""Compare our formulas' values with a reference engine's, and write docs/reference/formula-conformance.md.

Every formula that does not agree has its cause in formula_conformance.toml. It fails where one has none, and where a
cause is of more or fewer rows than differ.

    python tools/formula_conformance.py FILE        FILE as formula_corpus.py describes it
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formula_corpus import MODES, NOW, Case, Result, cases
from pages import cell, rewritten
from upbeat.formula import FormulaError

PAGE = Path(__file__).parents[1] / "docs/reference/formula-conformance.md"
CAUSES = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Comparison:
    """All results of all cases, by case and mode."""

    results: Mapping[tuple[Case, str], Sequence[Result]]

    def differing(self) -> dict[str, list[tuple[Case, str, Result]]]:
        """Give what does not agree, by the formula's name."""
        found = dict[str, list[tuple[Case, str, Result]]]()
        for (case, mode), results in self.results.items():
            for one in results:
                if not one.agrees:
                    found.setdefault(case.name, []).append((case, mode, one))
        return found

    def unexplained(self, causes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        """Say where the causes are not those of what differs."""
        rows = {name: len(found) for name, found in self.differing().items()}
        told = {name: cause["rows"] for name, cause in causes.items()}
        for name in sorted({*rows, *told}):
            if rows.get(name, 0) != told.get(name, 0):
                yield f"{name}: {rows.get(name, 0)} rows differ, and the cause is of {told.get(name, 0)}"

    def page(self, before: str, causes: Mapping[str, Mapping[str, Any]]) -> str:
        """Give the page with its tables made anew."""
        tables = {"totals": self._totals(), "differences": self._differences(causes), "columns": self.columns()}
        return rewritten(before, lambda name: tables[name])

    def refused(self) -> dict[Case, FormulaError]:
        """Give the formulas that do not become DuckDB's SQL, each with the reason."""
        found = dict[Case, FormulaError]()
        for case in {case: None for case, _ in self.results}:
            try:
                case.compiled("expected_null_as_null").to_duckdb(now=NOW)
            except FormulaError as error:
                found[case] = error
        return found

    def columns(self) -> Iterator[str]:
        """Say how many of the formulas become SQL, and why each of the others does not."""
        cases, refused = len({case for case, _ in self.results}), self.refused()
        yield f"{cases - len(refused)} of the {cases} formulas become SQL, {1 - len(refused) / cases:.1%}."
        if refused:
            yield from ("", "| Formula | Why not |", "|---|---|")
        for case, error in refused.items():
            yield f"| `{cell(case.text)}` | {error.what} |"

    def _totals(self) -> Iterator[str]:
        yield from ("| Blanks | Formulas | Rows | Rows that agree | Share |", "|---|---|---|---|---|")
        for mode, said in MODES.items():
            found = [result for (_, each), results in self.results.items() if each == mode for result in results]
            yield _total(said, sum(each == mode for _, each in self.results), found)
        everything = [result for results in self.results.values() for result in results]
        yield _total("both", len({case.name for case, _ in self.results}), everything)

    def _differences(self, causes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        yield from ("| Formula | Rows | For example | Theirs | Ours | Why |", "|---|---|---|---|---|---|")
        for name, found in self.differing().items():
            case, mode, result = found[0]
            example = f"`{cell(result.input)}`, {MODES[mode]}"
            theirs, ours = cell(result.expected), cell(_shown(result.found))
            yield f"| `{cell(case.text)}` | {len(found)} | {example} | {theirs} | {ours} | {causes[name]['why']} |"


def compared(file: Path) -> Comparison:
    """Evaluate every row of a file in both modes."""
    return Comparison({(case, mode): list(case.results(mode)) for case in cases(file) for mode in MODES})


def causes() -> Mapping[str, Mapping[str, Any]]:
    """Read why formulas differ: for each name, of how many rows, and a sentence."""
    return tomllib.loads(CAUSES.read_text(encoding="utf-8"))


def _total(said: str, formulas: int, found: Sequence[Result]) -> str:
    agreeing = sum(one.agrees for one in found)
    return f"| {said} | {formulas} | {len(found):,} | {agreeing:,} | {agreeing / len(found):.2%} |"


def _shown(found: Any) -> str:
    return f"Error: {found.what}" if isinstance(found, FormulaError) else "null" if found is None else str(found)


def main(file: Path) -> int:
    """Write the page and say the totals. Gives 1 where a cause is missing or idle."""
    found, known = compared(file), causes()
    wrong = list(found.unexplained(known))
    if wrong:
        print("\n".join(wrong), f"Mend them, or write their causes in {CAUSES.name}.", sep="\n")
        return 1
    PAGE.write_text(found.page(PAGE.read_text(encoding="utf-8"), known), encoding="utf-8")
    print(next(found.columns()), f"{PAGE.name} is written.", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
