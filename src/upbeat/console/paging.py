"""A page of many rows: never a thousand at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query

T = TypeVar("T")

PageNumber = Annotated[int, Query(ge=1, le=100_000)]
"""The number of a page in an address: it counts from 1."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some rows of `total`; `page` counts from 1."""

    rows: tuple[T, ...]
    total: int
    page: int
    pages: int


def part_of(rows: Sequence[T], page: int, size: int) -> Part[T]:
    """Give a page of rows; one beyond the last is the last."""
    pages = max(1, -(-len(rows) // size))
    at = min(max(1, page), pages)
    return Part(tuple(rows[(at - 1) * size : at * size]), len(rows), at, pages)
