"""One work of the training benchmark in PyTorch: forward, backward and AdamW of a transformer.

    peer_torch.py '{"layers": 6, "heads": 6, "channels": 384, ...}' SECONDS

Prints one line of JSON: tokens a second at the median step, and the peak of memory in bytes.
"""

import json
import math
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, work):
        super().__init__()
        c, bias = work["channels"], work["bias"]
        self.heads, self.dropout, self.gated = work["heads"], work["dropout"], work["gated"]
        norm = RMSNorm if work["rms"] else nn.LayerNorm
        self.norm1, self.norm2 = norm(c), norm(c)
        self.qkv = nn.Linear(c, 3 * c, bias=bias)
        self.projection = nn.Linear(c, c, bias=bias)
        self.up = nn.Linear(c, (2 if self.gated else 1) * work["hidden"], bias=bias)
        self.down = nn.Linear(work["hidden"], c, bias=bias)
        mask = torch.tril(torch.ones(work["block"], work["block"], dtype=torch.bool))
        self.register_buffer("mask", ~mask, persistent=False)

    def attend(self, x):
        b, t, c = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)) * (1 / math.sqrt(c // self.heads))
        scores = scores.masked_fill_(self.mask[:t, :t], float("-inf"))
        weights = F.dropout(torch.softmax(scores, -1), self.dropout)
        return self.projection((weights @ v).transpose(1, 2).reshape(b, t, c))

    def feed_forward(self, x):
        hidden = self.up(x)
        if self.gated:
            gate, value = hidden.chunk(2, -1)
            hidden = F.silu(gate) * value
        else:
            hidden = F.gelu(hidden)
        return self.down(hidden)

    def forward(self, x):
        x = x + F.dropout(self.attend(self.norm1(x)), self.dropout)
        return x + F.dropout(self.feed_forward(self.norm2(x)), self.dropout)


class RMSNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.gain


class Transformer(nn.Module):
    def __init__(self, work):
        super().__init__()
        self.tokens = nn.Embedding(work["vocabulary"], work["channels"])
        self.places = nn.Embedding(work["block"], work["channels"])
        self.blocks = nn.ModuleList(Block(work) for _ in range(work["layers"]))
        self.norm = (RMSNorm if work["rms"] else nn.LayerNorm)(work["channels"])
        self.head = nn.Linear(work["channels"], work["vocabulary"], bias=False)
        self.head.weight = self.tokens.weight
        nn.init.normal_(self.tokens.weight, std=0.02)

    def forward(self, ids, targets):
        x = self.tokens(ids) + self.places.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.norm(x))
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


class WindowModel(nn.Module):
    """Bengio's model of a window of characters, with one hidden layer."""

    def __init__(self, work):
        super().__init__()
        self.tokens = nn.Embedding(work["vocabulary"], work["channels"])
        self.hidden = nn.Linear(work["channels"] * work["block"], work["hidden"])
        self.head = nn.Linear(work["hidden"], work["vocabulary"])

    def forward(self, ids, targets):
        hidden = torch.tanh(self.hidden(self.tokens(ids).flatten(1)))
        return F.cross_entropy(self.head(hidden), targets[:, 0])


def main():
    work, seconds = json.loads(sys.argv[1]), float(sys.argv[2])
    torch.manual_seed(1)
    window = work["kind"] == "window"
    model = (WindowModel if window else Transformer)(work)
    if window:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    else:
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95))
    shape = (work["batch"], work["length"])
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 4 or (time.perf_counter() < end and len(times) < 20000):
        start = time.perf_counter()
        ids = torch.randint(work["vocabulary"], shape)
        loss = model(ids, torch.randint(work["vocabulary"], shape))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if work["clip"] > 0:
            nn.utils.clip_grad_norm_(model.parameters(), work["clip"])
        optimizer.step()
        times.append(time.perf_counter() - start)
    step = statistics.median(times[2:])
    tokens = work["batch"] * (1 if window else work["length"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"tokens_per_s": tokens / step, "step_s": step, "peak_bytes": peak}))


main()
