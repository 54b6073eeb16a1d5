"""Settings reach every client, secrets only there."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from moderator.consumer.app import build_app
from moderator.errors import SettingsError
from moderator.kafka.client_config import aiokafka_options, librdkafka_options, servers
from moderator.settings import Kafka, Settings
from tests.unit.stream.fakes import FakeMessage

SASL = Kafka(
    bootstrap_servers="a:1, b:2",
    security_protocol="SASL_SSL",
    sasl_mechanism="SCRAM-SHA-256",
    sasl_username="user",
    sasl_password=SecretStr("hunter2"),
)


def test_sasl_over_tls_reaches_each_client() -> None:
    aiokafka = aiokafka_options(SASL)
    assert aiokafka["bootstrap_servers"] == ["a:1", "b:2"]
    assert aiokafka["security_protocol"] == "SASL_SSL"
    assert aiokafka["sasl_mechanism"] == "SCRAM-SHA-256"
    assert aiokafka["sasl_plain_password"] == "hunter2"
    assert aiokafka["ssl_context"].check_hostname
    librdkafka = librdkafka_options(SASL)
    assert librdkafka["bootstrap.servers"] == "a:1,b:2"
    assert librdkafka["security.protocol"] == "SASL_SSL"
    assert librdkafka["sasl.password"] == "hunter2"
    app = build_app(Settings.load().model_copy(update={"kafka": SASL}))
    credentials: Any = app.conf.broker_credentials
    assert (credentials.username, credentials.password) == ("user", "hunter2")
    assert credentials.protocol.value == "SASL_SSL"
    assert "hunter2" not in repr(credentials)
    assert "hunter2" not in repr(app.conf)


def test_without_security_nothing_of_it_is_set() -> None:
    assert librdkafka_options(Kafka())["security.protocol"] == "PLAINTEXT"
    assert aiokafka_options(Kafka())["ssl_context"] is None
    assert build_app(Settings.load()).conf.broker_credentials is None


def test_missing_certificates_are_reported(tmp_path: Path) -> None:
    kafka = Kafka(security_protocol="SSL", ssl_cafile=tmp_path / "none.pem")
    with pytest.raises(SettingsError, match=r"kafka\.ssl_"):
        aiokafka_options(kafka)


@pytest.mark.parametrize("address", ["foo:bar", "foo:99999", ":9092", "kafka://foo:9092", "foo:0"])
def test_a_bad_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=f"'{address}' is not host:port"):
        servers(Kafka(bootstrap_servers=f"good:9092,{address}"))


@pytest.mark.parametrize("address", ["user:hunter2@host:9092", "kafka://u:hunter2@host"])
def test_an_address_with_a_password_is_refused_without_printing_it(address: str) -> None:
    with pytest.raises(SettingsError, match="address 2 holds an @") as refused:
        servers(Kafka(bootstrap_servers=f"good:9092,{address}"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("address", ["foo", "foo:9092", "10.0.0.1:9", "[::1]:9092"])
def test_hosts_with_and_without_a_port_are_addresses(address: str) -> None:
    assert servers(Kafka(bootstrap_servers=address)) == [address]


def test_no_server_is_refused() -> None:
    with pytest.raises(SettingsError, match="bootstrap_servers"):
        servers(Kafka(bootstrap_servers=" , "))


def test_faust_itself_cannot_acknowledge_a_record() -> None:
    app = build_app(Settings.load())
    make_event: Any = app.conf.Event
    event = make_event(app, None, True, {}, FakeMessage(b"x"))
    assert event.ack() is False
