"""The table of subscribers: what a person may write, and what is told of what they may not."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.subscribers import Subscriber, address, masked, read_subscribers, to_csv
from pipeline.errors import DeliveryError
from pipeline.model import LANGUAGES

LOCAL = st.from_regex(r"[a-z0-9]([a-z0-9.+_-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda t: ".." not in t)
PEOPLE = st.builds(
    Subscriber,
    email=st.builds(lambda a, b: f"{a}@{b}.example", LOCAL, st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)),
    name=st.text(st.characters(whitelist_categories=("L", "N", "P", "Zs")), max_size=30).map(
        lambda t: " ".join(t.split()) if t.isprintable() else ""
    ),
    language=st.sampled_from(["vi", "en", "both"]),
    provinces=st.lists(st.sampled_from(["VN", "VN-09", "VN-DN"]), unique=True).map(tuple),
    formats=st.lists(st.sampled_from(["csv", "sdmx"]), unique=True).map(lambda data: ("pdf", *data)),
)


@given(st.lists(PEOPLE, max_size=6, unique_by=lambda s: s.email))
def test_subscribers_survive_their_table(people: list[Subscriber]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "subscribers.csv"
        path.write_text(to_csv(people), encoding="utf-8")
        assert list(read_subscribers(path)) == people


def test_a_table_as_a_spreadsheet_saves_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes("\ufeffName;Email;Language\r\nLan;Lan@EXAMPLE.org;vi\r\n;x@ví-dụ.vn;\r\n".encode())
    lan, other = read_subscribers(path)
    assert (lan.email, lan.language, lan.formats) == ("Lan@example.org", "vi", ("pdf",))
    assert (other.email, other.language, other.languages) == (
        f"x@{'ví-dụ.vn'.encode('idna').decode()}",
        "both",
        LANGUAGES,
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "no column 'email'"), ("name\nx\n", "no column 'email'"), ("email,phone\n", "column 'phone'"),
        ("email\nx\n", "row 2: 'x' is no e-mail address"), ("email\na@b@c\n", "row 2"),
        ("email\na@example.org\nA@x.example\na@EXAMPLE.org\n", "row 4: a***@example.org stands there already"),
        ("email,language\na@b.example,fr\n", "language 'fr': vi, en, both"),
        ("email,formats\na@b.example,doc\n", "format 'doc'"), ("email,provinces\na@b.example,Hanoi\n", "'HANOI'"),
        ('email,name\na@b.example,"x\ny"\n', "name has a line break"),
        ('email\n"a@b.example\nBcc: c@d.example"\n', "row"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_told_by_row(tmp_path: Path, table: str, told: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(DeliveryError, match=re.escape(told)):
        read_subscribers(path)


@pytest.mark.parametrize(
    "text", ["", "a", "@b.example", "a@", "a@b", "a b@c.example", "a@b..example", "a@-b.example", "ư@b.vn"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        address(text)


def test_an_address_is_masked_in_what_is_printed() -> None:
    assert masked("lan.nguyen@example.org") == "l***@example.org"
