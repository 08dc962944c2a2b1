"""A Word document (.docx) -> its lines: headings, paragraphs, rows of tables and footnotes in their order.

The document's XML is read here and not by python-docx, which leaves out what stands in smart tags (names of
places in files of Word 2003), content controls and accepted insertions, drops soft hyphens (the letter ư of
TCVN3) and footnotes, and unpacks every part of a file at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.errors import SourceError
from pipeline.read.docx_numbers import Numbering, child, local, value, whole
from pipeline.read.legacy import Charsets, Piece
from pipeline.read.normal import Mark
from pipeline.read.page import CELL_MARK, Page, RawLine, holds_data, note_sign, settle_lines
from pipeline.read.zipped import Parts

_DOCUMENT = "word/document.xml"
_GONE = frozenset(("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText", "Fallback"))  # is not shown
_SIGNS = {"tab": " ", "ptab": " ", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad", "sym": " "}
_REFERENCES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_LONGEST_CHAIN = 20  # styles that each build on another


def read_docx(data: bytes, name: str, charsets: Charsets) -> Page:
    """Bytes of a .docx file -> its lines. Raises SourceError for a damaged file."""
    parts = Parts(data, name)
    if _DOCUMENT not in parts.names:
        raise SourceError(f"{name}: damaged: no document in it ({_DOCUMENT} is missing)")
    body = child(parts.tree(_DOCUMENT), "body")
    if body is None:
        raise SourceError(f"{name}: damaged: no document in it ({_DOCUMENT} has no body)")
    reader = _Reader(_styles(parts.optional("word/styles.xml")), Numbering.of(parts.optional("word/numbering.xml")))
    lines = list(reader.blocks(body))
    lines += reader.note_lines(parts)
    return Page(settle_lines(lines, charsets, name))


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style says, itself or by those it builds on."""

    level: int = 0  # of a heading
    font: str = ""
    number: str = ""
    depth: int = 0


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    elements = {value(e, "styleId"): e for e in (root if root is not None else ()) if local(e) == "style"}
    default = value(child(root, "docDefaults", "rPrDefault", "rPr", "rFonts"), "ascii")
    found: dict[str, _Style] = {"": _Style(font=default)}
    for key, element in elements.items():
        chain = [element]
        while (base := elements.get(value(child(chain[-1], "basedOn")))) is not None and len(chain) < _LONGEST_CHAIN:
            chain.append(base)
        levels = (_heading_level(e) for e in chain)
        fonts = (value(child(e, "rPr", "rFonts"), "ascii") for e in chain)
        numbers = (child(e, "pPr", "numPr") for e in chain)
        number = next((n for n in numbers if n is not None), None)
        found[key] = _Style(
            level=next(filter(None, levels), 0),
            font=next(filter(None, fonts), default),
            number=value(child(number, "numId")),
            depth=whole(value(child(number, "ilvl"))),
        )
        if value(element, "default") == "1" and value(element, "type") == "paragraph":
            found[""] = found[key]
    return found


def _heading_level(style: etree._Element) -> int:
    name = value(child(style, "name")).casefold()
    if name.startswith("heading "):
        return min(max(whole(name.removeprefix("heading ")), 0), 6)
    return _outline(child(style, "pPr"))


def _outline(properties: etree._Element | None) -> int:
    """Level of a heading by its place in the outline; 9 there is body text."""
    level = whole(value(child(properties, "outlineLvl")), 9)
    return level + 1 if 0 <= level < 6 else 0


@dataclass
class _Reader:
    styles: dict[str, _Style]
    numbering: Numbering
    notes: list[tuple[str, str]] = field(default_factory=list)  # file and id of each, in the order of their signs
    boxes: list[etree._Element] = field(default_factory=list)  # text boxes met in the paragraph at work

    def blocks(self, parent: etree._Element) -> Iterator[RawLine]:
        """The lines of what stands in a body, cell, box or note."""
        for element in parent:
            kind = local(element)
            if kind == "p":
                yield from self.paragraph(element)
            elif kind == "tbl":
                yield from self.table(element)
            elif kind not in _GONE:  # content controls, custom XML, accepted insertions
                yield from self.blocks(element)

    def paragraph(self, element: etree._Element) -> Iterator[RawLine]:
        properties = child(element, "pPr")
        style = self.styles.get(value(child(properties, "pStyle")), self.styles[""])
        own = child(properties, "numPr")
        number = value(child(own, "numId")) or style.number
        depth = whole(value(child(own, "ilvl")), style.depth)
        self.boxes, outer = [], self.boxes
        pieces = _merged(self.runs(element, style.font, []))
        boxes, self.boxes = self.boxes, outer
        level = _outline(properties) or style.level
        mark: Mark = "heading" if level else ""
        if any(piece.text.strip() for piece in pieces):
            label = self.numbering.label(number, depth) if number not in {"", "0"} else None
            if label:
                pieces.insert(0, Piece(f"{label} "))
            elif label == "" and not mark:
                mark = "item"
            yield RawLine(tuple(pieces), mark, level)
        for box in boxes:
            yield from self.blocks(box)

    def runs(self, parent: etree._Element, font: str, before: list[Piece]) -> list[Piece]:
        """Runs of text with their fonts, behind those `before` them; signs of notes as [1]."""
        for element in parent:
            kind = local(element)
            if kind == "r":
                properties = child(element, "rPr")
                if child(properties, "vanish") is None:
                    fonts = child(properties, "rFonts")
                    style = self.styles.get(value(child(properties, "rStyle")))
                    own = value(fonts, "ascii") or value(fonts, "hAnsi") or (style.font if style else "") or font
                    raised = value(child(properties, "vertAlign")) == "superscript"
                    self.run(element, own, before, raised=raised)
            elif kind == "txbxContent":
                self.boxes.append(element)
            elif kind not in _GONE:
                self.runs(element, font, before)
        return before

    def run(self, element: etree._Element, font: str, before: list[Piece], *, raised: bool) -> None:
        for part in element:
            kind = local(part)
            text = ""
            if kind == "t":
                text = part.text or ""
                text = (note_sign(text, "".join(p.text for p in before[-3:])) if raised else "") or text
            elif kind == "br":
                text = "\n" if value(part, "type") in {"", "textWrapping"} else " "
            elif kind in _SIGNS:
                text = _SIGNS[kind]
            elif kind in _REFERENCES:
                self.notes.append((_REFERENCES[kind], value(part, "id")))
                text = f"[{len(self.notes)}]"
            elif kind not in _GONE:  # drawings, which may hold a box of text
                self.runs(part, font, before)
            if text:
                before.append(Piece(text, font))

    def table(self, element: etree._Element) -> Iterator[RawLine]:
        """The rows of a table of data as lines; what a table only lays out, as paragraphs."""
        rows = [list(_inner(row, "tc")) for row in _inner(element, "tr")]
        nested = any(local(e) == "tbl" for e in element.iterdescendants())
        cells = [[list(self.blocks(cell)) for cell in row] for row in rows]
        texts = [[" ".join(line.text for line in cell) for cell in row] for row in cells]
        if not nested and rows and holds_data(texts):
            for row in cells:
                yield RawLine(tuple(_row_pieces(row)), "row")
            return
        for row in cells:
            for cell in row:
                yield from cell

    def note_lines(self, parts: Parts) -> Iterator[RawLine]:
        """The notes whose signs stand in the text, in their order, at the end."""
        found: dict[tuple[str, str], etree._Element] = {}
        for kind in set(_REFERENCES.values()):
            root = parts.optional(f"word/{kind}.xml")
            found.update({(kind, value(e, "id")): e for e in (root if root is not None else ())})
        for place, key in enumerate(list(self.notes), 1):
            if key in found:
                lines = [line for line in self.blocks(found[key]) if line.text.strip()]
                pieces = [piece for line in lines for piece in (*line.pieces, Piece(" "))]
                if pieces:
                    yield RawLine((Piece(f"[{place}] "), *pieces))


def _inner(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of a name, content controls and the like opened."""
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) not in {"tbl", "p", *_GONE}:
            yield from _inner(element, name)


def _row_pieces(row: list[list[RawLine]]) -> Iterator[Piece]:
    for place, cell in enumerate(row):
        if place:
            yield Piece(CELL_MARK)
        for n, line in enumerate(cell):
            if n:
                yield Piece(" ")
            yield from (Piece(piece.text.replace("\n", " "), piece.font) for piece in line.pieces)


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Neighbours in one font are one piece: a letter of VNI may be torn between two runs."""
    merged: list[Piece] = []
    texts: list[str] = []
    for piece in pieces:
        if merged and merged[-1].font == piece.font:
            texts.append(piece.text)
        else:
            if merged:
                merged[-1] = Piece("".join(texts), merged[-1].font)
            merged.append(piece)
            texts = [piece.text]
    if merged:
        merged[-1] = Piece("".join(texts), merged[-1].font)
    return merged
