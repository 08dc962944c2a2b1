"""extract: Article, Glossary -> Extraction."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract.items import Source
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.quantities import find_numbers, find_quantities
from pipeline.extract.reader import Draft, Reader
from pipeline.glossary import Glossary
from pipeline.model import Article, Extraction, Observation, Quantity
from pipeline.periods import Calendar, PeriodReader
from pipeline.vietnamese import tokens


def extract(article: Article, glossary: Glossary) -> Extraction:
    """Article, Glossary -> Extraction: all quantities, and the observations understood from them."""
    calendar = Calendar.of(article.period)
    source = _source(article.text, glossary, calendar)
    drafts = Reader(source, glossary, article.area).read(article.blocks)
    return Extraction(tuple(source.quantities), _settled(drafts, calendar))


def quantities(text: str, glossary: Glossary) -> tuple[Quantity, ...]:
    """Text in NFC, Glossary -> its quantities in reading order, for text that is no article."""
    return tuple(_source(text, glossary, Calendar(0, 0)).quantities)


def _source(text: str, glossary: Glossary, calendar: Calendar) -> Source:
    lexicon = Lexicon(glossary)
    words = tokens(text)
    mentions = PeriodReader.of(glossary).find(text)
    verbs = "|".join(re.escape(w.surface) for w in glossary.words if w.category in ("rise", "fall", "reach", "share"))
    numbers = find_numbers(text, mentions, re.compile(rf"(?:{verbs})$", re.IGNORECASE))
    return Source(text, words, find_quantities(text, words, numbers, lexicon), mentions, calendar, lexicon)


Key = tuple[str, str, str, str, str]


def _key(o: Observation) -> Key:
    return (o.indicator, o.area, o.period, o.measure, o.basis)


def _settled(drafts: list[Draft], calendar: Calendar) -> tuple[Observation, ...]:
    """Drafts -> observations in reading order, one row a fact."""
    kept: dict[Key, list[tuple[int, Observation]]] = {}
    for draft in _monthly(drafts, calendar):
        o = draft.observation
        rows = kept.setdefault(_key(o), [])
        rows[:] = [(block, replace(r, cause=r.cause or o.cause) if r.value == o.value else r) for block, r in rows]
        # the same paragraph does not state a fact twice: a second figure is a part with the same name
        if all(r.value != o.value and block != draft.block for block, r in rows):
            rows.append((draft.block, o))
    return tuple(sorted((o for rows in kept.values() for _, o in rows), key=lambda o: o.span.start))


def _monthly(drafts: list[Draft], calendar: Calendar) -> list[Draft]:
    """Give the month to figures without a time that a running total contradicts.

    Press articles print the month's figure without a time and the running total (lũy kế) with it. Where
    both would fall on the total's period, the one that names no time is the month's, and so are the
    other figures without a time that stand before that total in the same block.
    """
    total = calendar.cumulative
    named = {_key(d.observation): d.observation for d in drafts if d.explicit and d.observation.period == total}
    until: dict[int, int] = {}
    for draft in drafts:
        other = named.get(_key(draft.observation))
        if other and not draft.explicit and other.value != draft.observation.value:
            until[draft.block] = max(until.get(draft.block, 0), draft.observation.span.start + 1, other.span.start)
    return [
        draft._replace(observation=replace(draft.observation, period=calendar.this_month))
        if not draft.explicit
        and draft.observation.period == total
        and draft.observation.span.start < until.get(draft.block, 0)
        else draft
        for draft in drafts
    ]
