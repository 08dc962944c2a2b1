"""The house keeps its own rules: stages, folders, sizes, and what is never written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.run import STAGES

PACKAGE = ROOT / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [s.name for s in STAGES]


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)):
        assert node.level == 0, "imports are absolute"
        found |= {str(node.module), *(f"{node.module}.{a.name}" for a in node.names)}
    return found


def test_stages_folders_and_readme_agree() -> None:
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").is_file()}
    assert folders == {*NAMES, "archive", "backfill", "deliver", "watch"}  # what starts, keeps, sends and repeats runs
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE)
    assert listed == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_says_its_arrow_and_imports_no_other(name: str) -> None:
    for path in (PACKAGE / name).rglob("*.py"):
        foreign = {m for m in imports(path) for other in NAMES if other != name and m.startswith(f"pipeline.{other}")}
        assert foreign == set(), path.name
        assert "pipeline.cli" not in imports(path)
        assert "pipeline.run" not in imports(path)
    tree = ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8"))
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith(name)]
    assert "->" in (ast.get_docstring(functions[0]) or "").partition("\n")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_is_small_and_only_the_command_line_prints(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 400
    calls = [n.func.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    if path.name != "cli.py":
        assert not {"print", "exit", "input"} & set(calls)
    assert not re.search(r"^\s*except\s*:", text, re.MULTILINE)


def test_heavy_libraries_are_imported_where_they_are_needed() -> None:
    heavy = (
        "matplotlib",
        "weasyprint",
        "ctranslate2",
        "trafilatura",
        "torch",
        "stanza",
        "openpyxl",
        "pypdfium2",
        "rapidfuzz",
    )
    code = f"import sys, pipeline.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_environment_has_neither_torch_nor_stanza() -> None:
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9_.-]+)==", requirements, re.MULTILINE))
    assert {"argostranslate", "ctranslate2", "weasyprint", "matplotlib", "jinja2", "pytest"} <= names
    assert not names & {"torch", "stanza", "spacy"}
    for block in re.split(r"\n(?=\S)", requirements):
        if "==" in block:
            assert "--hash=sha256:" in block, block[:60]
