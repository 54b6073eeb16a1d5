"""Settings come from file, environment and overrides; what is unknown is refused."""

import tomllib
from pathlib import Path

import pytest

from moderator.errors import SettingsError
from moderator.package import shipped
from moderator.settings import Scorers, Settings


def load(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "moderator.toml"
    file.write_text(text)
    return Settings.load(file)


def test_the_shipped_file_shows_the_defaults() -> None:
    file = shipped("config/moderator.toml")
    loaded, default = Settings.load(file), Settings()
    assert loaded.policy.resolve() == default.policy.resolve()
    assert loaded.model_copy(update={"policy": default.policy}) == default


def test_the_shipped_file_names_every_setting() -> None:
    file = shipped("config/moderator.toml")
    written = file.read_text()
    tables = {k: set(v) for k, v in tomllib.loads(written).items() if isinstance(v, dict)}
    for name, field in Settings.model_fields.items():
        keys = getattr(field.annotation, "model_fields", {})
        for key in keys:
            assert key in tables.get(name, set()) or f"# {key} = " in written, f"{name}.{key}"


def test_the_environment_overrides_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODERATOR_STREAM__BATCH_SIZE", "7")
    settings = load(tmp_path, "[stream]\nbatch_size = 5\ngroup = 'g'")
    assert (settings.stream.batch_size, settings.stream.group) == (7, "g")


def test_overrides_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_HTTP__PORT", "1")
    assert Settings.load(None, {"http": {"port": 2}}).http.port == 2


def test_a_list_that_is_not_json_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_SCORERS__THREADS", "2")
    monkeypatch.setenv("MODERATOR_SCORERS__USE", "lexicon")
    with pytest.raises(SettingsError, match=r"as JSON.*check MODERATOR_SCORERS__USE$"):
        Settings.load()


def test_bare_settings_ignore_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_HTTP__PORT", "1")
    monkeypatch.setenv("POLICY", "/nowhere")
    assert Settings() == Settings.model_construct(**dict(Settings()))
    assert Settings().http.port == 6066


def test_relative_paths_lie_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
    policy = 'p.toml'
    kafka.ssl_cafile = 'ca.pem'
    cache.ssl_cafile = '/etc/ca.pem'
    scorers.lexicons = ['a.toml', '/b.toml']
    scorers.compact.model = 'own'
    serve.tokens = 'tokens.toml'
    """
    monkeypatch.setenv("MODERATOR_SCORERS__DETOXIFY__CHECKPOINT", "here")
    found = load(tmp_path, text)
    assert found.policy == tmp_path / "p.toml"
    assert found.kafka.ssl_cafile == tmp_path / "ca.pem"
    assert found.cache.ssl_cafile == Path("/etc/ca.pem")
    assert found.scorers.lexicons == (tmp_path / "a.toml", Path("/b.toml"))
    assert found.scorers.compact.model == tmp_path / "own"
    assert found.serve.tokens == tmp_path / "tokens.toml"
    assert found.scorers.detoxify.checkpoint == Path("here")  # a variable's is the shell's


@pytest.mark.parametrize(
    ("threads", "cores", "processes", "each"),
    [(0, 2, 1, 2), (0, 16, 1, 4), (0, 8, 4, 2), (0, 2, 4, 1), (0, None, 1, 1), (3, 2, 4, 3)],
)
def test_cores_are_shared_out_among_processes(
    monkeypatch: pytest.MonkeyPatch, threads: int, cores: int | None, processes: int, each: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert Scorers(threads=threads).threads_each(processes) == each


def test_secrets_show_in_no_representation(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "[kafka]\nsasl_password='hush1'\n[cache]\nurl='redis://:hush2@h'\nsecret='hush3'",
    )
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hush" not in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[stream]\nbatchsize = 1",
            "`stream.batchsize`: unknown setting (did you mean `batch_size`?)",
        ),
        ("[kafak]\nx = 1", "`kafak`: unknown setting (did you mean `kafka`?)"),
        ("[scorers.detoxify]\nmodle = 'x'", "unknown setting (did you mean `model`?)"),
        (
            "[webhooks.endpoints.shop]\nurl = 'http://x'\nsecret = ['x']",
            "unknown setting (did you mean `secrets`?)",
        ),
        ("colour = 'red'", "`colour`: unknown setting"),
        ("[stream]\nbatch_size = 0", "`stream.batch_size`"),
        ("[http]\nport = 70000", "`http.port`"),
        ("[http]\nhost = ''", "`http.host`"),
        ("[scorers]\nuse = ['magic']", "`scorers.use.0`"),
        ("stream", "not valid TOML"),
        (f"x = {'9' * 5_000}", "not valid TOML"),
        ("x = " + "[" * 5_000 + "]" * 5_000, "not valid TOML"),
    ],
)
def test_bad_files_are_refused_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    assert "moderator.toml" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "name", ["MODERATOR_STREAM__BATCHSIZE", "MODERATOR_COLOUR", "MODERATOR_STREAM_BATCH_SIZE"]
)
def test_unknown_variables_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=name):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("MODERATOR_KAFKA__BOOTSTRAP_SERVER", "did you mean MODERATOR_KAFKA__BOOTSTRAP_SERVERS?"),
        ("MODERATOR_POLICYS", "did you mean MODERATOR_POLICY?"),
        ("MODERATOR_COLOUR", "see `moderator settings`"),
    ],
)
def test_a_misspelt_variable_is_answered_with_the_one_meant(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(caught.value) == f"environment: unknown setting {name}; {said}"


def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_KAFKA__SASL_MECHANISM", "hush")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert "hush" not in str(caught.value)
    assert "sasl_mechanism" in str(caught.value)


def test_a_missing_file_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--config"):
        Settings.load(tmp_path / "none.toml")
