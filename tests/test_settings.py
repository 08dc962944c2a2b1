"""songngu.toml: what it may say, and that everything else is told by file and key before anything happens."""

from __future__ import annotations

import os
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.settings import TOKENS, Settings, read_secret, read_settings, secret


@pytest.fixture(autouse=True)
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKENS, "0123456789abcdef" * 4)


def read(folder: Path, text: str) -> Settings:
    (folder / "songngu.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "songngu.toml")


def test_what_is_said_is_read_and_the_rest_has_its_default(tmp_path: Path) -> None:
    made = read(
        tmp_path,
        "[sources]\npages = ['https://example.org/list?x=1']\nfolders = ['in']\nhosts = ['files.example.org:8080']\n"
        "[gate]\nrecall = 0.65\n[smtp]\nhost = 'mail.example.org'\nrates = { 'Gmail.com' = 3 }\n"
        "[mail]\nsender = 'A <a@example.org>'\nlist-id = 'briefs.example.org'\n",
    )
    assert made.gate.recall == Decimal("0.65")
    assert made.sources.folders == (tmp_path / "in",)
    assert made.folders.archive == tmp_path / "archive"
    assert (made.smtp.port, dict(made.smtp.rates)) == (587, {"gmail.com": 3})


WRONG = [
    ("[sources]\npage = 'x'", "sources.page is none of pages, folders"),
    ("[source]", "source is none of the tables sources"), ("sources = 1", "sources is none of the tables"),
    ("[sources]\npages = 'https://a.b'", "'https://a.b' is no list"), ("[sources", "songngu.toml: "),
    ("[sources]\npages = ['ftp://a.b/']", "no plain http(s) address"),
    ("[sources]\npages = ['https://user:pass@a.b/']", "'a.b/' is no plain http(s) address"),
    ("[sources]\nhosts = ['https://a.b']", "is no name of a host"), ("[sources]\nmost = 0", "from 1 to 1000"),
    ("[sources]\nmost = true", "True is no number"), ("[sources]\nprivate = 1", "1 is no true or false"),
    ("[sources]\nfolders = ['.']", "has what this program writes in it"),
    ("[sources]\nfolders = ['output/x']", "has what this program writes in it"),
    ("[schedule]\ndays = [0]", "0 is no day of a month"), ("[brief]\nlanguages = []", "at least one of vi, en"),
    ("[brief]\nlanguages = ['fr']", "'fr' is none of vi, en"), ("[gate]\nrecall = nan", "gate.recall is a number from"),
    ("[gate]\nunread = 1.5", "from 0 to 1"), ("[gate]\nrecall = 'x'", "'x' is no number"),
    ("[folders]\nbase-url = 'javascript:x'", "folders.base-url is an http(s) address"),
    ("[folders]\narchive = ''", "'' is no path"), ("[mail]\noldest = 99999999999", "from 0 to 36500"),
    ("[mail]\nunsubscribe = 'http://a.b/{token}'", "ends in /{token}"),
    ("[mail]\nunsubscribe = 'https://a.b/x?t={token}'", "ends in /{token}"),
    ("[mail]\nmailto = 'mailto:a@b.example'", "mail.mailto is like"),
    ("[mail]\nlist-id = 'Bản tin <x.org>'", "mail.list-id is a name like"),
    ('[mail]\nsender = "a\\nb"', "more than one line"), ("[smtp]\nhost = 'h'", "smtp.host needs mail.sender"),
    ("[smtp]\nport = 99999", "from 1 to 65535"), ("[smtp]\ntimeout = 0", "from 1 to 3600"),
    ("[smtp]\nsecurity = 'ssl'", "'ssl' is none of tls, starttls, none"),
    ("[smtp]\nhost = 'h'\nsecurity = 'none'\nuser = 'u'\n[mail]\nsender = 'a@b.example'", "never sent without TLS"),
    ("[dkim]\ndomain = 'a.b'", "needs domain, selector and key-file"),
    ("[dkim]\ndomain = 'a..b'\nselector = 's'\nkey-file = 'k'", "dkim.domain is a name of the DNS"),
    ("[dkim]\ndomain = 'a.b'\nselector = 'sông'\nkey-file = 'k'", "dkim.selector is a name of the DNS"),
    ("[mail]\nsender = 'x <a@c.d>'\n[dkim]\ndomain = 'a.b'\nselector = 's'\nkey-file = 'k'", "that of mail.sender"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_cannot_work_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, text)
    assert told in str(error.value)
    assert "user:pass" not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("key", ["unsubscribe = 'https://a.b/{token}'", "bounces = 'b@a.b'", "sender = 'a@b.example'"])
def test_what_others_must_not_guess_needs_a_key(tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"[mail]\n{key}\n" + ("[smtp]\nhost = 'h'\n" if "sender" in key else "")
    assert read(tmp_path, text)
    monkeypatch.delenv(TOKENS)
    with pytest.raises(SettingsError, match=r"needs mail\.key-file"):
        read(tmp_path, text)


@given(st.text(max_size=40))
def test_any_text_is_settings_or_told_in_a_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    with suppress(SettingsError):  # anything else is a mistake
        assert read(folder, text).file == folder / "songngu.toml"


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")
    (tmp_path / "songngu.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read_settings(tmp_path / "songngu.toml")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_that_others_can_read_is_none(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text("sesame\n")
    file.chmod(mode)
    with pytest.raises(SettingsError, match="others can read") as error:
        read_secret(file)
    assert "sesame" not in str(error.value)
    file.chmod(0o600)
    os.environ.pop("SONGNGU_TEST", None)
    assert secret("SONGNGU_TEST", file) == "sesame"
