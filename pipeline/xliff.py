"""Translation -> XLIFF 2.1 for translation tools, and back -> corrections.

A unit is a segment; a like sentence of the memory is a translation candidate (module mtc), each finding a note.
The note of category "machine" holds the English as it was, so that a changed target is known on its return.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pipeline.corrections import Correction
from pipeline.errors import GlossaryError
from pipeline.markup import declares_entities, one_line, parse_xml
from pipeline.review import Entry
from pipeline.translate.memory import Near

_CORE = "urn:oasis:names:tc:xliff:document:2.0"  # of XLIFF 2.0 and 2.1
_MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"
_X, _M = f"{{{_CORE}}}", f"{{{_MATCHES}}}"
_NAMESPACES: dict[str, str] = {None: _CORE, "mtc": _MATCHES}  # type: ignore[dict-item]  # the stubs know no default
_LANGUAGES = {"srcLang": "vi", "trgLang": "en"}
_MACHINE, _FINDING = "machine", "finding"
_CONFIRMED = ("reviewed", "final")  # states that only a person gives
_UNTOLD = "its note of category 'machine' is gone, so whether it was changed is not known: say so by state 'reviewed'"


def to_xliff(shown: Iterable[Entry], original: str) -> bytes:
    """Entries -> an XLIFF 2.1 document, UTF-8; `original` names what they are from."""
    root = etree.Element(f"{_X}xliff", {"version": "2.1", **_LANGUAGES}, nsmap=_NAMESPACES)
    file = etree.SubElement(root, f"{_X}file", {"id": "f1", "original": one_line(original), "canResegment": "no"})
    for n, entry in enumerate(shown, start=1):
        _add_unit(file, n, entry)
    etree.indent(root)
    for unit in file.iter(f"{_X}unit"):
        _mark_match(unit)  # after the indents: they would become part of the text
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def _add_unit(file: etree._Element, n: int, entry: Entry) -> None:
    """A segment as a unit, its parts in the order of the standard: matches, notes, segment."""
    segment, target = entry.segment, one_line(entry.segment.target)
    unit = etree.SubElement(file, f"{_X}unit", {"id": f"{n}"})
    if entry.near:
        _add_match(unit, entry.near)
    notes = etree.SubElement(unit, f"{_X}notes")
    told = [(_MACHINE, target), *((_FINDING, one_line(f.message.en)) for f in segment.findings)]
    for category, text in told:
        etree.SubElement(notes, f"{_X}note", {"category": category}).text = text
    state = {"state": "translated" if target else "initial", "subState": f"songngu:{segment.method}"}
    part = etree.SubElement(unit, f"{_X}segment", state)
    etree.SubElement(part, f"{_X}source").text = one_line(segment.source)
    if target:
        etree.SubElement(part, f"{_X}target").text = target


def _add_match(unit: etree._Element, near: Near) -> None:
    matches = etree.SubElement(unit, f"{_M}matches")
    told = {"ref": "#m1", "type": "tm", "origin": "songngu memory", "similarity": f"{near.percent}"}
    match = etree.SubElement(matches, f"{_M}match", told)
    etree.SubElement(match, f"{_X}source").text = one_line(near.vi)
    etree.SubElement(match, f"{_X}target").text = one_line(near.en)


def _mark_match(unit: etree._Element) -> None:
    """Mark the words that a match is for: its `ref` must find them."""
    source = unit.find(f"{_X}segment/{_X}source")
    if source is not None and unit.find(f"{_M}matches") is not None:
        mark = etree.SubElement(source, f"{_X}mrk", {"id": "m1", "type": "mtc:match"})
        source.text, mark.text, mark.tail = None, source.text, None


def from_xliff(data: bytes, name: str) -> tuple[Correction, ...]:
    """An XLIFF 2 document -> what was changed or confirmed in it. Raises GlossaryError naming file and line."""
    root = parse_xml(data, lambda line, why: GlossaryError(name, line, f"is not proper XML: {why}"))
    if declares_entities(root):
        raise GlossaryError(name, 1, "declares a document type, as no XLIFF 2 file does: not read")
    if root.tag != f"{_X}xliff":
        raise GlossaryError(name, 1, "is no XLIFF 2.0 or 2.1 document")
    for attribute, language in _LANGUAGES.items():
        if root.get(attribute, "").partition("-")[0].casefold() != language:
            raise GlossaryError(name, 1, f"{attribute} is {root.get(attribute, '')!r}, expected {language!r}")
    found = (_correction(unit) for unit in root.iter(f"{_X}unit"))
    return tuple(c for c in found if c is not None)


def _correction(unit: etree._Element) -> Correction | None:
    """What a person did with a unit: a state that says so, or a target that is not the machine's any more.

    Where some tool has thrown away what the machine said, the correction is one that cannot be taken.
    """
    segments = unit.findall(f"{_X}segment")  # several, where a tool has split it all the same
    targets = [t for s in segments if (t := s.find(f"{_X}target")) is not None]
    vi, en = (_joined(s.find(f"{_X}source") for s in segments), _joined(targets))
    machine = [note for note in unit.findall(f"{_X}notes/{_X}note") if note.get("category") == _MACHINE]
    confirmed = bool(segments) and all(s.get("state") in _CONFIRMED for s in segments)
    changed = bool(machine and targets) and en != _joined(machine)
    line = unit.sourceline if isinstance(unit.sourceline, int) else 0
    if confirmed or changed:
        return Correction(vi, en, line)
    return Correction(vi, en, line, _UNTOLD) if en and not machine else None


def _joined(elements: Iterable[etree._Element | None]) -> str:
    return one_line(" ".join(_text(e) for e in elements if e is not None))


def _text(element: etree._Element) -> str:
    """An element's text with that inside marks and paired codes; other inline elements stand for no text."""
    parts = [element.text or ""]
    for child in element:
        parts += [_text(child) if child.tag in (f"{_X}mrk", f"{_X}pc") else "", child.tail or ""]
    return "".join(parts)
