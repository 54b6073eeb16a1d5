"""Records decoded, the expensive ones set apart, the others cut into parts of bounded cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from moderator.decoding import Codec
from moderator.errors import RecordError
from moderator.records import Comment
from moderator.stream.cost import SLOW, cost_of
from moderator.stream.in_flight import Event


@dataclass(frozen=True, slots=True)
class Item:
    """A record and what decoding made of it: a comment, or an error."""

    event: Event
    decoded: Comment | RecordError
    cost: float
    """As `cost_of` gives it."""

    @property
    def order_key(self) -> bytes:
        """Outcomes of one such key keep the order of their records: the record's key, or the id."""
        key = self.event.message.key
        if key is None and isinstance(self.decoded, Comment):
            return self.decoded.id.encode("utf-8", "replace")
        return key or b""


def decode(codec: Codec, events: Iterable[Event]) -> list[Item]:
    """An item for each record, in order."""
    items = []
    for event in events:
        try:
            comment = codec.decode(event.message.value)
        except RecordError as error:
            items.append(Item(event, error, 1.0))
        else:
            items.append(Item(event, comment, cost_of(comment.text)))
    return items


def parts(items: Sequence[Item], limit: Callable[[], float]) -> Iterator[list[Item]]:
    """The items in parts whose cost stays within `limit()`, which is called before each part.

    A part holds at least one item.
    """
    start = 0
    while start < len(items):
        left = limit() - items[start].cost
        end = start + 1
        while end < len(items) and items[end].cost <= left:
            left -= items[end].cost
            end += 1
        yield list(items[start:end])
        start = end


class SlowLane:
    """Decides which items wait in the slow lane: expensive ones, and those that must not pass them.

    An item whose key waits in the slow lane follows there, so that a key keeps its order.
    """

    def __init__(self) -> None:
        self._keys: Counter[bytes] = Counter()

    def divide(self, items: Iterable[Item]) -> tuple[list[Item], list[Item]]:
        """The items for the fast and for the slow lane, each in order."""
        fast: list[Item] = []
        slow: list[Item] = []
        for item in items:
            if item.cost >= SLOW or (self._keys and item.order_key in self._keys):
                self._keys[item.order_key] += 1
                slow.append(item)
            else:
                fast.append(item)
        return fast, slow

    def leave(self, item: Item) -> None:
        """The item's outcome is on its way: later items of its key may use the fast lane again."""
        key = item.order_key
        self._keys[key] -= 1
        if not self._keys[key]:
            del self._keys[key]
