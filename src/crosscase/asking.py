"""Who asks: by the name, in the languages that transcripts come in; or else, as a proposal, by who asks most."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# A line for each language or its neighbours. Forms are listed, since endings follow no one rule.
_INTERVIEWERS = """
    interviewer interviewers interviewor facilitator facilitators moderator moderators questioner
    interviewerin interviewende interviewender moderatorin fragesteller fragestellerin
    enquêteur enquêteuse enquêtrice enqueteur enquetrice intervieweur intervieweuse modérateur modératrice
    entrevistador entrevistadora moderadora moderador facilitadora facilitador encuestador encuestadora
    intervistatore intervistatrice moderatore moderatrice facilitatore facilitatrice
    interviewster gespreksleider interviewleider
    intervjuare intervjuaren intervjuer intervjueren intervieweren moderatoren samtaleleder
    haastattelija küsitleja ankieter ankieterka moderatorka tazatel tazatelka kérdező
    интервьюер интервьюэр модератор інтервʼюер
    ερευνητής ερευνήτρια συνεντευκτής συνεντεύκτρια συντονιστής συντονίστρια
    intervievator intervievatoare intervjuer ispitivač ispitivačica anketar anketarka spyrill
    elkarrizketatzailea pewawancara mhojaji tagapanayam
    ผู้สัมภาษณ์ साक्षात्कारकर्ता সাক্ষাৎকারগ্রহীতা مصاحبه‌گر مصاحبهگر
    görüşmeci moderatör מראיין מראיינת מנחה المحاور المحاورة محاور محاورة
    访谈者 访谈员 采访者 主持人 訪談者 訪談員 採訪者
    インタビュアー 聞き手 質問者 司会 司会者 면접자 인터뷰어 진행자
"""
# Professions that informants have too: they ask only as the whole name, or before a name in brackets or a hyphen.
_RESEARCHERS = """
    researcher researchers forscher forscherin forschende chercheur chercheuse animateur animatrice
    investigador investigadora pesquisador pesquisadora ricercatore ricercatrice onderzoeker
    forsker forskeren tutkija badacz badaczka prowadzący prowadząca výzkumník výzkumnice kutató
    исследователь исследовательница ведущий ведущая дослідник дослідниця araştırmacı חוקר חוקרת
    الباحث الباحثة باحث باحثة 研究者 研究员 研究員 調査者 연구자 조사자
"""
_ABBREVIATIONS = "i iv int intv q question frage pregunta domanda vraag pergunta fråga вопрос 问 問 質問"
_LETTERS = frozenset(_ABBREVIATIONS.split())

_CLOSING = " \n\t\"'”’»)]"
_QUESTION_MARKS = frozenset("?？؟⁇՞፧")
# Greek asks with what is a semicolon elsewhere.
_GREEK = re.compile("[\u0370-\u03ff]")
_SENTENCE_MARK = re.compile(r"[.!…。！](?=\s|$)|[。！]")

INTERVIEWERS = frozenset(_INTERVIEWERS.split())
RESEARCHERS = frozenset(_RESEARCHERS.split())
_PARTS = re.compile(r"[\s()\[\]/,&+–—_-]+")
_NUMBER = re.compile(r"[\d .#]+$")
_BEFORE_A_NAME = re.compile(r"([^\s()\[\]/–—-]+)\s*[(\[/–—-].*")


def asks(name: str) -> bool:
    """Whether a speaker's name says that they ask: `Interviewer 2`, `INT`, `Q1`, `Moderator (Anna)`, `Enquêtrice`.

    A single letter with two digits or more, as in `I04`, is taken for the number of an interview.
    """
    whole = _NUMBER.sub("", name.casefold().strip())
    if whole in _LETTERS:
        return len(whole) > 1 or len(name.strip(" .#")) <= 2
    if any(_NUMBER.sub("", part) in INTERVIEWERS for part in _PARTS.split(whole)):
        return True
    before = _BEFORE_A_NAME.fullmatch(whole)
    return (before[1] if before else whole) in RESEARCHERS


@dataclass(frozen=True, slots=True)
class Asker:
    """Who probably asks, going by the turns that end in a question mark: a proposal, for people to decide on."""

    name: str
    questions: int
    turns: int


def likely_asker(turns: Iterable[tuple[str, str]]) -> Asker | None:
    """Whoever of several speakers asks in at least half of their turns, and twice as often as any other.

    `turns` are names with the words said. None where nobody stands out so, as in a talk among friends.
    """
    spoken: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for name, words in turns:
        spoken[name] += 1
        asked[name] += ends_in_a_question(words)
    if len(spoken) < 2 or not asked.total():
        return None
    by_share = sorted(spoken, key=lambda name: (-asked[name] / spoken[name], -asked[name], name))
    first, second = (Asker(name, asked[name], spoken[name]) for name in by_share[:2])
    stands_out = first.questions * second.turns >= 2 * second.questions * first.turns
    return first if first.questions >= 2 and 2 * first.questions >= first.turns and stands_out else None


def ends_in_a_question(words: str) -> bool:
    """Whether the last sentence is a question, by its mark in the script that it is written in."""
    end = words.rstrip(_CLOSING)[-1:]
    return end in _QUESTION_MARKS or (end == ";" and bool(_GREEK.search(words)))


def only_asks(words: str) -> bool:
    """Whether the words are one question and nothing else."""
    inside = words.rstrip(_CLOSING)[:-1]
    return ends_in_a_question(words) and not _SENTENCE_MARK.search(inside)
