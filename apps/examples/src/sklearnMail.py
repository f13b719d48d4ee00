"""Accuracy of scikit-learn on the mails that mail.ts learned from: a file of {training, test}: {text, kind}."""

import json
import sys

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

with open(sys.argv[1], encoding="utf8") as file:
    mails = json.load(file)
models = {
    "logistic regression": make_pipeline(
        TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=100, max_iter=1000)
    ),
    "naive Bayes": make_pipeline(CountVectorizer(), MultinomialNB(alpha=0.1)),
}
scores = {}
for name, model in models.items():
    model.fit(mails["training"]["text"], mails["training"]["kind"])
    scores[name] = model.score(mails["test"]["text"], mails["test"]["kind"])
print(json.dumps(scores))
