"""Writes schedules.json: the learning rates of PyTorch's schedulers, update by update.

Run once, with Debian's python3-torch:  /usr/bin/python3 generate.py > schedules.json; npm run format
"""

import json
import sys
import warnings

import torch
from torch.optim import lr_scheduler as s

warnings.filterwarnings("ignore")


def rates(learning_rate, make, updates):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=learning_rate, momentum=0.9)
    scheduler = make(optimizer)
    found = []
    for _ in range(updates):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def plateau(told, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = s.ReduceLROnPlateau(optimizer, eps=0, **options)
    found = []
    for value in told:
        scheduler.step(value)
        found.append(optimizer.param_groups[0]["lr"])
    return {"told": told, "rates": found}


losses = [3, 2, 2.5, 2, 1.99999, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1]

json.dump(
    {
        "pytorch": torch.__version__,
        "cosineDecay": rates(0.3, lambda o: s.CosineAnnealingLR(o, T_max=20, eta_min=0.01), 21),
        "stepDecay": rates(0.3, lambda o: s.StepLR(o, step_size=7, gamma=0.5), 30),
        "exponentialDecay": rates(0.3, lambda o: s.ExponentialLR(o, gamma=0.9), 30),
        "oneCycle": rates(0.3, lambda o: s.OneCycleLR(o, max_lr=0.3, total_steps=25), 25),
        "oneCycle, other shape": rates(
            0.3,
            lambda o: s.OneCycleLR(o, max_lr=0.3, total_steps=40, pct_start=0.45, div_factor=10, final_div_factor=50),
            40,
        ),
        "warmUp": rates(0.3, lambda o: s.LinearLR(o, start_factor=0.1, total_iters=8), 20),
        "warmUp, then cosineDecay": rates(
            0.3,
            lambda o: s.SequentialLR(
                o, [s.LinearLR(o, start_factor=0.25, total_iters=5), s.CosineAnnealingLR(o, T_max=15)], milestones=[5]
            ),
            20,
        ),
        "joinSchedules": rates(0.3, lambda o: s.MultiStepLR(o, milestones=[4, 11], gamma=0.1), 20),
        "reduceOnPlateau": plateau(losses, patience=2),
        "reduceOnPlateau, with cooldown": plateau(losses, patience=1, cooldown=3, factor=0.5, min_lr=0.02),
        "reduceOnPlateau, of what is to grow": plateau([1 / l for l in losses], patience=0, mode="max", threshold=0.1),
    },
    sys.stdout,
)
