"""Clusters: the machine's groupings of passages that resemble each other, for people to judge.

`gathering` says which passages are grouped, `views` how they are seen, `forming` groups them, `describing` (with
`naming` and `nearness`) says what there is to say of each cluster, `codes` looks at the codebook's codes in that way.
"""

from crosscase.clustering import (
    Belonging,
    Cluster,
    Clustering,
    CodeView,
    Exploration,
    Grain,
    Nearness,
    Passage,
    Share,
    Twins,
)
from crosscase.suggest.clusters.codes import code_views, twins
from crosscase.suggest.clusters.describing import cluster
from crosscase.suggest.clusters.exploring import exploration_of
from crosscase.suggest.clusters.forming import Grouping, group
from crosscase.suggest.clusters.gathering import Gathered, clusters_of, coded_places, gather
from crosscase.suggest.clusters.keeping import last_shown, shown, shown_after
from crosscase.suggest.clusters.telling import decision_made, lines
from crosscase.suggest.clusters.telling import shown as shown_lines

__all__ = [
    "Belonging",
    "Cluster",
    "Clustering",
    "CodeView",
    "Exploration",
    "Gathered",
    "Grain",
    "Grouping",
    "Nearness",
    "Passage",
    "Share",
    "Twins",
    "cluster",
    "clusters_of",
    "code_views",
    "coded_places",
    "decision_made",
    "exploration_of",
    "gather",
    "group",
    "last_shown",
    "lines",
    "shown",
    "shown_after",
    "shown_lines",
    "twins",
]
