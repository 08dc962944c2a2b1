"""Quantities -> findings where a figure was not printed as it should be, and how it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.glossary import Glossary
from pipeline.model import Finding, Number, Quantity, Role, Severity

_TWICE = re.compile(r"%\s?%")  # "1,41%%"
_NO_FIGURES: tuple[Role, ...] = ("ordinal", "name", "legal", "period")  # 6.1.2, >37.5 W
# The way its digits were read (`quantities.read_digits`) -> how grave it is.
_RULES: dict[str, Severity] = {"decimal-point": "info", "torn": "info", "irregular": "warning"}


def repairs(
    text: str, quantities: Sequence[Quantity], numbers: Iterable[Number], glossary: Glossary
) -> tuple[Finding, ...]:
    """Text, its quantities, its ledger -> a finding for each slip in a figure; codes are keys of phrases.

    In reading order. What is no figure (the number of a heading, a name) may have any marks.
    """
    figures = sorted({n.quantity for n in numbers if n.quantity is not None and n.role not in _NO_FIGURES})
    return tuple(
        Finding(f"extract.{code}", grave, span, glossary.label(f"extract.{code}", text=text[span.start : span.end]))
        for n in figures
        for span in (quantities[n].span,)
        for code, grave in _slips(text, quantities[n])
    )


def _slips(text: str, quantity: Quantity) -> Iterable[tuple[str, Severity]]:
    start, end = quantity.span.start, quantity.span.end
    if text[max(0, start - 1) : start].isalpha():
        yield "missing-space", "info"  # "tăng75,8%"
    rule = quantity.rule.partition("+")[0]
    if rule in _RULES:
        yield rule, _RULES[rule]
    if _TWICE.search(text, start, end):
        yield "doubled-sign", "info"
