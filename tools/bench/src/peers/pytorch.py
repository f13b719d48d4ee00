"""PyTorch on the CPU: nn.Sequential, CrossEntropyLoss and optim.SGD, as its tutorials train.

Its one argument is a JSON object {contender, workload: {sizes, batchSize, l2}, files: {inputs, labels, inputSize}, threads,
roundSeconds, warmUpSeconds}, inputs and labels being paths of raw little-endian float32 and int32. Prints {version} when
it is warm and, for each line on standard input, {examplesPerSecond} of a round.
"""

import json
import sys

import numpy
import torch
from serve_rounds import serve_rounds

job = json.loads(sys.argv[1])
workload, files = job["workload"], job["files"]
torch.set_num_threads(job["threads"])
torch.manual_seed(0)
sizes, batch = workload["sizes"], workload["batchSize"]
inputs = torch.from_numpy(numpy.fromfile(files["inputs"], dtype="<f4").reshape(-1, files["inputSize"]))
labels = torch.from_numpy(numpy.fromfile(files["labels"], dtype="<i4").astype("int64"))

layers = []
for fan_in, fan_out in zip(sizes, sizes[1:]):
    layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
loss = torch.nn.CrossEntropyLoss()
# Its term is weight_decay / 2 · W²; the biases have none.
weights = [parameter for parameter in model.parameters() if parameter.dim() > 1]
biases = [parameter for parameter in model.parameters() if parameter.dim() == 1]
groups = [{"params": weights, "weight_decay": 2 * workload["l2"]}, {"params": biases}]
momentum = workload.get("momentum", 0)
parameters = groups if workload["l2"] > 0 else model.parameters()
optimizer = torch.optim.SGD(parameters, lr=0.01 * (1 - momentum), momentum=momentum)
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


serve_rounds(train, job)
