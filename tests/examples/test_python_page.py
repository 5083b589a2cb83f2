"""The page on the languages in Python shows what Python shows."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-languages-in-python.md"


def test_every_example_of_the_page_gives_what_the_page_says() -> None:
    ran = doctest.testfile(str(PAGE), module_relative=False)
    assert ran.attempted > 20
    assert ran.failed == 0
