"""The policies that judge: the file's, or what was pushed last if workers follow the topic."""

from __future__ import annotations

from moderator.cli.options import report
from moderator.errors import BrokerError
from moderator.policy import Policies
from moderator.settings import Settings


def known_policies(settings: Settings) -> list[Policies]:
    """The file's, then those that were pushed, in order: the last is in force.

    If the broker cannot be asked, the file's alone, with a warning. Raises PolicyError.
    """
    if settings.policies.source == "file":
        return [Policies.load(settings.policy)]
    from moderator.reload.known import known_policies as of_the_topic

    try:
        return of_the_topic(settings)
    except BrokerError as error:
        why = f"what was pushed is not known, {settings.policy} counts: {error}"
        report("warning", why, "yellow")
        return [Policies.load(settings.policy)]
