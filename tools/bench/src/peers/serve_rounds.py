"""A contender's side of a measurement, as serveRounds.ts has it."""

import ctypes
import json
import os
import sys
import time

import torch


def blas():
    if torch.backends.mkl.is_available():
        return "MKL"
    try:
        loaded = ctypes.CDLL("libopenblas.so.0", mode=os.RTLD_NOW | os.RTLD_NOLOAD)
        loaded.openblas_get_config.restype = ctypes.c_char_p
        return loaded.openblas_get_config().decode().strip()
    except (OSError, AttributeError):
        return "BLAS of the system"


def serve_rounds(train, job, clock=time.perf_counter, first_loss=None):
    """Warms `train(examples)` up and prints {version}, and {firstLoss} where it is known; for each line of the input,
    {examplesPerSecond} of a round."""
    batch = job["workload"]["batchSize"]

    def timed(examples):
        start = clock()
        train(examples)
        return clock() - start

    def examples_in(seconds, speed):
        return max(1, round(speed * seconds / batch)) * batch

    count, warm = batch, 0
    while warm < job["warmUpSeconds"]:
        seconds = timed(count)
        warm += seconds
        count = examples_in(job["roundSeconds"] / 2, count / seconds)
    count = examples_in(job["roundSeconds"], count / timed(count))
    kind = job["contender"].removeprefix("PyTorch").lstrip(", ")
    version = f"PyTorch {torch.__version__}, {blas()}" + (f", {kind}" if kind else "")
    print(json.dumps({"version": version} | ({} if first_loss is None else {"firstLoss": first_loss})), flush=True)
    for _ in sys.stdin:
        # After a wait, caches and pages are cold.
        train(count)
        print(json.dumps({"examplesPerSecond": count / timed(count)}), flush=True)
