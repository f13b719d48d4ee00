"""Networks of layers in PyTorch on the CPU: torch.nn, CrossEntropyLoss and optim.SGD, as its tutorials train.

Its one argument is a JSON object {contender, workload: {kind, batchSize}, sizes, inputs, labels, roundSeconds,
warmUpSeconds}, inputs and labels being paths of raw little-endian numbers. It answers as pytorch.py does.
"""

import json
import sys
import time

import numpy
import torch
from serve_rounds import serve_rounds
from torch import nn

job = json.loads(sys.argv[1])
kind, batch = job["workload"]["kind"], job["workload"]["batchSize"]
sizes = job["sizes"][kind]
torch.set_num_threads(1)
torch.manual_seed(0)


def conv(channels_in, channels_out, kernel, padding):
    return [nn.Conv2d(channels_in, channels_out, kernel, padding=padding), nn.ReLU(), nn.MaxPool2d(2)]


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(sizes["features"], sizes["units"], batch_first=True)
        self.top = nn.Linear(sizes["units"], sizes["classes"])

    def forward(self, x):
        return self.top(self.lstm(x)[1][0][0])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        features, hidden = sizes["features"], sizes["hidden"]
        self.block = nn.TransformerEncoderLayer(features, sizes["heads"], hidden, dropout=0.0, batch_first=True)
        self.top = nn.Linear(features, sizes["classes"])

    def forward(self, x):
        return self.top(self.block(x).mean(1))


def lenet():
    top = [nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, sizes["classes"])]
    return nn.Sequential(*conv(1, 6, 5, 2), *conv(6, 16, 5, 0), *top), (1, 28, 28)


def convnet():
    layers = [*conv(3, 32, 3, 1), *conv(32, 64, 3, 1), *conv(64, 128, 3, 1)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, sizes["classes"])), (3, 32, 32)


def clicks():
    fields, width, hidden = sizes["fields"], sizes["width"], sizes["hidden"]
    # Sparse gradients, or each step would write the whole table.
    table = nn.Embedding(sizes["vocabulary"], width, sparse=True)
    top = [nn.Flatten(), nn.Linear(fields * width, hidden), nn.ReLU(), nn.Linear(hidden, sizes["classes"])]
    return nn.Sequential(table, *top), (fields,)


def sequence(model):
    return lambda: (model(), (sizes["length"], sizes["features"]))


networks = {
    "lenet": lenet,
    "convnet": convnet,
    "lstm": sequence(Lstm),
    "transformer": sequence(Transformer),
    "clicks": clicks,
}
model, shape = networks[kind]()
inputs = torch.from_numpy(numpy.fromfile(job["inputs"], dtype="<i4" if kind == "clicks" else "<f4")).reshape(-1, *shape)
labels = torch.from_numpy(numpy.fromfile(job["labels"], dtype="<i4").astype("int64"))
if kind == "clicks":
    inputs = inputs.long()
loss = nn.CrossEntropyLoss()
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


serve_rounds(train, job, time.process_time)
