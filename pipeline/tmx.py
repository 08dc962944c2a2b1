"""The translation memory as TMX 1.4b, the exchange format of translation tools: pairs <-> a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from pipeline import __version__
from pipeline.errors import GlossaryError
from pipeline.markup import one_line, parse_xml
from pipeline.translate.memory import Pair

_XML = "{http://www.w3.org/XML/1998/namespace}"
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)


def to_tmx(pairs: Iterable[Pair]) -> bytes:
    """Pairs -> a TMX 1.4b document, UTF-8; the file of a pair is a property of its unit.

    Who corrected an English and when is said of its variant (changeid, changedate).
    """
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
            etree.SubElement(unit, "prop", {"type": "x-file"}).text = one_line(pair.file)
        changed = {"changedate": re.sub("[-:]", "", pair.when), "changeid": one_line(pair.who)}
        for language, text, change in (("vi", pair.vi, {}), ("en", pair.en, changed)):
            said = {name: value for name, value in change.items() if value}
            variant = etree.SubElement(unit, "tuv", {f"{_XML}lang": language, **said})
            etree.SubElement(variant, "seg").text = one_line(text)
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
        variants: dict[str, etree._Element] = {}
        for variant in unit.findall("tuv"):
            language = (variant.get(f"{_XML}lang") or variant.get("lang") or "").partition("-")[0].casefold()
            if variant.find("seg") is not None:
                variants.setdefault(language, variant)
        vi, en = (_segment(variants.get(language)) for language in ("vi", "en"))
        if vi and en:
            file = next((p.text or "" for p in unit.findall("prop") if p.get("type") == "x-file"), "")
            yield Pair(vi, en, file, *_change(variants["en"], unit))


def _change(variant: etree._Element, unit: etree._Element) -> tuple[str, str]:
    """Who changed a variant last, and when (ISO 8601): what it says itself, else what its unit says."""
    who = variant.get("changeid") or unit.get("changeid") or ""
    date = _DATE.fullmatch(variant.get("changedate") or unit.get("changedate") or "")
    return one_line(who), "{}-{}-{}T{}:{}:{}Z".format(*date.groups()) if date else ""


def _segment(variant: etree._Element | None) -> str:
    segment = None if variant is None else variant.find("seg")
    return "" if segment is None else one_line(_text(segment))


def _text(segment: etree._Element) -> str:
    """A segment's own text: inside inline elements stands another tool's markup, but for highlighted words."""
    parts = [segment.text or ""]
    for child in segment:
        parts += [_text(child) if child.tag == "hi" else "", child.tail or ""]
    return "".join(parts)
