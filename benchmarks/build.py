#!/usr/bin/env python3
"""Time `songngu build`: cold (no compiled modules, no file cache where that may be dropped) and again.

usage: build.py SOURCE [ROUNDS]

Prints seconds for each stage and in all; "again" is the median of ROUNDS fresh processes (default 5). Where Typst is
installed (PyPI: typst), the same words, table and charts set by it stand below, in this process, the first time and
again: what the render stage is held against.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def once(source: str, out: str) -> dict[str, float]:
    """One fresh process -> seconds by stage, "start" for what comes before and after them, "total"."""
    begun = time.perf_counter()
    words = [sys.executable, "-m", "pipeline.cli", "build", source, "--out", out, "--verbose"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    total = time.perf_counter() - begun
    stages = {name: float(seconds) for name, seconds in re.findall(r"^(\w+) +([\d.]+) s$", done.stderr, re.MULTILINE)}
    return {"start": total - sum(stages.values()), **stages, "total": total}


def forget() -> str:
    """Remove compiled modules, and the file cache where the system allows it -> what was done."""
    for folder in (ROOT / "pipeline").rglob("__pycache__"):
        shutil.rmtree(folder)
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        return "compiled modules removed"
    return "compiled modules removed, file cache dropped"


def typst(out: str) -> list[float]:
    """Seconds that Typst takes for the pages of the run, twice; none where it is not installed."""
    if importlib.util.find_spec("typst") is None:
        return []
    from typst_pages import set_pages  # noqa: PLC0415  # its library need not be there

    html = next(Path(out).glob("*/brief.html")).read_text(encoding="utf-8")
    return [set_pages(html, Path(out))[0] for _ in range(2)]


def main() -> None:
    """Print the table."""
    source = str(Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as out:
        how = forget()
        cold = once(source, out)
        again = [once(source, out) for _ in range(rounds)]
        reference = typst(out)
    print(f"{'':<10}{'cold':>8}{'again':>8}   (cold: {how}; again: median of {rounds})")
    for name in cold:
        print(f"{name:<10}{cold[name]:>8.2f}{statistics.median(r[name] for r in again):>8.2f}")
    if reference:
        print(f"{'(Typst)':<10}{reference[0]:>8.2f}{reference[1]:>8.2f}")


if __name__ == "__main__":
    main()
