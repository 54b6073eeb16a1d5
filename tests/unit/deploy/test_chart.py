"""The Helm chart, rendered by Helm's own engine and checked against Kubernetes's schemas."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from moderator.settings import Settings
from tests.servers import missing

CHART = Path(__file__).parents[3] / "deploy" / "kubernetes" / "moderator"
EVERYTHING: dict[str, Any] = {
    "autoscaling": {"enabled": True, "partitions": 12, "authentication": "kafka-sasl"},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "policy": Path(CHART.parents[2] / "config" / "policy.toml").read_text("utf-8"),
    "secretSettings": {"MODERATOR_CACHE__URL": {"name": "moderator", "key": "redis-url"}},
    "image": {"digest": "sha256:" + "0" * 64},
    "imagePullSecrets": [{"name": "registry"}],
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "moderation", "operator": "Exists"}],
    "podAnnotations": {"team": "safety"},
    "settings": {"MODERATOR_CACHE__BACKEND": "redis"},
    "lexicons": {"configMap": "terms"},
    "ca": {"secret": "company-ca"},
    "models": {
        "volume": {"persistentVolumeClaim": {"claimName": "models", "readOnly": True}},
        "folder": "original",
    },
    "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
    "extraVolumes": [{"name": "more", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
    "prometheusRule": {"enabled": True, "runbookUrl": "https://ops.example/runbook"},
    "dashboards": {"enabled": True},
}
CUSTOM = {"ServiceMonitor", "ScaledObject", "PrometheusRule"}
NAMED = {"demo-dashboards": "Dashboards"}
"""Objects that share their kind with another, and what the tests call them."""

Render = Callable[[dict[str, Any]], dict[str, dict[str, Any]]]


def rendered_files(values: dict[str, Any]) -> dict[str, str]:
    """The chart's files, rendered with values."""
    if importlib.util.find_spec("helm_python") is None:
        missing("Helm is not installed: pip install 'moderator[ops]'")
    import helm_python

    with helm_python.Chart.load(str(CHART)) as chart:
        chart.validate_schema(values)
        files: dict[str, str] = chart.render(values, name="demo", namespace="prod")
        return files


@pytest.fixture
def render() -> Render:
    """Renders the chart with values; the objects by kind."""

    def rendered(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
        files = rendered_files(values)
        objects = [
            found
            for name, text in files.items()
            if name.endswith(".yaml")
            for found in yaml.safe_load_all(text)
            if found
        ]
        return {NAMED.get(found["metadata"]["name"], found["kind"]): found for found in objects}

    return rendered


@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["defaults", "everything"])
def test_kubernetes_takes_what_is_rendered(render: Render, values: dict[str, Any]) -> None:
    import kubernetes_validate

    objects = render(values)
    assert set(objects) >= {"Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "Job"}
    for kind, found in objects.items():
        if kind not in CUSTOM:
            for version in ("1.27", "1.34"):
                kubernetes_validate.validate(found, version, strict=True)


def test_helm_lint_finds_nothing(render: Render) -> None:
    import helm_python

    found = helm_python.lint(str(CHART))
    assert found["errors"] == []
    assert [m for m in found["messages"] if m["error"] != "icon is recommended"] == []


def test_variables_are_settings(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    pod = render(EVERYTHING)["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    for variable in container["env"]:
        monkeypatch.setenv(variable["name"], variable.get("value", "rediss://redis:6379/0"))
    settings = Settings.load()
    assert container["ports"][0]["containerPort"] == settings.http.port
    assert settings.http.host == "0.0.0.0"  # noqa: S104
    assert pod["terminationGracePeriodSeconds"] > settings.stream.drain_s
    ca, checkpoint = settings.kafka.ssl_cafile, settings.scorers.detoxify.checkpoint
    assert ca is not None
    assert checkpoint is not None
    mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounted == {
        "/tmp", "/more", *map(str, settings.scorers.lexicons), str(settings.policy.parent),  # noqa: S108
        str(ca.parent), str(checkpoint.parent),
    }  # fmt: skip
    assert settings.cache.ssl_cafile == settings.kafka.ssl_cafile
    assert {mount["name"] for mount in container["volumeMounts"]} == {
        volume["name"] for volume in pod["volumes"]
    }


def test_secrets_are_only_referred_to(render: Render) -> None:
    (container,) = render(EVERYTHING)["Deployment"]["spec"]["template"]["spec"]["containers"]
    (url,) = [v for v in container["env"] if v["name"] == "MODERATOR_CACHE__URL"]
    assert url["valueFrom"] == {"secretKeyRef": {"name": "moderator", "key": "redis-url"}}


def test_no_more_workers_than_partitions(render: Render) -> None:
    objects = render(EVERYTHING)
    scaled = objects["ScaledObject"]["spec"]
    assert scaled["maxReplicaCount"] == 12
    assert scaled["scaleTargetRef"]["name"] == objects["Deployment"]["metadata"]["name"]
    (trigger,) = scaled["triggers"]
    settings = Settings()
    assert trigger["metadata"]["topic"] == settings.topics.comments
    assert trigger["metadata"]["consumerGroup"] == settings.stream.group
    assert "replicas" not in objects["Deployment"]["spec"]


def test_monitor_budget_and_policy_find_the_pods(render: Render) -> None:
    objects = render(EVERYTHING)
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for selector in (
        objects["Service"]["spec"]["selector"],
        objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        objects["Deployment"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    monitor = objects["ServiceMonitor"]["spec"]
    service = objects["Service"]["metadata"]["labels"]
    assert monitor["selector"]["matchLabels"].items() <= service.items()
    assert service[monitor["jobLabel"]] == "moderator"
    assert monitor["endpoints"][0]["port"] == objects["Service"]["spec"]["ports"][0]["name"]


@pytest.mark.parametrize(
    "values",
    [{"setings": {}}, {"settings": {"KAFKA": "x"}}, {"autoscaling": {"partitions": 0}},
     {"image": {"digest": "latest"}}, {"secretSettings": {"MODERATOR_CACHE__URL": "redis://"}}],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(render: Render, values: dict[str, Any]) -> None:
    import helm_python

    with pytest.raises(helm_python.HelmError):
        render(values)


def test_redis_needs_its_address(render: Render) -> None:
    backend = {"MODERATOR_CACHE__BACKEND": "redis"}
    render({"settings": {**backend, "MODERATOR_CACHE__URL": "redis://redis:6379/0"}})
    url = {"MODERATOR_CACHE__URL": {"name": "moderator", "key": "redis-url"}}
    render({"settings": backend, "secretSettings": url})
    import helm_python

    with pytest.raises(helm_python.HelmError, match="MODERATOR_CACHE__URL"):
        render({"settings": backend})


def test_prometheus_rules_link_to_the_runbook(render: Render) -> None:
    groups = render(EVERYTHING)["PrometheusRule"]["spec"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    alerts = [rule for rule in rules if "alert" in rule]
    assert len(alerts) > 15
    assert len(rules) > len(alerts)
    for alert in alerts:
        anchor = f"#{alert['alert'].lower()}"
        assert alert["annotations"]["runbook_url"] == f"https://ops.example/runbook{anchor}"
    shipped = yaml.safe_load((CHART.parents[1] / "prometheus/alerts.yml").read_text("utf-8"))
    assert [a["expr"] for a in alerts] == [r["expr"] for r in shipped["groups"][0]["rules"]]


def test_dashboards_come_as_they_are_built(render: Render) -> None:
    found = render(EVERYTHING)["Dashboards"]
    assert found["metadata"]["labels"]["grafana_dashboard"] == "1"
    files = {f"moderator-{path.name}": path for path in CHART.glob("files/dashboards/*.json")}
    assert len(files) == 3
    for name, path in files.items():
        text = path.read_text("utf-8").replace("http://localhost:6066/", "https://ops.example/")
        assert found["data"][name].strip() == text.strip()


def test_the_topics_are_made_before_the_workers(render: Render) -> None:
    objects = render(EVERYTHING)
    job = objects["Job"]
    assert "pre-install" in job["metadata"]["annotations"]["helm.sh/hook"]
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["args"][:2] == ["topics", "create"]
    made_by_chart = {"demo", "demo-policy"}
    named = {volume.get("configMap", {}).get("name") for volume in pod["volumes"]}
    assert not named & made_by_chart  # hooks run before they are there
    assert "serviceAccountName" not in pod
    selector = objects["Deployment"]["spec"]["selector"]["matchLabels"]
    assert not selector.items() <= job["spec"]["template"]["metadata"]["labels"].items()
    assert "Job" not in render({"topics": {"enabled": False}})


def test_prometheus_is_let_in_and_pods_are_spread(render: Render) -> None:
    objects = render(EVERYTHING)
    (ingress,) = objects["NetworkPolicy"]["spec"]["ingress"]
    namespaces = [one["namespaceSelector"] for one in ingress["from"] if "namespaceSelector" in one]
    assert namespaces == [{"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}]
    spread = objects["Deployment"]["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert [one["topologyKey"] for one in spread] == [
        "kubernetes.io/hostname", "topology.kubernetes.io/zone",
    ]  # fmt: skip
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert all(one["labelSelector"]["matchLabels"].items() <= labels.items() for one in spread)
