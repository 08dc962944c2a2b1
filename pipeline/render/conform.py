"""What PDF/A-3a and PDF/UA-1 ask for in one file and WeasyPrint leaves out.

It writes one variant at a time, so the identifier of PDF/UA goes into the metadata of PDF/A; it knows a
language for the whole document alone, so each structure element gets that of its HTML element; it knows
headers of table cells without their scope, and names every attachment twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

VARIANT = "pdf/a-3a"
# The identifier of PDF/UA (ISO 14289-1, 5), and the description of its schema that PDF/A wants (ISO 19005-3, 6.6.2.3).
_IDENTIFIER = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""
_END = b"</rdf:RDF>"
_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}  # HTML -> ISO 32000-1, 14.8.5.7


def identify(document: Any) -> None:
    """Let a WeasyPrint document's XMP metadata say part 1 of PDF/UA beside what it says itself.

    Within its own element: a second one of the kind is not read.
    """
    written = document.metadata.generate_rdf_metadata

    def both(*variant: Any) -> bytes:
        return bytes(written(*variant)).removesuffix(_END) + _IDENTIFIER

    document.metadata.generate_rdf_metadata = both


@contextmanager
def tagged() -> Iterator[None]:
    """While it lasts, structure elements are written with the language of their HTML elements and cells with scope."""
    from pydyf import String  # noqa: PLC0415  # with WeasyPrint, a heavy import
    from weasyprint.pdf import tags  # noqa: PLC0415  # a heavy import

    build = tags._build_box_tree  # noqa: SLF001  # no public place makes structure; the requirement names the version

    def with_more(box: Any, *where: Any) -> Iterator[Any]:
        box = getattr(box, "_box", box)  # an absolutely placed box stands in a placeholder
        for element in build(box, *where):
            # The boxes of pages, html and body have no element of their own: they pass on those of their children.
            if box.element is not None and box.element_tag not in ("html", "body"):
                if language := box.element.get("lang"):
                    element.setdefault("Lang", String(language))
                if element["S"] == "/TH" and (scope := _SCOPES.get(box.element.get("scope", ""))):
                    element["A"]["Scope"] = scope
            yield element

    tags._build_box_tree = with_more  # noqa: SLF001  # as above
    try:
        yield
    finally:
        tags._build_box_tree = build  # noqa: SLF001  # as above


def finish(_document: Any, pdf: Any) -> None:
    """Name each associated file once (WeasyPrint's `finisher`)."""
    if files := pdf.catalog.get("AF"):
        files[:] = dict.fromkeys(files)
