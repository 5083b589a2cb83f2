"""An audit as its readers get it: on the terminal in a screenful, as a page, and as a row for each record to fix."""

from upbeat.cli.pages.audit.page import document
from upbeat.cli.pages.audit.rows import COLUMNS, rows
from upbeat.cli.pages.audit.summary import summary

__all__ = ["COLUMNS", "document", "rows", "summary"]
