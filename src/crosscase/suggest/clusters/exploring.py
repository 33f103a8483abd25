"""All that clusters have to show of one study: what no coding covers, and how the codebook's codes hold together."""

from collections.abc import Sequence

from crosscase.clustering import Exploration, Grain
from crosscase.coding import Coding
from crosscase.study import Study
from crosscase.suggest.clusters.codes import code_views, twins
from crosscase.suggest.clusters.gathering import ALL, UNCODED, at_hand, clusters_of, coded_places, gather
from crosscase.suggest.encoder import Encoder


def exploration_of(
    study: Study, encoder: Encoder | None, *, scope: str = UNCODED, k: int | None = None, grain: Grain = "medium"
) -> Exploration:
    """The clusters of a scope with their map, a view of each code, and pairs of codes that may say the same."""
    clustering = clusters_of(study, encoder, scope=scope, k=k, grain=grain, with_map=True)
    passages = gather(study, ALL).passages
    codes_of = [frozenset[str]() for _ in passages]
    for code_id, codings in _codings_by_code(study).items():
        covers = coded_places(codings)
        codes_of = [
            ids | {code_id} if covers(passage.place) else ids for ids, passage in zip(codes_of, passages, strict=True)
        ]
    reads = at_hand(encoder, passages)
    views = code_views(passages, codes_of, study.codebook.codes, reads)
    return Exploration(clustering, views, twins(passages, codes_of, reads))


def _codings_by_code(study: Study) -> dict[str, Sequence[Coding]]:
    """The codings that count, by the present id of their code; a code that is gone from the codebook has no view."""
    by_code: dict[str, list[Coding]] = {code.id: [] for code in study.codebook.codes}
    for coding in study.counting:
        code = study.codebook.by_id.get(coding.code_id)
        if code is not None:
            by_code[code.id].append(coding)
    return {code_id: codings for code_id, codings in by_code.items() if codings}
