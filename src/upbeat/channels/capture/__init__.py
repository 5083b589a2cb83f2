"""Where conversations come from: folders, mailboxes and webhooks. They are read, and never changed."""

from upbeat.channels.capture.folder import DEEPEST, LARGEST, SIDECAR, TRANSCRIPT, Folder, is_own
from upbeat.channels.capture.imap import Imap, Mailbox
from upbeat.channels.capture.inbox import Inbox
from upbeat.channels.capture.port import Batch, Piece, Source, SourceAwayError
from upbeat.channels.capture.receiver import Post, Receiver
from upbeat.channels.capture.signed import UnsignedError, key_of, signature, verified

__all__ = [
    "DEEPEST",
    "LARGEST",
    "SIDECAR",
    "TRANSCRIPT",
    "Batch",
    "Folder",
    "Imap",
    "Inbox",
    "Mailbox",
    "Piece",
    "Post",
    "Receiver",
    "Source",
    "SourceAwayError",
    "UnsignedError",
    "is_own",
    "key_of",
    "signature",
    "verified",
]
