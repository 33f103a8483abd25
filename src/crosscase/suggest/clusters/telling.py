"""A clustering in lines of text."""

from collections.abc import Iterator

from crosscase.clustering import Cluster, Clustering, Passage

LONGEST_QUOTE = 160


def lines(clustering: Clustering) -> Iterator[str]:
    """First what to know, then each cluster: name, size, stability, quotes, nearest codes, warnings."""
    passages = len(clustering.belongings)
    yield (
        f"{len(clustering.clusters)} clusters of {passages:,} passages, {clustering.coverage:.0%} of which are in one; "
        f"{len(clustering.apart)} resemble no other, {len(clustering.left_over)} are left over"
    )
    yield from clustering.remarks
    for cluster in clustering.clusters:
        yield ""
        yield from _told(cluster)


def _told(cluster: Cluster) -> Iterator[str]:
    size = f"{len(cluster.members)} passages of {cluster.sources} sources"
    cases = f" and {cluster.cases} cases" if cluster.cases else ""
    stability = f"{cluster.firmness}, {cluster.stability:.2f}"
    yield f"{cluster.id}  {cluster.name}  (the machine's name; {size}{cases}; {stability})"
    for passage in (cluster.central, *cluster.examples):
        yield f"  {_quoted(passage)}"
    if cluster.borderline:
        yield f"  at its border: {_quoted(cluster.borderline)}"
    if cluster.nearest_codes:
        yield "  nearest codes: " + ", ".join(f"{near.code_id} {near.cosine:.2f}" for near in cluster.nearest_codes)
    for warning in cluster.warnings:
        yield f"  note: {warning}"


def _quoted(passage: Passage) -> str:
    text = " ".join(passage.text.split())
    cut = text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rstrip()}…"
    return f"“{cut}” ({passage.place.source_id})"
