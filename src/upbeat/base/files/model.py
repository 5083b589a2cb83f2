"""What every file is made of that a user writes: strict pydantic models that know their file, and kinds of text."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, StringConstraints
from pydantic_core import PydanticCustomError

from upbeat.base.errors import Place
from upbeat.base.files.source import NOWHERE, Plain, Source


class Model(BaseModel):
    """Nothing unknown, nothing converted in silence, nothing changed after."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class FileModel(Model):
    """What one file holds. It can say where in the file each of its values stands."""

    _source: Source = PrivateAttr(default=NOWHERE)

    @property
    def source(self) -> Source:
        """The file as it was read; without text for what was not read from one."""
        return self._source

    def read_from(self, source: Source) -> None:
        """Remember the file, once, when it has been read."""
        self._source = source

    def place(self, *path: str | int) -> Place:
        """Give the place of a value: `place("steps", 0, "use")`."""
        return self._source.place(*path)


def refuse(what: str, fix: str = "") -> PydanticCustomError:
    """Give the error that a validator raises: what is wrong, and what to do about it."""
    return PydanticCustomError("refused", "{what}", {"what": what, "fix": fix})


def _formula(value: Any) -> Any:
    if isinstance(value, Plain) or not isinstance(value, str | None):
        raise refuse(
            "a formula stands without quotes, where YAML cuts it at a # and trips over a colon",
            "Write it below a '|', indented, or put it in quotes.",
        )
    return value.rstrip("\n") if isinstance(value, str) else value  # the end of a block is no part of a formula


FORMS = {  # a pattern that a text must match, and how to say so
    r"^[a-z][a-z0-9-]*$": "Use small letters, digits and hyphens, a letter first.",
    r"^[a-z][a-z0-9_]*$": "Use small letters, digits and underscores, a letter first: formulas write this name.",
    r"^[^\s@]+@[^\s@]+$": "Write the user's username, which has the form of an email address.",
    r"^[A-Za-z]\w*\.([A-Za-z]\w*|\*)$": "Write Object.Field, or Object.* for every field.",
    r"^[A-Za-z]\w*$": "Write an API name.",
    r"^https?://[^\s/]+/?$": "Write the org's address, such as https://acme.my.salesforce.com.",
    r"^[A-Za-z0-9]{3}$": "Write three letters or digits, such as a00.",
    r"^\d{4}-\d{2}-\d{2}$": "Write a day as 2026-01-31.",
    r"^[A-Z]{3}$": "Write an ISO code, such as EUR.",
    r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$": "Write a country's code of two capitals, such as DE, or with a part: GB-ENG.",
    r"^\w+([ -]\w+)*$": "Use words: letters and digits, with one space or hyphen between two.",
}
_NAME, _WORD, _USERNAME, _GRANT, _API, _URL, _PREFIX, _DAY, _CURRENCY, _REGION, _LABEL = FORMS

Name = Annotated[str, StringConstraints(pattern=_NAME, max_length=64)]  # a file's own name
Word = Annotated[str, StringConstraints(pattern=_WORD, max_length=64)]  # stands in formulas: `$Step.<word>`
Label = Annotated[str, StringConstraints(pattern=_LABEL, max_length=64)]  # a short name for a person to read
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]  # one line, above everything else
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]  # for a person to read
Username = Annotated[str, StringConstraints(pattern=_USERNAME, max_length=128)]
Grant = Annotated[str, StringConstraints(pattern=_GRANT)]  # what an agent may read or write
ApiName = Annotated[str, StringConstraints(pattern=_API)]
Url = Annotated[str, StringConstraints(pattern=_URL)]
KeyPrefix = Annotated[str, StringConstraints(pattern=_PREFIX)]  # how an object's ids begin
Day = Annotated[str, StringConstraints(pattern=_DAY)]
CurrencyCode = Annotated[str, StringConstraints(pattern=_CURRENCY)]
RegionCode = Annotated[str, StringConstraints(pattern=_REGION)]  # ISO 3166: a country, or a part of one
FormulaText = Annotated[  # below a `|`, or quoted
    str, StringConstraints(min_length=1), BeforeValidator(_formula), Field(json_schema_extra={"format": "formula"})
]
