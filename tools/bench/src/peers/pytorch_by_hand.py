"""PyTorch as one would write the step by hand for one example at a time: no autograd, all in place.

Its argument is that of pytorch.py; the network is 784-n-10. {version} comes with {firstLoss}, the mean loss of the first 1,000
examples.
"""

import json
import sys

import numpy
import torch
from serve_rounds import serve_rounds

RATE = 0.01
FIRST = 1000
job = json.loads(sys.argv[1])
files, units = job["files"], job["workload"]["sizes"][1]
torch.set_num_threads(job["threads"])
torch.manual_seed(0)
inputs = torch.from_numpy(numpy.fromfile(files["inputs"], dtype="<f4").reshape(-1, files["inputSize"]))
labels = numpy.fromfile(files["labels"], dtype="<i4").tolist()

weight, bias = torch.empty(units, files["inputSize"]), torch.zeros(units)
top, top_bias = torch.empty(10, units), torch.zeros(10)
torch.nn.init.kaiming_uniform_(weight, nonlinearity="relu")
torch.nn.init.xavier_uniform_(top)
at = 0
first_losses = []


def train(examples):
    global at
    with torch.no_grad():
        for _ in range(examples):
            if at == len(labels):
                at = 0
            x = inputs[at]
            hidden = torch.addmv(bias, weight, x).relu_()
            logits = torch.addmv(top_bias, top, hidden)
            if len(first_losses) < FIRST:
                first_losses.append((logits.logsumexp(0) - logits[labels[at]]).item())
            delta = logits.softmax(0)
            delta[labels[at]] -= 1
            below = torch.mv(top.t(), delta).mul_(hidden > 0)
            top.addr_(delta, hidden, alpha=-RATE)
            top_bias.add_(delta, alpha=-RATE)
            weight.addr_(below, x, alpha=-RATE)
            bias.add_(below, alpha=-RATE)
            at += 1


train(FIRST)
serve_rounds(train, job, first_loss=sum(first_losses) / FIRST)
