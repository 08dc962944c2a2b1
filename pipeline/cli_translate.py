"""`songngu translate` and `songngu model`: lines to English, and the model that helps with them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from pipeline.cli_glossary import Command
from pipeline.errors import SourceError
from pipeline.extract import quantities
from pipeline.glossary import Glossary, load_glossary
from pipeline.model import Extraction
from pipeline.sources import read_file
from pipeline.store import to_json
from pipeline.translate import Answers, Engine, as_article, as_lines, install_model, translate

ChooseEngine = Callable[[Path | None, Glossary], tuple[Engine | None, Answers | None]]
Write = Callable[[str], None]


def add_commands(command: Command, folder: Path, choose: ChooseEngine, write: Write) -> None:
    """Give the command line `translate` and `model`; `folder` is the glossary, `choose` finds the engine."""
    translation = command(
        "translate", "translate Vietnamese lines to English", "echo 'Chỉ số giá tiêu dùng' | songngu translate"
    )
    translation.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="UTF-8 text; - or nothing: standard input"
    )
    add_tables(translation, folder)
    add_model(translation)
    translation.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: how each segment was translated"
    )
    translation.set_defaults(run=lambda a: write(_translated(a, choose)))

    model = command("model", "manage the translation model", "songngu model install translate-vi_en-1_9.argosmodel")
    actions = model.add_subparsers(title="actions", metavar="ACTION", required=True)
    text = "install a translation package from a file, or download the official Vietnamese-English one"
    install = actions.add_parser("install", help=text, description=text, epilog="example: songngu model install")
    install.add_argument("path", nargs="?", type=Path, metavar="PATH", help="a .argosmodel file; nothing: download")
    install.set_defaults(run=lambda a: write(f"installed {install_model(a.path)}\n"))


def add_tables(parser: argparse.ArgumentParser, folder: Path) -> None:
    """Give a command the flag that names a folder of tables, `folder` where none is named."""
    text = "folder of tables and memory (default: the program's)"
    parser.add_argument("--glossary", type=Path, default=folder, metavar="DIR", help=text)


def add_model(parser: argparse.ArgumentParser) -> None:
    """Give a command the flag that names a translation package."""
    text = "an Argos vi-en package (.argosmodel); default: the installed one"
    parser.add_argument("--model", type=Path, metavar="PATH", help=text)


def _translated(arguments: argparse.Namespace, choose: ChooseEngine) -> str:
    glossary = load_glossary(arguments.glossary)
    data, name = read_file(arguments.file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise SourceError(f"{name}: not UTF-8 (byte {e.start})") from e
    article = as_article(text, name)
    engine, kept = choose(arguments.model, glossary)
    extraction = Extraction(quantities(article.text, glossary), ())
    translation = translate(article, extraction, glossary, engine, kept)
    if arguments.format == "json":
        return to_json(translation)
    return "".join(f"{line}\n" for line in as_lines(article, translation, glossary))
