"""compose.yaml and Dockerfile traced against the settings and the files they name."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from moderator.cli.main import app
from moderator.package import shipped
from moderator.settings import Settings
from tests.servers import missing

DEPLOY = Path(__file__).parents[3] / "deploy"
TOP = DEPLOY.parent
DEFAULTED = re.compile(r"(?<!\$)\$\{(\w+)(?::-([^}]*))?\}")


def compose(**environment: str) -> dict[str, Any]:
    """compose.yaml as Compose reads it, with its variables filled in."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    filled = DEFAULTED.sub(lambda m: environment.get(m[1]) or m[2] or "", text)
    found: dict[str, Any] = yaml.safe_load(filled)
    return found


def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text("utf-8")


@pytest.fixture
def worker_environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables that the worker's container has, in force here."""
    image = dict(re.findall(r"\b(MODERATOR_\w+)=(\S+)", dockerfile()))
    service: dict[str, str] = compose(REDIS_PASSWORD="pa55")["services"]["worker"]["environment"]
    for name, value in (image | service).items():
        monkeypatch.setenv(name, value)
    return image | service


def test_the_worker_understands_its_environment(worker_environment: dict[str, str]) -> None:
    settings = Settings.load()  # refuses variables of unknown settings
    services = compose()["services"]
    host, port = settings.kafka.bootstrap_servers.split(":")
    assert (
        f"INTERNAL://{host}:{port}" in services[host]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    )
    assert settings.cache.backend == "redis"
    assert settings.cache.url.get_secret_value() == "redis://:pa55@redis:6379/0"
    assert "redis" in services
    assert settings.http.host == "0.0.0.0"  # noqa: S104
    (published,) = services["worker"]["ports"]
    assert published == f"127.0.0.1:{settings.http.port}:{settings.http.port}"
    grace_s = int(services["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace_s > settings.stream.drain_s


@pytest.mark.parametrize("service", ["worker", "api", "review", "replay", "topics"])
def test_commands_and_options_exist(service: str) -> None:
    command = compose()["services"][service].get("command", ["worker"])
    words = command[0].split()[1:] if service == "replay" else command
    options = [word for word in words if word.startswith("--")]
    path = list(takewhile(lambda word: not word.startswith(("-", "/")), words))
    shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert all(option in shown.output for option in options)


def test_the_policy_is_mounted_where_the_settings_look(worker_environment: dict[str, str]) -> None:
    for name in ("worker", "api", "review", "replay"):
        volumes = [volume.split(":") for volume in compose()["services"][name]["volumes"]]
        (source,) = [
            source for source, target, *_ in volumes if target == str(Settings.load().policy)
        ]
        assert (DEPLOY / source).resolve() == shipped("config/policy.toml")


def test_prometheus_alerts_reach_the_alertmanager() -> None:
    prometheus = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    (manager,) = prometheus["alerting"]["alertmanagers"]
    ((host, port),) = [target.split(":") for target in manager["static_configs"][0]["targets"]]
    assert f"127.0.0.1:{port}:{port}" in compose()["services"][host]["ports"]
    base = prometheus["global"]["external_labels"]["moderator_runbook"]
    (page,) = compose()["services"]["worker"]["ports"]
    assert base == f"http://localhost:{page.split(':')[1]}/runbook"


def test_the_alertmanager_sends_alerts_that_exist_to_receivers_that_exist() -> None:
    manager = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text("utf-8"))
    receivers = {receiver["name"]: receiver for receiver in manager["receivers"]}
    routes = [manager["route"], *manager["route"]["routes"]]
    assert {route["receiver"] for route in routes} <= set(receivers)
    assert receivers["webhook"]["webhook_configs"][0]["url"].startswith("http")
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))["groups"]
    alerts = {rule["alert"] for group in groups for rule in group["rules"]}
    for rule in manager["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            pattern = matcher.split("=", 1)[1].strip('~"')
            assert any(re.fullmatch(pattern, alert) for alert in alerts), matcher


def test_prometheus_scrapes_the_worker_and_grafana_asks_prometheus() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    (job,) = [job for job in config["scrape_configs"] if job["job_name"] == "moderator"]
    (found,) = job["dns_sd_configs"]
    assert found["names"] == ["worker", "api", "review"]
    assert found["port"] == Settings().http.port
    source = DEPLOY / "grafana/provisioning/datasources/prometheus.yaml"
    (datasource,) = yaml.safe_load(source.read_text("utf-8"))["datasources"]
    assert datasource["url"] == "http://prometheus:9090"
    assert "127.0.0.1:9090:9090" in compose()["services"]["prometheus"]["ports"]
    provider = DEPLOY / "grafana/provisioning/dashboards/moderator.yaml"
    (dashboards,) = yaml.safe_load(provider.read_text("utf-8"))["providers"]
    folder = dashboards["options"]["path"]
    grafana = compose()["services"]["grafana"]
    assert f"./grafana/dashboards:{folder}:ro" in grafana["volumes"]
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (DEPLOY / "grafana/dashboards" / Path(home).name).is_file()


def mounts() -> Iterator[tuple[str, str]]:
    document = compose()
    for name, service in document["services"].items():
        for volume in service.get("volumes", []):
            yield name, volume.split(":")[0]


@pytest.mark.parametrize(("service", "source"), sorted(mounts()))
def test_what_is_mounted_exists(service: str, source: str) -> None:
    if source.startswith("."):
        assert (DEPLOY / source).exists()
    else:
        assert source in compose()["volumes"]


def test_ports_stay_on_this_machine() -> None:
    ports = [p for service in compose()["services"].values() for p in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_service_is_hardened_and_every_base_pinned() -> None:
    images = set(re.findall(r"^ARG PYTHON=(\S+)", dockerfile(), re.M))
    for name, service in compose()["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if service["image"] != "moderator":
            images.add(service["image"])
        else:
            assert service["read_only"] is True
    assert len(images) == 6
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", image) for image in images)


def test_the_documented_variables_are_those_that_are_read() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    example = (DEPLOY / "env.example").read_text("utf-8")
    assert set(re.findall(r"^#? ?([A-Z_]+)=", example, re.M)) == {
        m[1] for m in DEFAULTED.finditer(text)
    }


def test_the_image_has_all_that_the_package_is_built_from() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"],
              *project["project"]["license-files"], "pyproject.toml"}  # fmt: skip
    copied = set(re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile(), re.M))
    assert needed == {name for line in copied for name in line.split()}
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert {f"!{name}" for name in needed} <= set(allowed)
    assert re.search(r"^USER 10001:10001$", dockerfile(), re.M)
    assert re.search(r"^HEALTHCHECK ", dockerfile(), re.M)


def test_hadolint_has_nothing_to_say() -> None:
    path = shutil.which("hadolint")
    if path is None:
        missing("hadolint is not installed: pip install 'moderator[ops]'")
    run = subprocess.run(
        [path, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout) == (0, "")


def test_compose_follows_its_specification() -> None:
    if importlib.util.find_spec("compose_spec") is None:
        missing("compose-spec is not installed: pip install 'moderator[ops]'")
    from compose_spec import PyCompose

    document = compose()
    for service in document["services"].values():
        # This parser takes a tag or a digest; Docker takes both, and goes by the digest.
        service["image"] = re.sub(r":[\w.-]+@", "@", service["image"])
    PyCompose.from_json(json.dumps(document)).validate()
