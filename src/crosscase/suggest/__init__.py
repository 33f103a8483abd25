"""The machine's opinion: what it proposes, and why. Nothing here decides; loading it loads no language model."""

from crosscase.suggest.cues import cues_found, cues_in
from crosscase.suggest.deductive import relevance, suggest
from crosscase.suggest.encoder import CachedEncoder, Encoder, load_encoder

__all__ = ["CachedEncoder", "Encoder", "cues_found", "cues_in", "load_encoder", "relevance", "suggest"]
