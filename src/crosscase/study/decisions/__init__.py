"""The one door: every decision that a person takes is one function here, and nothing else writes into a study.

Each takes the study as the person saw it, and what they decided. It checks everything that it is given, takes the
study's lock, looks at the files again, writes (all of them, or none), and returns the study as it is then, with its
problems. Raises `Refused`, with nothing written, where it can't be done; `undo` takes the last one back.
"""

from crosscase.study.decisions.bringing import bring_in
from crosscase.study.decisions.cases import (
    decide_feature,
    decide_features,
    override_type,
    withdraw_feature,
    withdraw_override,
)
from crosscase.study.decisions.charting import (
    cite,
    confirm_absence,
    confirm_summary,
    judge_summary,
    remove_summary,
    summarise,
    summarise_all,
    withdraw_absence,
)
from crosscase.study.decisions.clusters import (
    merge_clusters,
    promote_cluster,
    reject_cluster,
    rename_cluster,
    set_aside_cluster,
    split_cluster,
    withdraw_cluster_decision,
)
from crosscase.study.decisions.codebook import (
    define_category,
    define_code,
    merge_codes,
    move_code,
    rename_code,
    retire_code,
    reword_code,
    split_code,
)
from crosscase.study.decisions.coding import (
    accept_moves,
    add_coding,
    add_codings,
    change_coding,
    place_coding,
    remove_coding,
    set_aside,
    take_in_again,
)
from crosscase.study.decisions.deidentifying import check_names, replace_names, still_named
from crosscase.study.decisions.door import undo
from crosscase.study.decisions.reading import check_coder, code_blind, finish, look_again, read_up_to, reopen
from crosscase.study.decisions.reviewing import accept, audit, change, pass_over, postpone, reject
from crosscase.study.decisions.settling import finish_settling, settle
from crosscase.study.decisions.sources import put_back, remove_source, rename_speakers, replace_source, replacing
from crosscase.study.decisions.withdrawing import withdraw, withdrawing
from crosscase.study.decisions.writing import describe_participant, remove_memo, write_claim, write_memo, write_theme

__all__ = [
    "accept",
    "accept_moves",
    "add_coding",
    "add_codings",
    "audit",
    "bring_in",
    "change",
    "change_coding",
    "check_coder",
    "check_names",
    "cite",
    "code_blind",
    "confirm_absence",
    "confirm_summary",
    "decide_feature",
    "decide_features",
    "define_category",
    "define_code",
    "describe_participant",
    "finish",
    "finish_settling",
    "judge_summary",
    "look_again",
    "merge_clusters",
    "merge_codes",
    "move_code",
    "override_type",
    "pass_over",
    "place_coding",
    "postpone",
    "promote_cluster",
    "put_back",
    "read_up_to",
    "reject",
    "reject_cluster",
    "remove_coding",
    "remove_memo",
    "remove_source",
    "remove_summary",
    "rename_cluster",
    "rename_code",
    "rename_speakers",
    "reopen",
    "replace_names",
    "replace_source",
    "replacing",
    "retire_code",
    "reword_code",
    "set_aside",
    "set_aside_cluster",
    "settle",
    "split_cluster",
    "split_code",
    "still_named",
    "summarise",
    "summarise_all",
    "take_in_again",
    "undo",
    "withdraw",
    "withdraw_absence",
    "withdraw_cluster_decision",
    "withdraw_feature",
    "withdraw_override",
    "withdrawing",
    "write_claim",
    "write_memo",
    "write_theme",
]
