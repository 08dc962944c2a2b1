"""XML of unknown origin -> its tree; the one parser of the files that others write."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from pipeline.errors import SongnguError


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
