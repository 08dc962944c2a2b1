"""Charts and pages made in another process: the same ones, and the same errors."""

from __future__ import annotations

import os
import signal
import tempfile
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pytest
from samples import THEME, langson, poor
from samples import glossary as tables

from pipeline.editions import Charts
from pipeline.errors import GlossaryError, RenderError
from pipeline.model import LANGUAGES
from pipeline.press import Press, PressBeside


def test_both_presses_make_the_same() -> None:
    press = Press(tables(), LANGUAGES, THEME)
    charts = press.chart(langson())
    with PressBeside(press) as beside:
        assert beside.chart(langson()) == charts
        assert beside.render(langson(), charts, (), ())() == press.render(langson(), charts, (), ())()


def test_an_error_comes_over_as_it_is() -> None:
    glossary = tables()
    without = replace(glossary, phrases={k: v for k, v in glossary.phrases.items() if k != "chart.source"})
    with pytest.raises(GlossaryError) as here:
        Press(without, LANGUAGES, THEME).chart(langson())
    with PressBeside(Press(without, LANGUAGES, THEME)) as beside:
        with pytest.raises(GlossaryError) as there:
            beside.chart(langson())
        assert str(there.value) == str(here.value)


def test_no_temporary_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with PressBeside(Press(tables(), LANGUAGES, THEME)) as beside:
        beside.render(poor(), beside.chart(poor()), (), ())()
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []
    with PressBeside(Press(tables(), LANGUAGES, THEME)) as beside:
        beside.render(poor(), Charts(()), (), ())  # asked for, and left in the middle of it
    assert list(tmp_path.iterdir()) == []


def test_a_killed_press_is_told() -> None:
    with PressBeside(Press(tables(), LANGUAGES, THEME)) as beside:
        (child,) = active_children()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(RenderError, match="killed by signal 9"):
            beside.chart(langson())
    assert not active_children()
