"""PyTorch as one would write the step by hand for one example at a time: no autograd, all in place.

Its argument is that of pytorch.py; the network is 784-n-10.
"""

import json
import sys

import numpy
import torch
from serve_rounds import serve_rounds

RATE = 0.01
job = json.loads(sys.argv[1])
files, units = job["files"], job["workload"]["sizes"][1]
torch.set_num_threads(job["threads"])
torch.manual_seed(0)
inputs = torch.from_numpy(numpy.fromfile(files["inputs"], dtype="<f4").reshape(-1, files["inputSize"]))
labels = numpy.fromfile(files["labels"], dtype="<i4").tolist()

lower, upper = torch.nn.Linear(files["inputSize"], units), torch.nn.Linear(units, 10)
weight, bias = lower.weight.detach(), lower.bias.detach()
top, top_bias = upper.weight.detach(), upper.bias.detach()
at = 0


def train(examples):
    global at
    with torch.no_grad():
        for _ in range(examples):
            if at == len(labels):
                at = 0
            x = inputs[at]
            hidden = torch.addmv(bias, weight, x).relu_()
            delta = torch.addmv(top_bias, top, hidden).softmax(0)
            delta[labels[at]] -= 1
            below = torch.mv(top.t(), delta).mul_(hidden > 0)
            top.addr_(delta, hidden, alpha=-RATE)
            top_bias.add_(delta, alpha=-RATE)
            weight.addr_(below, x, alpha=-RATE)
            bias.add_(below, alpha=-RATE)
            at += 1


serve_rounds(train, job)
