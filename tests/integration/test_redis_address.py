"""Addresses of Redis: what is refused and never printed, and TLS with a user of its own."""

from __future__ import annotations

import logging
import shutil
import subprocess
import traceback
from pathlib import Path

import pytest

from moderator.cache.redis import RedisCache
from moderator.errors import SettingsError
from moderator.metrics import Metrics
from tests.contract.test_cache import SCORED, verdict
from tests.integration.caching import look_ups, settings
from tests.servers import RedisServer, missing


@pytest.mark.parametrize(
    "url", ["redis://u:hush@h/2", "redis+sentinel://u:hush@h/s", "redis://h?x=1"]
)
def test_a_bad_address_of_a_cluster_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        RedisCache(settings(url, cluster=True), Metrics())
    assert "hush" not in "".join(traceback.format_exception(refused.value))


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a self-signed certificate for localhost."""
    if shutil.which("openssl") is None:
        missing("openssl is not installed")
    key, cert = folder / "server.key", folder / "server.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return key, cert


async def test_tls_with_acl_user_and_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key, cert = certificate(tmp_path)
    server = RedisServer(
        tmp_path,
        ["--tls-cert-file", str(cert), "--tls-key-file", str(key), "--tls-auth-clients", "no",
         "--user", "default", "off", "--user", "moderator", "on", ">p@ss/word", "~moderator:*",
         "-@all", "+mget", "+set"],
        tls=True,
    ).start()  # fmt: skip
    try:
        good = f"rediss://moderator:p%40ss%2Fword@localhost:{server.port}/0"
        cache = RedisCache(settings(good, ssl_cafile=cert), Metrics())
        await cache.set_many({"k": SCORED}, [verdict()])
        assert await cache.get_many(["k"]) == [SCORED]
        assert await cache.get_verdict("c1") == verdict()
        await cache.close()
        for url, ca in (
            (good.replace("%40", "%41"), cert),  # another password
            (good, None),  # a certificate nobody vouches for
            (good.replace("localhost", "127.0.0.1"), cert),  # a name not in the certificate
            (good.replace("rediss:", "redis:"), None),  # no TLS
        ):
            metrics = Metrics()
            cache = RedisCache(settings(url, ssl_cafile=ca, timeout_ms=3_000), metrics)
            assert await cache.get_many(["k"]) == [None]
            assert look_ups(metrics, "error") == 1
            assert "ss/word" not in repr(cache) + str(vars(cache))
            await cache.close()
    finally:
        server.stop()
    assert "ss/word" not in caplog.text
    assert "ss%2Fword" not in caplog.text


@pytest.mark.parametrize(
    "url",
    ["http://u:hush@h/0", "redis://u:hush@h:hush/0", "redis://u@h:x", "redis://u:hush@h/0?bogus=1",
     "redis+sentinel://u:hush@h:1", "redis+sentinel://u:hush@/s/0", "redis+sentinel://h:x/s",
     "redis+sentinel://h/s/x", "redis+sentinel://u:hush@h/s?bogus=1", "redis+sentinel://h/s?x"],
)  # fmt: skip
def test_a_bad_address_is_refused_without_being_printed(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        RedisCache(settings(url), Metrics())
    assert "cache.url" in str(refused.value)
    assert "hush" not in "".join(traceback.format_exception(refused.value))


def test_a_ca_without_tls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="rediss://"):
        RedisCache(settings("redis://h", ssl_cafile=tmp_path / "ca.pem"), Metrics())
