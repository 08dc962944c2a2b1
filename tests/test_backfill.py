"""Back-fill: whatever is built at a time, dies or is killed, the archive is that of building article by article."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path

import pytest
from archive_samples import faults, state
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.reading import opened
from pipeline.backfill import crews
from pipeline.backfill.filling import Summary, backfill
from pipeline.backfill.lines import Built, Item, lined_up, ready
from pipeline.backfill.steps import Order, Outcome, Surveyed, foretell, perform, survey, unpacked
from pipeline.cli import main
from pipeline.dataset import HISTORY
from pipeline.errors import SettingsError, SourceError
from pipeline.fetch import Fetched
from pipeline.settings import Making
from pipeline.workshop import workshop

MAKING = Making(("en",))
NUMBERS = {6: "Sáu", 7: "Bảy", 8: "Tám"}


def article(month: int, day: int, growth: str) -> str:
    return (
        f"Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng {NUMBERS[month]} và {month} tháng đầu năm 2024\n"
        f"Thứ sáu - {day:02}/{month:02}/2024 08:00\n"
        f"Chỉ số sản xuất công nghiệp tháng {NUMBERS[month]} ước tăng {growth}% so với tháng trước nhờ thủy điện.\n"
        f"Tổng mức bán lẻ hàng hóa {month} tháng ước đạt {month}.120,4 tỷ đồng, tăng 1{growth}% so với cùng kỳ năm "
        "trước."
    )


# By name in another order than that of months; 07b corrects 07a.
ARTICLES = {
    "z/06.txt": article(6, 28, "2,5"), "a/08.txt": article(8, 30, "4,5"),
    "b/07b.txt": article(7, 31, "3,25"), "07a.txt": article(7, 26, "3,5"),
}  # fmt: skip
IN_ORDER = ("z/06.txt", "07a.txt", "b/07b.txt", "a/08.txt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles; one of them twice, a file that is none, one that is not looked at."""
    made = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    (made / "copy.txt").write_text(ARTICLES["07a.txt"], encoding="utf-8")
    (made / "none.pdf").write_bytes(b"\0not a PDF")
    (made / "notes.md").write_text("a person's", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def one_by_one(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `songngu build` makes of them in the order of months."""
    made = tmp_path_factory.mktemp("one-by-one")
    for name in IN_ORDER:
        words = ["build", str(folder / name), "--lang", "en", "--quiet", "--out", str(made / "out")]
        assert main([*words, "--archive", str(made / "archive")]) == 0
    assert HISTORY in state(made / "archive")[0][2]  # the last one shows what the others said
    return made


def require_equal(made: Path, one_by_one: Path) -> None:
    assert state(made / "archive") == state(one_by_one / "archive")
    assert faults(made / "archive") == []
    for run in (one_by_one / "out").iterdir():
        files = {f.name: f.read_bytes() for f in (made / "out" / run.name).iterdir()}
        assert files == {f.name: f.read_bytes() for f in run.iterdir()}


def require_told(summary: Summary, folder: Path, *, added: int, there: int) -> None:
    assert (summary.added, summary.there) == (added, there)
    [left] = summary.left
    assert left.name == str(folder / "none.pdf")
    assert left.why
    assert str(folder) not in left.why


def test_a_worker_that_dies_is_told_and_its_article_is_there(folder: Path, one_by_one: Path, tmp_path: Path) -> None:
    warned: list[str] = []
    progress: list[tuple[int, int]] = []

    def begin(done: int, every: int) -> None:
        if (done, every) not in progress and done == 3:  # the one that is no article, the copy, one brief
            for child in active_children():
                child.kill()
        progress.append((done, every))

    made = tmp_path / "made"
    summary = backfill(
        folder, MAKING, made / "out", made / "archive", workers=1, begin=begin, warn=warned.append
    )  # fmt: skip
    require_told(summary, folder, added=4, there=1)
    assert any("killed by signal 9" in text and str(folder) in text for text in warned)
    assert progress == sorted(progress)
    assert progress[-1] == (6, 6)
    require_equal(made, one_by_one)
    assert not active_children()


def test_a_run_that_is_killed_goes_on_where_it_was(folder: Path, one_by_one: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.backfill.filling import backfill; "
        "from pipeline.settings import Making; a, out, archive = map(Path, sys.argv[1:])\n"
        "if __name__ == '__main__':\n"
        " backfill(a, Making(('en',)), out, archive, workers=2, begin=lambda d, _: print(d, flush=True))"
    )
    words = [sys.executable, "-c", code, str(folder), str(tmp_path / "out"), str(tmp_path / "archive")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if line == "3\n":
                killed.kill()
        # Its output ends with its workers: they have the same one.
    before = state(tmp_path / "archive")
    assert 1 <= len(before) < 4
    summary = backfill(folder, MAKING, tmp_path / "out", tmp_path / "archive", workers=2)
    require_told(summary, folder, added=4 - len(before), there=1 + len(before))
    require_equal(tmp_path, one_by_one)
    again = backfill(folder, MAKING, tmp_path / "out", tmp_path / "archive", workers=2)
    require_told(again, folder, added=0, there=5)


def test_an_article_that_kills_its_workers_is_given_up(folder: Path, tmp_path: Path) -> None:
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.01):
            for child in active_children():
                child.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    warned: list[str] = []
    try:
        summary = backfill(folder / "z", MAKING, tmp_path / "out", tmp_path / "archive", workers=2, warn=warned.append)
    finally:
        over.set()
        killer.join()
    [left] = summary.left
    assert (summary.added, left.name) == (0, str(folder / "z" / "06.txt"))
    assert left.why == "its worker process was killed by signal 9 (too little memory?)"
    assert len(warned) == 2


def test_what_is_foretold_is_what_the_archive_says(folder: Path, one_by_one: Path) -> None:
    shop = workshop(MAKING, pytest.fail)
    with opened(one_by_one / "archive") as archive:
        past = archive.past("VN-04", "2024-09")
    for name, month in (("z/06.txt", "2024-06"), ("b/07b.txt", "2024-07"), ("a/08.txt", "2024-08")):
        source = Fetched((folder / name).read_bytes(), name, "")
        said = unpacked(foretell(shop, source))
        assert said
        assert repr(said) == repr(tuple(p for p in past if p.report == month))
        assert survey(shop, source).month == month


def test_a_worker_of_another_make_does_nothing(folder: Path) -> None:
    source = Fetched((folder / "07a.txt").read_bytes(), "07a.txt", "")
    outcome = perform(Order(MAKING, "songngu 0.0.1"), survey, source)
    assert outcome.grave
    assert outcome.error is not None
    assert outcome.error[0] is SettingsError
    assert "here it is songngu 0.0.1" in outcome.error[1]


def test_a_mistake_of_the_program_is_told_of_its_article_alone() -> None:
    order = Order(MAKING, workshop(MAKING, pytest.fail).identity)
    outcome = perform(order, survey, None)
    assert outcome.error is not None
    assert not outcome.grave
    assert outcome.error[1].startswith("a mistake in this program: AttributeError(")


def test_no_folder_of_articles(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no folder of articles"):
        backfill(tmp_path / "none", MAKING, tmp_path / "out", tmp_path / "archive")
    (tmp_path / "empty").mkdir()
    assert backfill(tmp_path / "empty", MAKING, tmp_path / "out", tmp_path / "archive") == Summary(0, 0, ())
    assert not (tmp_path / "archive").exists()


def test_what_a_run_has_written_is_no_article(one_by_one: Path) -> None:
    """An output folder inside of the folder of articles."""
    summary = backfill(one_by_one, MAKING, one_by_one / "out", one_by_one / "archive", workers=1)
    assert summary == Summary(0, 0, ())


# --- lines --------------------------------------------------------------------------------

items = st.builds(
    lambda area, month, day, said, stage: _item(Surveyed(area, f"2024-{month:02}", day), said=said, stage=stage),
    st.sampled_from(("VN-04", "VN-09", "VN-66")), st.integers(1, 12), st.sampled_from(("", "2024-05-01", "2024-05-31")),
    st.booleans(), st.sampled_from(("", "away", "built")),
)  # fmt: skip


def _item(place: Surveyed, *, said: bool, stage: str) -> Item:
    built = Built(Outcome(), "") if stage == "built" else None
    return Item(Path("a"), "", place, b"" if said else None, stage == "away", built)


@given(st.lists(items))
def test_nothing_is_built_before_what_comes_before_it_is_known(found: list[Item]) -> None:
    lines = lined_up(found)
    assert sorted(map(id, found)) == sorted(id(i) for line in lines for i in line.items)
    assert len({line.area for line in lines}) == len(lines)
    for line in lines:
        assert {i.place.area for i in line.items} == {line.area}
        times = [(i.place.month, i.place.published) for i in line.items]
        assert times == sorted(times)
    able = list(ready(lines))
    assert len({line.area for line, _ in able}) == len(able)
    for line, item in able:
        assert not item.away
        assert item.built is None
        before = [*line.items][: line.items.index(item)]
        assert all(i.said is not None and (i.away or i.built) for i in before)
    heads = [item is line.items[0] for line, item in able]
    assert heads == sorted(heads, reverse=True)
    waiting = [line for line in lines if not (line.items[0].away or line.items[0].built)]
    assert sum(heads) == len(waiting)  # nobody waits for an article that nobody builds


# --- a Dask cluster -----------------------------------------------------------------------


@dataclass
class Cluster:
    stack: ExitStack
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", *words]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        flags = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        return self.start("distributed.cli.dask_worker", self.address, *flags)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler, without workers yet."""
    with ExitStack() as stack:
        made = Cluster(stack)
        file = tmp_path / "scheduler.json"
        flags = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(file))
        made.scheduler = made.start("distributed.cli.dask_scheduler", *flags)
        while not file.exists() or not file.read_bytes().endswith(b"}"):
            assert made.scheduler.poll() is None
        made.address = json.loads(file.read_bytes())["address"]
        yield made


def test_a_cluster_of_which_a_worker_is_killed(
    folder: Path, one_by_one: Path, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(begin: Callable[[int, int], None] = lambda _done, _all: None) -> Summary:
        out, archive = tmp_path / "out", tmp_path / "archive"
        return backfill(folder, MAKING, out, archive, scheduler=cluster.address, begin=begin)

    with monkeypatch.context() as patched:
        patched.setattr(crews, "_PATIENCE", 1)
        with pytest.raises(SettingsError, match="has had no worker for 1 seconds"):
            run()
    first = cluster.worker()
    cluster.worker()

    def begin(done: int, _all: int) -> None:
        if done == 3 and first.poll() is None:
            first.send_signal(signal.SIGKILL)

    require_told(run(begin), folder, added=4, there=1)
    assert first.wait() == -signal.SIGKILL
    require_equal(tmp_path, one_by_one)


def test_a_scheduler_that_is_lost_is_one_line(folder: Path, tmp_path: Path, cluster: Cluster) -> None:
    cluster.worker()

    def begin(done: int, _all: int) -> None:
        if done == 2 and cluster.scheduler is not None:  # the copy, the one that is no article
            cluster.scheduler.kill()

    with pytest.raises(SettingsError, match="the scheduler is there no more; what was built is kept, run it again"):
        backfill(
            folder, MAKING, tmp_path / "out", tmp_path / "archive", scheduler=cluster.address, begin=begin
        )  # fmt: skip


def test_no_scheduler_is_one_line(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "_PATIENCE", 1)
    with pytest.raises(SettingsError, match="no Dask scheduler answers there") as told:
        backfill(folder, MAKING, tmp_path / "out", tmp_path / "archive", scheduler="tcp://127.0.0.1:9")
    assert str(told.value).startswith("tcp://127.0.0.1:9: ")
    with pytest.raises(SettingsError, match="no Dask scheduler answers there"):
        backfill(folder, MAKING, tmp_path / "out", tmp_path / "archive", scheduler="no address")


def test_without_the_extra_it_is_named(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"pip install songngu\[dask\]"):
        backfill(folder, MAKING, tmp_path / "out", tmp_path / "archive", scheduler="tcp://127.0.0.1:9")
