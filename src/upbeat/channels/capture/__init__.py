"""Where conversations come from: folders, mailboxes and webhooks. They are read, and never changed."""

from upbeat.channels.capture.folder import Folder
from upbeat.channels.capture.imap import Imap, Mailbox
from upbeat.channels.capture.inbox import Inbox
from upbeat.channels.capture.port import Batch, Piece, Source, SourceAwayError
from upbeat.channels.capture.signed import UnsignedError, signature, verified

__all__ = [
    "Batch",
    "Folder",
    "Imap",
    "Inbox",
    "Mailbox",
    "Piece",
    "Source",
    "SourceAwayError",
    "UnsignedError",
    "signature",
    "verified",
]
