"""extract: Article, Glossary -> Extraction."""

from __future__ import annotations

import re

from pipeline.extract.drafts import settle
from pipeline.extract.items import Source
from pipeline.extract.ledger import ledger
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.quantities import find_numbers, find_quantities
from pipeline.extract.reader import Reader
from pipeline.extract.repairs import repairs
from pipeline.extract.spelled import find_spelled
from pipeline.glossary import Glossary
from pipeline.model import Article, Extraction, Quantity
from pipeline.periods import Calendar, PeriodReader
from pipeline.vietnamese import Words


def extract(article: Article, glossary: Glossary) -> Extraction:
    """Article, Glossary -> Extraction: all quantities, and the observations understood from them.

    A fact that the text states twice with different figures has an observation for each.
    """
    calendar = Calendar.of(article.period)
    source = _source(article.text, glossary, calendar)
    reader = Reader(source, glossary, article.area)
    observations = settle(reader.read(article.blocks), calendar, glossary)
    numbers = ledger(article, source, reader.notes, observations)
    found = repairs(article.text, source.quantities, numbers, glossary)
    return Extraction(tuple(source.quantities), observations, numbers, found)


def quantities(text: str, glossary: Glossary) -> tuple[Quantity, ...]:
    """Text in NFC, Glossary -> its quantities in reading order, for text that is no article."""
    return tuple(_source(text, glossary, Calendar(0, 0)).quantities)


def _source(text: str, glossary: Glossary, calendar: Calendar) -> Source:
    lexicon = Lexicon(glossary)
    words = Words(text)
    mentions = PeriodReader.of(glossary).find(text)
    verbs = "|".join(re.escape(w.surface) for w in glossary.words if w.category in ("rise", "fall", "reach", "share"))
    printed = find_numbers(text, mentions, re.compile(rf"(?:{verbs})$", re.IGNORECASE))
    numbers = sorted([*printed, *find_spelled(words, mentions, lexicon)])
    return Source(text, words, find_quantities(text, words, numbers, lexicon), mentions, calendar, lexicon)
