"""How the site looks: its style sheet and scripts, fonts, icon and logo as files, and the templates of its pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import TemplateError
from pipeline.theme import FACES, LOGOS, Theme

if TYPE_CHECKING:
    import jinja2

FOLDER = "site"  # of the templates
SCRIPTS = ("site.js", "search.js")
_WEIGHTS = {"regular": ("400", "normal"), "semibold": ("600", "normal"), "italic": ("400", "italic")}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise TemplateError(f"{path.name}: cannot be read: {e.strerror}") from e


def logo(theme: Theme) -> tuple[str, bytes] | None:
    """The organisation's logo -> its address on the site, its bytes."""
    kind, _, data = theme.logo.removeprefix("data:").partition(";base64,")
    ending = next((ending for ending, media in LOGOS.items() if media == kind), None)
    return None if ending is None else (f"assets/logo{ending}", base64.b64decode(data))


def assets(theme: Theme) -> dict[str, bytes]:
    """Theme -> every file that pages need beside themselves, by address."""
    folder = theme.templates / FOLDER
    found = {f"assets/{name}": _read(folder / name) for name in SCRIPTS}
    found["assets/site.css"] = "\n".join(
        [*_faces(theme), _colours(theme), _read(folder / "site.css").decode()]
    ).encode()
    for face in FACES:
        file = theme.faces[face].with_suffix(".woff2")
        found[f"assets/fonts/{file.name}"] = _read(file)
    found["assets/icon.svg"] = _icon(theme).encode()
    own = logo(theme)
    return found if own is None else found | dict([own])


def _faces(theme: Theme) -> list[str]:
    return [
        f"@font-face {{ font-family: '{theme.family}'; font-weight: {weight}; font-style: {slant};"
        f" font-display: swap; src: url(fonts/{theme.faces[name].name}.woff2) format('woff2') }}"
        for name, (weight, slant) in _WEIGHTS.items()
    ]


def _colours(theme: Theme) -> str:
    def variables(colours: Mapping[str, str]) -> str:
        return " ".join(f"--{name}: {value};" for name, value in colours.items())

    return (
        f":root {{ color-scheme: light dark; --family: '{theme.family}'; {variables(theme.colours)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {variables(theme.dark)} }} }}"
    )


def _icon(theme: Theme) -> str:
    line = '<path d="M6 22l7-7 5 4 8-10" fill="none" stroke="#fff" stroke-width="3"/>'
    ground = f'<rect width="32" height="32" rx="6" fill="{theme.colours["accent"]}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{ground}{line}</svg>\n'


@cache
def _program() -> str:
    """A digest of the code that makes pages."""
    found = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted(
        [*here.glob("*.py"), *(here.parent.parent / n for n in ("figures.py", "typeset.py", "history.py"))]
    ):
        found.update(path.read_bytes())
    return found.hexdigest()


def signature(theme: Theme) -> str:
    """A digest of all that pages are made with, but for the archive and the glossary."""
    found = hashlib.sha256(_program().encode())
    for path in sorted((theme.templates / FOLDER).glob("*.j2")):
        found.update(path.name.encode() + b"\0" + _read(path))
    found.update(repr((theme.organisation, theme.logo, theme.footer)).encode())
    return found.hexdigest()


class Pages:
    """The templates. Raises TemplateError where one is wrong."""

    def __init__(self, theme: Theme) -> None:
        import jinja2  # noqa: PLC0415  # a heavy import

        self._folder = theme.templates / FOLDER
        self._environment: jinja2.Environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self._folder), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def render(self, name: str, facts: Mapping[str, Any]) -> bytes:
        """A template's name, what it is filled with -> the file."""
        import jinja2  # noqa: PLC0415  # a heavy import

        try:
            return (self._environment.get_template(name).render(facts).rstrip() + "\n").encode()
        except jinja2.TemplateSyntaxError as e:
            raise TemplateError(f"{FOLDER}/{e.name or name}, line {e.lineno}: {e.message}") from e
        except jinja2.TemplateNotFound as e:
            raise TemplateError(f"{FOLDER}/{e.name}: there is no such template") from e
        except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
            file, line = self._where(e, name)
            raise TemplateError(f"{FOLDER}/{file}, line {line}: {e}") from e

    def _where(self, error: Exception, name: str) -> tuple[str, int]:
        """The template and line that an error arose in: the last frame of a template in its traceback."""
        file, line = name, 1
        trace = error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.is_relative_to(self._folder):
                file, line = path.relative_to(self._folder).as_posix(), trace.tb_lineno
            trace = trace.tb_next
        return file, line
