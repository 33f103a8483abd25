"""Who asks, by the name alone: the words for interviewers in the languages that transcripts come in."""

import re

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
_LETTERS = frozenset({"i", "iv", "int", "intv", "q", "question", "问", "問", "質問"})

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
