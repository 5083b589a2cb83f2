"""What a workspace's engine does by itself beside carrying items, and when: use cases bound to the house."""

from upbeat.engine import Job
from upbeat.operations import House


def jobs(_house: House) -> tuple[Job, ...]:
    """Give the jobs of a workspace, in the order in which those of one moment are done."""
    return ()
