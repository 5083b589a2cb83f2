"""Every format of a transcript to one form. `read` takes a file's bytes, and tells in `odd` what it mended."""

from upbeat.conversation.formats.meeting import Meeting, sidecar
from upbeat.conversation.formats.reading import FORMATS, read

__all__ = ["FORMATS", "Meeting", "read", "sidecar"]
