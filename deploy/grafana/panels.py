"""Panels in one style, and queries whose metric names are checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import ascii_uppercase
from typing import TypeVar

from grafana_foundation_sdk.builders import common as commons
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import heatmap, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    GraphDrawStyle,
    HeatmapCellLayout,
    LegendDisplayMode,
    LegendPlacement,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    Threshold,
    ThresholdsMode,
    VariableOption,
    VariableRefresh,
    VariableSort,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from moderator.metrics import Metrics

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
RUNBOOK_URL = "http://localhost:6066/runbook"
"""Every worker serves it; to be set to where yours is reached, at the top of each dashboard."""
ACTION_COLOURS = {"allow": "green", "review": "orange", "block": "red"}

NAMES = {metric.name for metric in Metrics().described}
RULES = Path(__file__).parents[1] / "prometheus" / "rules.yml"
RECORDED = set(re.findall(r"record: (\S+)", RULES.read_text("utf-8")))
_NAME = re.compile(r"(?<![\w:])(?:moderator|process)_\w+|\bjob\w*:[\w:]+")
_CHOSEN = 'job=~"$job"'
_SUFFIX = re.compile(r"_(bucket|sum|count)$")

Query = tuple[str, str]
"""PromQL, and the legend of its series."""

P = TypeVar("P", timeseries.Panel, stat.Panel, heatmap.Panel)


def check(promql: str) -> str:
    """The query, of the chosen jobs and instances; KeyError if it names no metric of ours."""
    return re.sub(rf"({_NAME.pattern})(\{{)?", _selected, promql)


def _selected(variable: re.Match[str]) -> str:
    name, brace = variable.groups()
    known = name in NAMES or _SUFFIX.sub("", name) in NAMES or name in RECORDED
    if not known and not name.startswith("process_"):
        raise KeyError(f"no metric is named {name}")
    chosen = _CHOSEN if name in RECORDED else f'{_CHOSEN}, instance=~"$instance"'
    return f"{name}{{{chosen}{', ' if brace else '}'}"


def quantile(q: float, metric: str, by: str = "") -> str:
    """PromQL for a quantile of a histogram, by further labels if given."""
    labels = f"le, {by}" if by else "le"
    rate = f"sum by ({labels}) (rate({metric}_bucket[$__rate_interval]))"
    return f"histogram_quantile({q}, {rate})"


def quantiles(metric: str) -> list[Query]:
    """Median, 95th and 99th percentile of a histogram."""
    return [(quantile(q, metric), f"p{q * 100:.0f}") for q in (0.5, 0.95, 0.99)]


def or_zero(queries: Iterable[Query]) -> list[Query]:
    """The queries, with 0 instead of "No data" while there is nothing to count."""
    return [(f"{promql} or vector(0)", legend) for promql, legend in queries]


def graph(
    title: str,
    what: str,
    unit: str,
    *queries: Query,
    stacked: bool = False,
    colours: Mapping[str, str] | None = None,
    span: int = 12,
    height: int = 8,
) -> timeseries.Panel:
    """Series over time; `what` is the panel's help."""
    panel = _common(timeseries.Panel(), title, what, unit, queries).span(span).height(height)
    panel.legend(
        commons.VizLegendOptions()
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(True)
    )
    panel.tooltip(commons.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
    panel.draw_style(GraphDrawStyle.LINE).line_width(1).show_points(VisibilityMode.NEVER).min(0)
    panel.fill_opacity(30 if stacked else 5)
    if stacked:
        panel.stacking(commons.StackingConfig().mode(StackingMode.NORMAL))
    for name, colour in (colours or {}).items():
        fixed = {"mode": "fixed", "fixedColor": colour}
        panel.override_by_regexp(f"(^| ){name}$", [DynamicConfigValue("color", fixed)])
    return panel


def number(
    title: str,
    what: str,
    unit: str,
    promql: str,
    *,
    warn: float | None = None,
    section: str = "",
    span: int = 4,
) -> stat.Panel:
    """One figure of now, with its recent course behind it; orange from `warn` on, with a link to a
    section of the runbook if one is named."""
    panel = _common(stat.Panel(), title, what, unit, [(promql, "")]).span(span).height(4)
    steps = [Threshold(color="green", value=None)]
    if warn is not None:
        steps.append(Threshold(color="orange", value=warn))
    if section:
        panel.links([runbook_link(section)])
    panel.thresholds(dashboards.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    panel.reduce_options(commons.ReduceDataOptions().calcs(["lastNotNull"]))
    return panel.color_mode(BigValueColorMode.VALUE)


def distribution(title: str, what: str, metric: str, selector: str, span: int) -> heatmap.Panel:
    """A histogram over time as a heat map: darker for more observations."""
    promql = check(f"sum by (le) (increase({metric}_bucket{{{selector}}}[$__rate_interval]))")
    panel = heatmap.Panel().title(title).description(what).datasource(SOURCE).no_value("0")
    panel.span(span).height(8).unit("short")
    panel.with_target(_target(promql, "{{le}}").ref_id("A").format(PromQueryFormat.HEATMAP))
    panel.calculate(False).cell_gap(1).hide_legend()
    panel.rows_frame(heatmap.RowsHeatmapOptions().layout(HeatmapCellLayout.LE))
    panel.color(
        heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(32)
    )
    return panel


def runbook_link(section: str) -> dashboards.DashboardLink:
    """A panel's link to what to do about it."""
    url = f"${{runbook}}#{section}"
    return dashboards.DashboardLink("Runbook").type(DashboardLinkType.LINK).url(url)


def alerts(span: int) -> table.Panel:
    """The alerts of these rules that fire now."""
    panel = table.Panel().title("Alerts").datasource(SOURCE).span(span).height(6).no_value("none")
    panel.description("Alerts that fire or are about to; each has a section in the runbook.")
    promql = 'sort_desc(ALERTS{alertname=~"Moderator.*", job=~"$job"})'
    query = prometheus.Dataquery().expr(promql).datasource(SOURCE).ref_id("A")
    panel.with_target(query.instant().format(PromQueryFormat.TABLE))
    panel.links([runbook_link("runbook")])
    hidden = ["Time", "Value", "__name__"]
    excluded: dict[str, object] = {"excludeByName": dict.fromkeys(hidden, True)}
    return panel.transformations([DataTransformerConfig(id_val="organize", options=excluded)])


def board(uid: str, title: str, what: str) -> dashboards.Dashboard:
    """An empty dashboard with its data source to choose and links to its siblings."""
    links = (
        dashboards.DashboardLink("moderator").type(DashboardLinkType.DASHBOARDS).tags(["moderator"])
    )
    return (
        dashboards.Dashboard(f"Moderator / {title}")
        .uid(f"moderator-{uid}")
        .description(what)
        .tags(["moderator"])
        .timezone("browser")
        .time("now-1h", "now")
        .refresh("30s")
        .readonly()
        .link(links.as_dropdown(False).keep_time(True).include_vars(True))
        .link(runbook_link("runbook"))
        .with_variable(
            dashboards.DatasourceVariable("datasource").label("Source").type("prometheus")
        )
        .with_variable(_choice("job", "Job", "label_values(moderator_build_info, job)"))
        .with_variable(
            _choice(
                "instance", "Instance", 'label_values(moderator_build_info{job=~"$job"}, instance)'
            )
        )
        .with_variable(
            dashboards.TextBoxVariable("runbook").label("Runbook").default_value(RUNBOOK_URL)
        )
        .annotation(_version_changes())
    )


def _choice(name: str, label: str, query: str) -> dashboards.QueryVariable:
    every = VariableOption(selected=True, text="All", value="$__all")
    variable = dashboards.QueryVariable(name).label(label).datasource(SOURCE).query(query)
    variable.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).multi(True).include_all(True)
    return variable.current(every).sort(VariableSort.ALPHABETICAL_ASC)


def _version_changes() -> dashboards.AnnotationQuery:
    """A line whenever a version of package, scorer, model, lexicon or policy is new."""
    info = check("moderator_build_info")
    seen = "by (component, name, version)"
    promql = f"count {seen} ({info}) unless count {seen} ({info} offset 5m)"
    query = dashboards.AnnotationQuery().name("New versions").datasource(SOURCE).enable(True)
    query.icon_color("purple")
    return query.expr(promql)


def fill(page: dashboards.Dashboard, *panels: timeseries.Panel | stat.Panel | table.Panel) -> None:
    """Add panels in their order."""
    for panel in panels:
        page.with_panel(panel)


def _common(panel: P, title: str, what: str, unit: str, queries: Iterable[Query]) -> P:
    panel.title(title).description(what).datasource(SOURCE).unit(unit).no_value("0")
    for letter, (promql, legend) in zip(ascii_uppercase, queries, strict=False):
        panel.with_target(_target(check(promql), legend).ref_id(letter))
    return panel


def _target(promql: str, legend: str) -> prometheus.Dataquery:
    query = prometheus.Dataquery().expr(promql).datasource(SOURCE)
    return query.range().legend_format(legend)
