#!/usr/bin/env python3
"""Speed of training beside PyTorch's and the machine's ceilings, in turns, as a table in Markdown.

    run.py BENCH_TRAIN [--python PYTHON] [--openblas DIRECTORY] [--onednn LIBRARY]
           [--works NAME,NAME] [--rounds N] [--seconds S] [--threads N]

BENCH_TRAIN    the program of bench_train.c
--python       an interpreter that has torch; without it there are no ratios
--openblas     a directory with a libopenblas that uses OpenMP, for torch (Debian: extract the package
               libopenblas0-openmp): torch alone is several times slower with the reference BLAS
--onednn       a library in which sgemm_ is oneDNN's (onednn_sgemm.c): torch is measured with it too,
               and the better of the two counts
Figures are medians over the rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# What every transformer has unless it says otherwise, and how bench_train is told.
TRANSFORMER = dict(kind="gpt", vocabulary=65, dropout=0.0, bias=True, rms=False, gated=False, clip=1.0)


def transformer(title, must, aim, **sizes):
    work = {**TRANSFORMER, "hidden": 4 * sizes["channels"], **sizes}
    work["length"] = work["block"]
    settings = dict(
        n_layer=work["layers"], n_head=work["heads"], n_embd=work["channels"], d_ff=work["hidden"],
        block_size=work["block"], batch_size=work["batch"], vocab_size=work["vocabulary"],
        dropout=work["dropout"], norm="rmsnorm" if work["rms"] else "layernorm",
        activation="swiglu" if work["gated"] else "gelu", bias=work["bias"], qkv_bias=work["bias"],
    )
    ours = ["nanogpt"] + [f"{key}={value}" for key, value in settings.items()]
    return dict(title=title, must=must, aim=aim, ours=ours, torch=work)


WORKS = {
    "char-12": transformer("6 × 384, 6 heads, block 256, batch 12, dropout .2", 1.6, 2.2,
                           layers=6, heads=6, channels=384, block=256, batch=12, dropout=0.2),
    "char-64": transformer("the same, batch 64", 1.6, 2.2,
                           layers=6, heads=6, channels=384, block=256, batch=64, dropout=0.2),
    "large": transformer("8 × 512, 8 heads, block 1024, vocabulary 50,304, batch 1", 1.6, 2.3,
                         layers=8, heads=8, channels=512, block=1024, batch=1, vocabulary=50304),
    "gated": transformer("4 × 512, 16 heads, SwiGLU 1344, RMSNorm, vocabulary 10,000, block 256, batch 32",
                         1.6, 2.2, layers=4, heads=16, channels=512, hidden=1344, block=256, batch=32,
                         vocabulary=10000, gated=True, rms=True, bias=False),
    "gpt2-short": transformer("12 × 768, 12 heads, vocabulary 50,257, batch 4 × 64", 1.4, 1.9,
                              layers=12, heads=12, channels=768, block=64, batch=4, vocabulary=50257),
    "gpt2-long": transformer("the same, batch 1 × 1024", 1.8, 2.4,
                             layers=12, heads=12, channels=768, block=1024, batch=1, vocabulary=50257),
    "small": transformer("4 × 128, 4 heads, block 64, batch 12", 1.8, 2.5,
                         layers=4, heads=4, channels=128, block=64, batch=12),
    "names": dict(title="MLP of three letters, 200 hidden, batch 32", must=10, aim=25,
                  ours=["mlp", "vocab_size=27"],
                  torch=dict(kind="window", vocabulary=27, channels=10, block=3, length=3, batch=32,
                             hidden=200, clip=0)),
}


def run_json(command, environment=None):
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{result.stderr}")
    return json.loads(result.stdout.splitlines()[-1])


class Bench:
    def __init__(self, options):
        self.options = options

    def ours(self, *arguments, kernels=None):
        environment = dict(os.environ)
        environment.pop("OPENBLAS_CORETYPE", None)
        if kernels:
            environment["LIKELORE_KERNELS"] = kernels
        return run_json([self.options.bench, str(self.options.seconds), *arguments], environment)

    def torch(self, work, preload=None):
        environment = dict(os.environ, OMP_NUM_THREADS=str(self.options.threads),
                           OPENBLAS_CORETYPE="SkylakeX")
        if self.options.openblas:
            environment["LD_LIBRARY_PATH"] = self.options.openblas
        if preload:
            environment["LD_PRELOAD"] = preload
        return run_json([self.options.python, os.path.join(HERE, "peer_torch.py"), json.dumps(work),
                         str(self.options.seconds)], environment)

    def round(self, work):
        figures = {"peak": self.ours("--peak")["gflops"], "likelore": self.ours(*work["ours"])}
        if self.options.python:
            figures["torch"] = self.torch(work["torch"])
            if self.options.onednn:
                figures["torch, oneDNN"] = self.torch(work["torch"], self.options.onednn)
        if work["torch"]["kind"] == "gpt":
            figures["products"] = self.ours("--products", *work["ours"])["gflops"]
            figures["openblas"] = self.ours("--products", *work["ours"], kernels="openblas")["gflops"]
        return figures


def median(rounds, *path):
    values = []
    for figures in rounds:
        for key in path:
            figures = figures[key]
        values.append(figures)
    return statistics.median(values)


def row(work, rounds):
    peers = [name for name in ("torch", "torch, oneDNN") if name in rounds[0]]
    speed, peak = median(rounds, "likelore", "tokens_per_s"), median(rounds, "peak")
    cells = [work["title"], f"{speed:,.0f}"]
    if peers:
        best = max(peers, key=lambda name: median(rounds, name, "tokens_per_s"))
        ratio = statistics.median(r["likelore"]["tokens_per_s"] / r[best]["tokens_per_s"] for r in rounds)
        memory = median(rounds, "likelore", "peak_bytes") / median(rounds, best, "peak_bytes")
        cells += [f"{median(rounds, best, 'tokens_per_s'):,.0f} ({best})", f"{ratio:.2f}",
                  f"{work['must']}; {work['aim']}", f"{memory:.2f}"]
    cells.append(f"{median(rounds, 'likelore', 'peak_bytes') / 1e6:,.0f}")
    if "products" in rounds[0]:
        share = statistics.median(r["likelore"]["gflops"] / r["peak"] for r in rounds)
        cells += [f"{100 * share:.0f} %", f"{100 * median(rounds, 'products') / peak:.0f} %",
                  f"{100 * median(rounds, 'openblas') / peak:.0f} %"]
    else:
        cells += ["", "", ""]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("bench")
    for name in ("--python", "--openblas", "--onednn", "--works"):
        parser.add_argument(name)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    names = options.works.split(",") if options.works else list(WORKS)
    bench = Bench(options)
    results = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            results[name].append(bench.round(WORKS[name]))
            print(name, json.dumps(results[name][-1]), file=sys.stderr, flush=True)
    first = results[names[0]][0]
    print(f"{first['likelore']['threads']} threads, {first['likelore']['kernels']}; "
          f"peak {median(results[names[0]], 'peak'):.0f} GFLOP/s\n")
    head = ["work", "tokens/s"]
    if options.python:
        head += ["torch", "ratio", "must; aim", "memory of torch's"]
    head += ["MB", "of peak", "products alone", "with OpenBLAS"]
    print("| " + " | ".join(head) + " |")
    print("| --- |" + " ---: |" * (len(head) - 1))
    for name in names:
        print(row(WORKS[name], results[name]))


main()
