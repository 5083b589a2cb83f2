"""qualify: how well a record fits whom we sell to: its tier by conditions, its score by points, and why."""

from decimal import Decimal

from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.workflows import Cell, Column, FunctionSpec, Kind, Parameter


def _run(case: Case) -> Result:
    tier, why = _tier(case)
    score, counted = _score(case)
    said = [why] if why else []
    if score is not None:
        said.append(": ".join(filter(None, [f"score {score:f}", ", ".join(counted)])))
    return Result({"tier": tier or None, "score": to_json(score), "why": "; ".join(said)})


def _tier(case: Case) -> tuple[str, str]:
    """Give the first tier whose condition holds, and why; else the one that all others have."""
    for row in case.args.get("tiers", ()):
        found = case.explain(row["when"])
        if found.value is True:
            return row["tier"], f"tier {row['tier']}, as {found.words}"
    other = str(case.args.get("otherwise") or "")
    return other, f"tier {other}, as no other fits" if other else "no tier fits" if "tiers" in case.args else ""


def _score(case: Case) -> tuple[Decimal | None, list[str]]:
    """Give where the score begins and all points whose condition holds, summed up, and what made it; None for none."""
    begins, points = case.args.get("score"), case.args.get("points", ())
    if begins is None and not points:
        return None, []
    score = Decimal(0 if begins is None else begins)
    counted = [f"{score:f} to begin with"] if points and score else []
    for row in points:
        found = case.explain(row["when"])
        if found.value is True:
            score += row["points"]
            counted.append(f"{row['points']:+f} as {row.get('why') or found.words}")
    return score, counted


QUALIFY = Function(
    FunctionSpec(
        name="qualify",
        does="Tells how well the record fits: the first tier whose condition holds, and a score, each with why.",
        parameters={
            "tiers": Parameter(
                Kind.ROWS, required=False, columns={"tier": Column(Cell.TEXT), "when": Column(Cell.CONDITION)}
            ),
            "otherwise": Parameter(Kind.TEXT, required=False),
            "score": Parameter(Kind.NUMBER, required=False),
            "points": Parameter(
                Kind.ROWS,
                required=False,
                columns={
                    "points": Column(Cell.NUMBER),
                    "when": Column(Cell.CONDITION),
                    "why": Column(Cell.TEXT, required=False),
                },
            ),
        },
        one_of=("tiers", "score", "points"),
        gives={"tier": Type.TEXT, "score": Type.NUMBER, "why": Type.TEXT},
    ),
    _run,
)
