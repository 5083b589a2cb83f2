"""A report as a value, before anything decides how it looks: sections of words, facts, tables, cards and charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from upbeat.charts import Drawing


class Tone(StrEnum):
    """What a word on a chip means, which gives its colour and its mark; the word itself is always there."""

    AUTO = "auto"  # also live, and whatever is as it should be
    REVIEW = "review"
    APPROVAL = "approval"
    MONITOR = "monitor"
    PAUSED = "paused"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with a tone: a tier, a mode, an alarm."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Code:
    """A formula, or something else that is read letter by letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a card or a section of the same document by its key, or to an address on the web."""

    text: str
    to: str

    @property
    def leaves(self) -> bool:
        """Whether it leads out of the document."""
        return self.to.startswith("https://")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words that a `Link` leads to by their key, as it does to a card."""

    text: str
    key: str


Part = str | Chip | Code | Link | Anchor
Cell = Part | tuple[Part, ...]  # several parts stand one below the other


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one thing, by name."""

    rows: Sequence[tuple[str, Cell]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `empty` says what would stand here where there is nothing.

    Where it can fold, `shown` rows stand open, all of them where it is 0.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str = "Nothing."
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures under a title; `says` tells in one sentence what they show, and `drawing` shows them where it can."""

    title: str
    says: str
    drawing: Drawing | None
    table: Grid


@dataclass(frozen=True, slots=True)
class Tile:
    """One of many things, with how it stands: `mark` is the word or figure on it, `name` what it is."""

    name: str
    status: str
    mark: str
    tone: Tone
    to: str


@dataclass(frozen=True, slots=True)
class Strip:
    """How many things stand, at a glance, in named groups."""

    groups: Sequence[tuple[str, Sequence[Tile]]]


@dataclass(frozen=True, slots=True)
class Fold:
    """What only some readers want: its `summary` is shown, the rest where it is opened."""

    summary: str
    blocks: "Sequence[Block]"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing within a section. `key` is what a `Link` leads to; `number` stands before the title."""

    title: str
    blocks: "Sequence[Block]"
    chips: Sequence[Chip] = ()
    key: str = ""
    number: int = 0


Block = str | Facts | Grid | Chart | Strip | Fold | Card


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document; `chips` stand beside its title."""

    title: str
    blocks: Sequence[Block]
    chips: Sequence[Chip] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    `lead` is its one sentence; `alarms` are what somebody must see first; `opening` stands before the contents.
    """

    title: str
    lead: str
    made_at: datetime
    sections: Sequence[Section]
    alarms: Sequence[str] = ()
    opening: Sequence[Block] = ()


def parts(cell: Cell) -> tuple[Part, ...]:
    """Give the parts of a cell."""
    return cell if isinstance(cell, tuple) else (cell,)


def plain(cell: Cell, between: str = "; ") -> str:
    """Give a cell as text."""
    return between.join(one if isinstance(one, str) else one.text for one in parts(cell))


def undrawn(blocks: Sequence[Block]) -> Iterator[str | Facts | Grid | Card]:
    """Give blocks as they are told where nothing is drawn and nothing folds: a chart is its table."""
    for one in blocks:
        match one:
            case Chart():
                yield f"{one.title}. {one.says}"
                yield one.table
            case Strip():
                yield Grid(("group", "what", "stands"), list(_tiles(one)))
            case Fold():
                yield one.summary
                yield from undrawn(one.blocks)
            case _:
                yield one


def _tiles(strip: Strip) -> Iterator[tuple[Cell, ...]]:
    for group, tiles in strip.groups:
        for one in tiles:
            yield group, one.name, f"{one.status}, {one.mark}" if one.mark else one.status
