"""Work on several things at the same time, with results in order and bounded memory."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def in_order(
    submit: Callable[[T], Any], items: Iterable[T], under_way: Callable[[], int]
) -> Generator[Any, None, None]:
    """Yield the result for each item, in order, while others are worked on.

    Parameters
    ----------
    submit
        Starts the work on an item, and returns its future.
    items
        What to work on.
    under_way
        Tells how many items there may be at a time that have been submitted and whose result has not been taken.
    """
    pending: deque[Any] = deque()
    for item in items:
        while len(pending) >= under_way():
            yield pending.popleft().result()
        pending.append(submit(item))
    while pending:
        yield pending.popleft().result()
