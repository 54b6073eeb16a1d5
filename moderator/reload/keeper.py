"""Keeps a running pipeline's policies and lexicon up to date; what is bad is refused.

A refused policy or lexicon changes nothing: the old one stays in force, an error is logged, and
`moderator_policy_refused` stays 1 until a good one comes.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from moderator.errors import BrokerError, SettingsError
from moderator.metrics import Metrics
from moderator.policy import Policies
from moderator.policy.files import Bundle, list_files, read_bundle, read_policies
from moderator.reload.watched import Look, look
from moderator.settings import Settings
from moderator.wiring import Built, with_new_lexicon

if TYPE_CHECKING:
    from moderator.kafka.policy_topic import PolicyFollower, Pushed

_log = logging.getLogger(__name__)

_READ_S = 0.5
_RETRY_S = 5.0


class PolicyKeeper:
    """Follows the policy file, or the topic of policies (`policies.source`), and lexicon files."""

    def __init__(
        self, settings: Settings, built: Built, metrics: Metrics, lexicons: Look | None = None
    ) -> None:
        """`lexicons` is what the lexicon files looked like before the pipeline was built, so that
        a change while models load is not missed."""
        self._settings = settings
        self._built = built
        self._metrics = metrics
        self._version = built.policies.version
        self._policy_seen: Look = ()
        self._lists: tuple[Path, ...] = ()
        self._seen: Look = ()
        self._lexicon_seen = look(settings.scorers.lexicons) if lexicons is None else lexicons
        self._follower: PolicyFollower | None = None
        self._refused: set[str] = set()
        self.asked = asyncio.Event()
        """Set it to have all files read again at once, as SIGHUP does."""

    async def start(self) -> None:
        """Put in force what was pushed last, if the topic is followed, or what has changed since
        the pipeline was built. Raises BrokerError."""
        if self._settings.policies.source == "topic":
            self._follower = await asyncio.to_thread(self._connected)
            if self._follower is not None:
                await self._offer(await asyncio.to_thread(self._follower.read_all))
        else:
            await self._read_files()
        await self._read_lexicon()

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            while True:
                if self._settings.policies.source == "topic":
                    await self._read_topic()
                else:
                    await self._wait(self._settings.policies.watch_s)
                # Before anything is read: who asks during a read means the next one.
                asked = self.asked.is_set()
                self.asked.clear()
                if self._settings.policies.source == "file":
                    await self._read_files(asked)
                await self._read_lexicon(asked)
        finally:
            if self._follower is not None:
                self._follower.close()

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.asked.wait(), seconds)

    async def _read_files(self, asked: bool = False) -> None:
        seen = self._look_at_policy()
        if seen == self._seen and not asked:
            return
        self._seen = seen
        try:
            await self._take(await asyncio.to_thread(read_bundle, self._settings.policy))
        except SettingsError as error:
            self._refuse("policy", error)

    async def _read_topic(self) -> None:
        try:
            if self._follower is None:
                self._follower = await asyncio.to_thread(self._connected)
            if self._follower is None:
                await self._wait(_RETRY_S)
                return
            await self._offer(await asyncio.to_thread(self._follower.read, _READ_S))
        except BrokerError as error:
            _log.warning("policies cannot be followed, the ones in force stay: %s", error)
            if self._follower is not None:
                self._follower.close()
            self._follower = None
            await asyncio.sleep(_RETRY_S)

    def _connected(self) -> PolicyFollower | None:
        """None while nothing was ever pushed."""
        from moderator.kafka.admin import Administration
        from moderator.kafka.policy_topic import PolicyFollower

        topic = self._settings.policies.topic
        if topic not in Administration(self._settings.kafka).partitions:
            return None
        return PolicyFollower(self._settings)

    async def _offer(self, pushed: list[Pushed | None]) -> None:
        """Put the last good one in force; if a later one is bad, say so."""
        refused: SettingsError | None = None
        for push in reversed(pushed):
            try:
                if push is None:
                    raise SettingsError(f"a record of {self._settings.policies.topic}: no policy")
                await self._take(Bundle(f"pushed {push.version}", push.text, push.files))
            except SettingsError as error:
                refused = refused or error
            else:
                break
        if refused is not None:
            self._refuse("policy", refused)

    async def _take(self, bundle: Bundle) -> None:
        """Raises PolicyError for a bundle that is refused."""
        policies = await asyncio.to_thread(read_policies, bundle)
        self._accept("policy")
        if policies.version != self._version:
            self._use(policies)

    def _use(self, policies: Policies) -> None:
        self._version = policies.version
        self._built = self._built.using(policies)
        self._metrics.policy_reloads.labels("loaded").inc()
        named = ", ".join(f"{name} {policies.version_of(name)}" for name in policies.by_name)
        _log.info("policies of version %s are in force: %s", policies.version, named)

    async def _read_lexicon(self, asked: bool = False) -> None:
        seen = look(self._settings.scorers.lexicons)
        if seen == self._lexicon_seen and not asked:
            return
        self._lexicon_seen = seen
        try:
            built = await asyncio.to_thread(with_new_lexicon, self._settings, self._built)
        except SettingsError as error:
            self._refuse("lexicon", error)
        else:
            self._accept("lexicon")
            if built is not self._built:
                self._built = built.using(built.policies)
                self._metrics.set_versions("stage", built.cascade.components)
                self._metrics.policy_reloads.labels("loaded").inc()
                _log.info("a changed lexicon is in force")

    def _accept(self, what: str) -> None:
        self._refused.discard(what)
        self._metrics.policy_refused.set(bool(self._refused))

    def _refuse(self, what: str, error: SettingsError) -> None:
        self._refused.add(what)
        self._metrics.policy_reloads.labels("refused").inc()
        self._metrics.policy_refused.set(1)
        _log.error("a changed %s is refused, the old one stays in force: %s", what, error)

    def _look_at_policy(self) -> Look:
        """The state of the policy file and the files of its lists, including missing ones: a policy
        that was refused because one was missing is read again when that file appears."""
        policy = look([self._settings.policy])
        if policy != self._policy_seen:
            self._policy_seen = policy
            self._lists = list_files(self._settings.policy)
        return policy + look(self._lists)
