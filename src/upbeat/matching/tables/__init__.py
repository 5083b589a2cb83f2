"""What is generally known of names and addresses, as lists that people can read and add to."""

from upbeat.matching.tables.reading import listed, sorted_by_head, spelt

__all__ = ["listed", "sorted_by_head", "spelt"]
