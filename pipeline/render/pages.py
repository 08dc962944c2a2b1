"""Editions as text: Jinja2 templates -> HTML, for the page (files beside it) and for the web (one file)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import jinja2
from markupsafe import Markup

from pipeline.errors import TemplateError
from pipeline.render.view import Edition
from pipeline.theme import FACES, Theme

TEMPLATE, SCRIPT = "brief.html.j2", "screen.js"
WEIGHTS = {"regular": ("400", "normal"), "semibold": ("600", "normal"), "italic": ("400", "italic")}

Medium = Literal["print", "screen"]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise TemplateError(f"{path.name}: cannot be read: {e.strerror}") from e


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except UnicodeDecodeError as e:
        raise TemplateError(f"{path.name}: is not UTF-8 (byte {e.start})") from e


def style(theme: Theme, medium: Medium) -> str:
    """The style sheet of a medium: faces, the theme's colours as variables, then the rules."""
    faces = []
    for name in FACES:
        weight, slant = WEIGHTS[name]
        if medium == "print":
            source = f"url({theme.face(name).resolve().as_uri()})"
        else:
            data = base64.b64encode(_read(theme.faces[name].with_suffix(".woff2"))).decode()
            source = f"url(data:font/woff2;base64,{data}) format('woff2')"
        faces.append(
            f"@font-face {{ font-family: '{theme.family}'; font-weight: {weight}; font-style: {slant}; src: {source} }}"
        )
    family = f"--family: '{theme.family}';"
    root = f":root {{ {family} {_variables(theme.colours)} }}"
    rules = [_text(theme.templates / "style.css"), _text(theme.templates / f"{medium}.css")]
    if medium == "screen":
        rules.append(f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(theme.dark)} }} }}")
        # Charts are drawn in the theme's colours: on a screen these follow the reader's choice.
        for name, value in theme.colours.items():
            rules += [f'article svg [{ink}="{value}"] {{ {ink}: var(--{name}) }}' for ink in ("fill", "stroke")]
    return "\n".join([*faces, root, *rules])


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def html(theme: Theme, editions: tuple[Edition, ...], medium: Medium, published: str | None) -> str:
    """Editions -> one HTML document. Raises TemplateError naming file, line and reason."""
    templates = theme.templates
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["linked"] = linked
    try:
        template = environment.get_template(TEMPLATE)
        script = _text(templates / SCRIPT) if medium == "screen" else ""
        script_hash = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        return template.render(
            editions=editions, css=style(theme, medium), theme=theme, medium=medium, published=published,
            script=script, script_hash=script_hash,
        )  # fmt: skip
    except jinja2.TemplateSyntaxError as e:
        raise TemplateError(f"{e.name or TEMPLATE}, line {e.lineno}: {e.message}") from e
    except jinja2.TemplateNotFound as e:
        raise TemplateError(f"{e.name}: there is no such template") from e
    except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
        file, line = _place(e, templates)
        raise TemplateError(f"{file}, line {line}: {e}") from e


def linked(svg: str, language: str) -> Markup:
    """A chart whose figures are links to the sentences that they were read from; no picture any more, then."""
    figure = re.compile(r'<g data-observation="(\d+)">(.*?)</g>', re.DOTALL)
    # A string of its own: markup would escape what is put in.
    figures = figure.sub(rf'<a class="why" href="#{language}-o\1">\2</a>', str(svg))
    return Markup(figures.replace(' role="img"', ' role="group"', 1))  # noqa: S704  # as the chart itself


def _place(error: Exception, templates: Path) -> tuple[str, int]:
    """The template and line that an error arose in: the last frame of a template in its traceback."""
    file, line = TEMPLATE, 1
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(templates):
            file, line = path.relative_to(templates).as_posix(), trace.tb_lineno
        trace = trace.tb_next
    return file, line
