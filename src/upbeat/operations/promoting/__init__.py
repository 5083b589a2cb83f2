"""From monitor to live and back: what people are shown, who decides, and what stands in the way."""

from upbeat.operations.promoting.asking import YES, Asked, agree, ask
from upbeat.operations.promoting.beside import Beside
from upbeat.operations.promoting.completeness import Filled
from upbeat.operations.promoting.demoting import demote
from upbeat.operations.promoting.going_live import GO_LIVE, Promoted, promote, question
from upbeat.operations.promoting.in_short import between
from upbeat.operations.promoting.judging import judge
from upbeat.operations.promoting.report import Report, Wish, report
from upbeat.operations.promoting.scoped import within
from upbeat.operations.promoting.shadow import Shadow

__all__ = [
    "GO_LIVE",
    "YES",
    "Asked",
    "Beside",
    "Filled",
    "Promoted",
    "Report",
    "Shadow",
    "Wish",
    "agree",
    "ask",
    "between",
    "demote",
    "judge",
    "promote",
    "question",
    "report",
    "within",
]
