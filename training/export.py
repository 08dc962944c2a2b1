#!/usr/bin/env python3
"""A run of train.py -> an Argos Translate package with an int8 CTranslate2 model and its model card.

usage: export.py RUN OUT.argosmodel [--version 1.0]
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from ctranslate2.specs import common_spec, transformer_spec
from transformer import LONGEST, sinusoid

CARD = Path(__file__).parent / "README.md"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same weights give the same file


def linear(spec: Any, weights: dict[str, Any], name: str) -> None:
    """Fill a linear layer."""
    spec.weight, spec.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]


def norm(spec: Any, weights: dict[str, Any], name: str) -> None:
    """Fill a layer normalisation."""
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def layer(spec: Any, weights: dict[str, Any], name: str, *, cross: bool) -> None:
    """Fill a layer of the encoder or decoder."""
    norm(spec.self_attention.layer_norm, weights, f"{name}.norm_self")
    linear(spec.self_attention.linear[0], weights, f"{name}.self_attention.query_key_value")
    linear(spec.self_attention.linear[1], weights, f"{name}.self_attention.output")
    if cross:
        norm(spec.attention.layer_norm, weights, f"{name}.norm_cross")
        for n, part in enumerate(("query", "key_value", "output")):
            linear(spec.attention.linear[n], weights, f"{name}.cross_attention.{part}")
    norm(spec.ffn.layer_norm, weights, f"{name}.norm_ffn")
    linear(spec.ffn.linear_0, weights, f"{name}.ffn_in")
    linear(spec.ffn.linear_1, weights, f"{name}.ffn_out")


def specification(run: Path) -> transformer_spec.TransformerSpec:
    """The averaged weights of a run -> CTranslate2's specification."""
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    whole = io.BytesIO(b"".join(p.read_bytes() for p in sorted(run.glob("weights.*"))))
    weights = {k: v.float().numpy() for k, v in torch.load(whole, map_location="cpu", weights_only=True).items()}
    spec = transformer_spec.TransformerSpec.from_config(
        tuple(config["layers"]), config["heads"], pre_norm=True, activation=common_spec.Activation.RELU
    )
    for embeddings, side in ((spec.encoder.embeddings[0], spec.encoder), (spec.decoder.embeddings, spec.decoder)):
        embeddings.weight = weights["embedding.weight"]
        side.scale_embeddings = True
        side.position_encodings.encodings = sinusoid(LONGEST, config["dim"]).numpy()
    norm(spec.encoder.layer_norm, weights, "norm_encoder")
    norm(spec.decoder.layer_norm, weights, "norm_decoder")
    spec.decoder.projection.weight = weights["embedding.weight"]
    spec.decoder.projection.bias = weights["output_bias"]
    for n, part in enumerate(spec.encoder.layer):
        layer(part, weights, f"encoder.{n}", cross=False)
    for n, part in enumerate(spec.decoder.layer):
        layer(part, weights, f"decoder.{n}", cross=True)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(run / "spm.model"))
    pieces = [processor.id_to_piece(n) for n in range(processor.get_piece_size())]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token = spec.config.bos_token
    spec.validate()
    spec.optimize(quantization="int8")
    return spec


def main() -> None:
    """Read the command line, write the package."""
    parser = argparse.ArgumentParser(description="a run of train.py -> an Argos Translate package")
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--version", default="1.0")
    a = parser.parse_args()
    metadata = {
        "package_version": a.version, "argos_version": "1.9", "from_code": "vi", "from_name": "Vietnamese",
        "to_code": "en", "to_name": "English", "links": [],
    }  # fmt: skip
    root = f"translate-vi_en-{a.version.replace('.', '_')}"
    with tempfile.TemporaryDirectory() as work:
        specification(a.run).save(work)
        files = {f"model/{file.name}": file.read_bytes() for file in sorted(Path(work).iterdir())}
    files |= {"metadata.json": json.dumps(metadata, indent=2).encode(), "README.md": CARD.read_bytes()}
    files["sentencepiece.model"] = (a.run / "spm.model").read_bytes()
    fresh = a.out.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{root}/{name}", EPOCH), data, zipfile.ZIP_DEFLATED)
    fresh.replace(a.out)
    digest = hashlib.sha256(a.out.read_bytes()).hexdigest()
    a.out.with_name(f"{a.out.name}.sha256").write_text(f"{digest}  {a.out.name}\n", encoding="ascii")
    print(f"{a.out}: {a.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
