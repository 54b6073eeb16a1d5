"""Panels in one style, and queries whose metric names are checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import ascii_uppercase
from typing import TypeVar

from grafana_foundation_sdk.builders import common as commons
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import heatmap, prometheus, stat, timeseries
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
    DynamicConfigValue,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from moderator.metrics import Metrics

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
ACTION_COLOURS = {"allow": "green", "review": "orange", "block": "red"}

NAMES = {metric.name for metric in Metrics().described}
_NAME = re.compile(r"\bmoderator_[a-z_]+")
_SUFFIX = re.compile(r"_(bucket|sum|count)$")

Query = tuple[str, str]
"""PromQL, and the legend of its series."""

P = TypeVar("P", timeseries.Panel, stat.Panel, heatmap.Panel)


def check(promql: str) -> str:
    """The query, if every metric it names is one of ours; KeyError else."""
    for name in _NAME.findall(promql):
        if name not in NAMES and _SUFFIX.sub("", name) not in NAMES:
            raise KeyError(f"no metric is named {name}")
    return promql


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
) -> timeseries.Panel:
    """Series over time; `what` is the panel's help."""
    panel = _common(timeseries.Panel(), title, what, unit, queries).span(span).height(8)
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
    title: str, what: str, unit: str, promql: str, *, warn: float | None = None, span: int = 4
) -> stat.Panel:
    """One figure of now, with its recent course behind it; orange from `warn` on."""
    panel = _common(stat.Panel(), title, what, unit, [(promql, "")]).span(span).height(4)
    steps = [Threshold(color="green", value=None)]
    if warn is not None:
        steps.append(Threshold(color="orange", value=warn))
    panel.thresholds(dashboards.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    panel.reduce_options(commons.ReduceDataOptions().calcs(["lastNotNull"]))
    return panel.color_mode(BigValueColorMode.VALUE)


def distribution(title: str, what: str, metric: str, selector: str, span: int) -> heatmap.Panel:
    """A histogram over time as a heat map: darker for more observations."""
    promql = f"sum by (le) (increase({metric}_bucket{{{selector}}}[$__rate_interval]))"
    panel = heatmap.Panel().title(title).description(what).datasource(SOURCE)
    panel.span(span).height(8).unit("short")
    panel.with_target(_target(promql, "{{le}}").ref_id("A").format(PromQueryFormat.HEATMAP))
    panel.calculate(False).cell_gap(1).hide_legend()
    panel.rows_frame(heatmap.RowsHeatmapOptions().layout(HeatmapCellLayout.LE))
    panel.color(
        heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(32)
    )
    return panel


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
        .link(links.as_dropdown(False).keep_time(True))
        .with_variable(
            dashboards.DatasourceVariable("datasource").label("Source").type("prometheus")
        )
    )


def fill(page: dashboards.Dashboard, *panels: timeseries.Panel | stat.Panel) -> None:
    """Add panels in their order."""
    for panel in panels:
        page.with_panel(panel)


def _common(panel: P, title: str, what: str, unit: str, queries: Iterable[Query]) -> P:
    panel.title(title).description(what).datasource(SOURCE).unit(unit)
    for letter, (promql, legend) in zip(ascii_uppercase, queries, strict=False):
        panel.with_target(_target(promql, legend).ref_id(letter))
    return panel


def _target(promql: str, legend: str) -> prometheus.Dataquery:
    query = prometheus.Dataquery().expr(check(promql)).datasource(SOURCE)
    return query.range().legend_format(legend)
