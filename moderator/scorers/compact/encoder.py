"""The second stage: a small transformer in int8 on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf
from tokenizers import Tokenizer

from moderator.errors import ModelError
from moderator.scorers.compact.arrays import Floats
from moderator.scorers.compact.settings import EncoderSettings


class EncoderModel:
    """Logits of normalised texts, each cut into overlapping windows of tokens.

    Calls may come from any thread; at most `threads` texts are worked on at once, a core each.
    `graph` is a file or its content; content stays in memory next to what onnxruntime builds of it.
    Raises ModelError if the files are not a model.
    """

    def __init__(
        self, graph: Path | bytes, tokenizer: bytes, settings: EncoderSettings, threads: int
    ) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(graph, options, ["CPUExecutionProvider"])
        except (Fail, InvalidGraph, InvalidProtobuf) as error:
            raise ModelError(f"the encoder does not load: {error}") from None
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._room = settings.window - 2
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="encoder")
        self._first, self._last = self._token(settings.first), self._token(settings.last)

    def _token(self, name: str) -> int:
        number: int | None = self._tokenizer.token_to_id(name)
        if number is None:
            raise ModelError(f"the encoder's tokenizer has no token {name!r}")
        return number

    def submit(self, texts: Sequence[str]) -> list[Future[Floats]]:
        """Starts on normalised texts; each future gives a text's heads, the largest over its
        windows."""
        futures = {text: self._workers.submit(self._heads, text) for text in dict.fromkeys(texts)}
        return [futures[text] for text in texts]

    def window_count(self, text: str) -> int:
        """How many windows of tokens a normalised text is cut into."""
        return len(token_windows(self._ids(text), self._room))

    def max_window_count(self, text: str) -> int:
        """An upper bound of `window_count` without tokenising: no token is shorter than a byte."""
        return 1 + len(text.encode("utf-8", "replace")) // (self._room - self._room // 5)

    def logits(self, texts: Sequence[str]) -> Floats:
        """n x heads of n normalised texts."""
        return np.stack([heads.result() for heads in self.submit(texts)])

    def _heads(self, text: str) -> Floats:
        windows = token_windows(self._ids(text), self._room)
        heads: Floats = np.max([self._score(window) for window in windows], axis=0)
        return heads

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _score(self, window: list[int]) -> Floats:
        """Heads of one window.

        Each window is a batch of its own: int8 takes its range from the whole input, so among
        others a text would score slightly differently from batch to batch.
        """
        ids = np.array([[self._first, *window, self._last]], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        logits: Floats = self._session.run(None, inputs)[0][0]
        return logits


def token_windows(ids: list[int], room: int) -> list[list[int]]:
    """As few windows as possible, of equal length, at most `room`, overlapping by a fifth of it.

    With room for 100 tokens, 130 tokens give two windows of 75, 0..74 and 55..129: a text slightly
    too long then costs little more than one that fits.
    """
    if len(ids) <= room:
        return [ids]
    overlap = room // 5
    count = -(-(len(ids) - overlap) // (room - overlap))
    size = -(-(len(ids) + overlap * (count - 1)) // count)
    starts = [(len(ids) - size) * part // (count - 1) for part in range(count)]
    return [ids[start : start + size] for start in starts]
