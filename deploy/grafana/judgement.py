"""Judgement: what is decided, and does it change?"""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import CustomVariable, Dashboard, QueryVariable, Row
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh, VariableSort

from deploy.grafana.panels import ACTION_COLOURS, SOURCE, board, distribution, fill, graph

COMMENTS = "rate(moderator_comments_total[$__rate_interval])"
SHADOW = "moderator_shadow_decisions_total"
BUCKETS = "sum by (label, le) (rate(moderator_score_bucket[1h]{offset}))"
COUNTS = "sum by (label) (rate(moderator_score_count[1h]{offset}))"
DOCUMENTS = "sum by (scorer) (rate(moderator_scorer_documents_total[$__rate_interval]))"


def dashboard() -> Dashboard:
    """Actions first, then the scores behind them, then what a shadow policy would do."""
    page = board("judgement", "Judgement", "Actions, scores, drift, shadow policies.")
    page.with_variable(
        QueryVariable("label")
        .label("Label")
        .datasource(SOURCE)
        .query("label_values(moderator_score_count, label)")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(True)
        .include_all(True)
        .current(VariableOption(selected=True, text="All", value="$__all"))
        .sort(VariableSort.ALPHABETICAL_ASC)
    )
    page.with_variable(
        CustomVariable("before")
        .label("Compare with")
        .values("1w,1d,1h")
        .current(VariableOption(selected=True, text="1w", value="1w"))
    )
    fill(
        page,
        graph(
            "Held for review, an hour",
            "Comments that people have to look at, of the hour before each point.",
            "short",
            (
                'sum by (policy) (increase(moderator_comments_total{action="review"}[1h]))',
                "{{policy}}",
            ),
            span=24,
            height=6,
        ),
        graph(
            "Action mix by policy",
            "Share of each action in the comments of a policy.",
            "percentunit",
            (
                f"sum by (policy, action) ({COMMENTS}) "
                f"/ on (policy) group_left () sum by (policy) ({COMMENTS})",
                "{{policy}} {{action}}",
            ),
            colours=ACTION_COLOURS,
        ),
        graph(
            "Action mix by community",
            "Communities that the settings list; all others are `other`.",
            "percentunit",
            (
                f"sum by (community, action) ({COMMENTS}) "
                f"/ on (community) group_left () sum by (community) ({COMMENTS})",
                "{{community}} {{action}}",
            ),
            colours=ACTION_COLOURS,
        ),
    )
    page.with_row(Row("Rules and terms"))
    fill(
        page,
        graph(
            "Comments held, by rule",
            "Comments a second that each rule held for review or blocked; a comment counts for "
            "each rule it met. `scorer_failed` is the policy's answer to a failed scorer.",
            "cps",
            (
                "topk(12, sum by (policy, rule) (rate(moderator_rules_total[$__rate_interval])))",
                "{{policy}} {{rule}}",
            ),
        ),
        graph(
            "Lexicon terms, by category",
            "Comments a second that hold a term of the category; quoted ones are reported, and "
            "held only if the policy says so.",
            "cps",
            (
                "sum by (category, quoted) (rate(moderator_matches_total[$__rate_interval]))",
                "{{category}} quoted: {{quoted}}",
            ),
        ),
        graph(
            "Decided by people",
            "Comments a second that a person's decision settled, by rule; and the number of texts "
            "about which such a decision is in force.",
            "short",
            (
                "sum by (rule) "
                '(rate(moderator_rules_total{rule=~".*[.]human"}[$__rate_interval])) or vector(0)',
                "{{rule}} a second",
            ),
            ("max(moderator_overrides) or vector(0)", "in force (number)"),
        ),
        graph(
            "Effect breakers",
            "1 while a policy blocks more than its breaker lets it; its blocks are held.",
            "none",
            ("max by (policy) (moderator_breaker_open) or vector(0)", "{{policy}}"),
        ),
        graph(
            "Comments, by language",
            "As the language of each comment was guessed; the rarer ones are `other`.",
            "cps",
            (
                "topk(12, sum by (language) "
                "(rate(moderator_comments_by_language_total[$__rate_interval])))",
                "{{language}}",
            ),
        ),
    )
    page.with_row(Row("Scores"))
    page.with_panel(
        distribution(
            "Scores: $label",
            "Texts by score; cached ones are not counted again.",
            "moderator_score",
            'label="$label"',
            span=24,
        )
        .repeat("label")
        .repeat_direction("h")
        .max_per_row(3)
    )
    page.with_panel(
        graph(
            "Drift of scores",
            "Greatest difference between the cumulative distributions of the last hour and of the "
            "hour $before ago (Kolmogorov-Smirnov distance): 0 is alike, over 0.1 deserves a look.",
            "none",
            (
                f"max by (label) (abs({_share('')} - {_share(' offset $before')}))",
                "{{label}}",
            ),
        )
    )
    page.with_panel(
        graph(
            "Stability index of scores",
            "Population stability index of six hours against the same hours a week ago, by the "
            "rules in deploy/prometheus: below 0.1 is alike, over 0.25 raises an alert.",
            "none",
            ("job_label:moderator_score:stability_index", "{{label}}"),
        )
    )
    page.with_panel(
        graph(
            "Agreement of people",
            "Share of people's decisions of the last seven days that agree with the verdict they "
            "saw, by the verdict; a fall of 15 points within a week raises an alert.",
            "percentunit",
            ("max by (verdict) (moderator_feedback_agreement_ratio)", "{{verdict}}"),
        )
    )
    page.with_panel(
        graph(
            "Decisions of people",
            "Decisions of the last seven days about verdicts that are known; under 100 the share "
            "of agreement says little.",
            "short",
            ("max by (verdict) (moderator_feedback_decisions)", "{{verdict}}"),
        )
    )
    page.with_panel(
        graph(
            "Cascade",
            "Share of uncached texts that reach each scorer.",
            "percentunit",
            (f"{DOCUMENTS} / on () group_left () max({DOCUMENTS})", "{{scorer}}"),
        )
    )
    page.with_row(Row("Shadow policies and degraded verdicts"))
    differs = " or ".join(
        f'{SHADOW}{{action="{action}", shadow_action!="{action}"}}' for action in ACTION_COLOURS
    )
    rates = differs.replace("}", "}[$__rate_interval])").replace(SHADOW, f"rate({SHADOW}")
    fill(
        page,
        graph(
            "Shadow policy differences",
            "Comments a second that the shadow would decide differently (`[shadows]` in the policy "
            "file).",
            "cps",
            (
                f"sum by (policy, shadow, action, shadow_action) ({rates})",
                "{{policy}} {{action}} → {{shadow}} {{shadow_action}}",
            ),
        ),
        graph(
            "Share decided differently",
            "Of the comments that a shadow policy judges too.",
            "percentunit",
            (
                f"(sum by (policy, shadow) ({rates}) or 0 * sum by (policy, shadow) "
                f"(rate({SHADOW}[$__rate_interval]))) / sum by (policy, shadow) "
                f"(rate({SHADOW}[$__rate_interval]))",
                "{{policy}} → {{shadow}}",
            ),
        ),
        graph(
            "Versions at work",
            "Workers that run each version of package, scorers and policies.",
            "short",
            (
                "count by (component, name, version) (moderator_build_info == 1)",
                "{{component}} {{name}} {{version}}",
            ),
        ),
        graph(
            "Policies changed while running",
            "Changed or pushed policies and lexicons an hour, by what became of them; and whether "
            "the newest is refused (1), so that an older one is in force.",
            "short",
            (
                "sum by (result) (increase(moderator_policy_reloads_total[1h]))",
                "{{result}}",
            ),
            ("max(moderator_policy_refused) or vector(0)", "newest refused"),
        ),
        graph(
            "Changed by a second look",
            "Share of uncertain texts whose action a later scorer changed; 0 without a later one.",
            "percentunit",
            (
                'sum(rate(moderator_scorer_refined_total{changed="true"}[$__rate_interval])) '
                "/ sum(rate(moderator_scorer_refined_total[$__rate_interval])) or vector(0)",
                "changed",
            ),
        ),
        graph(
            "Judged without a scorer, or in part",
            "Share of comments by action; `in part`: texts over the budget of one text.",
            "percentunit",
            (
                "sum by (action) (rate(moderator_comments_degraded_total[$__rate_interval])) "
                f"/ on () group_left () sum({COMMENTS}) or vector(0)",
                "{{action}}",
            ),
            (
                "sum(rate(moderator_texts_over_budget_total[$__rate_interval])) "
                f"/ sum({COMMENTS}) or vector(0)",
                "in part",
            ),
            colours=ACTION_COLOURS,
        ),
    )
    return page


def _share(offset: str) -> str:
    """The cumulative distribution of each label's scores."""
    buckets, counts = (part.format(offset=offset) for part in (BUCKETS, COUNTS))
    return f"({buckets} / on (label) group_left () {counts})"
