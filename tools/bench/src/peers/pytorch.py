"""PyTorch on the CPU: nn.Sequential, CrossEntropyLoss and optim.SGD, as its tutorials train.

Reads one JSON line {sizes, batchSize, inputs, labels, inputSize, threads, examples, runs} on standard input, inputs and
labels being paths of raw little-endian float32 and int32, and prints {version, examplesPerSecond: [...]}.
"""

import json
import sys
import time

import numpy
import torch

job = json.loads(sys.stdin.readline())
torch.set_num_threads(job["threads"])
torch.manual_seed(0)
sizes, batch = job["sizes"], job["batchSize"]
inputs = torch.from_numpy(numpy.fromfile(job["inputs"], dtype="<f4").reshape(-1, job["inputSize"]))
labels = torch.from_numpy(numpy.fromfile(job["labels"], dtype="<i4").astype("int64"))

layers = []
for fan_in, fan_out in zip(sizes, sizes[1:]):
    layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
loss = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
at = 0


def train(examples):
    global at
    for _ in range(0, examples, batch):
        if at + batch > len(labels):
            at = 0
        optimizer.zero_grad()
        loss(model(inputs[at : at + batch]), labels[at : at + batch]).backward()
        optimizer.step()
        at += batch


train(max(batch, job["examples"] // 5))
speeds = []
for _ in range(job["runs"]):
    start = time.perf_counter()
    train(job["examples"])
    speeds.append(job["examples"] / (time.perf_counter() - start))
blas = "MKL" if torch.backends.mkl.is_available() else "BLAS of the system"
print(json.dumps({"version": f"PyTorch {torch.__version__}, {blas}, {job['threads']} thread(s)", "examplesPerSecond": speeds}))
