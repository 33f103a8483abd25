"""Cues are words a codebook names as marks of a code; a cue is met in any of its grammatical forms."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from crosscase.codebook import Code

if TYPE_CHECKING:
    from spacy.pipeline import Lemmatizer
    from spacy.tokens import Token

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_PARTS_OF_SPEECH = ("VERB", "NOUN", "ADJ", "ADV")

Forms = frozenset[str]


def cues_in(text: str, code: Code) -> tuple[str, ...]:
    """The cues of this code that a text holds, in the order of the codebook: “going out” meets the cue “go out”.

    A cue's words must follow each other. Each is met by itself, whatever its case, and by any word that shares a
    dictionary form with it as a verb, noun, adjective or adverb; what the word is in its sentence isn't judged.
    """
    return cues_found([text], [code])[0].get(code.id, ())


def cues_found(texts: Sequence[str], codes: Iterable[Code]) -> list[dict[str, tuple[str, ...]]]:
    """For each text, the cues it holds by code id; codes without a cue in it are left out."""
    wanted = [(code.id, cue, _forms_of(cue)) for code in codes for cue in code.cues]
    wanted = [entry for entry in wanted if entry[2]]
    if not wanted:
        return [{} for _ in texts]
    return [_found(_forms_of(text), wanted) for text in texts]


def _found(words: list[Forms], wanted: list[tuple[str, str, list[Forms]]]) -> dict[str, tuple[str, ...]]:
    places: dict[str, list[int]] = {}
    for place, forms in enumerate(words):
        for form in forms:
            places.setdefault(form, []).append(place)
    found: dict[str, tuple[str, ...]] = {}
    for code_id, cue, phrase in wanted:
        starts = {place for form in phrase[0] for place in places.get(form, ())}
        if any(_stands_at(words, phrase, start) for start in starts):
            found[code_id] = (*found.get(code_id, ()), cue)
    return found


def _stands_at(words: list[Forms], phrase: list[Forms], start: int) -> bool:
    there = words[start : start + len(phrase)]
    return len(there) == len(phrase) and all(a & b for a, b in zip(there, phrase, strict=True))


def _forms_of(text: str) -> list[Forms]:
    return [_forms(word) for word in _WORD.findall(text.casefold().replace("’", "'"))]


@cache
def _forms(word: str) -> Forms:
    """A word with every dictionary form that it may have, and those of its owner: `women's` is also `woman`."""
    owner = word.removesuffix("'s")
    return frozenset({word, owner}.union(*(_lemmas(form) for form in {word, owner})))


def _lemmas(word: str) -> set[str]:
    lemmatizer, token = _lemmatizer()
    tables = lemmatizer.lookups
    lemmas = set()
    for part in _PARTS_OF_SPEECH:
        part = part.lower()
        lemmas.update(tables.get_table("lemma_exc").get(part, {}).get(word, ()))
    return lemmas
