"""Of the many records of one person a few are kept: those that decide whose the next one is as all of them would."""

from upbeat.engine.persons import telling
from upbeat.routing import Double


def double(number: int, owner: str = "new leads", score: float = 0.95, *, active: bool = False) -> Double:
    record = {"Id": f"00Q{number:015}", "OwnerId": owner, "Owner": {"IsActive": active}}
    return Double("Lead", record, "email: the same", score)


def test_of_two_hundred_records_that_say_the_same_five_are_kept() -> None:
    many = [double(number) for number in range(200)]
    assert list(telling(many)) == many[:5]


def test_the_one_that_somebody_works_and_the_one_that_is_not_certain_are_kept_among_them() -> None:
    worked, doubtful = double(198, "maya", active=True), double(199, "maya", 0.7, active=True)
    kept = telling([*(double(number) for number in range(198)), worked, doubtful])
    assert worked in kept
    assert doubtful in kept
    assert len(kept) == 5
