"""Editions as text: Jinja2 templates -> HTML, for the page (files beside it) and for the web (one file)."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Literal

from markupsafe import Markup

from pipeline.render.view import Edition
from pipeline.templating import Templates, read_bytes, read_text
from pipeline.theme import FACES, WEIGHTS, Theme, variables

TEMPLATE, SCRIPT = "brief.html.j2", "screen.js"

Medium = Literal["print", "screen"]


def style(theme: Theme, medium: Medium) -> str:
    """The style sheet of a medium: faces, the theme's colours as variables, then the rules."""
    faces = []
    for name in FACES:
        weight, slant = WEIGHTS[name]
        if medium == "print":
            source = f"url({theme.face(name).resolve().as_uri()})"
        else:
            data = base64.b64encode(read_bytes(theme.faces[name].with_suffix(".woff2"))).decode()
            source = f"url(data:font/woff2;base64,{data}) format('woff2')"
        faces.append(
            f"@font-face {{ font-family: '{theme.family}'; font-weight: {weight}; font-style: {slant}; src: {source} }}"
        )
    family = f"--family: '{theme.family}';"
    root = f":root {{ {family} {variables(theme.colours)} }}"
    rules = [read_text(theme.templates / "style.css"), read_text(theme.templates / f"{medium}.css")]
    if medium == "screen":
        rules.append(f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {variables(theme.dark)} }} }}")
        # Charts are drawn in the theme's colours: on a screen these follow the reader's choice.
        for name, value in theme.colours.items():
            rules += [f'article svg [{ink}="{value}"] {{ {ink}: var(--{name}) }}' for ink in ("fill", "stroke")]
    return "\n".join([*faces, root, *rules])


def html(theme: Theme, editions: tuple[Edition, ...], medium: Medium, published: str | None) -> str:
    """Editions -> one HTML document. Raises TemplateError naming file, line and reason."""
    script = read_text(theme.templates / SCRIPT) if medium == "screen" else ""
    facts = {
        "editions": editions, "css": style(theme, medium), "theme": theme, "medium": medium, "published": published,
        "script": script, "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    }  # fmt: skip
    return Templates(theme.templates, {"linked": linked}).render(TEMPLATE, facts)


def linked(svg: str, language: str) -> Markup:
    """A chart whose figures are links to the sentences that they were read from; no picture any more, then."""
    figure = re.compile(r'<g data-observation="(\d+)">(.*?)</g>', re.DOTALL)
    # A string of its own: markup would escape what is put in.
    figures = figure.sub(rf'<a class="why" href="#{language}-o\1">\2</a>', str(svg))
    return Markup(figures.replace(' role="img"', ' role="group"', 1))  # noqa: S704  # as the chart itself
