"""What every page has in common: its address in both languages, its frame, and when it is made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pipeline.archive.reading import Archive, Entry
from pipeline.archive.site.data import Held, base
from pipeline.archive.site.look import FOLDER, logo, signature
from pipeline.archive.site.output import Output, digest_of
from pipeline.archive.site.words import Names, Tongue
from pipeline.glossary import Glossary
from pipeline.model import LANGUAGES, Language
from pipeline.templating import Templates
from pipeline.theme import Theme

Address = Callable[[str], str]  # of something on the site -> what a page's link to it says
Facts = Callable[[Tongue, Address], Mapping[str, Any]]
OTHER: dict[Language, Language] = {"vi": "en", "en": "vi"}


class Maker:
    """Makes pages into a folder."""

    def __init__(self, archive: Archive, glossary: Glossary, theme: Theme, output: Output, base_url: str) -> None:
        self.archive, self.index = archive, archive.index
        self.glossary, self.theme, self.output = glossary, theme, output
        self.root = base_url.rstrip("/") + "/" if base_url else ""
        names = Names(glossary)
        self.tongues = tuple(Tongue(names, language) for language in LANGUAGES)
        self.seed = digest_of(signature(theme), glossary.uncorrected, self.root)
        self.held: Mapping[str, Mapping[str, Held]] = {}
        self.large: frozenset[str] = frozenset()  # indicators whose areas have pages of their own
        self.areas: frozenset[str] = frozenset()  # those that have briefs
        self._templates = Templates(theme.templates / FOLDER)
        self._logo = logo(theme)
        self.changed: dict[str, str] = {}  # address -> day of the last change, where a page has one

    def page(self, path: str, template: str, nav: str, made_of: object, facts: Facts, changed: str = "") -> None:
        """A page in both languages at <language>/<path>; `made_of` is all that its facts depend on."""
        digest = digest_of(self.seed, made_of)
        for tongue in self.tongues:
            file = f"{tongue.language}/{path}index.html"
            self.changed[file.removesuffix("index.html")] = changed
            self.output.put(file, digest, lambda tongue=tongue: self._render(tongue, path, template, nav, facts))  # type: ignore[misc]  # a default that binds the loop's value

    def single(self, file: str, template: str, root: str | None = None) -> None:
        """A page of both languages at once: the first one, and that for addresses which are not there."""
        vi, en = self.tongues

        def made() -> bytes:
            prefix = "" if root is None else root
            return self._rendered(template, self.frame(vi, prefix) | {"vi": vi, "en": en, "path": ""})

        self.output.put(file, digest_of(self.seed, file), made)

    def _render(self, tongue: Tongue, path: str, template: str, nav: str, facts: Facts) -> bytes:
        root = "../" * (path.count("/") + 1)
        found = facts(tongue, lambda target: (root + target) or "./")
        frame = self.frame(tongue, root) | {"path": path, "nav": nav}
        return self._rendered(template, frame | dict(found))

    def _rendered(self, template: str, facts: Mapping[str, Any]) -> bytes:
        return (self._templates.render(template, facts).rstrip() + "\n").encode()

    def frame(self, tongue: Tongue, root: str) -> dict[str, Any]:
        """What the frame of every page says."""
        return {
            "languages": {t.language: t.say("language") for t in self.tongues},
            "say": tongue.say, "tongue": tongue, "lang": tongue.language, "other": OTHER[tongue.language],
            "root": root, "base": self.root, "theme": self.theme, "feed": "feed.xml",
            "logo": self._logo[0] if self._logo else "", "scripts": ("site.js",),
        }  # fmt: skip

    @property
    def host_root(self) -> str:
        """Where the site begins on its host, for pages that are shown at any address."""
        path = urlsplit(self.root).path if self.root else "/"
        return path if path.startswith("/") else "/"

    # --- addresses ------------------------------------------------------------------------

    def has_page(self, indicator: str) -> bool:
        """Whether there is a page of an indicator."""
        return indicator in self.held

    def indicator_page(self, indicator: str, area: str) -> str:
        """The address of an indicator's figures in an area, without language; empty where there is none."""
        if not self.has_page(indicator):
            return ""
        if indicator in self.large:
            return f"indicators/{indicator}/{base(area)}/"
        return f"indicators/{indicator}/#{base(area)}"

    @staticmethod
    def brief_page(issue: Entry) -> str:
        """The address of a brief's page, without language."""
        return f"briefs/{issue.slug}/"
