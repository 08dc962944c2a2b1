"""Article, Extraction, Glossary -> Translation: every sentence in English, or a finding that says why not.

Each sentence goes down a ladder until one step is certain: what a person corrected, a template (it is made of
terms and figures), the translation memory, the engine with everything masked or its terms in sight, the engine
clause by clause, nothing. No step may lose, change or add a figure: its English is written from its quantity.
"""

from __future__ import annotations

import tempfile
import unicodedata
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pipeline.errors import ModelError
from pipeline.glossary import Glossary
from pipeline.model import (
    Article,
    Block,
    Extraction,
    Finding,
    ReportingPeriod,
    Segment,
    Span,
    TermUse,
    Translation,
)
from pipeline.translate.engine import ArgosEngine, Engine
from pipeline.translate.items import Item, Masked, plain_spaces, within
from pipeline.translate.ladder import ask
from pipeline.translate.mask import Masker
from pipeline.translate.memory import Memory
from pipeline.translate.openings import Openings
from pipeline.translate.package import (
    as_published,
    download,
    find_installed,
    install,
    packages_folder,
    read_package,
)
from pipeline.translate.patterns import phrase_group
from pipeline.translate.remember import Answers, answers_file
from pipeline.translate.restore import Restorer, polish
from pipeline.translate.split import Splitter
from pipeline.translate.template import Templates
from pipeline.translate.verify import Figures, Verifier

__all__ = [
    "Answers",
    "ArgosEngine",
    "Engine",
    "answers_file",
    "as_article",
    "as_lines",
    "install_model",
    "load_engine",
    "translate",
]


# The steps of the ladder that found a segment's English, and the reason where none did.
Found = tuple[str, Literal["memory", "template", "engine", "none"], str]


def translate(
    article: Article, extraction: Extraction, glossary: Glossary, engine: Engine | None, kept: Answers | None = None
) -> Translation:
    """Article, Extraction, Glossary -> Translation: sentences in reading order, then the causes.

    Of the extraction it uses the quantities and the causes of observations. The same input gives the
    same output, whether or not the engine's answers were `kept` from an earlier run.
    """
    masker = Masker(glossary)
    items = masker.items(article.text, extraction.quantities)
    sentences = _sentences(article, glossary, items)
    spans = [*sentences, *_causes(extraction, sentences)]
    memory = Memory(glossary.memory, glossary)
    pieces = [Masked(article.text, span, within(items, span.start, span.end)) for span in spans]
    answers = _known(pieces, masker, memory, glossary)
    if engine is not None:
        _ask_engine(engine, pieces, answers, glossary, memory, kept)
    segments = [
        _segment(piece, answer, glossary, memory, clause=n >= len(sentences))
        for n, (piece, answer) in enumerate(zip(pieces, answers, strict=True))
    ]
    return Translation(tuple(segments), engine.name if engine else "")


def load_engine(model: Path | None, bundled: Path | None = None) -> Engine | None:
    """The package named (a .argosmodel file or a folder), else the installed one, else the bundled one, else None.

    Raises ModelError for a package that is missing, damaged or of another pair of languages.
    """
    if model is not None:
        return ArgosEngine(read_package(model))
    try:
        installed = find_installed(packages_folder())
    except ModelError:
        installed = None  # without Argos Translate's folders no package can be installed
    if installed is not None:
        return ArgosEngine(read_package(installed))
    if bundled is not None and bundled.exists():
        return ArgosEngine(read_package(as_published(bundled)))
    return None


def install_model(path: Path | None) -> str:
    """Install a package from a file, or download and install the official one -> its name and folder."""
    folder = packages_folder()
    if path is not None:
        return _install(path, folder)
    with tempfile.TemporaryDirectory(prefix="songngu-") as work:
        return _install(download(Path(work)), folder)


def as_article(text: str, source: str) -> Article:
    """Plain lines -> an article of one paragraph a line."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    blocks: list[Block] = []
    start = 0
    for line in text.removesuffix("\n").split("\n") if text else ():
        blocks.append(Block("paragraph", Span(start, start + len(line))))
        start += len(line) + 1
    period = ReportingPeriod("", None, "")
    return Article(source, "", "", None, "VN", "", period, text, tuple(blocks))


def as_lines(article: Article, translation: Translation, glossary: Glossary) -> list[str]:
    """One English line for each block; what has no English stands there in Vietnamese, marked so."""
    lines: list[str] = []
    segments = deque(translation.segments)  # in reading order, as the blocks are
    for block in article.blocks:
        inside: list[Segment] = []
        while segments and segments[0].span.end <= block.span.end:
            inside.append(segments.popleft())
        line: list[str] = []
        at = block.span.start
        for segment in inside:  # what stands before and between sentences (bullets, numbers) is kept
            english = segment.target or glossary.say("translate.untranslated", "en", text=segment.source)
            line += (article.text[at : segment.span.start], " ", english, " ")
            at = segment.span.end
        lines.append(plain_spaces("".join([*line, article.text[at : block.span.end]])))
    return lines


def _install(path: Path, folder: Path) -> str:
    target = install(path, folder)
    package = read_package(target)
    return f"{package.name} {package.version} in {target}"


def _sentences(article: Article, glossary: Glossary, items: Sequence[Item]) -> list[Span]:
    """The sentences of all blocks in reading order."""
    abbreviations = [way for ways, _ in phrase_group(glossary, "abbreviation").values() for way in ways]
    list_ends = [way for ways, _ in phrase_group(glossary, "list-end").values() for way in ways]
    splitter = Splitter(abbreviations, list_ends)
    return [span for block in article.blocks for span in splitter.sentences(article.text, block, items)]


def _causes(extraction: Extraction, sentences: Sequence[Span]) -> list[Span]:
    """The causes of observations, each once and none that is a sentence of its own."""
    causes = (o.cause for o in extraction.observations if o.cause is not None)
    seen = set(sentences)
    return [c for c in dict.fromkeys(causes) if c not in seen]


def _known(pieces: Sequence[Masked], masker: Masker, memory: Memory, glossary: Glossary) -> list[Found]:
    """What templates and memory know; a figure that cannot be read keeps a segment from an engine."""
    templates, figures = Templates(glossary), Figures(glossary)
    answers: list[Found] = []
    for piece in pieces:
        unread = [piece.text[i.start : i.end] for i in piece.items if not i.english]
        corrected = memory.corrected(piece.source)
        if corrected and not (
            figures.same(corrected, piece.items) and not memory.unexplained(piece.source, corrected, masker.times)
        ):
            corrected = ""  # no step may add or lose a figure
        english = "" if corrected else templates.translate(piece)
        remembered = corrected or ("" if english else memory.find(piece.source, masker.times))
        if english:
            answers.append((english, "template", ""))
        elif remembered and figures.same(remembered, piece.items):
            answers.append((remembered, "memory", ""))
        else:
            answers.append((", ".join(unread), "none", "figure" if unread else "none"))
    return answers


def _ask_engine(
    engine: Engine,
    pieces: Sequence[Masked],
    answers: list[Found],
    glossary: Glossary,
    memory: Memory,
    kept: Answers | None,
) -> None:
    """Put the engine's answers in the place of those still missing."""
    waiting = {n: _asked(pieces[n]) for n, (_, _, reason) in enumerate(answers) if reason == "none"}
    found = kept.read(list(waiting.values())) if kept else {}
    missing = {asked: n for n, asked in waiting.items() if asked not in found}
    if missing:
        verifier, openings = Verifier(glossary, memory.english), Openings(glossary, memory.english)
        given = ask(engine, [pieces[n] for n in missing.values()], verifier, Restorer(glossary), openings)
        new = dict(zip(missing, given, strict=True))
        if kept:
            kept.write(new)
        found |= new
    for n, asked in waiting.items():
        english, reason = found[asked]
        answers[n] = ("", "none", reason) if reason else (english, "engine", "")


def _asked(piece: Masked) -> str:
    """All of a segment that an answer depends on: its words, and the English of its items."""
    return "\n".join([piece.source, *(f"{i.start - piece.span.start} {i.kind} {i.english}" for i in piece.items)])


def _segment(piece: Masked, answer: Found, glossary: Glossary, memory: Memory, *, clause: bool) -> Segment:
    """An answer -> the finished segment with its terms and findings."""
    english, method, reason = answer
    text = piece.text
    terms = tuple(
        TermUse(Span(i.start, i.end), text[i.start : i.end], i.english) for i in piece.items if i.kind == "term"
    )
    corrected = memory.corrected(piece.source)
    findings: tuple[Finding, ...] = ()
    if corrected and english != corrected:
        message = glossary.label("translate.finding.correction", text=corrected)
        findings = (Finding("translate.correction", "warning", piece.span, message),)
    if method == "none":
        message = glossary.label(f"translate.finding.{reason}", text=english)
        findings = (Finding("translate.untranslated", "warning", piece.span, message), *findings)
        return Segment(piece.span, piece.source, "", method, terms, findings)
    own = english == corrected  # a person's words stay as they are
    target = english if own else polish(english, piece.source, clause=clause, small=memory.writes_small)
    return Segment(piece.span, piece.source, target, method, terms, findings)
