"""Comments that were published and have neither verdict nor dead letter yet."""

from __future__ import annotations

from collections import deque


class PendingComments:
    """Their number, and their bytes; several may have one id, and are answered in their order."""

    def __init__(self) -> None:
        self._sizes: dict[str, deque[int]] = {}
        self._count = 0
        self.size_bytes = 0

    def __len__(self) -> int:
        return self._count

    def add(self, comment_id: str, size_bytes: int) -> None:
        """A comment was published."""
        self._sizes.setdefault(comment_id, deque()).append(size_bytes)
        self._count += 1
        self.size_bytes += size_bytes

    def remove(self, comment_id: str) -> None:
        """Its verdict or dead letter came; nothing happens if no comment of this id is pending."""
        sizes = self._sizes.get(comment_id)
        if sizes is None:
            return
        self._count -= 1
        self.size_bytes -= sizes.popleft()
        if not sizes:
            del self._sizes[comment_id]
