"""Lines in normal form -> the text and its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from pipeline.glossary import Glossary
from pipeline.model import Block, Finding, Span
from pipeline.read.normal import NUMBERED, Line
from pipeline.read.words import PageWords

_NOTE = re.compile(r"\[(?P<bracket>\d{1,2})\]\s*|\((?P<round>\d{1,2})\)\s*|(?P<bare>\d{1,2})[.)]?\s+")
_OPEN_END = re.compile(r"[.!?;,…/]$")  # a heading ends without mark or with a colon
_BULLET = re.compile(r"[-*+•–—]\s+")
_HEADING_LENGTH = 150
_UNNUMBERED_LENGTH = 100
_CAPTION_LENGTH = 250  # characters of the text to a picture
_MARKED_LENGTH = 250  # of a heading in the markup
_THROUGHOUT = ("converted-", "composed-", "split-")  # repairs of whole documents
_DOTTED_LENGTH = 60  # "1. Nông nghiệp." is a heading still

# Kinds of headings from the outermost to the innermost; a report uses some of them, and the level of a
# heading is the place of its kind among those used. Arabic numbers of n parts come n after _ARABIC.
_ROMAN, _ARABIC, _LETTER, _PLAIN = 10, 20, 30, 40


def article_text(lines: tuple[Line, ...]) -> str:
    """Lines -> the text, one block a line."""
    return "\n".join(line.text for line in lines)


def article_blocks(lines: tuple[Line, ...], words: PageWords) -> tuple[Block, ...]:
    """Lines -> their blocks, which cover the text in order."""
    blocks: list[Block] = []
    kinds: list[int | None] = []  # of headings
    start = 0
    for place, line in enumerate(lines):
        span = Span(start, start + len(line.text))
        block = _block(line, span, words, last=place == len(lines) - 1)
        blocks.append(block)
        kinds.append(_kind(block, line) if block.kind == "heading" else None)
        start = span.end + 1
    return tuple(_levelled(blocks, _without_tags(kinds, lines)))


def _without_tags(kinds: list[int | None], lines: tuple[Line, ...]) -> list[int | None]:
    """A heading known by its tag alone is of the kind of the numbered headings with that tag."""
    numbered = {
        line.level: kind for line, kind in zip(lines, kinds, strict=True) if kind and kind >= _ROMAN and line.level
    }
    if not any(kind and _ROMAN <= kind < _PLAIN for kind in kinds):
        return kinds
    return [numbered.get(kind, _PLAIN) if kind and kind < _ROMAN else kind for kind in kinds]


def _levelled(blocks: Iterable[Block], kinds: list[int | None]) -> list[Block]:
    used = sorted({kind for kind in kinds if kind is not None})
    return [
        block if kind is None else replace(block, level=used.index(kind) + 1)
        for block, kind in zip(blocks, kinds, strict=True)
    ]


def _kind(block: Block, line: Line) -> int:
    if not block.number:
        return line.level or _PLAIN
    if block.number[0].isdigit():
        return _ARABIC + block.number.count(".") + 1
    return _ROMAN if block.number.isupper() else _LETTER


def repair_findings(lines: tuple[Line, ...], blocks: tuple[Block, ...], glossary: Glossary) -> tuple[Finding, ...]:
    """What was repaired in each line, as findings; their codes are keys of the stage's phrases.

    What goes through a whole document (its encoding) is one finding over all neighbours that share it.
    """
    found: list[tuple[Span, str]] = []
    running: dict[str, int] = {}  # code -> place of its finding that the next block may carry on
    for line, block in zip(lines, blocks, strict=True):
        repairs = line.repairs if any(map(str.isalnum, line.text)) else frozenset[str]()
        for repair in sorted(repairs):
            if repair in running:
                found[running[repair]] = (Span(found[running[repair]][0].start, block.span.end), repair)
            else:
                found.append((block.span, repair))
        # Lines in ASCII alone are the same in every encoding.
        running = {
            repair: running.get(repair, place)
            for place, (_, repair) in enumerate(found)
            if repair.startswith(_THROUGHOUT) and (repair in repairs or (line.text.isascii() and repair in running))
        }
    ordered = sorted(found, key=lambda entry: (entry[0].start, entry[1]))
    return tuple(Finding(f"read.{r}", "info", span, glossary.label(f"read.{r}")) for span, r in ordered)


def _block(line: Line, span: Span, words: PageWords, *, last: bool) -> Block:
    if line.mark == "title":
        return Block("title", span)
    if note := _note(line, span, words):
        return note
    if len(line.text) <= _CAPTION_LENGTH and words.credits_picture(line.text) and not words.has_figure(line.text):
        return Block("caption", span)
    numbered = NUMBERED.match(line.text)
    number = numbered["number"] if numbered else ""
    rest = line.text[numbered.end() :] if numbered else line.text
    if line.mark == "row":
        return Block("row", span, number=number)
    if line.mark == "heading":
        heading = len(line.text) <= _MARKED_LENGTH
    elif numbered:
        heading = _is_numbered_heading(rest, words)
    else:
        heading = line.mark == "" and not last and _is_plain_heading(rest, words)
    return Block("heading" if heading else "paragraph", span, number=number)


def _is_numbered_heading(text: str, words: PageWords) -> bool:
    """A short line that states nothing: no figure, no full stop (or no verb before it)."""
    if len(text) > _HEADING_LENGTH or not text[0].isupper() or words.has_figure(text):
        return False
    dotted = text.endswith(".") and len(text) <= _DOTTED_LENGTH and not words.has_verb(text)
    return dotted or not _OPEN_END.search(text)


def _is_plain_heading(text: str, words: PageWords) -> bool:
    """A short line above others that states nothing; one that announces a list ("… như sau:") does."""
    plain = _BULLET.sub("", text, count=1)
    if plain.endswith(":") and words.has_verb(plain):
        return False
    longest = _HEADING_LENGTH if plain.isupper() else _UNNUMBERED_LENGTH
    return (
        0 < len(plain) <= longest and plain[0].isupper() and not words.has_figure(plain) and not _OPEN_END.search(plain)
    )


def _note(line: Line, span: Span, words: PageWords) -> Block | None:
    """A note at the foot: a bracketed number begins one; without it only a line that names a source is one."""
    match = _NOTE.match(line.text)
    rest = line.text[match.end() :] if match else line.text
    number = next((n for n in match.groups() if n), "") if match else ""
    if words.names_source(rest):
        return Block("source", span, number=number)
    if match and match["bracket"]:
        return Block("footnote", span, number=number)
    return None
