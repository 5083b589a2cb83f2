"""Sources of facts about companies and people: asked before a record is assigned, and never written to."""

from upbeat.channels.enrich.csv_table import CsvTable
from upbeat.channels.enrich.http import Address, Http
from upbeat.channels.enrich.port import Reply, Said, Source
from upbeat.channels.enrich.sql_table import QUERY_SECONDS, SqlTable

__all__ = ["QUERY_SECONDS", "Address", "CsvTable", "Http", "Reply", "Said", "Source", "SqlTable"]
