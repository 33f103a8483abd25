"""BERTopic's default pipeline, in an environment of its own: a line of JSON in, a line of JSON out.

In: `texts`, `vectors` (the path of an .npy file with a row for each text) and `seed`. Out: `labels`, -1 for what
BERTopic leaves without a topic, and the processor's `seconds`; or `error`. `{}` asks for the versions.
UMAP is the default one with its seed fixed; everything else is as BERTopic comes.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from bertopic import BERTopic
from umap import UMAP

PACKAGES = ("bertopic", "umap-learn", "hdbscan", "numba", "scikit-learn", "numpy")


def labels(texts, vectors, seed):
    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed)
    topics, _ = BERTopic(umap_model=umap).fit_transform(texts, embeddings=np.load(vectors))
    return [int(topic) for topic in topics]


def answer(asked):
    if not asked:
        return {"versions": {name: version(name) for name in PACKAGES}}
    began = time.process_time()
    try:
        return {"labels": labels(**asked), "seconds": time.process_time() - began}
    except Exception as error:  # whatever it is, it is what a user of BERTopic would have met
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
