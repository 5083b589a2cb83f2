"""Reports as people read them: a document as a value, and the forms it is given in."""

from upbeat.cli.pages.deliver import As, Format, Report, To, deliver

__all__ = ["As", "Format", "Report", "To", "deliver"]
