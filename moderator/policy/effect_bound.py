"""How much a policy may block before people look at it first."""

from __future__ import annotations

from typing import Annotated

import msgspec


class EffectBound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one worker process may block by a policy within `window_s` seconds.

    `max_share` is the share of blocks in its comments, applied once there are `min_comments` of
    them; `max_blocks` the number of blocks. A bound that is left out does not apply.
    """

    max_share: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    max_blocks: Annotated[int, msgspec.Meta(ge=1)] | None = None
    window_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)] = 300.0
    min_comments: Annotated[int, msgspec.Meta(ge=1)] = 200
