"""Formulas a second: a condition of ten calls compiled by upbeat.formula, beside the same logic written by hand."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter
from typing import Any

from upbeat import formula
from upbeat.formula import Scope, Type
from upbeat.schema import catalogue

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
CONDITION = """AND(ISPICKVAL(StageName, "Proposal/Price Quote"), Amount >= $Threshold.deal_size, NOT(IsClosed),
    ISBLANK(NextStep), CloseDate < DATE(2026, 3, 1), NOT(ISBLANK(Name)),
    OR($Signal.PushCount >= 3, CONTAINS(Name, "renewal")), Probability > 0.2)"""
SCOPE = Scope(
    catalogue.standard(), "Opportunity", {"$Threshold.deal_size": Type.NUMBER, "$Signal.PushCount": Type.NUMBER}
)
GIVEN = {"$Threshold": {"deal_size": Decimal(50_000)}, "$Signal": {"PushCount": 3}}
DEAL = {
    "StageName": "Proposal/Price Quote",
    "Amount": Decimal(82_000),
    "IsClosed": False,
    "NextStep": None,
    "CloseDate": "2026-01-31",
    "Name": "Acme",
    "Probability": Decimal(60),
}


def by_hand(record: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """The same condition, with the same decimals and blanks."""
    amount, size, pushes = record["Amount"], given["$Threshold"]["deal_size"], given["$Signal"]["PushCount"]
    chance, closing = record["Probability"], record["CloseDate"]
    return (
        record["StageName"] == "Proposal/Price Quote"
        and amount is not None
        and size is not None
        and amount >= size
        and not record["IsClosed"]
        and not record["NextStep"]
        and closing is not None
        and date.fromisoformat(closing) < date(2026, 3, 1)
        and bool(record["Name"])
        and ((pushes is not None and pushes >= 3) or "renewal" in (record["Name"] or ""))
        and chance is not None
        and chance.scaleb(-2) > Decimal("0.2")
    )


def rate(run: Callable[[], Any], times: int) -> float:
    """Give how often a second it runs: the best of three rounds."""
    best = 0.0
    for _ in range(3):
        began = perf_counter()
        for _ in range(times):
            run()
        best = max(best, times / (perf_counter() - began))
    return best


def main() -> None:
    """Check that both agree, then time them, and what it takes to compile, explain and push down."""
    compiled = formula.compile(CONDITION, SCOPE)
    for name, value in (("Amount", None), ("Name", "a renewal"), ("CloseDate", None), ("Probability", 10), ("Id", "")):
        record = {**DEAL, name: Decimal(value) if isinstance(value, int) else value}
        if compiled.evaluate(record, None, GIVEN, now=NOW) is not by_hand(record, GIVEN):
            raise SystemExit(f"the two differ where {name} is {value!r}")
    hand = rate(lambda: by_hand(DEAL, GIVEN), 200_000)
    ours = rate(lambda: compiled.evaluate(DEAL, None, GIVEN, now=NOW), 200_000)
    early = rate(lambda: compiled.evaluate({**DEAL, "StageName": "Prospecting"}, None, GIVEN, now=NOW), 200_000)
    print(f"written by hand          {hand:12,.0f} a second")
    print(f"compiled formula         {ours:12,.0f} a second, {ours / hand:.2f} of the hand-written")
    print(f"  decided by its first   {early:12,.0f} a second")
    for name, run in (
        ("compile", lambda: formula.compile(CONDITION, SCOPE)),
        ("explain", lambda: compiled.explain(DEAL, None, GIVEN, now=NOW)),
        ("push down", lambda: compiled.to_soql(GIVEN, NOW)),
    ):
        print(f"{name:<25}{1e3 / rate(run, 500):12.3f} ms")


if __name__ == "__main__":
    main()
