"""The message: what a mail program gets of a brief, header by header and part by part."""

from __future__ import annotations

import base64
import email
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from mailing import ANNE, BOB, LAN, SENDER, WHEN, issue, verified
from samples import own_theme

from pipeline.dataset import OBSERVATIONS, SDMX
from pipeline.deliver import message as made_by
from pipeline.deliver.issue import PDF
from pipeline.deliver.letter import WAY_OUT
from pipeline.deliver.message import Messages, Sender
from pipeline.deliver.signing import signer
from pipeline.deliver.subscribers import Subscriber
from pipeline.errors import DeliveryError, SettingsError
from pipeline.settings import Signing

TOKEN = "abc"  # noqa: S105  # of nobody


def raw(subscriber: Subscriber, sender: Sender = SENDER, when: datetime = WHEN, token: str = TOKEN) -> bytes:
    return Messages(issue(), sender).make(subscriber, when, token).data


def made(subscriber: Subscriber, sender: Sender = SENDER, token: str = TOKEN) -> EmailMessage:
    return email.message_from_bytes(raw(subscriber, sender, token=token), policy=SMTP)


def parts(mail: EmailMessage) -> dict[str, EmailMessage]:
    """A message's parts by content type; of several of one type the last."""
    assert not [d for p in mail.walk() for d in p.defects]
    return {p.get_content_type(): p for p in mail.walk()}


def texts(page: str, path: str = "//text()") -> list[str]:
    """What an HTML part says, or has at a path."""
    found: Any = html.fromstring(page).xpath(path)
    return [str(t) for t in found]


def test_a_message_carries_the_brief_itself() -> None:
    read = parts(made(LAN))
    text, page = read["text/plain"].get_content(), read["text/html"].get_content()
    spoken = " ".join(texts(page))
    headline = "".join(r.text for r in issue().brief.headline.vi)
    for shown in (text, spoken):
        assert headline in " ".join(shown.split())
        assert "Điểm chính" in shown
        assert "Main points" not in shown
        assert all("".join(r.text for r in p.vi) in " ".join(shown.split()) for p in issue().brief.points)
    assert read["application/pdf"].get_content() == issue().files[PDF]
    assert read["image/png"].get_content().startswith(b"\x89PNG")
    assert f'src="cid:{read["image/png"]["Content-ID"][1:-1]}"' in page
    assert "\N{WORD JOINER}" not in text


def test_both_languages_and_the_data_where_they_are_wanted() -> None:
    page = parts(made(ANNE))["text/html"].get_content()
    assert texts(page, "//td[@class='edition']/@lang") == ["vi", "en"]
    assert len([a for a in texts(page, "//img/@alt") if a.strip()]) == 2
    attached = {p.get_filename(): p.get_payload(decode=True) for p in made(BOB).iter_attachments()}
    data = {f"lang-son-2023-06-{name}": issue().files[name] for name in (OBSERVATIONS, SDMX)}
    assert attached == {"Lang Son brief - June and first half of 2023.pdf": issue().files[PDF], **data}


def test_the_attachments_name_is_read_by_old_and_new_programs() -> None:
    data = raw(LAN)
    (new,) = email.message_from_bytes(data, policy=SMTP).iter_attachments()
    assert new.get_filename() == "Bản tin Lạng Sơn - Tháng 6 và 6 tháng đầu năm 2023.pdf"
    old = next(p for p in email.message_from_bytes(data).walk() if p.get_content_type() == "application/pdf")
    plain = "Ban tin Lang Son - Thang 6 va 6 thang dau nam 2023.pdf"
    assert (old.get_filename(), old.get_param("name")) == (plain, plain)


def test_the_headers_are_what_the_rules_ask_for() -> None:
    mail = made(LAN, SENDER, "a/b")
    assert mail["To"].addresses[0].display_name == LAN.name
    assert mail["From"].addresses[0].addr_spec == "briefs@example.org"
    assert str(mail["Subject"]) == "".join(r.text for r in issue().brief.headline.vi)
    assert mail["List-Id"] == "<briefs.example.org>"
    assert mail["List-Unsubscribe"] == "<https://example.org/u/a%2Fb>, <mailto:u@example.org?subject=a%2Fb>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == ("vi", "auto-generated")
    assert mail["Date"].datetime == WHEN
    text, page = (parts(mail)[kind].get_content() for kind in ("text/plain", "text/html"))
    assert "https://example.org/u/a%2Fb" in text
    assert texts(page, "//td[@class='foot']//a/@href") == ["https://example.org/u/a%2Fb"]


def test_without_a_way_out_nothing_speaks_of_one() -> None:
    mail = made(LAN, Sender("a@b.example", ""))
    assert "List-Unsubscribe" not in mail
    assert "List-Unsubscribe-Post" not in mail
    assert WAY_OUT not in mail.as_string()
    assert "Ngừng nhận" not in parts(mail)["text/html"].get_content()
    by_mail = made(LAN, Sender("a@b.example", "", mailto="mailto:u@example.org"))
    assert by_mail["List-Unsubscribe"] == "<mailto:u@example.org>"
    assert "List-Unsubscribe-Post" not in by_mail  # that is for https alone


def test_every_line_is_ascii_and_short_enough() -> None:
    for subscriber in (LAN, BOB, ANNE):
        data = raw(subscriber, token="t" * 300)
        assert data.isascii()
        assert b"\n" not in data.replace(b"\r\n", b"")
        assert b"\r" not in data.replace(b"\r\n", b"")
        assert max(map(len, data.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


def test_a_message_is_the_same_each_time_and_its_name_is_its_own() -> None:
    assert raw(LAN) == raw(LAN)
    later = email.message_from_bytes(raw(LAN, when=datetime(2024, 1, 1, tzinfo=UTC)), policy=SMTP)
    assert later["Message-ID"] == made(LAN)["Message-ID"] != made(BOB)["Message-ID"]


def test_what_is_made_once_is_nobodys_own() -> None:
    """Messages of one kind share their parts: none of another's name, address or token may be among them."""
    messages = Messages(issue(), SENDER)
    first = messages.make(LAN, WHEN, "first-token").data
    second = messages.make(replace(LAN, email="x@example.org", name="X"), WHEN, "second-token").data
    assert messages.make(LAN, WHEN, "first-token").data == first
    for own in (b"first-token", b"lan@", base64.b64encode(b"Nguy\xe1\xbb\x85n")[:8]):
        assert own in first
        assert own not in second


def test_a_corrected_brief_is_another_message_and_says_so() -> None:
    corrected = Messages(replace(issue(), corrected=True), SENDER).make(LAN, WHEN)
    mail = email.message_from_bytes(corrected.data, policy=SMTP)
    assert str(mail["Subject"]).startswith("Đính chính: Lạng Sơn")
    assert mail["Message-ID"] != made(LAN)["Message-ID"]
    rebuilt = replace(issue(), files={**issue().files, PDF: b"%PDF another"})
    assert Messages(rebuilt, SENDER).make(LAN, WHEN).name == Messages(issue(), SENDER).make(LAN, WHEN).name


def test_nobody_without_the_key_knows_a_messages_name() -> None:
    names = {Messages(issue(), replace(SENDER, key=key)).make(LAN, WHEN).name for key in ("", "a" * 32, "b" * 32)}
    assert len(names) == 3
    assert "bbbb" not in repr(replace(SENDER, key="b" * 32))


def test_failures_come_back_to_an_address_that_names_the_message() -> None:
    message = Messages(issue(), replace(SENDER, bounces="bounces@example.org")).make(LAN, WHEN)
    assert message.sender == f"bounces+{message.name}@example.org"
    assert Messages(issue(), SENDER).make(LAN, WHEN).sender == SENDER.email


@pytest.mark.parametrize("name", ["x\r\nBcc: a@b.example", "x\nSubject: y", "a\0b", "a\u2028b", "a\x85b"])
def test_no_name_makes_a_header(name: str) -> None:
    with pytest.raises(DeliveryError, match="control character"):
        made(replace(LAN, name=name))
    with pytest.raises(DeliveryError, match="control character"):
        made(LAN, replace(SENDER, name=name))


@pytest.mark.parametrize(
    "way", ["https://example.org/x>\r\nBcc: a@b.example", "https://ví-dụ.vn/{token}", "https://a b/"]
)
def test_no_way_out_makes_a_header(way: str) -> None:
    with pytest.raises(DeliveryError, match="no address in ASCII"):
        made(LAN, replace(SENDER, unsubscribe=way))


def test_the_mail_says_what_is_an_estimate_and_compares_in_words() -> None:
    brief = issue().brief
    estimated = tuple(replace(o, status="estimate") for o in brief.observations)
    data = Messages(replace(issue(), brief=replace(brief, observations=estimated)), SENDER).make(BOB, WHEN).data
    read = parts(email.message_from_bytes(data, policy=SMTP))
    assert "(Jan–Jun, estimate): USD 2,285 million" in read["text/plain"].get_content()
    quiet = texts(read["text/html"].get_content(), "//span[@class='quiet']/text()")
    assert "Jan–Jun, estimate" in quiet
    assert "on a year earlier" in quiet


def test_an_organisations_look_is_the_mails(tmp_path: Path) -> None:
    theme = own_theme(
        tmp_path / "own",
        '[colours]\naccent = "#0a7a50"\n[organisation]\nname = "Quỹ Á Châu"\nfooter = "Not advice <yet>"\n',
    )
    data = Messages(replace(issue(), theme=theme), SENDER).make(LAN, WHEN).data
    read = parts(email.message_from_bytes(data, policy=SMTP))
    page, text = read["text/html"].get_content(), read["text/plain"].get_content()
    assert "color: #0a7a50" in page
    assert "#1b5480" not in page
    for shown in (" ".join(texts(page)), text):
        assert "Quỹ Á Châu" in shown
        assert "Not advice <yet>" in shown


def test_a_long_way_out_stays_as_it_is() -> None:
    long = replace(SENDER, unsubscribe=f"https://example.org/{'x' * 200}/{{token}}")
    assert f"<https://example.org/{'x' * 200}/abc>," in made(LAN, long)["List-Unsubscribe"]


HEADERS = {
    "From", "Subject", "Auto-Submitted", "List-Id", "Content-Language", "MIME-Version", "To", "Date", "Message-ID",
    "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type",
}  # fmt: skip


@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_a_name_is_there_are_these_headers_and_no_other(name: str, sender: str) -> None:
    try:
        mail = made(replace(LAN, name=name), replace(SENDER, name=sender))
    except DeliveryError:
        assert not (name.isprintable() and sender.isprintable())
        return
    assert sorted(mail.keys()) == sorted(HEADERS)
    assert [a.addr_spec for a in mail["To"].addresses] == [LAN.email]
    assert [a.addr_spec for a in mail["From"].addresses] == [SENDER.email]


def test_a_message_that_no_server_takes_is_refused() -> None:
    large = replace(issue(), files={**issue().files, PDF: bytes(8_000_000)})
    with pytest.raises(DeliveryError, match="larger than 10 MB"):
        Messages(large, SENDER).make(LAN, WHEN)
    assert made_by.LARGEST == 10_000_000


# --- signatures ---------------------------------------------------------------------------


def test_a_signature_holds_and_covers_the_way_out(dkim_key: Path) -> None:
    data = Messages(issue(), SENDER, signer(Signing("example.org", "s1", dkim_key))).make(LAN, WHEN, "abc").data
    assert verified(data, dkim_key)
    field: Message = email.message_from_bytes(data)
    signed = field["DKIM-Signature"].partition("h=")[2].partition(";")[0].replace("\r\n", "")
    names = [n.strip() for n in signed.split(":")]
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "to", "subject", "date", "message-id"} <= set(names)
    for changed in (
        data.replace(b"/u/abc>", b"/u/abd>"), data.replace(b"One-Click", b"One-Clack"),
        data.replace(b"\r\nSubject:", b"\r\nFrom: other@example.org\r\nSubject:"), data[:-80] + data[-60:],
    ):  # fmt: skip
        assert changed != data
        assert not verified(changed, dkim_key)


@pytest.mark.parametrize(
    ("mode", "text", "told"),
    [(0o644, None, "others can read"), (0o600, "no key", "no RSA private key"), (0o600, "", "is empty")],
)
def test_a_key_that_cannot_be_used_is_told(
    dkim_key: Path, tmp_path: Path, mode: int, text: str | None, told: str
) -> None:
    file = tmp_path / "key.pem"
    file.write_text(dkim_key.read_text(encoding="ascii") if text is None else text, encoding="ascii")
    file.chmod(mode)
    with pytest.raises(SettingsError, match=told):
        signer(Signing("example.org", "s1", file))


def test_a_figure_that_the_report_gives_inexactly_has_its_mark_once() -> None:
    brief = issue().brief
    marked = tuple(replace(o, approximation="over") for o in brief.observations)
    rough = replace(issue(), brief=replace(brief, observations=marked))
    data = Messages(rough, SENDER).make(BOB, WHEN).data
    read = parts(email.message_from_bytes(data, policy=SMTP))
    text, page = read["text/plain"].get_content(), " ".join(texts(read["text/html"].get_content()))
    assert ">USD 2,285 million; >+101.1% on a year earlier" in text
    assert ">2,285" in page
    assert ">>" not in text + page
    assert "USD 2,285 million; +101.1% on a year earlier" in parts(made(BOB))["text/plain"].get_content()
