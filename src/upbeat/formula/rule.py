"""A validation rule as a value: its formula, its words, and the metadata file that deploys it."""

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from upbeat.formula.errors import FormulaError
from upbeat.formula.values import plain

_LONGEST_NAME = 40
_LONGEST_WORDS = 255
_NAME = re.compile(r"[A-Za-z](_?[A-Za-z0-9])*", re.ASCII)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {'"': "&quot;", "'": "&apos;", "\r": "&#13;"}
_FILE = """\
<?xml version="1.0" encoding="UTF-8"?>
<ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata">
{}
</ValidationRule>
"""


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A validation rule as an org takes it: a save for which `formula` is true is refused with `message`.

    `field` is where the message is shown, at the top of the page where it is empty. `warnings` are sentences on where
    the rule holds less, or more, than the condition does in Upbeat. Raises FormulaError for a name or words that an org
    does not take: up to 40 and 255 characters, as the Metadata API has them.
    """

    object: str
    name: str
    formula: str
    message: str
    field: str = ""
    description: str = ""
    active: bool = True
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the name and the words."""
        if len(self.name) > _LONGEST_NAME or _NAME.fullmatch(self.name) is None:
            what = f"{self.name!r} is no name of a validation rule"
            fix = "Up to 40 letters, digits and single underscores, with a letter first and no underscore last."
            raise FormulaError(what, at=None, fix=fix)
        if not self.message.strip():
            raise FormulaError("a validation rule needs a message", at=None, fix="Say what to do: Fill in Next Step.")
        for part, words in (("message", self.message), ("description", self.description)):
            if len(words) > _LONGEST_WORDS:
                what = f"the rule's {part} has {len(words):,} characters, and an org takes {_LONGEST_WORDS}"
                raise FormulaError(what, at=None)
            if not_in_xml(words):
                raise FormulaError(f"the rule's {part} has a character that no metadata file can hold", at=None)

    @property
    def path(self) -> str:
        """The file's place in a source-format project, below its package folder."""
        return f"objects/{self.object}/validationRules/{self.name}.validationRule-meta.xml"

    @property
    def xml(self) -> str:
        """The file's text: a ValidationRule of the Metadata API."""
        parts = {
            "fullName": self.name,
            "active": plain(self.active),
            "description": self.description,
            "errorConditionFormula": self.formula,
            "errorDisplayField": self.field,
            "errorMessage": self.message,
        }
        lines = [f"    <{tag}>{escape(text, _ENTITIES)}</{tag}>" for tag, text in parts.items() if text]
        return _FILE.format("\n".join(lines))


def not_in_xml(text: str) -> bool:
    """Whether a text has a character, such as a control character, that XML cannot hold."""
    return _NOT_IN_XML.search(text) is not None
