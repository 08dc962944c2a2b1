#!/usr/bin/env python3
"""Time a back-fill with one worker, two, and so on up to one a core, side by side in one run.

usage: backfill.py REPORTS [ARTICLES]

REPORTS is a folder of real reports (.txt). ARTICLES (default 24) are made of them in a temporary folder: the same ones
of earlier years, so that areas have several months. Prints for each number of workers the seconds, articles a minute,
how many times as fast as one worker that is, how many cores were busy with it (fewer than workers where the machine has
other work), and the most memory that the parent process had when a third was done and in the end (MB): flat where all
results are never held at once.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.backfill.filling import backfill
from pipeline.settings import Making

_YEAR = re.compile(r"(?<!\d)20[012]\d(?!\d)")


def shifted(text: str, years: int) -> str:
    """A report -> the same one so many years earlier."""
    return _YEAR.sub(lambda year: str(int(year[0]) - years), text)


def written(reports: Path, folder: Path, count: int) -> None:
    """So many articles made of the reports: first all of one year, then the same of the year before."""
    sources = sorted(reports.glob("*.txt"))
    for n in range(count):
        years, which = divmod(n, len(sources))
        text = shifted(sources[which].read_text(encoding="utf-8"), years)
        (folder / f"{sources[which].stem}-{years}.txt").write_text(text, encoding="utf-8")


def once(folder: Path, out: Path, workers: int) -> dict[str, float]:
    """One back-fill in this process -> seconds, briefs added, and the parent's peak memory on the way."""
    peaks: dict[int, float] = {}

    def begin(done: int, _all: int) -> None:
        peaks[done] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    begun = time.perf_counter()
    done = backfill(folder, Making(), out / "out", out / "archive", workers=workers, begin=begin)
    seconds = time.perf_counter() - begun
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    busy = sum(u.ru_utime + u.ru_stime for u in used) / seconds
    return {
        "seconds": seconds,
        "busy": busy,
        "added": done.added,
        "third": peaks[max(peaks) // 3],
        "end": peaks[max(peaks)],
    }


def main() -> None:
    """Print the table."""
    if sys.argv[1] == "once":
        print(json.dumps(once(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))))
        return
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, "articles")
        folder.mkdir()
        written(Path(sys.argv[1]), folder, count)
        first = 0.0
        heads = ("workers", "briefs", "seconds", "a minute", "times", "cores", "MB at 1/3", "MB at end")
        print("".join(f"{head:>10}" for head in heads))
        for workers in range(1, len(os.sched_getaffinity(0)) + 1):
            words = [sys.executable, __file__, "once", str(folder), str(Path(work, str(workers))), str(workers)]
            made = json.loads(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout)
            first = first or made["seconds"]
            minute, times = 60 * made["added"] / made["seconds"], first / made["seconds"]
            print(
                f"{workers:>10}{made['added']:>10}{made['seconds']:>10.1f}{minute:>10.1f}{times:>10.2f}{made['busy']:>10.2f}"
                f"{made['third']:>10.0f}{made['end']:>10.0f}"
            )


if __name__ == "__main__":
    main()
