"""XML of unknown origin -> its tree; the one parser of the files that others write. Text -> what XML can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from lxml import etree

from pipeline.errors import SongnguError

_FORBIDDEN = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")  # XML 1.0, production Char


def parse_xml(data: bytes, wrong: Callable[[int, str], SongnguError]) -> etree._Element:
    """A document -> its root, entities never resolved, no file or address loaded.

    Raises what `wrong` makes of the line (0 where there is none) and the reason.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        raise wrong(e.lineno or 0, e.msg or "no XML") from e


def declares_entities(root: etree._Element) -> bool:
    """Whether a document has a document type of its own, with which entities come."""
    return root.getroottree().docinfo.internalDTD is not None


def one_line(text: str) -> str:
    """Text in NFC, one space for every run of white space, without the characters that XML forbids."""
    allowed = _FORBIDDEN.sub("", " ".join(text.split()))
    return unicodedata.normalize("NFC", " ".join(allowed.split()))
