"""Lines that hold a whole article without a break -> its headings and paragraphs as lines of their own.

A page may be saved as one huge line. Where headings stand in it is told by their numbers together with
capitals throughout ("II. XÃ HỘI") or a topic that the glossary knows ("2. Công nghiệp"), and only where several are
found: a lone number before a capital may end a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.glossary import Glossary
from pipeline.read.body import Judge
from pipeline.read.normal import Line
from pipeline.read.place import NATION
from pipeline.vietnamese import Token, keys, tokens

SPLIT = "split-line"
_OVERLONG = 1200  # characters; of a paragraph in a report they are rare, and it holds no headings
_FEWEST = 2
_FEWEST_LETTERS = 4  # of a heading in capitals
_LONGEST_HEADING = 110
_LONGEST_TITLE = 220
# A number with its mark before a capital, behind a space or at the start.
_NUMBER = re.compile(r"(?<!\S)(?:[IVX]{1,5}\.|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|[a-zđ]\))\s+(?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[\s,;()–-]+")
_ENDED = re.compile(r"[.:;!?…][\"”»)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class _Known:
    """What headings are told by: topics and names of provinces, as keys."""

    topics: frozenset[tuple[str, ...]]
    names: frozenset[tuple[str, ...]]
    judged: Judge


def split_lines(lines: Iterable[Line], glossary: Glossary, judged: Judge) -> tuple[Line, ...]:
    """Clean lines -> the same, the overlong ones split where their headings are clear."""
    known: _Known | None = None
    found: list[Line] = []
    for line in lines:
        if len(line.text) < _OVERLONG or line.mark == "row":
            found.append(line)
            continue
        known = known or _known(glossary, judged)
        cuts = sorted(set(_cuts(line.text, known)))
        parts = [line.text[a:b].strip() for a, b in zip([0, *cuts], [*cuts, len(line.text)], strict=True)]
        if len(parts) == 1:
            found.append(line)
            continue
        found += [replace(line, text=part, repairs=line.repairs | {SPLIT}) for part in parts if part]
    return tuple(found)


def _known(glossary: Glossary, judged: Judge) -> _Known:
    topics = (surface for context in glossary.contexts for surface in context.surfaces)
    names = (name for name, code in glossary.province_names.items() if code != NATION)
    return _Known(frozenset(map(keys, topics)), frozenset(map(keys, names)), judged)


def _cuts(text: str, known: _Known) -> Iterator[int]:
    """Where the line is cut: before and behind each heading, and behind the title in front."""
    headings: list[tuple[int, int]] = []
    clear = 0
    last: tuple[int, ...] = ()  # the Arabic number of the heading before; () behind a Roman one
    for match in _NUMBER.finditer(text):
        number = tuple(map(int, re.findall(r"[0-9]+", match[0])))
        begins = match.start() <= _LONGEST_TITLE if not headings else not text[headings[-1][1] : match.start()].strip()
        apart = begins or not match.start() or _ENDED.search(text[max(0, match.start() - 5) : match.start()])
        follows = bool(apart and number and _follows(number, last))
        told, end = _heading_end(text, match.start(), match.end(), known, numbered=follows)
        told = told and (bool(apart) or text[match.end() : end].isupper())
        if told or follows:
            headings.append((match.start(), end or match.start()))
            clear += told
            last = number
    if clear < _FEWEST:
        return
    for start, end in headings:
        yield from (place for place in (start, end) if 0 < place < len(text))
    if headings[0][0] > _LONGEST_TITLE and (end := _title_end(text, known)):
        yield end


def _follows(number: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Whether a number is the next after another: 2.1 -> 2.1.1, 2.2, 3."""
    depth = len(number)
    if depth == len(last) + 1:
        return number[:-1] == last and number[-1] == 1
    return depth <= len(last) and number[:-1] == last[: depth - 1] and number[-1] == last[depth - 1] + 1


def _heading_end(text: str, start: int, begin: int, known: _Known, *, numbered: bool) -> tuple[bool, int]:
    """Whether a heading is clear that may begin behind its number, and where it ends; 0: not to be told.

    `numbered`: its number is the next one, so that it needs no topic that the glossary knows.
    """
    part = text[begin : begin + _LONGEST_HEADING + 40]
    if capitals := _capitals_end(part):
        return True, begin + capitals
    if text[start].isupper() or not part[0].isupper():  # a Roman number heads capitals alone
        return False, 0
    end = _sentence_start(part, tokens(part), known)
    heading = part[:end].strip()
    words = known.judged.words
    if not end or len(heading) > _LONGEST_HEADING or words.has_verb(heading) or words.has_figure(heading):
        return False, 0
    topic = _has_topic(keys(heading), known)
    return topic, begin + end if topic or numbered else 0


def _capitals_end(part: str) -> int:
    """Where words in capitals end that other words follow; 0 where there are none, or one goes on in small letters."""
    end = letters = 0
    for word in _WORD.finditer(part):
        lone = bool(end) and len(word[0]) == 1  # "Ở", "Ý": the first word of a sentence
        if lone or not word[0].isupper() or (end and not _BETWEEN.fullmatch(part[end : word.start()])):
            break
        end, letters = word.end(), letters + len(word[0])
    if letters < _FEWEST_LETTERS:
        return 0
    end += len(part[end:]) - len(part[end:].lstrip(".:"))
    return 0 if part[end:].lstrip()[:1].islower() else end


def _sentence_start(part: str, row: list[Token], known: _Known) -> int:
    """Where the sentence behind a heading begins: at a mark, or at the next capital that begins no name."""
    skip = 0
    for place, token in enumerate(row):
        if place < skip:
            continue
        word = part[token.start : token.end]
        number = _NUMBER.match(part, token.start) if place and word.isdigit() else None
        if number and part[number.end()].isupper():
            return token.start
        if word in {":", "."} and part[token.end : token.end + 1].isspace():
            return token.end
        behind = row[place + 1] if place + 1 < len(row) else None
        named = behind is not None and part[behind.start].isupper() and part[token.end : behind.start].isspace()
        dashed = place and row[place - 1].key in {"-", "–"}
        if place and not dashed and word[0].isupper() and not (word.isupper() and len(word) > 1):
            longest = next((n for n in (4, 3, 2, 1) if tuple(t.key for t in row[place : place + n]) in known.names), 0)
            if not longest and not named:  # of two capitals the second begins the sentence
                return token.start
            skip = place + max(longest, 1)
    return 0


def _has_topic(heading: tuple[str, ...], known: _Known) -> bool:
    return any(
        heading[a:b] in known.topics for a in range(len(heading)) for b in range(a + 1, min(a + 9, len(heading) + 1))
    )


def _title_end(text: str, known: _Known) -> int:
    """Where the title in front ends: behind its period, before a capital; 0 where the line begins with none."""
    head = text[: _LONGEST_TITLE + 40]
    if not known.judged.words.begins_title(head):
        return 0
    ends = [mention.end for mention in known.judged.periods.reader.named(head)]
    for place in (t.start for t in tokens(head)):
        if place > _LONGEST_TITLE:
            return 0
        before = head[:place].rstrip()
        if head[place].isupper() and len(before) in ends and not _ENDED.search(before):
            return place
    return 0
