"""templates/theme.toml, and an organisation's own file over it -> Theme: how charts and pages look."""

from __future__ import annotations

import base64
import io
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.errors import TemplateError
from pipeline.markup import parse_xml

COLOURS = ("ink", "muted", "rule", "wash", "paper", "accent", "soft", "total", "fall")
FACES = ("regular", "semibold", "italic")
WEIGHTS = {"regular": ("400", "normal"), "semibold": ("600", "normal"), "italic": ("400", "italic")}  # in CSS
LOGOS = {".svg": "image/svg+xml", ".png": "image/png"}
_TABLES = ("colours", "dark", "typeface", "organisation")
_LONGEST = {"name": 60, "footer": 90, "logo": 255}  # characters that a masthead, a page's foot, a file's name may have
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SVG = "{http://www.w3.org/2000/svg}svg"
_INSIDE = ("#", "data:")  # what a drawing may refer to


@dataclass(frozen=True, slots=True)
class Theme:
    """The folder of templates; colours by name, those of a dark screen; the family and the files of its faces without
    extension; of the organisation that issues the brief its name, its logo as a data: address, and its line at the
    foot of pages, each empty where there is none.
    """

    templates: Path
    colours: Mapping[str, str]
    dark: Mapping[str, str]
    family: str
    faces: Mapping[str, Path]
    organisation: str = ""
    logo: str = ""
    footer: str = ""

    def face(self, name: str) -> Path:
        """The OpenType file of a face ("regular")."""
        return self.faces[name].with_suffix(".otf")


def variables(colours: Mapping[str, str]) -> str:
    """Colours by name -> the CSS variables that style sheets know them by."""
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def read_theme(templates: Path, own: Path | None = None) -> Theme:
    """Folder of templates, an organisation's file -> Theme. Raises TemplateError naming file, line and reason.

    What the organisation's file says replaces what theme.toml says; a logo's path is relative to that file.
    """
    path = templates / "theme.toml"
    tables = _tables(path)
    for kind in ("colours", "dark"):
        _require_colours(path, kind, tables[kind], COLOURS)
    typeface = tables["typeface"]
    for name in ("family", *FACES):
        if not isinstance(typeface.get(name), str):
            raise TemplateError(f"{path.name}: typeface.{name} is missing")
    faces = {name: templates / "fonts" / typeface[name] for name in FACES}
    for face in faces.values():
        if not face.with_suffix(".otf").is_file():
            raise TemplateError(f"{path.name}: fonts/{face.name}.otf is missing")
    said: dict[str, str] = {}
    if own is not None:
        given = _tables(own)
        if given["typeface"]:
            raise TemplateError(f"{own.name}: typeface cannot be replaced: charts and pages are measured for theirs")
        for kind in ("colours", "dark"):
            _require_colours(own, kind, given[kind], given[kind])
            tables[kind] |= given[kind]
        said = _organisation(own, given["organisation"])
    colours, dark = (MappingProxyType({n: tables[kind][n].lower() for n in COLOURS}) for kind in ("colours", "dark"))
    return Theme(templates, colours, dark, typeface["family"], MappingProxyType(faces), **said)


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    """A TOML file's tables, empty where it has none of a kind."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise TemplateError(f"{path.name}: cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise TemplateError(f"{path.name}: is not UTF-8 (byte {e.start})") from e
    except tomllib.TOMLDecodeError as e:
        line = re.search(r"line (\d+)", str(e))
        raise TemplateError(f"{path.name}, line {line[1] if line else 1}: {e}") from e
    for name, table in read.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise TemplateError(f"{path.name}: {name} is none of the tables {', '.join(_TABLES)}")
    return {name: dict(read.get(name, {})) for name in _TABLES}


def _require_colours(path: Path, kind: str, table: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if name not in COLOURS:
            raise TemplateError(f"{path.name}: {kind}.{name} is none of the colours {', '.join(COLOURS)}")
        if not _COLOUR.fullmatch(str(table.get(name, ""))):
            raise TemplateError(f"{path.name}: {kind}.{name} is not a colour like #1b5480")


def _organisation(path: Path, table: Mapping[str, Any]) -> dict[str, str]:
    """The table of an organisation -> the fields of a theme."""
    for key, value in table.items():
        if key not in ("name", "logo", "footer"):
            raise TemplateError(f"{path.name}: organisation.{key} is none of name, logo, footer")
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise TemplateError(f"{path.name}: organisation.{key} is not one line of text")
        if len(value) > _LONGEST[key]:
            raise TemplateError(f"{path.name}: organisation.{key} has more than {_LONGEST[key]} characters")
    logo, name = table.get("logo", ""), table.get("name", "")
    if logo and not name:
        raise TemplateError(f"{path.name}: organisation.name is missing: a logo is told by it")
    return {"organisation": name, "logo": _logo(path, logo) if logo else "", "footer": table.get("footer", "")}


def _logo(path: Path, logo: str) -> str:
    """A picture's file -> its data: address."""
    file = path.parent / logo
    kind = file.suffix.casefold()
    if kind not in LOGOS:
        raise TemplateError(f"{path.name}: organisation.logo: {logo} is neither .svg nor .png")
    try:
        data = file.read_bytes()
    except OSError as e:
        raise TemplateError(f"{path.name}: organisation.logo: {logo} cannot be read: {e.strerror}") from e
    wrong = f"{path.name}: organisation.logo: {logo}"
    if kind == ".svg":
        _require_closed(data, wrong)
    else:
        _require_png(data, wrong)
    return f"data:{LOGOS[kind]};base64,{base64.b64encode(data).decode()}"


def _require_png(data: bytes, wrong: str) -> None:
    """Raise TemplateError where a picture cannot be decoded whole."""
    from PIL import Image  # noqa: PLC0415  # needed for a logo alone

    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as e:  # Pillow's own, all of them
        raise TemplateError(f"{wrong} is no PNG picture: {e}") from e


def _require_closed(data: bytes, wrong: str) -> None:
    """Raise TemplateError where a drawing is none, or asks for something outside of itself: it would stay empty."""
    root = parse_xml(data, lambda line, why: TemplateError(f"{wrong} is no SVG picture: line {line}: {why}"))
    if root.tag != _SVG:
        raise TemplateError(f"{wrong} is no SVG picture")
    for name, value in ((str(k), str(v)) for element in root.iter() for k, v in element.items()):
        if name.rpartition("}")[2] == "href" and not value.startswith(_INSIDE):
            raise TemplateError(f"{wrong} asks for {value[:80]}, which lies outside of it")
