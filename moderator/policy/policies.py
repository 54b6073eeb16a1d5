"""Policies: thresholds by label, and the one function that turns scores into an action."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from moderator.errors import PolicyError
from moderator.labels import LABELS
from moderator.lexicon import profanity
from moderator.records import Action, Component, Reason, Scored
from moderator.scorers.registry import known_labels


class Decision(msgspec.Struct, frozen=True):
    """An action and the reasons that led to it, the clearest first; none for `allow`."""

    action: Action
    reasons: tuple[Reason, ...]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One named policy: a score that meets a threshold holds the comment for review or blocks it.

    `on_scorer_failure` is the least action for a comment that a scorer could not judge,
    `on_truncated` that for one of which only a part was judged, `on_unknown_language` that for one
    in a language that no model judges. What is quoted from someone else is not charged unless
    `quoted` says so.
    """

    review: dict[str, float] = {}
    block: dict[str, float] = {}
    on_scorer_failure: Action = Action.REVIEW
    on_truncated: Action = Action.REVIEW
    on_unknown_language: Literal["allow", "review"] = "allow"
    quoted: Literal["ignore", "charge"] = "ignore"

    def decide(self, scored: Scored) -> Decision:
        """The action for what the scorers found. Pure: equal input, equal decision."""
        scores = _with_quotes(scored) if self.quoted == "charge" else scored.scores
        for action, thresholds in ((Action.BLOCK, self.block), (Action.REVIEW, self.review)):
            reasons = [
                Reason(f"{action}.{label}", label, score, threshold)
                for label, threshold in thresholds.items()
                if (score := scores.get(label, 0.0)) >= threshold
            ]
            if scored.failed and self.on_scorer_failure is action:
                reasons += [
                    Reason(f"{action}.scorer_failed", name, 0.0, 0.0) for name in scored.failed
                ]
            if scored.truncated and self.on_truncated is action:
                reasons.append(Reason(f"{action}.truncated", "truncated", 0.0, 0.0))
            if scored.over_budget and self.on_truncated is action:
                reasons.append(Reason(f"{action}.truncated_by_budget", "truncated", 0.0, 0.0))
            if scored.unjudged and self.on_unknown_language == action:
                reasons.append(Reason(f"{action}.unknown_language", scored.language, 0.0, 0.0))
            if reasons:
                reasons.sort(key=lambda reason: reason.threshold - reason.score)
                return Decision(action, tuple(reasons))
        return _ALLOWED


_ALLOWED = Decision(Action.ALLOW, ())


def _with_quotes(scored: Scored) -> dict[str, float]:
    if scored.with_quotes is not msgspec.UNSET:
        return scored.with_quotes
    if not scored.matches:
        return scored.scores
    # Scored while no policy charged quotes: profanity is all that is known about the quotes.
    return {**scored.scores, "profanity": profanity(scored.matches, include_quoted=True)}


class Policies:
    """All policies of a file, which community uses which, and their shadows.

    A shadow policy judges the same comments as another one and is only counted.
    """

    def __init__(
        self,
        default: str,
        policies: Mapping[str, Policy],
        communities: Mapping[str, str],
        shadows: Mapping[str, str] | None = None,
    ) -> None:
        self.by_name = dict(policies)
        named = {name: (policy, _component(name, policy)) for name, policy in policies.items()}
        self._default = named[default]
        self._communities = {key: named[name] for key, name in communities.items()}
        self._shadows = {key: (name, policies[name]) for key, name in (shadows or {}).items()}
        self.components = tuple(component for _, component in named.values())
        used = {default, *communities.values(), *(shadows or {}).values()}
        self.charge_quotes = any(policies[name].quoted == "charge" for name in used)
        """Whether any policy in use needs the scores of texts including their quotes."""

    def of(self, community: str | None) -> tuple[Policy, Component]:
        """The policy of a community, with its name and version."""
        if community is None:
            return self._default
        return self._communities.get(community, self._default)

    def shadow_of(self, name: str) -> tuple[str, Policy] | None:
        """Name and policy of the shadow of a named policy, if it has one."""
        return self._shadows.get(name)

    @classmethod
    def load(cls, path: Path) -> Policies:
        """The policies of a TOML file. Raises PolicyError naming file, key and reason."""
        try:
            file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
        except OSError as error:
            raise PolicyError(
                f"{path}: cannot be read ({error.strerror}): set `policy` to the policy file"
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PolicyError(f"{path}: not valid TOML: {error}") from None
        except msgspec.ValidationError as error:
            raise PolicyError(f"{path}: {error}") from None
        _check(path, file)
        return cls(file.default, file.policies, file.communities, file.shadows)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    default: str
    policies: dict[str, Policy]
    communities: dict[str, str] = {}
    shadows: dict[str, str] = {}


def _component(name: str, policy: Policy) -> Component:
    version = hashlib.sha256(msgspec.json.encode(policy, order="sorted")).hexdigest()[:12]
    return Component(name, version)


def _check(path: Path, file: _File) -> None:
    for key, name in {
        "default": file.default,
        **{f"communities.{c}": n for c, n in file.communities.items()},
        **{f"shadows.{p}": n for p, n in file.shadows.items()},
    }.items():
        if name not in file.policies:
            known = ", ".join(sorted(file.policies)) or "none"
            raise PolicyError(f"{path}: {key}: no policy is named {name!r} (known: {known})")
    for name in file.shadows:
        if name not in file.policies:
            raise PolicyError(f"{path}: shadows.{name}: no policy is named {name!r}")
    for name, policy in file.policies.items():
        for action, thresholds in (("review", policy.review), ("block", policy.block)):
            for label, threshold in thresholds.items():
                key = f"{path}: policies.{name}.{action}.{label}"
                if label not in LABELS and label not in (labels := known_labels()):
                    raise PolicyError(f"{key}: unknown label (known: {', '.join(labels)})")
                if not 0.0 < threshold <= 1.0:
                    raise PolicyError(f"{key}: {threshold} must be in (0, 1]")
                if action == "block" and threshold < policy.review.get(label, 0.0):
                    raise PolicyError(f"{key}: {threshold} must be at least the review threshold")
