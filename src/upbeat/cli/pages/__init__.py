"""Reports as people read them: a document as a value, and the forms it is given in."""

from upbeat.cli.pages.deliver import Form, Format, Report, To, deliver

__all__ = ["Form", "Format", "Report", "To", "deliver"]
