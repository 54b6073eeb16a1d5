"""Runs every check of `moderator doctor`."""

from __future__ import annotations

import resource
import shlex
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from moderator.checks import Check, Status, fail, ok, warn
from moderator.errors import BrokerError, ModeratorError, PolicyError
from moderator.lexicon import entries_by_file
from moderator.lexicon.entries.lint import examine as examine_lexicon
from moderator.messages.words import counted
from moderator.policy import Policies
from moderator.quoting.document import Document
from moderator.scorers.registry import load_scorer
from moderator.settings import Scorers, Settings

_FEW_FILES = 256
_FILES = 1_024


def examine(settings: Settings) -> Iterator[Check]:
    """Yields each finding as it is made. Writes only one Redis key, which expires in a second."""
    labels: set[str] = set()
    for name in settings.scorers.use:
        yield _scorer(name, settings, labels)
    if "lexicon" in settings.scorers.use:
        yield from _lexicon_files(settings.scorers)
    yield _policy(settings, labels)
    yield _open_files()
    yield from _cache(settings)
    from moderator.kafka.checks import check_kafka

    reached = True
    for check in check_kafka(settings):
        reached &= check.check != "broker" or check.status is not Status.FAIL
        yield check
    if reached and settings.policies.source == "topic":
        yield _pushed(settings)


def _scorer(name: str, settings: Settings, labels: set[str]) -> Check:
    """Load it, which checks every file's sha256 against the manifest, and score one text."""
    start = perf_counter()
    try:
        scorer = load_scorer(name, settings.scorers)
        scorer.score([Document.of("doctor")])
    except ModeratorError as error:
        problem, _, remedy = str(error).partition("; ")
        return fail(f"scorer {name}", problem, remedy or "see scorers.* in the settings")
    labels.update(scorer.labels)
    took_s = perf_counter() - start
    return ok(f"scorer {name}", f"version {scorer.version}, loaded and tested in {took_s:.1f} s")


def _lexicon_files(scorers: Scorers) -> Iterator[Check]:
    """How many entries each file gives; one of the user's own that gives none is a warning."""
    try:
        lexicon, _ = examine_lexicon(scorers.lexicons, scorers.shipped_lexicons)
    except ModeratorError:
        return  # the scorer's own check has said why
    counts = entries_by_file(lexicon)
    for path in scorers.lexicons:
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        for file in files:
            number = counts.pop(str(file), 0)
            if number:
                yield ok("lexicon file", f"{file}: {counted(number, 'entry', 'entries')}")
            else:
                remedy = f"`moderator lexicon lint {shlex.quote(str(file))}`"
                yield warn("lexicon file", f"{file}: no entries", remedy)
    if counts:
        each = ", ".join(f"{Path(name).stem} {number:,}" for name, number in sorted(counts.items()))
        yield ok("lexicon shipped", f"{sum(counts.values()):,} entries: {each}")


def _policy(settings: Settings, labels: set[str]) -> Check:
    try:
        policies = Policies.load(settings.policy)
    except ModeratorError as error:
        return fail("policy", str(error), "fix the file, or set `policy`")
    named = {
        label for policy in policies.by_name.values() for label in (*policy.review, *policy.block)
    }
    detail = f"{settings.policy}: {_names(policies)}"
    if without := sorted(named - labels):
        remedy = "add one to scorers.use, or remove the thresholds"
        return warn("policy", f"no scorer computes {', '.join(without)}", remedy)
    return ok("policy", detail)


def _pushed(settings: Settings) -> Check:
    """What was pushed is in force, not the file."""
    from moderator.kafka.policy_topic import shortcomings
    from moderator.reload.known import known_policies

    try:
        _, *pushed = known_policies(settings)
        faults = shortcomings(settings)
    except (BrokerError, PolicyError) as error:
        return fail("policies pushed", str(error), "allow READ on policies.topic")
    if faults:
        return warn("policies pushed", f"they may be lost: {faults[0].text}", faults[0].fix)
    if not pushed:
        return ok("policies pushed", "none yet: the file's are in force")
    return ok("policies pushed", f"in force: {_names(pushed[-1])}")


def _names(policies: Policies) -> str:
    return ", ".join(f"{component.name} {component.version}" for component in policies.components)


def _open_files() -> Check:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit < _FEW_FILES:
        return fail("open files", f"limit {limit}", f"ulimit -n {_FILES}, or LimitNOFILE=")
    if limit < _FILES:
        return warn("open files", f"limit {limit}", f"ulimit -n {_FILES}, or LimitNOFILE=")
    return ok("open files", f"limit {limit}")


def _cache(settings: Settings) -> Iterator[Check]:
    if settings.cache.backend == "memory":
        yield ok("cache", "in memory, not shared by workers")
        return
    from moderator.cache.redis_check import check_redis

    try:
        yield from check_redis(settings.cache)
    except ModeratorError as error:
        yield fail("redis", str(error), "look at cache.*")
