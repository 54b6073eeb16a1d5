"""The second stage: a small transformer in int8 on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf
from tokenizers import Tokenizer

from moderator.errors import ModelError

Floats = npt.NDArray[np.float32]
_CLASSIFY, _SEPARATE = "[CLS]", "[SEP]"


class EncoderModel:
    """Logits of folded texts, each cut into overlapping windows of tokens.

    Calls may come from any thread; at most `threads` texts are worked on at once, a core each.
    Raises ModelError where the files are no model.
    """

    def __init__(self, graph: bytes, tokenizer: bytes, window: int, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(graph, options, ["CPUExecutionProvider"])
        except (Fail, InvalidGraph, InvalidProtobuf) as error:
            raise ModelError(f"the compact model's encoder does not load: {error}") from None
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._room = window - 2
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="compact")
        vocabulary = self._tokenizer.get_vocab()
        self._first, self._last = vocabulary[_CLASSIFY], vocabulary[_SEPARATE]

    def begin(self, texts: Sequence[str]) -> list[Future[Floats]]:
        """Starts on folded texts; each one's heads, the largest over its windows, come later."""
        return [self._workers.submit(self._heads, text) for text in texts]

    def logits(self, texts: Sequence[str]) -> Floats:
        """n x heads of n folded texts."""
        return np.stack([heads.result() for heads in self.begin(texts)])

    def _heads(self, text: str) -> Floats:
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        windows = token_windows(ids, self._room)
        heads: Floats = np.max([self._score(window) for window in windows], axis=0)
        return heads

    def _score(self, piece: list[int]) -> Floats:
        """Heads of one window.

        Alone, because the range of its numbers in int8 is that of the whole input: with others
        beside it, a text would score a little differently from batch to batch.
        """
        ids = np.array([[self._first, *piece, self._last]], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        logits: Floats = self._session.run(None, inputs)[0][0]
        return logits


def token_windows(ids: list[int], room: int) -> list[list[int]]:
    """As few windows as possible, equally long, at most `room`, overlapping by a fifth of it.

    Equal ones: what a little too long text costs is then little.
    """
    if len(ids) <= room:
        return [ids]
    overlap = room // 5
    count = -(-(len(ids) - overlap) // (room - overlap))
    size = -(-(len(ids) + overlap * (count - 1)) // count)
    starts = [(len(ids) - size) * at // (count - 1) for at in range(count)]
    return [ids[start : start + size] for start in starts]
