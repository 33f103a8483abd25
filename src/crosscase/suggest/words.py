"""Words as the machine counts them: stems, and which of them say nothing by themselves."""

import re
from functools import cache

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]))*")
_VOWEL = re.compile(r"[aeiouy]")
SHORTEST_STEM = 3

# What people say while they think, and what transcribers note meanwhile; together with stop words it makes a filler.
_FILLERS = """
    ah aha alright basically bye eh er erm exactly fine gonna hello hi hm hmm huh just kind know like literally mean
    mhm mm mmm nah nope oh ok okay quite really right sort stuff sure thank thanks thing things think uh uhm um
    wanna well yeah yep yes
    crosstalk inaudible laugh laughing laughs laughter pause pauses sigh sighs unclear
"""
# Contractions are one word here: `don't` is read as `dont`.
_SHORT = """
    arent cant couldnt did didnt does doesnt doing done dont get go going got hasnt havent hes id ill im isnt its
    ive lets ones said say shes thats theres theyre theyve wasnt wont wouldnt weve whats youre youve
"""
FILLERS = frozenset(_FILLERS.split())


def words(text: str) -> list[str]:
    """A text's words in small letters, without numbers, signs and possessives."""
    return [_plain(match[0]) for match in _WORD.finditer(text.casefold())]


def content_words(text: str) -> list[str]:
    """The words that say something: neither stop words nor fillers."""
    return [word for word in words(text) if word not in stop_words() and word not in FILLERS]


def stems(text: str) -> list[str]:
    """The stems of a text's content words, in order."""
    return [stem(word) for word in content_words(text)]


@cache
def stem(word: str) -> str:
    """A word without its English ending: `farms`, `farmed`, `farming` are one; other languages are left mostly alone.

    A light stemmer: plurals, -ed, -ing, -ly and what they leave behind. It never goes below three letters.
    """
    if not word.isascii():
        return word
    for strip in (_without_plural, _without_participle, _without_adverb):
        word = strip(word)
    if len(word) > SHORTEST_STEM and word.endswith("e"):
        return word[:-1]
    return f"{word[:-1]}i" if len(word) > SHORTEST_STEM and word.endswith("y") else word


@cache
def stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS) | frozenset(_SHORT.split())


def _plain(word: str) -> str:
    bare = word.replace("’", "'")
    bare = bare.removesuffix("'s")
    return bare.replace("'", "")


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > SHORTEST_STEM:
        return word[:-1]
    return word


def _without_participle(word: str) -> str:
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= SHORTEST_STEM and _VOWEL.search(bare):
            doubled = bare[-1] == bare[-2] and bare[-1] not in "lsz"
            return bare[:-1] if doubled else bare
    return word


def _without_adverb(word: str) -> str:
    return word[:-2] if word.endswith("ly") and len(word) > 5 else word
