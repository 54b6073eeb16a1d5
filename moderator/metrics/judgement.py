"""Metrics of verdicts: actions, rules, lexicon matches, scores, shadow policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from prometheus_client import Histogram

from moderator.language import CERTAIN, UNDETERMINED
from moderator.metrics.maker import ACTIONS, BATCHES, POLICIES, PROBABILITIES, Maker
from moderator.records import Action, Scored, Verdict


class JudgementMetrics:
    """Metrics of decisions and their reasons."""

    def __init__(self, make: Maker, communities: Collection[str]) -> None:
        self._communities = frozenset(communities)
        self.comments = make.counter(
            "moderator_comments_total",
            "Comments judged.",
            action=ACTIONS,
            source="scorers, cache: where the scores came from",
            community="those listed in the settings, or other",
            policy=POLICIES,
        )
        self.degraded = make.counter(
            "moderator_comments_degraded_total",
            "Comments judged without one of the scorers.",
            action=ACTIONS,
        )
        self.rules = make.counter(
            "moderator_rules_total",
            "Comments that a rule held, blocked or allowed; a comment counts for each rule named.",
            policy=POLICIES,
            rule="ACTION.LABEL, such as block.threat; ACTION.scorer_failed; ACTION.human; "
            "review.breaker; ACTION.NAME of a rule",
            action=ACTIONS,
        )
        self.matches = make.counter(
            "moderator_matches_total",
            "Comments in which the lexicon found a term, by the term's category.",
            category="categories in the lexicon files",
            quoted="true, false: whether all of them were quoted from someone else",
        )
        self.languages = make.counter(
            "moderator_comments_by_language_total",
            "Comments by the language that their text was taken for.",
            language="codes of moderator.language.LANGUAGES, or und: none, or none for certain",
            action=ACTIONS,
        )
        self.shadow = make.counter(
            "moderator_shadow_decisions_total",
            "Comments also judged by a shadow policy, which is only counted.",
            policy=POLICIES,
            shadow=POLICIES,
            action=ACTIONS,
            shadow_action=ACTIONS,
        )
        self.batch_size = make.histogram(
            "moderator_batch_comments", "Comments judged together.", BATCHES
        )
        self.scores = make.histogram(
            "moderator_score",
            "Scores, once for each text that was scored (not for cached ones).",
            PROBABILITIES,
            label="labels of scores",
        )
        self.breaker_open = make.gauge(
            "moderator_breaker_open",
            "1 while a policy's effect breaker turns its blocks into reviews.",
            "livemax",
            policy=POLICIES,
        )
        self.over_budget = make.counter(
            "moderator_texts_over_budget_total",
            "Texts judged in part because all of them would cost more than scorers.text_budget_ms.",
        )

    def breaker_changed(self, policy: str, is_open: bool) -> None:
        """A policy's effect breaker opened or closed."""
        self.breaker_open.labels(policy).set(is_open)

    def observe_scores(self, scored: Iterable[Scored]) -> None:
        """Count freshly computed scores into their distributions."""
        children: dict[str, Histogram] = {}
        for result in scored:
            if result.over_budget:
                self.over_budget.inc()
            for label, score in result.scores.items():
                child = children.get(label)
                if child is None:
                    child = children[label] = self.scores.labels(label)
                child.observe(score)

    def observe_verdicts(
        self, verdicts: Sequence[Verdict], communities: Sequence[str | None]
    ) -> None:
        """Count a batch of verdicts, given the community of each."""
        known = self._communities
        comments = Counter(
            (
                verdict.action.value,
                "cache" if verdict.cached else "scorers",
                community if community in known else "other",
                verdict.policy.name,
            )
            for verdict, community in zip(verdicts, communities, strict=True)
        )
        for labels, count in comments.items():
            self.comments.labels(*labels).inc(count)
        degraded = Counter(verdict.action.value for verdict in verdicts if verdict.degraded)
        for action, count in degraded.items():
            self.degraded.labels(action).inc(count)
        languages = Counter((_certain_language(v), v.action.value) for v in verdicts)
        for language_labels, count in languages.items():
            self.languages.labels(*language_labels).inc(count)
        self._observe_reasons(verdicts)
        self.batch_size.observe(len(verdicts))

    def _observe_reasons(self, verdicts: Sequence[Verdict]) -> None:
        rules: Counter[tuple[str, str, str]] = Counter()
        matches: Counter[tuple[str, str]] = Counter()
        for verdict in verdicts:
            for rule in {reason.rule for reason in verdict.reasons}:
                rules[verdict.policy.name, rule, verdict.action.value] += 1
            if verdict.matches:
                own = {match.category for match in verdict.matches if not match.quoted}
                for category in {match.category for match in verdict.matches}:
                    matches[category, "false" if category in own else "true"] += 1
        for rule_labels, count in rules.items():
            self.rules.labels(*rule_labels).inc(count)
        for match_labels, count in matches.items():
            self.matches.labels(*match_labels).inc(count)

    def observe_shadow(self, pairs: Mapping[tuple[str, str, Action, Action], int]) -> None:
        """Count how a policy and its shadow decided: (policy, shadow, its action, the shadow's)."""
        for (policy, shadow, action, shadow_action), count in pairs.items():
            self.shadow.labels(policy, shadow, action.value, shadow_action.value).inc(count)


def _certain_language(verdict: Verdict) -> str:
    return verdict.language if verdict.language_probability >= CERTAIN else UNDETERMINED
