#!/usr/bin/env python3
"""Train the translation model on the examples of prepare.py, on an accelerator or on the CPU.

usage: train.py --data EXAMPLES.tsv --dir RUN --minutes 8 [--repeat genre=7] [--size large]

RUN/checkpoint.pt keeps model, optimiser and step, so that another call goes on; without it RUN/weights.NN (the
averaged weights in half precision, pieces of at most 15 MB) are where it begins. The learning rate is steady
after its warm-up and falls to nothing over the second half of the call. Needs torch and sentencepiece.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sentencepiece
import torch
import torch.nn.functional as F  # noqa: N812  # the name that torch's own documentation uses
from torch import Tensor
from transformer import BOS, EOS, PAD, UNK, Translator

PLACEHOLDERS = [f"⟨{n}⟩" for n in range(20)]  # pipeline/translate/engine.py: MOST_PLACEHOLDERS
SIZES: dict[str, dict[str, Any]] = {
    "small": {"vocab": 8000, "dim": 256, "ffn": 1024, "heads": 4, "layers": [6, 2]},  # 9 million parameters
    "large": {"vocab": 8000, "dim": 384, "ffn": 1536, "heads": 6, "layers": [6, 3]},  # 21 million
}
LONGEST = 200  # tokens of a side
AVERAGE = 0.999  # of the moving average of the weights
PIECE = 15_000_000  # bytes

Encoded = tuple[list[int], list[int]]
Batch = tuple[Tensor, Tensor, Tensor]


def read(
    path: Path, repeat: dict[str, int], valid: int
) -> tuple[list[tuple[str, str]], dict[str, list[tuple[str, str]]]]:
    """Examples -> those to train on, oversampled, and those kept out of each corpus to watch."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    by_corpus: dict[str, list[tuple[str, str]]] = {}
    for line in filter(None, data.decode("utf-8").split("\n")):
        corpus, vi, en = line.split("\t")
        by_corpus.setdefault(corpus, []).append((vi, en))
    rng = random.Random(0)  # noqa: S311  # no secret
    for pairs in by_corpus.values():
        rng.shuffle(pairs)
    kept = {corpus: pairs[:valid] for corpus, pairs in by_corpus.items()}
    train = [p for corpus, pairs in by_corpus.items() for p in pairs[valid:] * repeat.get(corpus, 1)]
    return train, kept


def vocabulary(file: Path, pairs: Sequence[tuple[str, str]], size: int) -> sentencepiece.SentencePieceProcessor:
    """The SentencePiece model, made where it is not there yet; a placeholder is one piece of it."""
    if not file.exists():
        text = iter(dict.fromkeys(side for pair in pairs for side in pair))
        out = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=text, model_writer=out, vocab_size=size, model_type="bpe", character_coverage=1.0,
            pad_id=PAD, unk_id=UNK, bos_id=BOS, eos_id=EOS, byte_fallback=True, split_digits=True,
            user_defined_symbols=PLACEHOLDERS, normalization_rule_name="nfkc", max_sentence_length=4000, minloglevel=2,
        )  # fmt: skip
        file.write_bytes(out.getvalue())
    return sentencepiece.SentencePieceProcessor(model_file=str(file))


def encode(processor: Any, pairs: Sequence[tuple[str, str]], alpha: float) -> list[Encoded]:
    """Pairs -> token ids; `alpha` is the rate of BPE-dropout (Provilkov et al. 2020)."""
    how = {"enable_sampling": True, "alpha": alpha} if alpha else {}
    sides = [processor.encode([p[side] for p in pairs], out_type=int, **how) for side in (0, 1)]
    return [(s, t) for s, t in zip(*sides, strict=True) if len(s) < LONGEST and len(t) < LONGEST]


def batches(pairs: list[Encoded], tokens: int, rng: random.Random) -> Iterator[list[Encoded]]:
    """Pairs of like length together, so that a padded batch holds about `tokens` tokens; in random order."""
    pairs = sorted(pairs, key=lambda p: max(map(len, p)) + 3 * rng.random())
    made: list[list[Encoded]] = [[]]
    for pair in pairs:
        if made[-1] and (max(map(len, pair)) + 1) * (len(made[-1]) + 1) > tokens:
            made.append([])
        made[-1].append(pair)
    rng.shuffle(made)
    yield from made


def tensors(batch: Sequence[Encoded], device: torch.device) -> Batch:
    """A batch -> source, decoder input and what it should print, padded."""

    def pad(rows: Sequence[Sequence[int]]) -> Tensor:
        width = max(map(len, rows))
        return torch.tensor([[*row, *[PAD] * (width - len(row))] for row in rows], device=device)

    source, target = pad([[*s, EOS] for s, _ in batch]), pad([[BOS, *t, EOS] for _, t in batch])
    return source, target[:, :-1], target[:, 1:]


def loss_of(model: Any, batch: Batch, smoothing: float) -> tuple[Tensor, int]:
    """Summed cross entropy (nats), and of how many tokens."""
    source, given, gold = batch
    logits = model(source, given).float().flatten(0, 1)
    loss = F.cross_entropy(logits, gold.flatten(), ignore_index=PAD, label_smoothing=smoothing, reduction="sum")
    return loss, int((gold != PAD).sum())


class Run:
    """A model in training and the folder that keeps it."""

    def __init__(self, folder: Path, config: dict[str, Any], dropout: float, rate: float) -> None:
        self.folder, self.config, self.step = folder, config, 0
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        sizes = {**config, "layers": tuple(config["layers"])}
        self.model = Translator(**sizes, dropout=dropout).to(self.device)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=rate, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.01, fused=True
        )
        checkpoint = folder / "checkpoint.pt"
        if checkpoint.exists():
            state = torch.load(checkpoint, map_location=self.device, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step = state["step"]
        elif parts := sorted(folder.glob("weights.*")):
            whole = io.BytesIO(b"".join(p.read_bytes() for p in parts))
            weights = torch.load(whole, map_location=self.device, weights_only=True)
            self.model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
        kept = state["average"] if checkpoint.exists() else self.model.state_dict()
        self.average = {name: tensor.detach().clone() for name, tensor in kept.items()}

    def learn(self, batch: Sequence[Encoded], rate: float) -> float:
        """One step -> its loss per token."""
        self.step += 1
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            loss, count = loss_of(self.model, tensors(batch, self.device), 0.1)
        (loss / count).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        decay = min(AVERAGE, self.step / (self.step + 100))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.values()), list(self.model.state_dict().values()), 1 - decay
            )  # torch has no public name for it
        return float(loss.detach()) / count

    @torch.no_grad()  # type: ignore[untyped-decorator,unused-ignore]  # where torch is not installed it has no type
    def perplexity(self, pairs: list[Encoded], tokens: int) -> float:
        """Of the averaged weights on pairs that are kept out."""
        current = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
        self.model.load_state_dict(self.average)
        self.model.eval()
        losses = [loss_of(self.model, tensors(b, self.device), 0.0) for b in batches(pairs, tokens, random.Random(0))]  # noqa: S311  # no secret
        self.model.train()
        self.model.load_state_dict(current)
        return math.exp(sum(float(loss) for loss, _ in losses) / sum(count for _, count in losses))

    def save(self) -> None:
        """Write checkpoint, configuration and weights; each takes the place of the old one at once."""
        state = {"model": self.model.state_dict(), "average": self.average}
        fresh = self.folder / "checkpoint.new"
        torch.save({**state, "optimiser": self.optimiser.state_dict(), "step": self.step}, fresh)
        fresh.replace(self.folder / "checkpoint.pt")
        (self.folder / "config.json").write_text(json.dumps({**self.config, "step": self.step}), encoding="utf-8")
        whole = io.BytesIO()
        torch.save({name: tensor.half().cpu() for name, tensor in self.average.items()}, whole)
        for n, start in enumerate(range(0, whole.tell(), PIECE)):
            (self.folder / f"weights.{n:02}").write_bytes(whole.getvalue()[start : start + PIECE])


def main() -> None:
    """Read the command line, train, say how it goes."""
    parser = argparse.ArgumentParser(description="train the translation model")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--repeat", action="append", default=[], metavar="CORPUS=N", help="oversample a corpus")
    parser.add_argument("--tokens", type=int, default=2048, help="of a batch; 16384 on an accelerator")
    parser.add_argument("--rate", type=float, default=6e-4, help="the steady learning rate; 1.5e-3 from nothing")
    parser.add_argument("--warmup", type=int, default=300, help="steps")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--alpha", type=float, default=0.05, help="rate of BPE-dropout")
    parser.add_argument("--valid", type=int, default=80, help="examples of each corpus that are kept out")
    a = parser.parse_args()
    started, rng = time.monotonic(), random.Random(0)  # noqa: S311  # no secret
    torch.manual_seed(0)
    a.dir.mkdir(parents=True, exist_ok=True)
    repeat = {name: int(n) for name, n in (r.split("=") for r in a.repeat)}
    train, valid = read(a.data, repeat, a.valid)
    processor = vocabulary(a.dir / "spm.model", train, SIZES[a.size]["vocab"])
    watched = {corpus: encode(processor, pairs, 0) for corpus, pairs in valid.items()}
    run = Run(a.dir, SIZES[a.size], a.dropout, a.rate)
    print(f"{run.device}: {len(train):,} examples, step {run.step}", flush=True)
    first, budget, said = run.step, a.minutes * 60, time.monotonic()

    def report(loss: float) -> None:
        perplexities = ", ".join(f"{corpus} {run.perplexity(pairs, a.tokens):.2f}" for corpus, pairs in watched.items())
        print(f"{time.monotonic() - started:6.0f} s  step {run.step}  loss {loss:.3f}  {perplexities}", flush=True)
        run.save()

    loss = math.nan
    while time.monotonic() - started < budget:
        for batch in batches(encode(processor, train, a.alpha), a.tokens, rng):
            spent = (time.monotonic() - started) / budget
            if spent >= 1:
                break
            rate = a.rate * min(1.0, (run.step - first + 1) / a.warmup) * min(1.0, 2 - 2 * spent)
            loss = run.learn(batch, rate)
            if time.monotonic() - said > max(30.0, budget / 15):
                said = time.monotonic()
                report(loss)
    if run.step == first:
        raise SystemExit(f"{a.minutes:g} minutes are too few: the examples alone take longer")
    report(loss)


if __name__ == "__main__":
    main()
