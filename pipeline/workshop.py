"""What it takes to build briefs, loaded once: tables, look, translation model, press.

`songngu build`, unattended runs and the workers of a back-fill all build a brief through a Workshop. Another process
makes its own from the same settings (Making), which say where things lie.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__
from pipeline.errors import ModelError
from pipeline.fetch import Fetched
from pipeline.glossary import Glossary, load_glossary
from pipeline.history import History
from pipeline.press import Press, PressBeside, Printing
from pipeline.run import Inputs, Results, Stage, run
from pipeline.settings import Making
from pipeline.theme import Theme, read_theme
from pipeline.translate import Answers, Engine, answers_file, load_engine

Warn = Callable[[str], None]
_LIBRARIES = ("ctranslate2", "fonttools", "matplotlib", "pydyf", "weasyprint")  # a brief's bytes depend on them


@dataclass(frozen=True)
class Workshop:
    """What briefs are built with; `kept` is what the engine answered before."""

    glossary: Glossary
    theme: Theme
    engine: Engine | None
    kept: Answers | None
    press: Printing

    def build(self, source: Fetched, history: History, begin: Callable[[Stage], None] = lambda _: None) -> Results:
        """A source, what was said before -> Results; `begin` is called as each stage begins. Raises as run() does."""
        data, name, media = source
        return run(Inputs(data, name, self.glossary, self.engine, self.kept, self.press, history, media), begin)

    @cached_property
    def identity(self) -> str:
        """What makes its briefs what they are, wherever things lie: equal ones build equal bytes."""
        look = hashlib.sha256(_digest(self.theme.templates, "*").encode())
        t = self.theme
        look.update(repr((dict(t.colours), dict(t.dark), t.organisation, t.logo, t.footer)).encode())
        libraries = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
        return (
            f"songngu {__version__} {revision()}, glossary {self.glossary.signature}, look {look.hexdigest()[:12]}, "
            f"model {self.engine.name if self.engine else 'none'}, {libraries}"
        )


def workshop(making: Making, warn: Warn) -> Workshop:
    """Settings -> a workshop with its press in this process; `warn` is told what is done without.

    Raises GlossaryError, TemplateError, ModelError.
    """
    press = _press(making)
    return _equipped(making, press, press, warn)


@contextmanager
def workshop_beside(making: Making, warn: Warn) -> Iterator[Workshop]:
    """As workshop(), its press in a process beside this one: one brief is ready sooner.

    To be called before there are threads: a fork takes over only the one that calls it.
    """
    press = _press(making)
    with PressBeside(press) as beside:
        yield _equipped(making, press, beside, warn)


def _press(making: Making) -> Press:
    theme = read_theme(resource("templates"), making.theme)
    return Press(load_glossary(making.glossary or resource("glossary"), making.additions), making.languages, theme)


def _equipped(making: Making, press: Press, printing: Printing, warn: Warn) -> Workshop:
    engine, kept = choose_engine(making.model, press.glossary, warn)
    return Workshop(press.glossary, press.theme, engine, kept, printing)


def choose_engine(model: Path | None, glossary: Glossary, warn: Warn) -> tuple[Engine | None, Answers | None]:
    """The package named, else the installed or bundled one, and what it answered before.

    A damaged one that nobody named is told to `warn` and done without. Raises ModelError for one that is named.
    """
    try:
        engine = load_engine(model, bundled())
    except ModelError as e:
        if model is not None:
            raise
        warn(f"going on without a translation model: {e}")
        return None, None
    if engine is None:
        return None, None
    return engine, Answers(answers_file(), f"{engine.name} {glossary.uncorrected} {revision()}", warn)


def resource(name: str) -> Path:
    """A data folder: beside the package in a checkout, inside it in the installed wheel."""
    package = Path(__file__).parent
    checkout = package.parent / name
    return checkout if (package.parent / "pyproject.toml").is_file() else package / "data" / name


def bundled() -> Path:
    """The project's own package: beside the package's card in a checkout, inside of the installed wheel."""
    return resource("training") / "translate-vi_en.argosmodel"


def revision() -> str:
    """A digest of the program and its decoder: answers that another one gave or passed are not asked for."""
    return _digest(Path(__file__).parent, "*.py", version("ctranslate2"))


def _digest(folder: Path, pattern: str, first: str = "") -> str:
    """The first digits of the SHA-256 of a folder's files, `first` before them."""
    digest = hashlib.sha256(first.encode())
    for file in sorted(f for f in folder.rglob(pattern) if f.is_file()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
