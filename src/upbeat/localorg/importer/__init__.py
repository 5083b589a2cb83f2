"""A folder of CSV files into the org: which column goes where, the files read row by row, the records upserted."""

from upbeat.localorg.importer.load import ImportReport, NotTaken, load

__all__ = ["ImportReport", "NotTaken", "load"]
