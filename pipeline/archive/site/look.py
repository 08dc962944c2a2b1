"""How the site looks: its style sheet and scripts, fonts, icon and logo as files."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from pipeline.templating import read_bytes, read_text
from pipeline.theme import FACES, LOGOS, WEIGHTS, Theme, variables

FOLDER = "site"  # of the templates
SCRIPTS = ("site.js", "search.js")


def logo(theme: Theme) -> tuple[str, bytes] | None:
    """The organisation's logo -> its address on the site, its bytes."""
    kind, _, data = theme.logo.removeprefix("data:").partition(";base64,")
    ending = next((ending for ending, media in LOGOS.items() if media == kind), None)
    return None if ending is None else (f"assets/logo{ending}", base64.b64decode(data))


def assets(theme: Theme) -> dict[str, bytes]:
    """Theme -> every file that pages need beside themselves, by address."""
    folder = theme.templates / FOLDER
    found = {f"assets/{name}": read_bytes(folder / name) for name in SCRIPTS}
    found["assets/site.css"] = "\n".join([*_faces(theme), _colours(theme), read_text(folder / "site.css")]).encode()
    for face in FACES:
        file = theme.faces[face].with_suffix(".woff2")
        found[f"assets/fonts/{file.name}"] = read_bytes(file)
    found["assets/icon.svg"] = _icon(theme).encode()
    own = logo(theme)
    return found if own is None else found | dict([own])


def _faces(theme: Theme) -> list[str]:
    return [
        f"@font-face {{ font-family: '{theme.family}'; font-weight: {weight}; font-style: {slant};"
        f" font-display: swap; src: url(fonts/{theme.faces[name].name}.woff2) format('woff2') }}"
        for name, (weight, slant) in WEIGHTS.items()
    ]


def _colours(theme: Theme) -> str:
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
        [
            *here.glob("*.py"),
            *(here.parent.parent / n for n in ("figures.py", "typeset.py", "history.py", "templating.py")),
        ]
    ):
        found.update(path.read_bytes())
    return found.hexdigest()


def signature(theme: Theme) -> str:
    """A digest of all that pages are made with, but for the archive and the glossary."""
    found = hashlib.sha256(_program().encode())
    for path in sorted((theme.templates / FOLDER).glob("*.j2")):
        found.update(path.name.encode() + b"\0" + read_bytes(path))
    found.update(repr((theme.organisation, theme.logo, theme.footer)).encode())
    return found.hexdigest()
