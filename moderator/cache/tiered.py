"""A cache in this process's memory in front of one that is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderator.cache.base import VerdictCache
from moderator.records import Scored, Verdict


class TieredCache:
    """Reads `near` first and asks `far` only for the rest; scores go to both, verdicts to `far`.

    What `far` knows is kept in `near` for the near cache's full time, so scores may live up to
    twice their time to live.
    """

    def __init__(self, near: VerdictCache, far: VerdictCache) -> None:
        self._near = near
        self._far = far

    async def start(self) -> None:
        await self._near.start()
        await self._far.start()

    async def get_many(self, keys: Sequence[str]) -> list[Scored | None]:
        values = await self._near.get_many(keys)
        missing = [index for index, scored in enumerate(values) if scored is None]
        if not missing:
            return values
        fetched: dict[str, Scored] = {}
        rest = await self._far.get_many([keys[index] for index in missing])
        for index, scored in zip(missing, rest, strict=True):
            if scored is not None:
                values[index] = fetched[keys[index]] = scored
        if fetched:
            await self._near.set_many(fetched, ())
        return values

    async def set_many(self, scores: Mapping[str, Scored], verdicts: Sequence[Verdict]) -> None:
        await self._near.set_many(scores, ())
        await self._far.set_many(scores, verdicts)

    async def get_verdict(self, comment_id: str) -> Verdict | None:
        return await self._far.get_verdict(comment_id)

    async def close(self) -> None:
        await self._near.close()
        await self._far.close()
