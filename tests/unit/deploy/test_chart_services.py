"""The chart's HTTP services: the API and the review page, each in pods of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from moderator.settings import Settings
from tests.unit.deploy.test_chart import EVERYTHING, Render, rendered_files


def workers_deployment(values: dict[str, Any]) -> dict[str, Any]:
    files = rendered_files(values)
    (text,) = (text for name, text in files.items() if name.endswith("/deployment.yaml"))
    return dict(yaml.safe_load(text))


API: dict[str, Any] = {
    "api": {"enabled": True, "tokensSecret": "tokens", "autoscaling": {"enabled": True}}
}


@pytest.fixture
def render_api() -> Callable[[dict[str, Any]], dict[str, dict[str, Any]]]:
    """The API's objects by kind."""

    def rendered(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
        files = rendered_files(values)
        found = [yaml.safe_load(text) for name, text in files.items() if "/api-" in name]
        return {one["kind"]: one for one in found if one}

    return rendered


def test_the_api_is_off_unless_asked_for(render_api: Render) -> None:
    assert render_api({}) == {}


@pytest.mark.parametrize("more", [{}, EVERYTHING], ids=["alone", "everything"])
def test_kubernetes_takes_the_api(render_api: Render, more: dict[str, Any]) -> None:
    import kubernetes_validate

    objects = render_api({**more, **API})
    assert set(objects) == {
        "Deployment", "Service", "HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget",
    }  # fmt: skip
    for found in objects.values():
        for version in ("1.27", "1.34"):
            kubernetes_validate.validate(found, version, strict=True)
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for kind in ("Service", "NetworkPolicy", "PodDisruptionBudget"):
        spec = objects[kind]["spec"]
        chosen = spec.get("podSelector") or spec["selector"]
        chosen = chosen.get("matchLabels", chosen)
        assert chosen.items() <= labels.items(), kind


def test_the_workers_do_not_select_the_api(render_api: Render) -> None:
    workers = workers_deployment({})["spec"]["selector"]["matchLabels"]
    api = render_api(API)["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert not workers.items() <= api.items()


def test_the_api_asks_for_tokens_if_it_has_any(
    render_api: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    def container(values: dict[str, Any]) -> dict[str, Any]:
        spec = render_api(values)["Deployment"]["spec"]["template"]["spec"]
        (found,) = spec["containers"]
        return dict(found)

    with_tokens = container(API)
    assert with_tokens["args"] == ["serve"]
    assert container({"api": {"enabled": True}})["args"] == ["serve", "--insecure"]
    for variable in with_tokens["env"]:
        monkeypatch.setenv(variable["name"], variable["value"])
    serve = Settings.load().serve
    assert str(serve.tokens) == "/etc/moderator-tokens/tokens.toml"
    assert {one["containerPort"] for one in with_tokens["ports"]} == {serve.port, 6066}
    grace_s = render_api(API)["Deployment"]["spec"]["template"]["spec"]
    assert grace_s["terminationGracePeriodSeconds"] > serve.drain_s


REVIEW: dict[str, Any] = {
    "review": {"enabled": True, "tokensSecret": "tokens", "allowedHosts": ["review.example.com"]}
}


def review_of(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The review page's objects by kind."""
    files = rendered_files(values)
    (text,) = (text for name, text in files.items() if name.endswith("/review.yaml"))
    return {one["kind"]: one for one in yaml.safe_load_all(text) if one}


def test_the_review_page_is_off_unless_asked_for() -> None:
    assert review_of({}) == {}


@pytest.mark.parametrize("more", [{}, EVERYTHING], ids=["alone", "everything"])
def test_kubernetes_takes_the_review_page(more: dict[str, Any]) -> None:
    import kubernetes_validate

    objects = review_of({**more, **REVIEW})
    assert set(objects) == {"Deployment", "Service", "NetworkPolicy"}
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for found in objects.values():
        for version in ("1.27", "1.34"):
            kubernetes_validate.validate(found, version, strict=True)
        chosen = found["spec"].get("podSelector") or found["spec"]["selector"]
        assert chosen.get("matchLabels", chosen).items() <= labels.items()


def test_the_review_pages_variables_are_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    pod = review_of(REVIEW)["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    for variable in container["env"]:
        monkeypatch.setenv(variable["name"], variable["value"])
    settings = Settings.load()
    review = settings.review
    mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert review.tokens is not None
    assert {str(review.tokens.parent), str(review.database.parent)} <= mounted
    assert review.allowed_hosts == ("review.example.com",)
    assert {one["containerPort"] for one in container["ports"]} == {review.port, 6066}
    (worker,) = workers_deployment(REVIEW)["spec"]["template"]["spec"]["containers"]
    assert worker["name"] == "worker"
    given = {variable["name"]: variable["value"] for variable in worker["env"]}
    assert (settings.feedback.to, settings.stream.carry_comment) == ("topic", True)
    assert given["MODERATOR_FEEDBACK__TO"] == "topic"
    assert given["MODERATOR_STREAM__CARRY_COMMENT"] == "true"


def test_a_review_page_without_tokens_is_refused() -> None:
    with pytest.raises(Exception, match="tokensSecret"):
        rendered_files({"review": {"enabled": True}})
