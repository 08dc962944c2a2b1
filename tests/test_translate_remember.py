"""What an engine was asked once need not be asked again, and what passed then is what passes now."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tiny_argos import build
from translate_helpers import article_of, extraction_of, small_glossary

from pipeline.model import Translation
from pipeline.translate import Answers, Engine, load_engine, translate
from pipeline.translate.engine import Hypothesis
from pipeline.translate.remember import Answer, answers_file

AGAIN = "Nguồn cung còn khó khăn."
TEXT = f"Tình hình giá thịt lợn còn tăng 2,5%.\n{AGAIN}\nGiá tăng khuếch trương 7%.\n{AGAIN}"


class Counting:
    """An engine that says what it was asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name, self.placeholder = engine.name, engine.placeholder
        self.asked: list[str] = []

    def translate(self, texts: Sequence[str]) -> list[list[Hypothesis]]:
        self.asked += texts
        return self._engine.translate(texts)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = load_engine(build(tmp_path_factory.mktemp("model") / "tiny.argosmodel"))
    assert engine is not None
    return engine


def translated(engine: Engine, kept: Answers | None, text: str = TEXT) -> Translation:
    article = article_of(text)
    return translate(article, extraction_of(article), small_glossary(), engine, kept)


def test_the_second_time_nothing_is_asked(tiny: Engine, tmp_path: Path) -> None:
    warnings: list[str] = []
    kept = Answers(tmp_path / "deep" / "answers.sqlite", "one", warnings.append)
    first, second = Counting(tiny), Counting(tiny)
    plain = translated(tiny, None)
    assert {s.method for s in plain.segments} == {"engine", "none"}
    assert translated(first, kept) == plain
    assert first.asked.count(AGAIN) == 1  # a sentence that stands twice
    assert translated(second, kept) == plain
    assert second.asked == warnings == []


def test_only_what_is_new_is_asked(tiny: Engine, tmp_path: Path) -> None:
    kept = Answers(tmp_path / "answers.sqlite", "one", pytest.fail)
    translated(tiny, kept)
    counting = Counting(tiny)
    translated(counting, kept, TEXT + "\nTình hình giá thịt lợn còn tăng 2,6%.")
    assert counting.asked == ["Tình hình ⟨0⟩ còn tăng ⟨1⟩."]


def test_another_context_starts_afresh(tiny: Engine, tmp_path: Path) -> None:
    file = tmp_path / "answers.sqlite"
    translated(tiny, Answers(file, "one", pytest.fail))
    counting = Counting(tiny)
    translated(counting, Answers(file, "another", pytest.fail))
    assert counting.asked


def test_what_another_context_left_is_thrown_away_when_it_is_old(tiny: Engine, tmp_path: Path) -> None:
    file = tmp_path / "answers.sqlite"
    for context, days in (("old", 61), ("late", 59)):
        translated(tiny, Answers(file, context, pytest.fail))
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE given SET day = date('now', ?) WHERE context = ?", (f"-{days} days", context))
    translated(tiny, Answers(file, "one", pytest.fail))
    with closing(sqlite3.connect(file)) as connection:
        contexts = connection.execute("SELECT DISTINCT context FROM given ORDER BY context").fetchall()
    assert contexts == [("late",), ("one",)]


@pytest.mark.parametrize("damage", [b"no database at all " * 100, b"SQLite format 3\0" + b"\xff" * 200])
def test_a_damaged_file_is_said_and_done_without(tiny: Engine, tmp_path: Path, damage: bytes) -> None:
    file, warnings = tmp_path / "answers.sqlite", list[str]()
    file.write_bytes(damage)
    assert translated(tiny, Answers(file, "one", warnings.append)) == translated(tiny, None)
    assert len(warnings) == 2
    assert file.read_bytes() == damage  # what is not ours is left alone


def test_a_folder_that_cannot_be_made_is_said(tiny: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    warnings: list[str] = []
    kept = Answers(tmp_path / "file" / "answers.sqlite", "one", warnings.append)
    assert translated(tiny, kept) == translated(tiny, None)
    assert len(warnings) == 1


def test_all_or_none_is_kept(tmp_path: Path) -> None:
    kept = Answers(tmp_path / "answers.sqlite", "one", pytest.fail)
    kept.write({"a": Answer("x", ""), "b": Answer("", "lost")})
    assert kept.read(["a", "b", "c"]) == {"a": Answer("x", ""), "b": Answer("", "lost")}
    kept.write({"a": Answer("y", "")})
    assert kept.read(["a"]) == {"a": Answer("y", "")}


def test_the_file_lies_where_the_system_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert answers_file() == tmp_path / "songngu" / "translations.sqlite"
