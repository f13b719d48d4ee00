"""Writes values.json: metrics of small data sets, computed by scikit-learn in float64.

Run once, with Debian's python3-sklearn:  /usr/bin/python3 generate.py > values.json; npm run format
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve
from sklearn.preprocessing import label_binarize

warnings.filterwarnings("ignore")
random = np.random.default_rng(20261)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def binary(n, weighted, decimals):
    """Scores of one unit; rounded ones have ties."""
    labels = (random.random(n) < 0.3).astype(int)
    logits = 1.5 * labels - 1 + random.normal(size=n)
    p = np.round(1 / (1 + np.exp(-logits)), decimals)
    w = np.round(random.random(n) * 3, 3) if weighted else None
    both = np.stack([1 - p, p], axis=1)
    predicted = (p > 0.5).astype(int)
    figures = classification(labels, both, predicted, w)
    figures.update(
        rocAuc=m.roc_auc_score(labels, p, sample_weight=w),
        prAuc=m.average_precision_score(labels, p, sample_weight=w),
        brier=m.brier_score_loss(labels, p, sample_weight=w),
    )
    if w is None:
        frequency, confidence = calibration_curve(labels, p, n_bins=5)
        figures["calibration"] = {"confidence": confidence.tolist(), "frequency": frequency.tolist()}
        fpr, tpr, thresholds = m.roc_curve(labels, p, drop_intermediate=False)
        figures["roc"] = {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds.tolist()}
    return {"probabilities": p.tolist(), "units": 1, "labels": labels.tolist(), "weights": listed(w), "figures": figures}


def several(n, classes, weighted, absent=(), never=()):
    """Probabilities of classes, some of which have no examples, some of which are never predicted."""
    labels = random.choice([c for c in range(classes) if c not in absent], size=n)
    logits = random.normal(size=(n, classes))
    logits[np.arange(n), labels] += 1.2
    for c in never:
        logits[:, c] -= 20
    p = softmax(logits)
    w = np.round(random.random(n) * 3, 3) if weighted else None
    figures = classification(labels, p, p.argmax(axis=1), w)
    if not absent:
        truth = label_binarize(labels, classes=range(classes))
        figures["rocAuc"] = m.roc_auc_score(truth, p, average="macro", sample_weight=w)
        figures["prAuc"] = m.average_precision_score(truth, p, average="macro", sample_weight=w)
    for k in (1, 2, 3):
        figures[f"top{k}"] = m.top_k_accuracy_score(labels, p, k=k, labels=range(classes), sample_weight=w)
    # scikit-learn has it for two classes only, until 1.7: the same formula over all.
    figures["brier"] = np.average(((p - np.eye(classes)[labels]) ** 2).sum(axis=1), weights=w)
    return {
        "probabilities": p.ravel().tolist(),
        "units": classes,
        "labels": labels.tolist(),
        "weights": listed(w),
        "figures": figures,
    }


def classification(labels, p, predicted, w):
    classes = p.shape[1]
    each = {"average": None, "labels": range(classes), "zero_division": 0, "sample_weight": w}
    macro = {"average": "macro", "zero_division": 0, "sample_weight": w}
    return {
        "accuracy": m.accuracy_score(labels, predicted, sample_weight=w),
        "balancedAccuracy": m.balanced_accuracy_score(labels, predicted, sample_weight=w),
        "precision": m.precision_score(labels, predicted, **macro),
        "recall": m.recall_score(labels, predicted, **macro),
        "f1": m.f1_score(labels, predicted, **macro),
        "precisionPerClass": m.precision_score(labels, predicted, **each).tolist(),
        "recallPerClass": m.recall_score(labels, predicted, **each).tolist(),
        "f1PerClass": m.f1_score(labels, predicted, **each).tolist(),
        "logLoss": m.log_loss(labels, p, labels=range(classes), sample_weight=w),
        "confusion": m.confusion_matrix(labels, predicted, labels=range(classes), sample_weight=w).tolist(),
    }


def regression(n, units, weighted, offset=0.0):
    targets = random.normal(size=(n, units)) * np.arange(1, units + 1) + offset
    predictions = targets + random.normal(size=(n, units)) * 0.7
    w = np.round(random.random(n) * 3, 3) if weighted else None
    figures = {
        "rmse": m.mean_squared_error(targets, predictions, squared=False, sample_weight=w),
        "mae": m.mean_absolute_error(targets, predictions, sample_weight=w),
        "r2": m.r2_score(targets, predictions, sample_weight=w),
        "quantileLoss10": m.mean_pinball_loss(targets, predictions, alpha=0.1, sample_weight=w),
        "quantileLoss90": m.mean_pinball_loss(targets, predictions, alpha=0.9, sample_weight=w),
    }
    return {
        "predictions": predictions.ravel().tolist(),
        "targets": targets.ravel().tolist(),
        "units": units,
        "weights": listed(w),
        "figures": figures,
    }


def listed(w):
    return None if w is None else w.tolist()


json.dump(
    {
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "classification": {
            "two classes": binary(60, False, 12),
            "two classes with ties": binary(60, False, 1),
            "two classes with weights": binary(60, True, 1),
            "four classes": several(80, 4, False),
            "four classes with weights": several(80, 4, True),
            "five classes, one without examples": several(60, 5, False, absent=(2,)),
            "five classes, one never predicted": several(60, 5, False, never=(3,)),
            "five classes, one that does not occur": several(60, 5, True, absent=(1,), never=(1,)),
        },
        "regression": {
            "one number": regression(50, 1, False),
            "one number with weights": regression(50, 1, True),
            "three numbers": regression(40, 3, False),
            "three numbers with weights": regression(40, 3, True),
            "one number far from 0": regression(50, 1, False, offset=1e6),
        },
    },
    sys.stdout,
)
