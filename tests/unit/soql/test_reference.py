"""The reference page says what the language's own tables say."""

from soql_reference import made


def test_the_reference_is_up_to_date() -> None:
    stale = [file.name for file, text in made().items() if file.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python tools/soql_reference.py"
