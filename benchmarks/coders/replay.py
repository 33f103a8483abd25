"""A simulated researcher who works interview by interview, with the machine's proposals and without a machine.

Keys are counted: without a machine, to give a code is to find it in the codebook and choose it, taken as three keys;
with it, one key accepts or rejects a proposal, and three give what wasn't proposed.
"""

import numpy as np

from benchmarks.coders.tasks import Task
from crosscase.suggest.learned import learn
from crosscase.suggest.trust import shown, trusts

KEYS_TO_CODE, KEYS_TO_DECIDE = 3, 1
ENOUGH = 0.9
AT_MOST = 3


def replay(task: Task) -> None:
    """Print how many keys it takes until nine tenths of the codings are there, and what was proposed rightly."""
    interviews = np.unique(task.seen.corpus.interviews)
    done = np.zeros(0, int)
    keys = bare = given = right = proposed_in_all = 0
    wanted = int(task.gold.sum())
    for interview in interviews:
        evidence = task.evidence(done)
        score = learn(task.seen, evidence).score
        standings = trusts(score, evidence, task.seen.corpus.interviews, task.possible)
        rows = np.flatnonzero(task.seen.corpus.interviews == interview)
        proposed, gold = shown(score, standings, task.possible, AT_MOST)[rows], task.gold[rows]
        hits = int((proposed & gold).sum())
        keys += KEYS_TO_DECIDE * int(proposed.sum()) + KEYS_TO_CODE * int((gold & ~proposed).sum())
        bare += KEYS_TO_CODE * int(gold.sum())
        given, right, proposed_in_all = given + int(gold.sum()), right + hits, proposed_in_all + int(proposed.sum())
        done = np.concatenate([done, rows])
        if given >= ENOUGH * wanted:
            break
    print(
        f"  interview by interview, until {ENOUGH:.0%} of the {wanted} codings are there: {keys} keys, "
        f"{bare} without a machine ({keys / bare - 1:+.0%}); {right} of {proposed_in_all} proposals right"
    )
