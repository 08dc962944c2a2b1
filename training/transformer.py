"""A small pre-norm Transformer whose weights lie as CTranslate2 keeps them."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812  # the name that torch's own documentation uses
from torch import Tensor, nn

PAD, UNK, BOS, EOS = range(4)
LONGEST = 512  # positions


class Attention(nn.Module):  # type: ignore[misc,unused-ignore]  # where torch is not installed it has no type
    """Multi-head attention with a fused projection."""

    def __init__(self, dim: int, heads: int, dropout: float, *, cross: bool) -> None:
        super().__init__()
        self.heads, self.dropout, self.cross = heads, dropout, cross
        if cross:
            self.query, self.key_value = nn.Linear(dim, dim), nn.Linear(dim, 2 * dim)
        else:
            self.query_key_value = nn.Linear(dim, 3 * dim)
        self.output = nn.Linear(dim, dim)

    def forward(self, x: Tensor, memory: Tensor | None, mask: Tensor | None, *, causal: bool) -> Tensor:
        """States x (B, T, D), memory (B, S, D), mask (B, 1, 1, S) true where attended -> (B, T, D)."""
        if self.cross:
            projected = (self.query(x), *self.key_value(memory).chunk(2, -1))
        else:
            projected = self.query_key_value(x).chunk(3, -1)
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in projected)
        dropout = self.dropout if self.training else 0.0
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=dropout, is_causal=causal)
        return self.output(out.transpose(1, 2).flatten(2))


class Layer(nn.Module):  # type: ignore[misc,unused-ignore]  # as above
    """A layer of the encoder, or with `cross` of the decoder."""

    def __init__(self, dim: int, ffn: int, heads: int, dropout: float, *, cross: bool) -> None:
        super().__init__()
        self.cross = cross
        self.norm_self, self.self_attention = nn.LayerNorm(dim), Attention(dim, heads, dropout, cross=False)
        if cross:
            self.norm_cross, self.cross_attention = nn.LayerNorm(dim), Attention(dim, heads, dropout, cross=True)
        self.norm_ffn, self.ffn_in, self.ffn_out = nn.LayerNorm(dim), nn.Linear(dim, ffn), nn.Linear(ffn, dim)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None, memory: Tensor | None, memory_mask: Tensor | None) -> Tensor:
        """States (B, T, D) -> states (B, T, D)."""
        x = x + self.drop(self.self_attention(self.norm_self(x), None, mask, causal=self.cross))
        if self.cross:
            x = x + self.drop(self.cross_attention(self.norm_cross(x), memory, memory_mask, causal=False))
        return x + self.drop(self.ffn_out(self.drop(F.relu(self.ffn_in(self.norm_ffn(x))))))


class Translator(nn.Module):  # type: ignore[misc,unused-ignore]  # as above
    """Encoder and decoder with one embedding tied over source, target and output."""

    def __init__(self, vocab: int, dim: int, ffn: int, heads: int, layers: tuple[int, int], dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab, dim, padding_idx=PAD)
        nn.init.normal_(self.embedding.weight, std=dim**-0.5)
        self.encoder = nn.ModuleList(Layer(dim, ffn, heads, dropout, cross=False) for _ in range(layers[0]))
        self.decoder = nn.ModuleList(Layer(dim, ffn, heads, dropout, cross=True) for _ in range(layers[1]))
        self.norm_encoder, self.norm_decoder = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.output_bias = nn.Parameter(torch.zeros(vocab))
        self.drop, self.scale = nn.Dropout(dropout), math.sqrt(dim)
        self.register_buffer("positions", sinusoid(LONGEST, dim), persistent=False)

    def embed(self, ids: Tensor) -> Tensor:
        """Token ids (B, T) -> (B, T, D)."""
        return self.drop(self.embedding(ids) * self.scale + self.positions[: ids.shape[1]])

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Token ids of source (B, S) and target (B, T) -> logits (B, T, V)."""
        keep = (source != PAD)[:, None, None, :]
        memory = self.embed(source)
        for layer in self.encoder:
            memory = layer(memory, keep, None, None)
        memory, x = self.norm_encoder(memory), self.embed(target)
        for layer in self.decoder:
            x = layer(x, None, memory, keep)
        return F.linear(self.norm_decoder(x), self.embedding.weight, self.output_bias)


def sinusoid(length: int, dim: int) -> Tensor:
    """Sinusoidal positions as CTranslate2 lays them out: all sines, then all cosines, the first position being 1."""
    step = math.log(10000) / (dim // 2 - 1)
    angle = torch.arange(1, length + 1)[:, None] * torch.exp(torch.arange(dim // 2) * -step)[None]
    return torch.cat([angle.sin(), angle.cos()], 1)
