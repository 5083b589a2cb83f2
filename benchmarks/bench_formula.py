"""Formulas a second: the README's condition compiled by upbeat.formula, beside the same written by hand and in zen.

All versions are held equal over varied records before anything is timed. They take turns, and a time is the best of
the rounds, of the processor's time; the spread says how far the median round lies above it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from statistics import median
from time import process_time
from timeit import Timer
from typing import Any
from zoneinfo import ZoneInfo

from by_hand import CONDITION, FOR_ZEN, as_floats, by_careful_hand, by_float, by_hand, for_zen, records

from upbeat import formula
from upbeat.formula import Formula, Scope, Type, python, syntax
from upbeat.formula.check import check
from upbeat.schema import standard

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
TODAY = NOW.date()
SCOPE = Scope(standard(), "Opportunity", {"$Signal.PushCount": Type.NUMBER})
GIVEN = {"$Signal": {"PushCount": Decimal(1)}}
DEAL = {  # true by the condition's last call: all ten are computed
    "IsClosed": False,
    "StageName": "Proposal",
    "Amount": Decimal("82000.00"),
    "Probability": Decimal("60.0"),
    "CloseDate": "2026-02-20",
    "NextStep": None,
    "Name": "Acme expansion",
    "Type": "New Business",
}
TERMS = {
    "NOT(IsClosed)": "not record['IsClosed']",
    'ISPICKVAL(StageName, "Proposal")': "record['StageName'] == 'Proposal'",
    "Amount > 50000": "(t := record['Amount']) is not None and t > D50000",
    "Probability > 0.2": "(t := record['Probability']) is not None and t * HUNDREDTH > FIFTH",
    "CloseDate < TODAY() + 30": "(t := record['CloseDate']) is not None and read(t) < today + MONTH",
    "ISBLANK(NextStep)": "not record['NextStep']",
    "$Signal.PushCount > 2": "(t := given['$Signal']['PushCount']) is not None and t > D2",
    'CONTAINS(LOWER(Name), "renew")': "'renew' in (record['Name'] or '').lower()",
    "NOT(ISBLANK(Type))": "bool(record['Type'])",
}
"""Each part of the condition, and the same by hand."""
HERE = {
    "record": DEAL,
    "given": GIVEN,
    "now": NOW,
    "today": TODAY,
    "D50000": Decimal(50_000),
    "D2": Decimal(2),
    "FIFTH": Decimal("0.2"),
    "HUNDREDTH": Decimal("0.01"),
    "MONTH": timedelta(30),
    "read": date.fromisoformat,
}
"""What the timed statements name."""
OURS = "compiled.evaluate(record, None, given, now=now)"
ROUNDS, ROUND = 11, 0.02  # seconds
ZEN = "zen-engine"
Timed = tuple[str, dict[str, Any]]

AT_THE_LIMITS = {
    "1,000 conditions in one AND": f"AND({','.join(['Amount > 5'] * 1_000)})",
    "1,000 conditions by &&": " && ".join(["IsClosed"] * 1_000),
    "a CASE of 1,000 stages": "CASE(StageName," + "".join(f'"{n}",{n},' for n in range(1_000)) + "0) > 5",
    "an IFS of 1,000 branches": f"IFS({'IsClosed,1,' * 1_000} 0) > 5",
    "a MIN of 1,000 sums": f"MIN({','.join(['Amount + 1'] * 1_000)}) > 5",
    "99 functions within each other": "NOT(" * 99 + "IsClosed" + ")" * 99,
    "98 IFs within each other": "IF(Amount > 1, " * 98 + "TRUE" + ", FALSE)" * 98,
    "7,000 brackets": "(" * 7_000 + "IsClosed" + ")" * 7_000,
}


def main() -> None:
    """Hold the versions equal, then time them, the stages of compiling, and formulas at the limits of size."""
    began = process_time()
    syntax.parse(CONDITION)
    first = process_time() - began
    compiled = formula.compile(CONDITION, SCOPE)
    zen = for_zen_engine()
    held = hold_equal(compiled, zen)
    print(f"the README's condition, {len(CONDITION)} characters; all versions agree on {held:,} records\n")
    evaluations(compiled, zen)
    terms()
    stages(compiled, first)
    limits()


def for_zen_engine() -> Any:
    """Give the condition compiled by zen-engine, or None where that is not installed."""
    if find_spec("zen") is None:
        return None
    import zen  # noqa: PLC0415 - an extra

    return zen.compile_expression(FOR_ZEN)


def hold_equal(compiled: Formula, zen: Any) -> int:
    """Compare all versions over records in the forms that each takes; give how many records were compared."""
    count, true = 0, 0
    for any_form in (False, True):
        for record, given in records(20_000, any_form=any_form):
            ours = compiled.evaluate(record, None, given, now=NOW)
            others = [by_careful_hand(record, given, TODAY)]
            if not any_form:
                floats, signals = as_floats(record), as_floats(given["$Signal"])
                others += [by_hand(record, given, TODAY), by_float(floats, {"$Signal": signals}, TODAY)]
                others += [] if zen is None else [zen.evaluate(for_zen(floats, signals, TODAY))]
            if any(one is not ours for one in others):
                raise SystemExit(f"the versions differ over {record}, {given}: {ours}, {others}")
            count, true = count + 1, true + ours
    if not 0.005 < true / count < 0.995:
        raise SystemExit(f"the records decide nothing: {true} of {count} are true")
    return count


def evaluations(compiled: Formula, zen: Any) -> None:
    """Print the evaluations a second of each version."""
    signals = as_floats(GIVEN["$Signal"])
    floats = {"record": as_floats(DEAL), "given": {"$Signal": signals}, "signals": signals}
    closed = {"record": {**DEAL, "IsClosed": True}}
    runs: dict[str, Timed] = {
        "by hand, Decimals": ("by_hand(record, given, today)", {}),
        "  decided by its first term": ("by_hand(record, given, today)", closed),
        "  an empty call": ("nothing(record, given, today)", {}),
        "by hand, values of any form": ("by_careful_hand(record, given, today)", {}),
        "by hand, floats": ("by_float(record, given, today)", floats),
        "upbeat.formula": (OURS, {}),
        "  decided by its first term ": (OURS, closed),
        "  an empty call ": (OURS, {"compiled": formula.compile("TRUE", SCOPE)}),
        "  values of other forms": (OURS, {"record": {**DEAL, "Amount": "82000", "CloseDate": date(2026, 2, 20)}}),
    }
    if zen is not None:
        runs[ZEN] = ("zen.evaluate(for_zen(record, signals, today))", floats)
        runs["  its context ready"] = ("zen.evaluate(ready)", {"ready": for_zen(floats["record"], signals, TODAY)})
    hands = {one.__name__: one for one in (by_hand, by_careful_hand, by_float, for_zen, nothing)}
    took = race(runs, {"compiled": compiled, "zen": zen, **hands})
    base = took["by hand, Decimals"][0]
    for name, (best, spread) in took.items():
        print(f"{name:<34}{1e9 / best:>12,.0f} a second {base / best:8.2f} of by hand   spread {spread:.0%}")
    if zen is None:
        print("zen-engine is not installed: `make bench` installs it")
    else:
        print(f"upbeat.formula is {took[ZEN][0] / took['upbeat.formula'][0]:.1f} times as fast as {ZEN}")


def terms() -> None:
    """Print what each part of the condition costs beside its call, by us and by hand."""
    runs: dict[str, Timed] = {"": (OURS, {"compiled": formula.compile("TRUE", SCOPE)}), " by hand": ("nothing()", {})}
    for text, code in TERMS.items():
        runs[text] = (OURS, {"compiled": formula.compile(text, SCOPE)})
        runs[f"{text} by hand"] = ("run()", {"run": eval(f"lambda: {code}", dict(HERE))})
    took = race(runs, {"nothing": lambda: True})
    print(f"\n{'each part, without the call':<34}{'compiled':>12}{'by hand':>14}")
    for text in TERMS:
        ours, hand = took[text][0] - took[""][0], took[f"{text} by hand"][0] - took[" by hand"][0]
        print(f"{text:<34}{ours:>9.0f} ns{hand:>11.0f} ns")


def stages(compiled: Formula, first: float) -> None:
    """Print what the way from a text to an answer takes, each text unseen before."""
    texts = [CONDITION.replace("50000", str(number)) for number in range(10_000, 10_400)]
    trees = [syntax.parse(text) for text in texts]
    typed = [check(tree, SCOPE, text) for tree, text in zip(trees, texts, strict=True)]
    deals = [DEAL] * len(texts)
    print(f"\n{'the first parse of a process':<34}{first * 1e3:>9.2f} ms, which builds the parser")
    for name, run, asked in (
        ("parse of an unseen text", syntax.parse, texts),
        ("  check of its types", lambda tree: check(tree, SCOPE, CONDITION), trees),
        ("  its Python", lambda tree: python.build(tree, ZoneInfo("UTC"), fail), typed),
        ("compile: all three", lambda text: formula.compile(text, SCOPE), texts),
        ("explain", lambda deal: compiled.explain(deal, None, GIVEN, now=NOW), deals),
        ("to_soql", lambda _: compiled.to_soql(GIVEN, NOW), deals),
    ):
        took = sorted(seconds(run, one) for one in asked)
        print(f"{name:<34}{median(took) * 1e3:>9.3f} ms, at best {took[0] * 1e3:.3f}")


def limits() -> None:
    """Print what the largest formulas take to compile and to evaluate."""
    print()
    for name, text in AT_THE_LIMITS.items():
        compiling = seconds(lambda text: formula.compile(text, SCOPE), text)
        compiled = formula.compile(text, SCOPE)
        asking = seconds(lambda one: one.evaluate(DEAL, None, GIVEN, now=NOW), compiled)
        print(f"{name:<34}{compiling * 1e3:>9.0f} ms to compile, {asking * 1e6:,.0f} µs to ask")


def race(runs: Mapping[str, Timed], names: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Time statements in turns; give for each the nanoseconds of its best round and how far the median is above."""
    timers = {
        name: Timer(code, timer=process_time, globals={**HERE, **names, **more}) for name, (code, more) in runs.items()
    }
    times = {name: max(1, int(ROUND / (timer.timeit(1_000) / 1_000))) for name, timer in timers.items()}
    took: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            took[name].append(timer.timeit(times[name]) / times[name] * 1e9)
    return {name: (min(rounds), median(rounds) / min(rounds) - 1) for name, rounds in took.items()}


def seconds(run: Callable[[Any], Any], asked: Any) -> float:
    """Give what one call takes."""
    began = process_time()
    run(asked)
    return process_time() - began


def fail(error: Exception, *_: Any) -> Exception:
    """Give what went wrong as it is."""
    return error


def nothing(*_: Any) -> bool:
    """Decide nothing."""
    return True


if __name__ == "__main__":
    main()
