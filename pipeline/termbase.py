"""The term base in the formats that others read: terms <-> TBX-Basic v3 (ISO 30042:2019, DCA style), terms <-> CSV.

In TBX a concept is a row: its Vietnamese term and variants, its English with the plural as a second term. What
TBX-Basic has no category for stands in notes of its own ("plural"); nothing is lost on the way there and back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields

from lxml import etree

from pipeline.errors import GlossaryError
from pipeline.glossary import Term
from pipeline.markup import declares_entities, parse_xml
from pipeline.tables import rows_of

_NS = "urn:iso:std:iso:30042:ed-2"
_XML = "{http://www.w3.org/XML/1998/namespace}"
# The glossary's words for part of speech and status -> the data categories of TBX-Basic.
_POS = {
    "noun": "noun",
    "verb": "verb",
    "adjective": "adjective",
    "adverb": "adverb",
    "name": "properNoun",
    "phrase": "other",
}
_STATUS = {
    "preferred": "preferredTerm-admn-sts",
    "admitted": "admittedTerm-admn-sts",
    "forbidden": "deprecatedTerm-admn-sts",
}
_PLURAL = "plural"
_DESCRIPTION = "songngu: Vietnamese statistical terms and their English"


def to_tbx(terms: Sequence[Term]) -> bytes:
    """Terms -> a TBX-Basic document, UTF-8."""
    root = etree.Element("tbx", {"type": "TBX-Basic", "style": "dca", f"{_XML}lang": "en"}, nsmap={None: _NS})  # type: ignore[dict-item]  # the stub knows no default namespace
    header = etree.SubElement(root, "tbxHeader")
    source = etree.SubElement(etree.SubElement(header, "fileDesc"), "sourceDesc")
    etree.SubElement(source, "p").text = _DESCRIPTION
    encoding = etree.SubElement(header, "encodingDesc")
    etree.SubElement(encoding, "p", {"type": "XCSURI"}).text = "TBXBasicXCSV02.xcs"
    body = etree.SubElement(etree.SubElement(root, "text"), "body")
    for number, term in enumerate(terms, 1):
        _concept(body, f"c{number}", term)
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def _concept(body: etree._Element, name: str, term: Term) -> None:
    entry = etree.SubElement(body, "conceptEntry", {"id": name})
    etree.SubElement(entry, "descrip", {"type": "subjectField"}).text = term.domain
    etree.SubElement(entry, "admin", {"type": "source"}).text = term.source
    if term.note:
        etree.SubElement(entry, "note").text = term.note
    vietnamese = etree.SubElement(entry, "langSec", {f"{_XML}lang": "vi"})
    for at, text in enumerate((term.vi, *term.variants)):
        section = _term(vietnamese, text, term.pos)
        if at:
            etree.SubElement(section, "termNote", {"type": "termType"}).text = "variant"
    english = etree.SubElement(entry, "langSec", {f"{_XML}lang": "en"})
    section = _term(english, term.en, term.pos)
    etree.SubElement(section, "termNote", {"type": "administrativeStatus"}).text = _STATUS[term.status]
    if term.en_plural:
        section = _term(english, term.en_plural, term.pos)
        etree.SubElement(section, "note").text = _PLURAL


def _term(language: etree._Element, text: str, pos: str) -> etree._Element:
    section = etree.SubElement(language, "termSec")
    etree.SubElement(section, "term").text = text
    etree.SubElement(section, "termNote", {"type": "partOfSpeech"}).text = _POS[pos]
    return section


def from_tbx(data: bytes, name: str) -> tuple[Term, ...]:
    """A TBX document -> its terms. Raises GlossaryError naming file and line.

    Of a concept without Vietnamese or English nothing can be made: it is an error, as is a category that the
    glossary has no word for.
    """
    root = parse_xml(data, lambda line, why: GlossaryError(name, line, f"is not proper XML: {why}"))
    if declares_entities(root):
        raise GlossaryError(name, 1, "declares a document type, as no TBX v3 file does: not read")
    if root.tag != f"{{{_NS}}}tbx":
        raise GlossaryError(name, 1, "is no TBX v3 document (ISO 30042:2019)")
    return tuple(_read(entry, name) for entry in root.iter(f"{{{_NS}}}conceptEntry"))


def _read(entry: etree._Element, name: str) -> Term:
    line = _line(entry)
    vietnamese = [_text(s, "term") for s in _sections(entry, "vi")]
    english = [s for s in _sections(entry, "en") if _text(s, "note") != _PLURAL]
    plurals = [s for s in _sections(entry, "en") if _text(s, "note") == _PLURAL]
    if not vietnamese or not english:
        raise GlossaryError(name, line, f"a concept without {'English' if vietnamese else 'Vietnamese'}")
    if len(english) > 1 or len(plurals) > 1:
        raise GlossaryError(name, _line(english[-1]), "a concept with more than one English term and plural")
    pos = _category(english[0], "partOfSpeech", _POS, name, default="noun")
    status = _category(english[0], "administrativeStatus", _STATUS, name, default="preferred")
    return Term(
        vietnamese[0],
        tuple(vietnamese[1:]),
        _text(english[0], "term"),
        _text(plurals[0], "term") if plurals else "",
        pos,
        _typed(entry, "descrip", "subjectField"),
        status,
        _typed(entry, "admin", "source"),
        _text(entry, "note"),
    )


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0


def _sections(entry: etree._Element, language: str) -> list[etree._Element]:
    return [
        section
        for part in entry.findall(f"{{{_NS}}}langSec")
        if (part.get(f"{_XML}lang") or "").partition("-")[0] == language
        for section in part.findall(f"{{{_NS}}}termSec")
    ]


def _text(element: etree._Element, tag: str) -> str:
    return " ".join((element.findtext(f"{{{_NS}}}{tag}") or "").split())


def _typed(element: etree._Element, tag: str, kind: str) -> str:
    found = next((e for e in element.findall(f"{{{_NS}}}{tag}") if e.get("type") == kind), None)
    return " ".join(("".join(map(str, found.itertext())) if found is not None else "").split())


def _category(section: etree._Element, kind: str, words: dict[str, str], name: str, default: str) -> str:
    value = _typed(section, "termNote", kind)
    if not value:
        return default
    for own, theirs in words.items():
        if theirs == value:
            return own
    raise GlossaryError(name, _line(section), f"{kind} {value!r} is none that the glossary has a word for")


def to_csv(terms: Iterable[Term]) -> str:
    """Terms -> the table as glossary/terms.csv has it."""
    names = [field.name for field in fields(Term)]
    rows = ([" | ".join(v) if isinstance(v, tuple) else v for v in (getattr(t, n) for n in names)] for t in terms)
    return _written([names, *rows])


def from_csv(data: bytes, name: str) -> tuple[Term, ...]:
    """A table with the columns of glossary/terms.csv -> its terms. Raises GlossaryError naming file, row, column."""
    return rows_of(name, data, Term).rows


def to_pairs(terms: Iterable[Term]) -> str:
    """Terms -> two columns without a header, Vietnamese and English, as DeepL's glossaries take them.

    A variant is a row of its own; English that a term must not get has none.
    """
    return _written([[vi, t.en] for t in terms if t.status != "forbidden" for vi in (t.vi, *t.variants)])


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def table_of(term: Term) -> str:
    """The file of the glossary that holds a term."""
    return "terms_forbidden.csv" if term.status == "forbidden" else "terms.csv"
