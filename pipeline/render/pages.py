"""Editions as text: Jinja2 templates -> HTML, for the page (files beside it) and for the web (one file)."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Literal

import jinja2

from pipeline.errors import TemplateError
from pipeline.render.view import Edition
from pipeline.typeset import FACES, Theme

TEMPLATE = "brief.html.j2"
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


def style(templates: Path, theme: Theme, medium: Medium) -> str:
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
    colours = " ".join(f"--{name}: {value};" for name, value in theme.colours.items())
    family = f"--family: '{theme.family}';"
    rules = [_text(templates / "style.css"), _text(templates / f"{medium}.css")]
    return "\n".join([*faces, f":root {{ {family} {colours} }}", *rules])


def html(templates: Path, editions: tuple[Edition, ...], css: str, medium: Medium, published: str | None) -> str:
    """Editions -> one HTML document. Raises TemplateError naming file, line and reason."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        template = environment.get_template(TEMPLATE)
        return template.render(editions=editions, css=css, medium=medium, published=published)
    except jinja2.TemplateSyntaxError as e:
        raise TemplateError(f"{e.name or TEMPLATE}, line {e.lineno}: {e.message}") from e
    except jinja2.TemplateNotFound as e:
        raise TemplateError(f"{e.name}: there is no such template") from e
    except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
        file, line = _place(e, templates)
        raise TemplateError(f"{file}, line {line}: {e}") from e


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
