"""What a workspace's engine does by itself beside carrying items, and when: use cases bound to the house."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from upbeat import operations
from upbeat.engine import Job
from upbeat.operations import House, capture
from upbeat.workflows import schedule


def jobs(house: House) -> tuple[Job, ...]:
    """Give the jobs of a workspace, in the order in which those of one moment are done."""

    def reconcile(_now: datetime) -> Mapping[str, Any] | None:
        operations.reconcile(house)  # it enters what it found itself

    return (
        Job("owners", schedule("every hour"), partial(operations.look_after_owners, house)),
        Job("misfires", schedule("every hour"), partial(operations.look_after_misfires, house)),
        Job("readers", schedule("every day at 05:30"), partial(operations.look_after_readers, house)),
        Job("trigger reviews", schedule("every day at 05:45"), partial(operations.look_after_reviews, house)),
        Job("due soon", schedule("every 15 minutes"), partial(operations.remind, house)),
        Job("capture", schedule("every day at 06:15"), partial(capture.look_for_misses, house)),
        Job("reconcile", schedule("every day at 02:30"), reconcile),
        Job("outdated conversations", schedule("every day at 03:30"), partial(capture.erase_outdated, house)),
        Job("weekly packet", schedule("mondays at 05:00"), partial(operations.make_packet, house)),
    )
