"""Files that others wrote, read without trust: their bytes, text and pages, bounded in all that they take."""

from upbeat.conversation.files.decoding import decoded, evened, visible
from upbeat.conversation.files.noticed import Noticed, Unreadable

__all__ = ["Noticed", "Unreadable", "decoded", "evened", "visible"]
