"""Plain text and Markdown: transcripts as people type them, and as Otter, Whisper and others export them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crosscase.exchange import columns, vtt
from crosscase.exchange.lines import tidy
from crosscase.exchange.patterns import NamePattern, is_time
from crosscase.exchange.speakers import find
from crosscase.exchange.text import clean, decode
from crosscase.exchange.transcript import Aside, Transcript, Utterance, quoted
from crosscase.exchange.turns import assemble, between_questions, dated, said_of_head, without_head
from crosscase.source import sentences
from crosscase.wording import counted

LONGEST_PARAGRAPH = 300
SHORTEST_LINE = 20
NAMELESS = "paragraphs without names"

_FRONT = re.compile(r"\A\s*---[ \t]*\n(?:[^\n]*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*")
_BOLD_LINE = re.compile(r"(?:\*\*|__)(?!\s)([^*]+?)(?:\*\*|__)")
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})")
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3}|_{1,3})(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def read(data: bytes, names: NamePattern | None = None) -> Transcript:
    """Read plain text: speakers by the likeliest way of writing names, else each paragraph a turn without a name."""
    text, guessed = decode(data)
    text, dropped = clean(text)
    return read_text(text, names).after(dropped, guessed)


def read_markdown(data: bytes, names: NamePattern | None = None) -> Transcript:
    """Read Markdown: as plain text, with headings, rules and emphasis left out."""
    text, guessed = decode(data)
    text, dropped = clean(text)
    front = _FRONT.match(text)
    matter = front[0] if front else ""
    # Lines keep their numbers, so that what is said of one can be found.
    whole = _headings_that_name("\n" * matter.count("\n") + text[len(matter) :])
    text, marks, aside = _without_marks(whole)
    if matter:
        marks = ["front matter", *marks]
        aside = [*_asides(matter), *aside]
    transcript = read_text(text, names)
    questions = _under_questions(whole) if transcript.layout == NAMELESS else None
    if questions is not None:
        return questions.after((*dropped, *(["front matter"] if matter else [])), guessed, _asides(matter))
    turns = tuple(turn._replace(words=_unmarked(turn.words)) for turn in transcript.turns)
    return replace(transcript, turns=turns).after((*dropped, *marks), guessed, aside)


def read_text(text: str, names: NamePattern | None = None) -> Transcript:
    """Read clean text into turns; `names` is how they are written, where a person said so."""
    lines = text.split("\n")
    if columns.is_table(lines):
        return columns.read_rows([line.split("\t") for line in lines])
    if sum(vtt.is_captions(line) for line in lines) > 1:
        transcript = vtt.read_captions(text)
        return transcript.after(guessed=("read as captions: it has their times",))
    tidied = tidy(lines)
    lines = list(tidied.lines)
    wrapped = _is_wrapped(lines)
    found = find(lines, names=names)
    if found is None:
        return nameless(_paragraphs(lines, wrapped=wrapped)).after(tidied.dropped, aside=tidied.aside)
    lines, head = without_head(lines, found.heads, is_program=tidied.has_furniture)
    turns, said = dated(assemble(lines, found, wrapped=wrapped, times=tidied.times))
    dropped = (*tidied.dropped, *said_of_head(head))
    return Transcript(turns, dropped, (*found.guessed, *said), found.pattern, (*tidied.aside, *head))


def nameless(paragraphs: Sequence[str]) -> Transcript:
    """Each paragraph a turn without a name; those over 300 words are cut at sentence ends."""
    kept = [" ".join(p.split()) for p in paragraphs if p.strip() and not is_time(p)]
    long = sum(len(paragraph.split()) > LONGEST_PARAGRAPH for paragraph in kept)
    cut = [piece for paragraph in kept for piece in _pieces(paragraph)]
    times = sum(is_time(p) for p in paragraphs)
    guessed = (f"{counted(long, 'long paragraph')} cut into turns of about 100 words",) if long else ()
    dropped = (counted(times, "time") + " without a turn",) if times else ()
    return Transcript(tuple(Utterance("", "", piece) for piece in cut), dropped, guessed, NAMELESS)


def _asides(matter: str) -> list[Aside]:
    lines = enumerate(matter.split("\n"), 1)
    return [Aside(number, "front matter", line) for number, line in lines if line.strip("-. \t")]


def _headings_that_name(text: str) -> str:
    """The text with headings that recur as names before words, where two or more recur and most headings do."""
    lines = text.split("\n")
    headings = [match[1] if (match := _HEADING.fullmatch(line)) else "" for line in lines]
    counts = Counter(filter(None, headings))
    names = {heading for heading, count in counts.items() if count > 1 and not heading.endswith("?")}
    if len(names) < 2 or sum(counts[name] for name in names) < 0.6 * counts.total():
        return text
    kept = [f"**{heading}:**" if heading in names else line for line, heading in zip(lines, headings, strict=True)]
    return "\n".join(kept)


def _under_questions(text: str) -> Transcript | None:
    """Headings, or lines that are bold from end to end, as questions, and what stands below each as the answer."""
    lines = text.split("\n")
    marked = [_HEADING.fullmatch(line) or _BOLD_LINE.fullmatch(line.strip()) for line in lines]
    bare = [match[1] if match else line.removeprefix("> ") for line, match in zip(lines, marked, strict=True)]
    spoken = [(_unmarked(line).strip(), bool(match)) for line, match in zip(bare, marked, strict=True)]
    return between_questions(spoken, "in headings or bold")


def _without_marks(text: str) -> tuple[str, list[str], list[Aside]]:
    lines = text.split("\n")
    numbered = [(number, match[1]) for number, line in enumerate(lines, 1) if (match := _HEADING.fullmatch(line))]
    headings = [heading for _, heading in numbered]
    rules = sum(bool(_RULE.fullmatch(line)) for line in lines)
    kept = ["" if _HEADING.fullmatch(line) or _RULE.fullmatch(line) else line.removeprefix("> ") for line in lines]
    dropped = []
    if headings:
        dropped.append(f"{counted(len(headings), 'heading')}: {quoted(headings, 3)}")
    if rules:
        dropped.append(counted(rules, "ruled line"))
    return "\n".join(kept), dropped, [Aside(number, "heading", heading) for number, heading in numbered if heading]


def _unmarked(words: str) -> str:
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\2", words))


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines were broken to fit a page: most are about as long as the longest, and few end a sentence."""
    full = [line.rstrip() for line in lines if line.strip()]
    lengths = sorted(map(len, full))
    # Where even the longest are shorter than in a narrow column, they are short answers.
    if len(full) < 8 or not SHORTEST_LINE <= lengths[-len(full) // 20 - 1] <= 120:
        return False
    endings = sum(line[-1] in '.!?…:"”' for line in full)
    return lengths[len(lengths) // 2] > 0.7 * lengths[-len(full) // 20 - 1] and endings < len(full) / 2


def _paragraphs(lines: Sequence[str], *, wrapped: bool) -> list[str]:
    if not wrapped:
        return list(lines)
    return [" ".join(block.split("\n")) for block in re.split(r"\n\s*\n", "\n".join(lines))]


def _pieces(paragraph: str) -> list[str]:
    if len(paragraph.split()) <= LONGEST_PARAGRAPH:
        return [paragraph]
    pieces = [""]
    for start, end in sentences(paragraph):
        if len(pieces[-1].split()) >= vtt.WORDS_IN_A_PARAGRAPH:
            pieces.append("")
        pieces[-1] = f"{pieces[-1]} {paragraph[start:end]}".strip()
    return [part for piece in pieces for part in _by_count(piece)]


def _by_count(piece: str) -> list[str]:
    """Where nothing ends a sentence, as in some programs' transcripts, count words instead."""
    words = piece.split()
    if len(words) <= LONGEST_PARAGRAPH:
        return [piece]
    step = vtt.WORDS_IN_A_PARAGRAPH
    return [" ".join(words[at : at + step]) for at in range(0, len(words), step)]
