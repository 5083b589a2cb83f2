"""Capturing conversations: taken in once, kept sealed, put on the line; and what people ask of them."""

from upbeat.operations.capture.adding import Added, add
from upbeat.operations.capture.ahead import take_begun
from upbeat.operations.capture.calibrating import Calibrated, Known, calibrated
from upbeat.operations.capture.coaching import LEAST, MARGIN, Coaching, coach
from upbeat.operations.capture.coverage import Covered
from upbeat.operations.capture.extracted import Extracted, extracted
from upbeat.operations.capture.from_sources import Look, Standing, note_away, standings, take_from
from upbeat.operations.capture.ground import Ground
from upbeat.operations.capture.importing import Imported, bring_in
from upbeat.operations.capture.keeping import again, drop
from upbeat.operations.capture.listing import Entries, Entry, Heard, Listed, counted, entries, heard, listed
from upbeat.operations.capture.missing import NOT_CAPTURED, look_for_misses
from upbeat.operations.capture.outdated import erase_outdated
from upbeat.operations.capture.pieces import Found, Left, conversations_of
from upbeat.operations.capture.taking import Taken, note_left, take
from upbeat.operations.capture.watching import Late, Missed, Unread, Watched, watch

__all__ = [
    "LEAST",
    "MARGIN",
    "NOT_CAPTURED",
    "Added",
    "Calibrated",
    "Coaching",
    "Covered",
    "Entries",
    "Entry",
    "Extracted",
    "Found",
    "Ground",
    "Heard",
    "Imported",
    "Known",
    "Late",
    "Left",
    "Listed",
    "Look",
    "Missed",
    "Standing",
    "Taken",
    "Unread",
    "Watched",
    "add",
    "again",
    "bring_in",
    "calibrated",
    "coach",
    "conversations_of",
    "counted",
    "drop",
    "entries",
    "erase_outdated",
    "extracted",
    "heard",
    "listed",
    "look_for_misses",
    "note_away",
    "note_left",
    "standings",
    "take",
    "take_begun",
    "take_from",
    "watch",
]
