"""The machine's opinion: what it proposes, and why. Nothing here decides; loading it loads no language model."""

from crosscase.suggest.cues import cues_found, cues_in
from crosscase.suggest.deductive import Opinion, opinion, read_beside, relevance, suggest
from crosscase.suggest.encoder import CachedEncoder, Encoder, load_encoder
from crosscase.suggest.evidence import Decisions

__all__ = [
    "CachedEncoder",
    "Decisions",
    "Encoder",
    "Opinion",
    "cues_found",
    "cues_in",
    "load_encoder",
    "opinion",
    "read_beside",
    "relevance",
    "suggest",
]
