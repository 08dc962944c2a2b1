"""Header fields: what a reader gets of them is what was written, however long it is and whatever it looks like."""

from __future__ import annotations

import email
from email.header import decode_header, make_header
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.mime import address_field, field

WORDS = st.lists(
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30), min_size=1, max_size=12
)
TO = "lan@example.org"


def decoded(text: str) -> str:
    """Encoded words as RFC 2047 reads them: the space between two of them is none of the text."""
    return str(make_header(decode_header(text.replace("\r\n", ""))))


def folded(data: bytes) -> bool:
    """Whether every line is one of ASCII that is short enough."""
    return data.isascii() and data.endswith(b"\r\n") and max(map(len, data.split(b"\r\n"))) <= 998


@given(WORDS)
def test_a_subject_keeps_every_letter_and_space(words: list[str]) -> None:
    said = " ".join(words)
    data = field("Subject", said)
    assert folded(data)
    assert decoded(data.decode().partition(": ")[2].strip()) == said
    assert str(email.message_from_bytes(data + b"\r\n", policy=SMTP)["Subject"]) == said


def test_a_subject_of_vietnamese_is_read_with_its_spaces() -> None:
    """The standard library's own writer loses one in five of them."""
    for n in range(80):
        said = f"{'x' * n} Hưng Yên tăng trưởng 8,96% trong quý I năm 2025, xuất khẩu của tỉnh tăng 12,5%"
        assert str(email.message_from_bytes(field("Subject", said) + b"\r\n", policy=SMTP)["Subject"]) == said


@given(WORDS)
def test_a_name_is_read_as_it_was_written_and_the_address_is_no_other(words: list[str]) -> None:
    name = " ".join(words)
    data = address_field("To", name, TO)
    assert folded(data)
    (address,) = email.message_from_bytes(data + b"\r\n", policy=SMTP)["To"].addresses
    assert address.addr_spec == TO
    shown = data.decode().partition(": ")[2].rpartition("\r\n <")[0]
    read = decoded(shown)
    if shown.startswith('"'):
        read = shown[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    assert read == name


@pytest.mark.parametrize("name", ["=?utf-8?q?x?=", 'Smith, John ("Jo") <x@y.example>', "a\\b", ".", "x" * 300, "Lan"])
def test_a_name_that_looks_like_something_else_is_a_name(name: str) -> None:
    (address,) = email.message_from_bytes(address_field("To", name, TO) + b"\r\n", policy=SMTP)["To"].addresses
    assert (address.display_name.replace(" ", ""), address.addr_spec) == (name.replace(" ", ""), TO)
