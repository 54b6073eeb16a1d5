"""All errors that this package raises.

    ModeratorError
    ├── SettingsError        a setting is unknown, missing or impossible
    │   ├── PolicyError      the policy file is refused
    │   └── LexiconError     a lexicon file is refused
    ├── ModelError           a model's file is missing, altered or of another shape
    ├── ExtraMissingError    an optional part is not installed
    ├── RecordError          a record cannot become a comment (goes to the dead letters)
    ├── RowError             a row of a seed file cannot become a comment
    ├── ScorerError          a scorer failed while running
    ├── BrokerError          the broker cannot be reached, or lost what it held
    │   └── OffsetGoneError  the broker does not have the offset that is read next
    ├── HaltError            the worker stopped itself to protect the stream
    │   └── DeadLettersError too many records are refused: the deployment must be wrong
    └── GivenUpError         a worker process ended in a way that a restart would not fix

A message says what is wrong, where, and how to fix it; none holds a comment's text.
Errors of libraries are mapped into this tree where they enter the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

EXIT_CODES = {
    0: "done",
    1: "failed",
    2: "wrong use, settings, policy or lexicon",
    3: "a model or an extra is missing",
    4: "a bad row, with --strict",
    5: "broker",
    6: "the worker halted: retries used up, or no progress",
    7: "too many dead letters: do not restart",
    130: "interrupted",
}
"""What a command's exit code means; help and documents quote it."""


class ModeratorError(Exception):
    """Root of the tree; `exit_code` is what the command line ends with."""

    exit_code = 1


class SettingsError(ModeratorError):
    """A setting is unknown, missing or impossible; the message names file or variable and key."""

    exit_code = 2


class PolicyError(SettingsError):
    """The policy file is refused; the message names file, key and reason."""


class LexiconError(SettingsError):
    """A lexicon file is refused; the message names file, entry and reason."""


class ModelError(ModeratorError):
    """A model file is missing, altered or incompatible; the message names the remedy."""

    exit_code = 3


class ExtraMissingError(ModeratorError):
    """An optional dependency is not installed; the message holds the command that installs it."""

    exit_code = 3

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs packages that are not installed: pip install 'moderator[{extra}]'"
        )


class RecordError(ModeratorError):
    """A record cannot become a comment.

    `stage` (`decode`, `validate`, `size`, `publish`) and `reason` (a short, bounded word for
    metrics and dead-letter headers) never hold any of the record's content. `by_author`: whoever
    wrote the comment can cause it, so that it says nothing about the deployment and must never
    stop a worker.
    """

    def __init__(self, stage: str, reason: str, message: str, *, by_author: bool = False) -> None:
        super().__init__(message)
        self.stage = stage
        self.reason = reason
        self.by_author = by_author


class RowError(ModeratorError):
    """A row of a seed file cannot become a comment; the message names file and line."""

    exit_code = 4


class ScorerError(ModeratorError):
    """A scorer failed while running; the policy decides what happens to the comment."""


class BrokerError(ModeratorError):
    """The broker cannot be reached, or no longer holds the requested records."""

    exit_code = 5


class OffsetGoneError(BrokerError):
    """The broker does not have the offset that is to be read next: deleted, or never written."""


class HaltError(ModeratorError):
    """The worker stopped itself: retries used up, or no progress. A restart may help."""

    exit_code = 6


class DeadLettersError(HaltError):
    """Too many records became dead letters. A restart would only make more of them."""

    exit_code = 7


class GivenUpError(ModeratorError):
    """A worker process ended in a way that a restart would not fix; keeps its exit code."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended with exit code {code}: not started again, all workers stop")
        self.exit_code = code


def cause_among(
    kinds: Iterable[tuple[tuple[type[BaseException], ...], str]], error: BaseException | None
) -> str:
    """The word of the first kind that the exception, or one it was raised from, is of; `other` if
    it is of none."""
    chain = list(_chain(error))
    for types, cause in kinds:
        if any(isinstance(error, types) for error in chain):
            return cause
    return "other"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):  # clients wrap two or three times
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
