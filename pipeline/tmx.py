"""The translation memory as TMX 1.4b, the exchange format of translation tools: pairs <-> a document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from pipeline import __version__
from pipeline.errors import GlossaryError
from pipeline.markup import parse_xml

_XML = "{http://www.w3.org/XML/1998/namespace}"


class Pair(NamedTuple):
    """A sentence and its English, and the file of the memory that holds it."""

    vi: str
    en: str
    file: str = ""


def to_tmx(pairs: Iterable[Pair]) -> bytes:
    """Pairs -> a TMX 1.4b document, UTF-8; the file of a pair is a property of its unit."""
    root = etree.Element("tmx", {"version": "1.4"})
    header = {
        "creationtool": "songngu", "creationtoolversion": __version__, "segtype": "sentence", "o-tmf": "tsv",
        "adminlang": "en", "srclang": "vi", "datatype": "plaintext",
    }  # fmt: skip
    etree.SubElement(root, "header", header)
    body = etree.SubElement(root, "body")
    for pair in pairs:
        unit = etree.SubElement(body, "tu")
        if pair.file:
            etree.SubElement(unit, "prop", {"type": "x-file"}).text = pair.file
        for language, text in (("vi", pair.vi), ("en", pair.en)):
            variant = etree.SubElement(unit, "tuv", {f"{_XML}lang": language})
            etree.SubElement(variant, "seg").text = text
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def from_tmx(data: bytes, name: str) -> tuple[Pair, ...]:
    """A TMX document -> its Vietnamese-English pairs. Raises GlossaryError naming file and line.

    Units that lack one of the two languages are passed over: a memory may hold others. Inline markup is left out.
    """
    root = parse_xml(data, lambda line, why: GlossaryError(name, line, f"is not proper XML: {why}"))
    if root.tag != "tmx":
        raise GlossaryError(name, 1, "is no TMX document")
    return tuple(_pairs(root))


def _pairs(root: etree._Element) -> Iterator[Pair]:
    for unit in root.iter("tu"):
        texts: dict[str, str] = {}
        for variant in unit.findall("tuv"):
            language = (variant.get(f"{_XML}lang") or variant.get("lang") or "").partition("-")[0].casefold()
            segment = variant.find("seg")
            if segment is not None:
                texts.setdefault(language, _text(segment))
        if texts.get("vi") and texts.get("en"):
            file = next((p.text or "" for p in unit.findall("prop") if p.get("type") == "x-file"), "")
            yield Pair(texts["vi"], texts["en"], file)


def _text(segment: etree._Element) -> str:
    """A segment's own text: inside inline elements stands another tool's markup, but for highlighted words."""
    parts = [segment.text or ""]
    for child in segment:
        parts += [_text(child) if child.tag == "hi" else "", child.tail or ""]
    return unicodedata.normalize("NFC", " ".join("".join(parts).split()))
