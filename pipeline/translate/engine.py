"""The translation engine: a protocol, and Argos packages run by CTranslate2 itself.

Argos Translate's own translate() splits with a downloaded model, batches 32 tokens and brings torch;
here all segments of an article are one call, in batches of 1,024 tokens.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pipeline.errors import ModelError, TranslationError
from pipeline.translate.package import Package
from pipeline.translate.restore import placeholder_pattern

# Forms that a placeholder may take, best first. The project's own models know the first as one piece.
PLACEHOLDER_FORMS = ("⟨{}⟩", "⟦{}⟧", "[{}]", "<{}>", "({})", "X{}X", "#{}#")
MOST_PLACEHOLDERS = 20  # ⟨0⟩ to ⟨19⟩
_BEAM = 4
_LENGTH_PENALTY = 0.2  # as Argos Translate has it
_BATCH_TOKENS = 1024
_MOST_TOKENS = 400  # models are trained on sentences; a longer text comes back cut
_LONGEST = 200  # tokens of an answer: sentences have fewer, and a model that repeats itself stops sooner
_MOST_THREADS = 4
# Sentences on which a form is tried: a figure, two figures, a name.
_PROBES = ("Tăng {0}.", "Tăng {0} so với {1}.", "Huyện {0} đạt {1}.")


class Hypothesis(NamedTuple):
    """A translation that an engine offers, and the mean log-probability of its tokens."""

    text: str
    score: float


class Engine(Protocol):
    """Texts with placeholders of the form it names -> their English, in the same order."""

    @property
    def name(self) -> str:
        """What made the translation: package, version, first digits of its checksum."""

    @property
    def placeholder(self) -> str:
        """The form of a placeholder, `{}` for its number."""

    def translate(self, texts: Sequence[str]) -> list[list[Hypothesis]]:
        """What it offers for each text, the likeliest first; nothing where it cannot. Raises TranslationError."""


class ArgosEngine:
    """Any Vietnamese to English package of Argos Translate."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._encode, self._decode = _tokenizer(package)
        self._translator = _translator(package)
        digest = hashlib.sha256(package.files["model/model.bin"]).hexdigest()[:12]
        self.name = f"{package.name} {package.version} {digest}"
        self.placeholder = self._probe()

    def translate(self, texts: Sequence[str]) -> list[list[Hypothesis]]:
        """Texts -> the hypotheses of a beam; none for a text that is too long for the model."""
        encoded = [self._encode(text) for text in texts]
        able = [n for n, tokens in enumerate(encoded) if 0 < len(tokens) <= _MOST_TOKENS]
        prefix = self._package.target_prefix
        try:
            results = self._translator.translate_batch(
                [encoded[n] for n in able],
                target_prefix=[[prefix]] * len(able) if prefix else None,
                max_batch_size=_BATCH_TOKENS,
                batch_type="tokens",
                beam_size=_BEAM,
                num_hypotheses=_BEAM,
                max_decoding_length=_LONGEST,
                length_penalty=_LENGTH_PENALTY,
                replace_unknowns=True,
                return_scores=True,
            )
        except (RuntimeError, ValueError) as e:
            raise TranslationError(f"{self.name}: {e}") from e
        outputs: list[list[Hypothesis]] = [[] for _ in texts]
        for n, result in zip(able, results, strict=True):
            for pieces, total in zip(result.hypotheses, result.scores, strict=True):
                length = max(1, len(pieces))
                # CTranslate2 divides the sum of log-probabilities by length ** penalty.
                text = self._decode(pieces).strip().removeprefix(prefix).strip()
                outputs[n].append(Hypothesis(text, total * length**_LENGTH_PENALTY / length))
        return outputs

    def _probe(self) -> str:
        """The form whose placeholders survive: in the tokeniser, in the vocabulary, and through the model."""
        known = _vocabulary(self._package)
        able = [form for form in PLACEHOLDER_FORMS if self._survives(form, known)]
        if able and len(self._encode(able[0].format(MOST_PLACEHOLDERS - 1))) <= 2:  # "▁", "⟨19⟩"
            return able[0]
        texts = [probe.format(form.format(0), form.format(1)) for form in able for probe in _PROBES]
        outputs = self.translate(texts)
        best, most = PLACEHOLDER_FORMS[0], -1
        for n, form in enumerate(able):
            kept = 0
            for k in range(n * len(_PROBES), (n + 1) * len(_PROBES)):
                pattern = placeholder_pattern(form)
                best_of = outputs[k][0].text if outputs[k] else ""
                kept += Counter(pattern.findall(texts[k])) == Counter(pattern.findall(best_of))
            if kept > most:
                best, most = form, kept
        return best

    def _survives(self, form: str, known: frozenset[str]) -> bool:
        marks = [form.format(n) for n in (0, 7, MOST_PLACEHOLDERS - 1)]
        text = f"a {marks[0]} b {marks[1]}, {marks[2]}."
        tokens = self._encode(text)
        return self._decode(tokens) == text and (not known or all(t in known for t in self._encode(" ".join(marks))))


def _vocabulary(package: Package) -> frozenset[str]:
    """The pieces the model knows; empty where its vocabulary has a form unknown here."""
    for name in ("shared_vocabulary", "source_vocabulary"):
        if (data := package.files.get(f"model/{name}.json")) is not None:
            return frozenset(json.loads(data))
        if (data := package.files.get(f"model/{name}.txt")) is not None:
            return frozenset(data.decode("utf-8", "replace").split("\n"))
    return frozenset()


def _translator(package: Package) -> Any:
    import ctranslate2  # noqa: PLC0415  # heavy: only where a model is used

    files = {n.removeprefix("model/"): d for n, d in package.files.items() if n.startswith("model/")}
    able = ctranslate2.get_supported_compute_types("cpu")
    try:
        return ctranslate2.Translator(
            package.name,
            device="cpu",
            compute_type="int8" if "int8" in able else "default",
            # Small matrices: batches side by side take a quarter of the time of one batch on all cores.
            inter_threads=min(_MOST_THREADS, os.cpu_count() or 1),
            intra_threads=1,
            files=files,
        )
    except (RuntimeError, ValueError, MemoryError) as e:
        raise ModelError(f"{package.name}: the model cannot be loaded: {e}") from e


def _tokenizer(package: Package) -> tuple[Callable[[str], list[str]], Callable[[Sequence[str]], str]]:
    data = package.files[package.tokenizer]
    if package.tokenizer == "bpe.model":
        return _bpe_tokenizer(data, package.name)
    import sentencepiece  # noqa: PLC0415  # heavy: only where a model is used

    try:
        processor = sentencepiece.SentencePieceProcessor(model_proto=data)
        processor.encode("a", out_type=str)
    except (RuntimeError, ValueError) as e:
        raise ModelError(f"{package.name}: the tokeniser cannot be loaded: {e}") from e
    # Argos Translate's own decoding turns every underscore into a space; SentencePiece's does not.
    return lambda text: list(processor.encode(text, out_type=str)), lambda pieces: str(processor.decode(list(pieces)))


def _bpe_tokenizer(data: bytes, name: str) -> tuple[Callable[[str], list[str]], Callable[[Sequence[str]], str]]:
    try:
        from argostranslate.tokenizer import BPETokenizer  # noqa: PLC0415  # an extra
    except ImportError as e:
        raise ModelError(f"{name}: a package with bpe.model needs argostranslate and sacremoses") from e
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bpe.model"
        path.write_bytes(data)
        tokenizer = BPETokenizer(path, "vi", "en")
        try:
            tokenizer.lazy_load()  # reads the file, which may then go
        except (ValueError, IndexError, SystemExit) as e:  # subword-nmt's reader exits on a wrong line
            raise ModelError(f"{name}: the tokeniser cannot be loaded: {e}") from e
    return lambda text: list(tokenizer.encode(text)), lambda pieces: str(tokenizer.decode(list(pieces)))
