"""The reference page says what the formulas run by."""

from formula_reference import PAGE, made


def test_the_reference_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == made(), "run: python tools/formula_reference.py"
