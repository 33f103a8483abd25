"""Up to three places where a lost coding may belong, for people to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from crosscase.anchoring.index import MOST_PLACES, WORD, Index, Place, bare
from crosscase.coding import Coding
from crosscase.typography import plain

MOST_OFFERS = 3
LEAST_LIKENESS = 0.5
MOST_VOTERS = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A place where a lost coding may belong; `likeness` in [0, 1] compares the words there with its quote."""

    start: int
    end: int
    quote: str
    speaker: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Lost:
    """A coding that has no certain place, unchanged, with the reason and up to three places, nearest wording first."""

    coding: Coding
    reason: str
    offers: tuple[Offer, ...] = ()


def nearest(quote: str, index: Index) -> tuple[Offer, ...]:
    """The places whose wording is nearest to a quote that isn't in the text, up to three."""
    quote = plain(quote, lower=True).text.strip()
    words = [(match[0], match.start(), match.end()) for match in WORD.finditer(quote)]
    offers = (_aligned(quote, words, start, index.small) for start in _likely(words, len(quote), index.small))
    near = [offer for offer in offers if offer and offer.likeness >= LEAST_LIKENESS]
    return _apart(sorted(near, key=lambda offer: -offer.likeness))


def offers_for(coding: Coding, index: Index, places: Iterable[Place]) -> tuple[Offer, ...]:
    """Up to three places where the coding may belong: where its very words stand, then the nearest wording."""

    def order(place: Place) -> tuple[int, int]:
        return -place.context, abs(index.plain.start(place.start) - coding.start)

    very_words = [_offer(place.start, place.end, 1.0, index) for place in sorted(places, key=order)[:MOST_OFFERS]]
    return _apart([*very_words, *nearest(coding.quote, index)]) if len(very_words) < MOST_OFFERS else tuple(very_words)


def _offer(start: int, end: int, likeness: float, index: Index) -> Offer:
    first, last = bare(start, end, index)
    return Offer(first, last, index.source.text[first:last], index.speaker(start), likeness)


def _apart(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """The first three that don't overlap."""
    kept: list[Offer] = []
    for offer in offers:
        if all(offer.end <= other.start or other.end <= offer.start for other in kept):
            kept.append(offer)
    return tuple(kept[:MOST_OFFERS])


def _likely(words: Sequence[tuple[str, int, int]], length: int, index: Index) -> list[int]:
    """Where the quote would begin for most of its rarer words to be in place."""
    by_rarity = sorted((len(index.words[word]), word, offset) for word, offset, _ in words if word in index.words)
    step = max(20, length // 2)
    votes: dict[int, float] = {}
    for count, word, offset in by_rarity[:MOST_VOTERS]:
        for place in index.words[word][:MOST_PLACES]:
            bucket = (place - offset) // step
            votes[bucket] = votes.get(bucket, 0) + 1 / count
    best = sorted(votes, key=lambda bucket: (-votes[bucket], bucket))[: 2 * MOST_OFFERS]
    return [bucket * step for bucket in best]


def _aligned(quote: str, words: Sequence[tuple[str, int, int]], start: int, index: Index) -> Offer | None:
    """The stretch around a place that the quote's words cover best."""
    slack = max(20, len(quote) // 2)
    text = index.plain.text
    there = list(WORD.finditer(text, max(0, start - slack), min(len(text), start + len(quote) + 2 * slack)))
    matcher = SequenceMatcher(None, [word for word, _, _ in words], [match[0] for match in there], autojunk=False)
    blocks = matcher.get_matching_blocks()[:-1]
    if not blocks:
        return None
    # Words at the ends of the quote that stand otherwise here still take their room.
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(there), blocks[-1].b + len(words) - blocks[-1].a) - 1
    likeness = SequenceMatcher(None, quote, text[there[first].start() : there[last].end()], autojunk=False).ratio()
    end = there[last].end()
    closing = quote[words[-1][2] :]
    return _offer(there[first].start(), end + len(closing) * text.startswith(closing, end), likeness, index)
