"""Writes values.json: outputs, losses, gradients and training runs of small graphs, computed by PyTorch in float64.

Run once, with Debian's python3-torch:  /usr/bin/python3 generate.py > values.json; npm run format
"""

import json
import sys

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20261)


def chain(input_shape, *boxes):
    """A graph description of boxes one on the other, named by kind and place."""
    placed, last = {}, "input"
    for place, box in enumerate(boxes):
        name = f"{box['kind']}{place + 1}"
        placed[name] = {**box, "children": [last]}
        last = name
    return {"inputs": {"input": input_shape}, "boxes": placed, "outputs": [last]}


def linear(units):
    return {"kind": "linear", "units": units}


# Boxes as PyTorch has them, by our kind. A linear box's weight is [fanIn, fanOut], the transpose of PyTorch's.
BOXES = {
    "linear": lambda box, xs, p: F.linear(xs[0], p["weight"].t(), p["bias"]),
    "sigmoid": lambda box, xs, p: torch.sigmoid(xs[0]),
    "tanh": lambda box, xs, p: torch.tanh(xs[0]),
    "relu": lambda box, xs, p: F.relu(xs[0]),
    "softmax": lambda box, xs, p: F.softmax(xs[0], dim=1),
    "add": lambda box, xs, p: sum(xs),
    "multiply": lambda box, xs, p: xs[0] * xs[1],
    "concat": lambda box, xs, p: torch.cat(xs, dim=-1),
    "flatten": lambda box, xs, p: torch.flatten(xs[0], start_dim=1),
}

# Losses as PyTorch has them, as the mean over the examples.
LOSSES = {
    "softmaxCrossEntropy": lambda out, t: F.cross_entropy(out, t),
    "negativeLogLikelihood": lambda out, t: F.nll_loss(torch.log(out), t),
    "binaryCrossEntropy": lambda out, t: F.binary_cross_entropy_with_logits(out, t, reduction="sum") / len(t),
    "squaredError": lambda out, t: 0.5 * F.mse_loss(out, t, reduction="sum") / len(t),
}


def initial(graph):
    """Parameters by their full names. The boxes stand in an order in which children come first."""
    widths = {name: shape for name, shape in graph["inputs"].items()}
    parameters = {}
    for name, box in graph["boxes"].items():
        shapes = [widths[child] for child in box["children"]]
        if box["kind"] == "linear":
            widths[name] = [box["units"]]
            parameters[f"{name}.weight"] = torch.randn(shapes[0][0], box["units"], requires_grad=True)
            parameters[f"{name}.bias"] = torch.randn(box["units"], requires_grad=True)
        elif box["kind"] == "concat":
            widths[name] = [*shapes[0][:-1], sum(shape[-1] for shape in shapes)]
        elif box["kind"] == "flatten":
            widths[name] = [int(torch.tensor(shapes[0]).prod())]
        else:
            widths[name] = shapes[0]
    return parameters


def forward(graph, parameters, inputs):
    values = dict(inputs)
    for name, box in graph["boxes"].items():
        own = {full.split(".")[1]: p for full, p in parameters.items() if full.split(".")[0] == name}
        values[name] = BOXES[box["kind"]](box, [values[child] for child in box["children"]], own)
    return values[graph["outputs"][0]]


def lists(tensors):
    return {name: tensor.detach().flatten().tolist() for name, tensor in tensors.items()}


def case(title, graph, loss, batch, targets):
    parameters = initial(graph)
    inputs = {name: torch.randn(batch, *shape) for name, shape in graph["inputs"].items()}
    output = forward(graph, parameters, inputs)
    value = LOSSES[loss](output, targets)
    value.backward()
    return {
        "title": title,
        "graph": graph,
        "batch": batch,
        "inputs": lists(inputs),
        "parameters": lists(parameters),
        "loss": loss,
        "targets": targets.flatten().tolist(),
        "expected": {
            "output": output.detach().flatten().tolist(),
            "loss": value.item(),
            "gradients": lists({name: p.grad for name, p in parameters.items()}),
        },
    }


def training(optimizer, l2, decrease, make, steps=20):
    """Steps on one minibatch. PyTorch's weight_decay w adds w·θ to the gradient: our l2 with λ = w/2, on weights only."""
    graph = chain([4], linear(3), {"kind": "tanh"}, linear(3))
    parameters = initial(graph)
    inputs = {"input": torch.randn(6, 4)}
    targets = torch.randint(3, (6,))
    begin = lists(parameters)
    weights = [p for name, p in parameters.items() if name.endswith("weight")]
    biases = [p for name, p in parameters.items() if name.endswith("bias")]
    step = make([{"params": weights, "weight_decay": 2 * l2}, {"params": biases}])
    rate = torch.optim.lr_scheduler.LambdaLR(step, lambda t: 1 / (1 + decrease * t))
    losses = []
    for _ in range(steps):
        step.zero_grad()
        value = LOSSES["softmaxCrossEntropy"](forward(graph, parameters, inputs), targets)
        value.backward()
        losses.append(value.item())
        step.step()
        rate.step()
    return {
        "optimizer": {**optimizer, "decreaseConstant": decrease},
        "l2": l2,
        "graph": graph,
        "batch": 6,
        "inputs": lists(inputs),
        "targets": targets.tolist(),
        "parameters": begin,
        "expected": {"losses": losses, "parameters": lists(parameters)},
    }


tanh, sigmoid, relu, softmax = ({"kind": kind} for kind in ("tanh", "sigmoid", "relu", "softmax"))
diamond = {
    "inputs": {"left": [3], "right": [2, 2]},
    "boxes": {
        "a": {**linear(4), "children": ["left"]},
        "flat": {"kind": "flatten", "children": ["right"]},
        "b": {**linear(4), "children": ["flat"]},
        "gate": {**sigmoid, "children": ["b"]},
        "gated": {"kind": "multiply", "children": ["a", "gate"]},
        "skip": {"kind": "add", "children": ["gated", "a", "b"]},
        "joined": {"kind": "concat", "children": ["skip", "a", "skip"]},
        "out": {**linear(2), "children": ["joined"]},
    },
    "outputs": ["out"],
}

cases = [
    case("tanh, class labels", chain([5], linear(4), tanh, linear(3)), "softmaxCrossEntropy", 4, torch.tensor([2, 0, 1, 1])),
    case("sigmoid, one example", chain([3], linear(4), sigmoid, linear(3)), "softmaxCrossEntropy", 1, torch.tensor([1])),
    case("relu, probabilities", chain([5], linear(6), relu, linear(3), softmax), "negativeLogLikelihood", 4, torch.tensor([0, 2, 2, 1])),
    case("yes-or-no targets", chain([4], linear(3), sigmoid, linear(2)), "binaryCrossEntropy", 3, torch.rand(3, 2)),
    case("softmax within, values", chain([4], linear(3), softmax, linear(2), tanh), "squaredError", 3, torch.randn(3, 2)),
    case("a graph with a gate, a skip and a shared box", diamond, "squaredError", 3, torch.randn(3, 2)),
]

SGD, Adam = torch.optim.SGD, torch.optim.Adam
trainings = [
    training({"kind": "sgd", "learningRate": 0.3}, 0, 0, lambda p: SGD(p, lr=0.3)),
    training({"kind": "sgd", "learningRate": 0.3}, 0.01, 0.1, lambda p: SGD(p, lr=0.3)),
    training({"kind": "sgd", "learningRate": 0.1, "momentum": 0.9}, 0.01, 0, lambda p: SGD(p, lr=0.1, momentum=0.9)),
    training(
        {"kind": "sgd", "learningRate": 0.1, "momentum": 0.9, "nesterov": True},
        0,
        0.1,
        lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    ),
    training({"kind": "adam"}, 0, 0, lambda p: Adam(p)),
    training(
        {"kind": "adam", "learningRate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
        0.01,
        0.1,
        lambda p: Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3),
    ),
]

extremes = torch.tensor([-1e8, -745.0, -40.0, -1.0, -1e-8, 0.0, 1e-8, 1.0, 40.0, 710.0, 1e8], requires_grad=True)
elementwise = {"inputs": extremes.tolist()}
for name, function in {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": F.relu}.items():
    extremes.grad = None
    output = function(extremes)
    output.sum().backward()
    elementwise[name] = {"output": output.tolist(), "derivative": extremes.grad.tolist()}

json.dump(
    {"torch": torch.__version__, "elementwise": elementwise, "cases": cases, "trainings": trainings},
    sys.stdout,
    indent=1,
)
