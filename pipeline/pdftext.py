"""A PDF's bytes on standard input -> its lines with their places, as JSON on standard output.

A process of its own, and run as a file: a PDF of some kilobytes can ask PDFium for gigabytes and minutes, or
bring it down. Here it may take so much memory and time and no more, and the program that called goes on
(pipeline/read/pdf.py). It imports nothing of the package.

    {"pages": [[line, ...], ...]}     line: {"pieces": [[text, font, raised], ...], "x0", "x1", "y0", "y1" (points,
                                      y upwards), "height" (of its letters), "first" (width of its first word)}
    {"error": "password" | "damaged" | "long", "reason": "..."}
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from typing import Any

MEMORY = 700_000_000  # bytes of address space; a report of 100 pages takes a third
SECONDS = 20  # of processor time; a report of 100 pages takes one
MOST_PAGES = 1_000
MOST_CHARACTERS = 1_500_000
GAP = 2.0  # heights of a letter that part two cells of a row
_HYPHEN = "\x02"  # PDFium's sign of a hyphen at the end of a line
_RAISED, _SMALL = 0.2, 0.85  # how far above its line and how small a raised sign is, in heights of a letter


def lines_of(page: Any, raw: Any) -> list[dict[str, Any]]:
    """A page of PDFium -> its lines."""
    text = page.get_textpage()
    lines: list[dict[str, Any]] = []
    row: list[tuple[str, float, float, float, float, str]] = []
    box = raw.FS_RECTF()
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    font, in_word = "", False
    for place in range(text.count_chars()):
        character = chr(raw.FPDFText_GetUnicode(text, place))
        if character in "\r\n":
            _close(lines, row)
            row, in_word = [], False
            continue
        if character.isspace():
            row.append((" ", 0.0, 0.0, 0.0, 0.0, font))
            in_word = False
            continue
        if not in_word:  # a font changes between words
            size = raw.FPDFText_GetFontInfo(text, place, name, len(name), ctypes.byref(flags))
            font = name.value.decode("utf-8", "replace") if 0 < size <= len(name) else ""
        in_word = True
        raw.FPDFText_GetLooseCharBox(text, place, ctypes.byref(box))
        row.append((character, box.left, box.right, box.bottom, box.top, font))
        if character == _HYPHEN:
            _close(lines, row)
            row, in_word = [], False
    _close(lines, row)
    return lines


def _close(lines: list[dict[str, Any]], row: list[tuple[str, float, float, float, float, str]]) -> None:
    """Characters of one line -> the line, at the end of the others."""
    boxes = [c for c in row if c[0] != " " and c[2] > c[1]]
    if not boxes:
        return
    heights = sorted(c[4] - c[3] for c in boxes)
    height = heights[len(heights) // 2] or 1.0
    bottoms = sorted(c[3] for c in boxes if c[4] - c[3] >= _SMALL * height)
    bottom = bottoms[len(bottoms) // 2] if bottoms else boxes[0][3]
    pieces: list[list[Any]] = []
    first, before = 0.0, None
    for c in row:
        character, left, right, low, high, font = c
        if character == " ":
            first = first or (before or boxes[0][1]) - boxes[0][1]
            raised = False
        else:
            if before is not None and left - before > GAP * height:
                pieces.append(["\t", "", False])
            before = right if right > left else before
            raised = high - low < _SMALL * height and low > bottom + _RAISED * height
        if pieces and pieces[-1][1:] == [font, raised]:
            pieces[-1][0] += character
        else:
            pieces.append([character, font, raised])
    lines.append(
        {
            "pieces": pieces,
            "x0": min(c[1] for c in boxes),
            "x1": max(c[2] for c in boxes),
            "y0": bottom,
            "y1": bottom + height,
            "height": height,
            "first": first or boxes[-1][2] - boxes[0][1],
        }
    )


def answer(data: bytes) -> dict[str, Any]:
    """Bytes of a PDF -> its lines by page, or why there are none."""
    import pypdfium2  # noqa: PLC0415  # heavy, and under the limits of this process
    from pypdfium2 import raw  # noqa: PLC0415  # the same

    pages: list[list[dict[str, Any]]] = []
    characters = 0
    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > MOST_PAGES:
            return {"error": "long", "reason": f"more than {MOST_PAGES:,} pages"}
        for page in document:
            lines = lines_of(page, raw)
            characters += sum(len(piece[0]) for line in lines for piece in line["pieces"])
            if characters > MOST_CHARACTERS:
                return {"error": "long", "reason": f"more than {MOST_CHARACTERS:,} characters of text"}
            pages.append(lines)
    except pypdfium2.PdfiumError as e:
        locked = getattr(e, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return {"error": "password" if locked else "damaged", "reason": str(e)}
    return {"pages": pages}


def main() -> None:
    """Standard input -> standard output, within the limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
