"""A real Argos package of a few hundred kilobytes: a Transformer whose weights are written by hand.

Its encoder passes each piece on, its decoder attends to the source piece at its own position, and the
projection prints the piece that a table assigns to it: it translates word for word. The table may lie
(lose a placeholder, add a figure), and `garbage` draws the weights at random instead.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sentencepiece
from ctranslate2.specs import common_spec, transformer_spec

from pipeline.translate.engine import MOST_PLACEHOLDERS

POSITIONS = 512
PART = 64  # width of each of the three parts of a state: source piece, position, result
DIM = 3 * PART
PLACEHOLDERS = tuple(f"⟨{n}⟩" for n in range(MOST_PLACEHOLDERS))

WORDS = {
    "giá": "price", "tăng": "rose", "giảm": "fell", "so": "compared", "với": "with", "đạt": "reached",
    "tháng": "month", "trước": "earlier", "tình": "the", "hình": "situation", "ổn": "remained", "định": "stable",
    "của": "of", "và": "and", "do": "because", "nguồn": "supply", "cung": "goods", "hạn": "limited", "chế": "was",
    "trong": "in", "tại": "at", "có": "had", "khởi": "started", "công": "work", "cùng": "same", "kỳ": "period",
    "nay": "now", "còn": "still", "khó": "difficult", "khăn": "times", "thịt": "meat", "lợn": "pork",
}  # fmt: skip
Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Tiny:
    """What a package is made of; `table` adds to or overrides WORDS (pieces without their mark)."""

    table: Mapping[str, str] = field(default_factory=dict)
    placeholders: tuple[str, ...] = PLACEHOLDERS
    garbage: bool = False
    metadata: Mapping[str, object] = field(default_factory=dict)


def build(path: Path, tiny: Tiny | None = None) -> Path:
    """Write the package to `path` (a .argosmodel file)."""
    tiny = tiny or Tiny()
    processor_bytes = _train({**WORDS, **tiny.table}, tiny.placeholders)
    processor = sentencepiece.SentencePieceProcessor(model_proto=processor_bytes)
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    spec = _garbage(len(pieces)) if tiny.garbage else _dictionary(_targets(pieces, tiny))
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token = spec.config.bos_token
    spec.validate()
    spec.optimize(quantization="int8")
    metadata = {
        "package_version": "0.1", "argos_version": "1.9", "from_code": "vi", "from_name": "Vietnamese",
        "to_code": "en", "to_name": "English", **tiny.metadata,
    }  # fmt: skip
    root = "translate-vi_en-0_1"
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        spec.save(folder)
        archive.writestr(f"{root}/metadata.json", json.dumps(metadata))
        archive.writestr(f"{root}/sentencepiece.model", processor_bytes)
        for file in sorted(Path(folder).iterdir()):
            archive.write(file, f"{root}/model/{file.name}")
    return path


def _train(words: Mapping[str, str], placeholders: Iterable[str]) -> bytes:
    """SentencePiece model in which every word of the table is one piece."""
    known = sorted({w for pair in words.items() for text in pair for w in text.split()})
    lines = [f"{w} {w.capitalize()}" for w in known for _ in range(20)]
    lines += ["0 1 2 3 4 5 6 7 8 9 [ ] ( ) X # . , ; : - % a b c A B C < >"] * 5
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, model_type="bpe", vocab_size=1200,
        hard_vocab_limit=False, character_coverage=1.0, normalization_rule_name="identity",
        user_defined_symbols=list(placeholders), num_threads=1, minloglevel=2,
        pad_id=0, unk_id=1, bos_id=2, eos_id=3, bos_piece="<s>", eos_piece="</s>", unk_piece="<unk>",
    )  # fmt: skip
    return model.getvalue()


def _targets(pieces: list[str], tiny: Tiny) -> list[int]:
    """For each piece the one that is printed for it; a piece that the table does not know prints itself."""
    number = {piece: n for n, piece in enumerate(pieces)}
    targets = list(range(len(pieces)))
    for source, target in {**WORDS, **tiny.table}.items():
        for change in (str, str.capitalize):
            for mark in ("▁", ""):
                printed = number.get(f"{mark}{change(target)}")
                if f"{mark}{change(source)}" in number and printed is not None:
                    targets[number[f"{mark}{change(source)}"]] = printed
    return targets


def _codes(count: int, seed: int) -> Array:
    """Rows of +1 and -1, any two of which are nearly at right angles."""
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.float32), (count, PART))


def _empty(size: int) -> transformer_spec.TransformerSpec:
    """One layer on each side, all weights zero, norms neutral."""
    spec = transformer_spec.TransformerSpec.from_config(
        (1, 1), 1, pre_norm=True, activation=common_spec.Activation.RELU
    )
    encodings = np.zeros((POSITIONS, DIM), np.float32)
    encodings[:, PART : 2 * PART] = _codes(POSITIONS, 1)
    for side in (spec.encoder, spec.decoder):
        embedding = side.embeddings[0] if side is spec.encoder else side.embeddings
        embedding.weight = np.zeros((size, DIM), np.float32)
        side.scale_embeddings = False
        side.position_encodings.encodings = encodings
        _norm(side.layer_norm)
        layer = side.layer[0]
        _attention(layer.self_attention, joined=True)
        _norm(layer.ffn.layer_norm)
        _linear(layer.ffn.linear_0, np.zeros((PART, DIM), np.float32))
        _linear(layer.ffn.linear_1, np.zeros((DIM, PART), np.float32))
    _attention(spec.decoder.layer[0].attention, joined=False)
    _linear(spec.decoder.projection, np.zeros((size, DIM), np.float32))
    return spec


def _norm(spec: common_spec.LayerNormSpec) -> None:
    spec.gamma, spec.beta = np.ones(DIM, np.float32), np.zeros(DIM, np.float32)


def _linear(spec: common_spec.LinearSpec, weight: Array) -> None:
    spec.weight, spec.bias = weight, np.zeros(weight.shape[0], np.float32)


def _attention(spec: object, *, joined: bool) -> None:
    _norm(spec.layer_norm)  # type: ignore[attr-defined]  # ctranslate2 ships no types
    sizes = (3 * DIM, DIM) if joined else (DIM, 2 * DIM, DIM)
    for linear, rows in zip(spec.linear, sizes, strict=True):  # type: ignore[attr-defined]  # the same
        _linear(linear, np.zeros((rows, DIM), np.float32))


def _dictionary(targets: list[int]) -> transformer_spec.TransformerSpec:
    """The model that prints, for the piece at each position, its target."""
    size = len(targets)
    spec = _empty(size)
    codes = _codes(size, 2)
    spec.encoder.embeddings[0].weight[:, :PART] = codes[targets]
    query, key_value, output = spec.decoder.layer[0].attention.linear
    piece, place, result = (slice(n * PART, (n + 1) * PART) for n in range(3))
    unit = np.eye(PART, dtype=np.float32)
    query.weight[place, place] = 10 * unit  # sharp: one position takes all
    key_value.weight[:DIM][place, place] = unit
    key_value.weight[DIM:][piece, piece] = unit
    output.weight[result, piece] = unit
    spec.decoder.projection.weight[:, result] = 5 * codes
    return spec


def _garbage(size: int) -> transformer_spec.TransformerSpec:
    """Random weights: fluent nonsense."""
    spec = _empty(size)
    draw = np.random.default_rng(3)
    attention = spec.decoder.layer[0].attention
    for holder in (spec.encoder.embeddings[0], spec.decoder.embeddings, spec.decoder.projection, *attention.linear):
        holder.weight = draw.normal(0, 1, holder.weight.shape).astype(np.float32)
    return spec
