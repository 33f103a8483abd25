"""Ways to group passages: crosscase's, and what one would use otherwise. Each takes a task, k or None, and a seed."""

import numpy as np

from benchmarks.clusters.measures import LEFT_OVER, NOISE, SEEDS, Method
from benchmarks.clusters.tasks import Labels, Task
from crosscase.suggest.clusters import Grain, Grouping, group
from crosscase.suggest.words import stems


def by_words(task: Task, k: int | None, seed: int) -> Labels:
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    table = TfidfVectorizer(analyzer=stems, sublinear_tf=True, min_df=2).fit_transform(task.texts)
    rows = normalize(TruncatedSVD(min(100, min(table.shape) - 1), random_state=seed).fit_transform(table))
    labels: Labels = KMeans(k, n_init=10, random_state=seed).fit_predict(rows)
    return labels


def k_means(task: Task, k: int | None, seed: int) -> Labels:
    """With k chosen, the one of four up to the root of the passages that has the best silhouette, on 50 axes."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.metrics import silhouette_score

    if k is not None:
        labels: Labels = KMeans(k, n_init=10, random_state=seed).fit_predict(task.vectors)
        return labels
    root = np.sqrt(len(task.passages))
    counts = sorted({max(2, round(count)) for count in np.linspace(root / 3, root, 4)})
    rows = PCA(min(50, len(task.passages)), random_state=0).fit_transform(task.vectors)
    tried = [KMeans(count, n_init=1, random_state=seed).fit_predict(rows) for count in counts]
    return max(tried, key=lambda labels: silhouette_score(rows, labels, sample_size=1000, random_state=0))


def ward(task: Task, k: int | None, _seed: int) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    labels: Labels = AgglomerativeClustering(k).fit_predict(task.vectors)
    return labels


def hdbscan(task: Task, _k: int | None, _seed: int) -> Labels:
    from sklearn.cluster import HDBSCAN
    from sklearn.decomposition import PCA

    rows = PCA(min(20, len(task.passages)), random_state=0).fit_transform(task.vectors)
    labels: Labels = HDBSCAN(min_cluster_size=5, copy=True).fit_predict(rows)
    return labels


def crosscase(task: Task, k: int | None, _seed: int) -> Labels:
    """With k given, every passage goes to its nearest cluster, as with the others."""
    if k is None:
        return _at_grain(task, "medium")
    return group(task.passages, task.vectors, k=k, ordered=task.ordered).nearest


def crosscase_fine(task: Task, _k: int | None, _seed: int) -> Labels:
    return _at_grain(task, "fine")


def crosscase_coarse(task: Task, _k: int | None, _seed: int) -> Labels:
    return _at_grain(task, "coarse")


def without_encoder(task: Task, k: int | None, _seed: int) -> Labels:
    return group(task.passages, None, k=k, ordered=task.ordered).nearest


def _at_grain(task: Task, grain: Grain) -> Labels:
    return labelled(group(task.passages, task.vectors, grain=grain, ordered=task.ordered))


def labelled(grouping: Grouping) -> Labels:
    labels = np.where(grouping.left_over, LEFT_OVER, grouping.nearest)
    return np.where(grouping.apart, NOISE, labels)


WITH_K: dict[str, Method] = {
    "tf-idf LSA K-means": by_words,
    "encoder K-means": k_means,
    "Ward": ward,
    "crosscase": crosscase,
    "crosscase, words alone": without_encoder,
}
CHOOSING: dict[str, Method] = {
    "K-means by silhouette": k_means,
    "HDBSCAN": hdbscan,
    "crosscase, fine": crosscase_fine,
    "crosscase, medium": crosscase,
    "crosscase, coarse": crosscase_coarse,
}
# Methods that throw dice: their measures are means over several throws.
SEEDS_OF: dict[Method, int] = {by_words: SEEDS, k_means: SEEDS}
