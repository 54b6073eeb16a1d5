"""The policies that may have decided: the file's, and those that were pushed."""

from __future__ import annotations

from contextlib import suppress

from moderator.errors import PolicyError
from moderator.kafka.admin import Administration
from moderator.kafka.policy_topic import history
from moderator.policy import Policies
from moderator.policy.files import Bundle, read_policies
from moderator.settings import Settings


def known_policies(settings: Settings) -> list[Policies]:
    """The file's, then, if workers follow the topic, what was pushed and this release can read.

    The last is in force. Raises BrokerError or PolicyError.
    """
    known = [Policies.load(settings.policy)]
    if settings.policies.source == "file":
        return known
    if settings.policies.topic in Administration(settings.kafka).partitions:
        for push in history(settings):
            with suppress(PolicyError):
                known.append(read_policies(Bundle(f"pushed {push.version}", push.text, push.files)))
    return known
