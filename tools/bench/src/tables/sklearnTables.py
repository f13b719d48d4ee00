"""scikit-learn's tables, and its models on rows that were encoded before.

`make FOLDER` writes tables as CSV, the target in the column `target`, and prints [{name, kind}] of them as JSON.
`fit FOLDER` reads {kind, train: [rows, width], test: [rows, width]} from FOLDER/job.json and raw little-endian float32 inputs and
float64 targets beside it, and prints {linear, mlp}: accuracies of LogisticRegression and MLPClassifier, or R² of the better of
LinearRegression and Ridge and of MLPRegressor, all as they are by default but for max_iter.
"""

import csv
import datetime
import json
import os
import sys
import warnings

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")


def classes_of(chance, seed):
    draws = np.random.default_rng(seed).random(len(chance))
    return (draws < 1 / (1 + np.exp(-chance))).astype(int)


def linear_classes(rows, columns, informative, seed):
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(rows, columns))
    weights = np.where(np.arange(columns) < informative, random.normal(size=columns), 0)
    return inputs, classes_of(inputs @ weights * 3 / np.linalg.norm(weights), seed + 1)


def words(rows, sizes, seed):
    """Words whose effects add up, in columns of so many different ones."""
    random = np.random.default_rng(seed)
    codes = [random.integers(0, size, rows) for size in sizes]
    chance = sum(random.normal(size=size)[code] for size, code in zip(sizes, codes))
    return np.array([[f"w{c}" for c in row] for row in zip(*codes)]), classes_of(1.5 * chance, seed + 1)


def crossed(rows, seed):
    """Two words of which neither says anything alone, and two numbers that say nothing."""
    random = np.random.default_rng(seed)
    a, b = random.integers(0, 6, rows), random.integers(0, 6, rows)
    target = random.integers(0, 2, (6, 6))[a, b] ^ (random.random(rows) < 0.1)
    noise = random.normal(size=(rows, 2))
    return [[f"a{i}", f"b{j}", *more] for i, j, more in zip(a, b, noise.tolist())], target


def mixed(rows, seed):
    random = np.random.default_rng(seed)
    word, x = random.integers(0, 40, rows), random.normal(size=(rows, 8))
    chance = random.normal(size=40)[word] + 2 * x[:, 0] + 2 * np.sin(2 * x[:, 1]) + x[:, 2] * x[:, 3]
    return [[f"k{w}", *more] for w, more in zip(word, x.tolist())], classes_of(chance, seed + 1)


def exponential(rows, columns, spread, noise, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, columns))
    weights = random.normal(size=columns)
    return x, np.exp(3 + spread * x @ weights / np.linalg.norm(weights) + noise * random.normal(size=rows))


def counts(rows, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 6))
    return x, random.poisson(np.exp(0.5 + 0.8 * x[:, 0] - 0.5 * x[:, 1] + 0.4 * x[:, 2] * x[:, 3])) + 0.0


def outliers(rows, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 6))
    return x, 10 * x @ random.normal(size=6) + (random.random(rows) < 0.02) * random.exponential(300, rows)


def prices(rows, seed):
    random = np.random.default_rng(seed)
    x = np.c_[random.lognormal(0, 1, rows), random.lognormal(1, 0.7, rows), random.normal(size=(rows, 4))]
    price = 20 * np.sqrt(x[:, 0]) * x[:, 1] * np.exp(0.3 * x[:, 2]) + 5 * x[:, 3] ** 2
    return x, price + 5 * random.normal(size=rows)


def parity(rows, columns, parts, flipped, seed):
    """The sign of a product of some of the columns: none of them says anything alone."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, columns))
    return x, (np.prod(x[:, :parts], axis=1) > 0).astype(int) ^ (random.random(rows) < flipped)


def times(rows, random):
    hours = random.integers(0, 3 * 365 * 24, rows)
    return [datetime.datetime(2021, 1, 1) + datetime.timedelta(hours=int(h)) for h in hours]


def rush_hours(rows, seed):
    random = np.random.default_rng(seed)
    when, x = times(rows, random), random.normal(size=rows)
    busy = np.array([t.weekday() < 5 and t.hour in (8, 17, 18) for t in when])
    return [[str(t), v] for t, v in zip(when, x.tolist())], classes_of(np.where(busy, 2.5, -2.5) + 0.5 * x, seed + 1)


def sales(rows, seed):
    """By the day of the week, the season, the hour and the price."""
    random = np.random.default_rng(seed)
    when, price = times(rows, random), random.normal(10, 2, rows)
    weekend = np.array([t.weekday() >= 5 for t in when])
    season = np.array([np.cos(2 * np.pi * (t.month - 7) / 12) for t in when])
    hour = np.array([np.sin(2 * np.pi * t.hour / 24) for t in when])
    target = 50 + 20 * weekend + 15 * season + 10 * hour - 3 * price + 5 * random.normal(size=rows)
    return [[str(t), p] for t, p in zip(when, price.tolist())], target


def gaps(rows, seed):
    """That a cell is missing says more than most that are there."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 5))
    target = classes_of(1.5 * x[:, 0] + x[:, 1], seed + 1)
    gone = (random.random((rows, 5)) < np.where(target[:, None] == 1, 0.5, 0.1)) & (np.arange(5) > 1)
    return [["" if g else v for v, g in zip(*row)] for row in zip(x.tolist(), gone)], target


def rare_words(rows, sizes, seed):
    random = np.random.default_rng(seed)
    codes = [np.minimum(random.pareto(1.1, rows).astype(int), size - 1) for size in sizes]
    chance = sum(random.normal(size=size)[code] for size, code in zip(sizes, codes))
    return np.array([[f"w{c}" for c in row] for row in zip(*codes)]), classes_of(2 * chance, seed + 1)


def long_tails(rows, seed):
    random = np.random.default_rng(seed)
    x = random.standard_t(1.5, size=(rows, 6)) * np.array([1, 1000, 1e-3, 1, 1, 1])
    return x, 5 * np.arctan(x[:, 0]) + np.sign(x[:, 1]) * np.log1p(np.abs(x[:, 1])) + random.normal(size=rows)


def classification(seed, **options):
    return datasets.make_classification(random_state=seed, flip_y=0.03, n_redundant=2, **options)


CLASSES = {
    "iris": lambda: datasets.load_iris(return_X_y=True),
    "wine": lambda: datasets.load_wine(return_X_y=True),
    "breast cancer": lambda: datasets.load_breast_cancer(return_X_y=True),
    "digits": lambda: datasets.load_digits(return_X_y=True),
    "linear, 150 rows of 30": lambda: linear_classes(150, 30, 8, 2),
    "linear, 280 rows of 10": lambda: linear_classes(280, 10, 10, 1),
    "linear, 2,000 rows of 40": lambda: linear_classes(2000, 40, 40, 4),
    "linear, 200 rows of 200": lambda: linear_classes(200, 200, 10, 3),
    "clusters, 400 rows": lambda: classification(5, n_samples=400, n_features=8, n_informative=4),
    "clusters, 1,000 rows": lambda: classification(1, n_samples=1000, n_features=20, n_informative=5, n_classes=3),
    "clusters and noise": lambda: classification(4, n_samples=1000, n_features=100, n_informative=5),
    "5 % of one class": lambda: classification(2, n_samples=2000, n_features=12, n_informative=6, weights=[0.95]),
    "clusters, 50,000 rows": lambda: classification(3, n_samples=50000, n_features=20, n_informative=10, n_classes=4),
    "moons": lambda: datasets.make_moons(500, noise=0.25, random_state=1),
    "circles": lambda: datasets.make_circles(1000, noise=0.15, factor=0.5, random_state=1),
    "Gaussian quantiles": lambda: datasets.make_gaussian_quantiles(n_samples=2000, n_features=10, n_classes=3, random_state=1),
    "Hastie 10.2": lambda: datasets.make_hastie_10_2(4000, random_state=1),
    "1 % of one class": lambda: classification(21, n_samples=4000, n_features=12, n_informative=6, weights=[0.99]),
    "100 classes": lambda: classification(34, n_samples=5000, n_features=20, n_informative=15, n_classes=100, n_clusters_per_class=1),
    "clusters, 500 columns": lambda: classification(25, n_samples=2000, n_features=500, n_informative=10),
    "sign of a product of three": lambda: parity(4000, 6, 3, 0.02, 27),
    "rush hours": lambda: rush_hours(4000, 29),
    "gaps that tell": lambda: gaps(2000, 31),
    "rare words": lambda: rare_words(6000, (2000, 500, 50), 33),
    "words": lambda: words(3000, (100, 60, 30, 12, 5, 2), 7),
    "crossed words": lambda: crossed(2000, 8),
    "words and numbers, 50,000 rows": lambda: mixed(50000, 9),
}

NUMBERS = {
    "diabetes": lambda: datasets.load_diabetes(return_X_y=True, scaled=False),
    "linear, 150 rows of 40 (R²)": lambda: datasets.make_regression(150, 40, n_informative=10, noise=30, random_state=2),
    "linear, 300 rows of 10 (R²)": lambda: datasets.make_regression(300, 10, n_informative=6, noise=20, random_state=1),
    "linear, 2,000 rows of 60 (R²)": lambda: datasets.make_regression(2000, 60, n_informative=20, noise=50, random_state=3),
    "Friedman 1, 500 rows": lambda: datasets.make_friedman1(500, noise=1, random_state=1),
    "Friedman 1, 50,000 rows": lambda: datasets.make_friedman1(50000, noise=1, random_state=2),
    "Friedman 2": lambda: datasets.make_friedman2(1000, noise=100, random_state=1),
    "Friedman 3": lambda: datasets.make_friedman3(1000, noise=0.1, random_state=1),
    "sparse": lambda: datasets.make_sparse_uncorrelated(800, random_state=1),
    "sales by the hour": lambda: sales(1500, 41),
    "long tails": lambda: long_tails(2000, 44),
    "exponential": lambda: exponential(1500, 8, 1, 0.3, 11),
    "exponential, noisy": lambda: exponential(1500, 8, 1.5, 0.7, 12),
    "counts": lambda: counts(5000, 12),
    "outliers": lambda: outliers(2000, 13),
    "prices": lambda: prices(20000, 14),
}


def make(folder):
    made = []
    for kind, tables in (("classes", CLASSES), ("number", NUMBERS)):
        for name, table in tables.items():
            inputs, target = table()
            with open(os.path.join(folder, f"{name}.csv"), "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([*(f"x{i}" for i in range(len(inputs[0]))), "target"])
                for row, value in zip(inputs, target):
                    cells = [cell if isinstance(cell, str) else f"{cell:.7g}" for cell in row]
                    writer.writerow([*cells, f"c{int(value)}" if kind == "classes" else f"{value:.8g}"])
            made.append({"name": name, "kind": kind})
    print(json.dumps(made))


def fit(folder):
    with open(os.path.join(folder, "job.json")) as file:
        job = json.load(file)

    def part(name):
        inputs = np.fromfile(os.path.join(folder, f"{name}.inputs"), "<f4").reshape(job[name])
        return inputs, np.fromfile(os.path.join(folder, f"{name}.targets"), "<f8")

    (x, y), test = part("train"), part("test")
    most = 200 if len(x) > 10000 else 500
    if job["kind"] == "classes":
        linear = [LogisticRegression(max_iter=1000)]
        mlp = MLPClassifier(max_iter=most, random_state=0)
    else:
        linear = [LinearRegression(), Ridge()]
        mlp = MLPRegressor(max_iter=most, random_state=0)
    scores = [model.fit(x, y).score(*test) for model in linear]
    print(json.dumps({"linear": max(scores), "mlp": mlp.fit(x, y).score(*test)}))


{"make": make, "fit": fit}[sys.argv[1]](sys.argv[2])
