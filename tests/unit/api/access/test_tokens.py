"""Tokens are kept as hashes, found by their public part, and refused when anything differs."""

from pathlib import Path

import pytest

from moderator.api.access.tokens import AccessTokens, Right, new_token
from moderator.errors import SettingsError


def test_a_new_token_is_let_in_and_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    shop = new_token(file, "shop", 'ga"mes', "5/second")
    blog = new_token(file, "blog", None, None)
    tokens = AccessTokens.load(file)
    found = tokens.find(shop)
    assert found is not None
    name, entry = found
    assert (name, entry.community, entry.rate) == ("shop", 'ga"mes', "5/second")
    assert tokens.find(blog) is not None
    assert shop not in file.read_text()
    assert shop.split("_", 2)[2] not in file.read_text()  # a secret may have a "_" itself
    assert file.stat().st_mode & 0o777 == 0o600


def test_another_token_is_not(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    token = new_token(file, "shop", None, None)
    tokens = AccessTokens.load(file)
    for wrong in ("", "x", token[:-1], token + "a", token.upper(), "mod_000000000000_x", "\ud800"):
        assert tokens.find(wrong) is None


@pytest.mark.parametrize("name", ["", "a b", "a.b", "a]", "ä"])
def test_a_bad_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="letters, digits"):
        new_token(tmp_path / "tokens.toml", name, None, None)
    assert not (tmp_path / "tokens.toml").exists()


@pytest.mark.parametrize("rate", ["5", "5/week", "/second", "5/second\n", "0x5/day"])
def test_a_bad_rate_is_refused(tmp_path: Path, rate: str) -> None:
    with pytest.raises(SettingsError, match="500/second"):
        new_token(tmp_path / "tokens.toml", "shop", None, rate)
    assert not (tmp_path / "tokens.toml").exists()


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    new_token(tmp_path / "t.toml", "shop", None, None)
    with pytest.raises(SettingsError, match="shop"):
        new_token(tmp_path / "t.toml", "shop", None, None)


@pytest.mark.parametrize(
    "text",
    ["[tokens", "[tokens.a]\nid = 'x'", "[tokens.a]\nid = '000000000000'\nsha256 = 'x'", "a = 1"],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"tokens\.toml"):
        AccessTokens.load(file)


def test_a_token_may_moderate_unless_its_rights_are_named(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    shop = new_token(file, "shop", None, None)
    desk = new_token(file, "desk", None, None, [Right.REVIEW, Right.FEEDBACK])
    assert 'may = ["feedback", "review"]' in file.read_text()
    tokens = AccessTokens.load(file)
    rights = {name: token.may for name, token in filter(None, map(tokens.find, (shop, desk)))}
    assert rights == {"shop": {Right.MODERATE}, "desk": {Right.FEEDBACK, Right.REVIEW}}


@pytest.mark.parametrize("may", ["[]", '["all"]', '"moderate"'])
def test_unknown_rights_are_refused(tmp_path: Path, may: str) -> None:
    file = tmp_path / "tokens.toml"
    new_token(file, "shop", None, None)
    file.write_text(f"{file.read_text().rstrip()}\nmay = {may}\n")
    with pytest.raises(SettingsError, match="may"):
        AccessTokens.load(file)
