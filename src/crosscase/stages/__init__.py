"""What a command or a click does, each as one call: import, check, code, chart, suggest, agree, classify, report, run.

Nothing here prints. Each reads the folder or takes the study as it was loaded, and gives back values.
"""

from crosscase.stages.analysing import Saturated, accept, agree, classify, measure, saturation
from crosscase.stages.bringing import (
    Coded,
    Deidentified,
    Queue,
    about,
    chart,
    code,
    deidentify,
    import_files,
    key_of,
    look_again,
    restore,
    revisit,
)
from crosscase.stages.building import Built, export, report, run, single_page
from crosscase.stages.checking import Checked, check, interpreted
from crosscase.stages.clusters import (
    list_clusters,
    merge_clusters,
    promote_cluster,
    reject_cluster,
    rename_cluster,
    set_aside_cluster,
    show_cluster,
    split_cluster,
    withdraw_cluster_decision,
)
from crosscase.stages.machine import (
    Progress,
    encoder_of,
    explore,
    lacks_clusters,
    lacks_suggestions,
    suggest,
    wants_suggestions,
)

__all__ = [
    "Built",
    "Checked",
    "Coded",
    "Deidentified",
    "Progress",
    "Queue",
    "Saturated",
    "about",
    "accept",
    "agree",
    "chart",
    "check",
    "classify",
    "code",
    "deidentify",
    "encoder_of",
    "explore",
    "export",
    "import_files",
    "interpreted",
    "key_of",
    "lacks_clusters",
    "lacks_suggestions",
    "list_clusters",
    "look_again",
    "measure",
    "merge_clusters",
    "promote_cluster",
    "reject_cluster",
    "rename_cluster",
    "report",
    "restore",
    "revisit",
    "run",
    "saturation",
    "set_aside_cluster",
    "show_cluster",
    "single_page",
    "split_cluster",
    "suggest",
    "wants_suggestions",
    "withdraw_cluster_decision",
]
