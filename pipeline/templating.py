"""Jinja2 templates of a folder: every variable must be there, and an error names template and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import TemplateError

if TYPE_CHECKING:
    import jinja2


class Templates:
    """A folder of templates; those of HTML escape what is put in. `filters` are theirs beside Jinja's own."""

    def __init__(self, folder: Path, filters: Mapping[str, Callable[..., Any]] | None = None) -> None:
        import jinja2  # noqa: PLC0415  # a heavy import

        self.folder = folder
        self._environment: jinja2.Environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder), undefined=jinja2.StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, autoescape=jinja2.select_autoescape(("html.j2",)),
        )  # fmt: skip
        self._environment.filters.update(filters or {})

    def render(self, name: str, facts: Mapping[str, Any]) -> str:
        """A template's name, what it is filled with -> text. Raises TemplateError naming file, line and reason."""
        import jinja2  # noqa: PLC0415  # a heavy import

        try:
            return self._environment.get_template(name).render(facts)
        except jinja2.TemplateSyntaxError as e:
            raise TemplateError(f"{e.name or name}, line {e.lineno}: {e.message}") from e
        except jinja2.TemplateNotFound as e:
            raise TemplateError(f"{e.name}: there is no such template") from e
        except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
            file, line = self._place(e, name)
            raise TemplateError(f"{file}, line {line}: {e}") from e

    def _place(self, error: Exception, name: str) -> tuple[str, int]:
        """The template and line that an error arose in: the last frame of a template in its traceback."""
        file, line = name, 1
        trace = error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.is_relative_to(self.folder):
                file, line = path.relative_to(self.folder).as_posix(), trace.tb_lineno
            trace = trace.tb_next
        return file, line


def read_text(path: Path) -> str:
    """A template's companion (style sheet, script) -> its text. Raises TemplateError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as e:
        raise TemplateError(f"{path.name}: cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise TemplateError(f"{path.name}: is not UTF-8 (byte {e.start})") from e


def read_bytes(path: Path) -> bytes:
    """A font or picture beside the templates -> its bytes. Raises TemplateError."""
    try:
        return path.read_bytes()
    except OSError as e:
        raise TemplateError(f"{path.name}: cannot be read: {e.strerror}") from e
