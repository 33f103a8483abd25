"""Sheets and tables under a row of headings: columns for the time, the speaker and the words; or a survey."""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import median

from crosscase.exchange import sheets, vtt
from crosscase.exchange.text import clean, decode, is_locked, separated
from crosscase.exchange.transcript import Aside, Transcript, Unreadable, Utterance, clock, quoted, seconds
from crosscase.problem import Refused
from crosscase.source import count_words
from crosscase.wording import counted

Rows = Sequence[Sequence[str]]

_STARTS = """
    time times timestamp timecode start starttime timestart startseconds startms begin beginning from in offset
    timecodein starttimecode minute minutes zeit uhrzeit zeitmarke beginn début debut temps horodatage hora tiempo
    minuto inicio tempo tid tidspunkt tijd czas время 时间 時間
"""
_ENDS = "end endtime timeend endseconds endms stop to out timecodeout endtimecode until ende fin fine slut einde"
_SPEAKERS = """
    speaker speakername speakerlabel speakerid speakers who person voice name role character actor label sprecher
    sprecherin sprechende redner locuteur locutrice intervenant intervenante orador oradora hablante persona
    interlocutor interlocutora interviniente participante parlante talare taler spreker mówca говорящий спикер
    说话人 发言人 話者
"""
_WORDS = """
    text transcript transcription words utterance utterances content sentence speech dialogue dialog caption message
    body segment transkript transkription äusserung aussage wortlaut texte propos parole verbatim énoncé texto
    transcripción transcrição intervención diálogo testo trascrizione tekst yttrande treść текст 内容 文本 本文 発言
"""
_IDS = "id respondent participant respondentid participantid responseid code name case nr no"
_HEADINGS = {"start": _STARTS, "end": _ENDS, "speaker": _SPEAKERS, "words": _WORDS}
_RESPONDENTS = frozenset(_IDS.split())
_NO_ANSWER = frozenset({"", "-", "–", "—", ".", "n/a", "na", "none given"})
# A column is of open answers when its heading asks, or people write sentences into it.
_OPEN_ANSWER = 4
_NUMBER = re.compile(r"[-+]?[\d.,:/ ]+%?")
_TITLES = 10
_MOST = 0.8
_LONGEST_NAME = 3
NO_WORDS = "no column is headed text (or transcript, words); name the columns time, speaker and text"
_MILLISECONDS = 100


def read_csv(data: bytes) -> Transcript:
    """Read comma, semicolon or tab separated rows under headings."""
    text, guessed = decode(data)
    text, dropped = clean(text)
    try:
        rows = separated(text, strict=True)
    except csv.Error as error:
        raise Unreadable(
            f"its rows can't be told apart ({error}); open it in a spreadsheet and save it again"
        ) from error
    return read_rows(rows).after(dropped, guessed)


def read_xlsx(data: bytes) -> Transcript:
    """Read the first sheet of a workbook that holds rows under headings."""
    if is_locked(data):
        raise Unreadable("it is protected by a password; open it, take the password off and save it again")
    try:
        book = sheets.opened(data, "it", computed=True)
    except Refused as refusal:
        raise Unreadable(str(refusal)) from refusal
    for sheet in book:
        transcript = _transcript([[clean(cell)[0] for cell in row] for _, row in sheets.rows_of(sheet)])
        if transcript is not None:
            named = [other.title for other in book if other is not sheet]
            return transcript.after((f"{counted(len(named), 'other sheet')}: {quoted(named, 3)}",) if named else ())
    raise Unreadable(NO_WORDS)


def read_rows(rows: Rows) -> Transcript:
    """Rows under headings, as a transcript or as a survey. Raises `Unreadable` where the headings say neither."""
    transcript = _transcript(rows)
    if transcript is None:
        raise Unreadable(NO_WORDS)
    return transcript


def _transcript(rows: Rows) -> Transcript | None:
    full = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    return as_transcript(full) or _without_headings(full) or _as_survey(full)


def is_table(lines: Sequence[str]) -> bool:
    """Whether lines have tabs, under headings for the words and for times or speakers."""
    rows = [line.split("\t") for line in lines if line.strip()]
    top = next((at for at, row in enumerate(rows[:_TITLES]) if len(row) > 1 and are_headings(row)), None)
    return top is not None and sum(len(row) > 1 for row in rows[top:]) >= _MOST * len(rows[top:])


def are_headings(row: Sequence[str]) -> bool:
    """Whether a row names a column of words, and another of times or speakers."""
    column_of = _columns(row)
    return "words" in column_of and bool({"start", "speaker"} & set(column_of))


def as_transcript(rows: Rows) -> Transcript | None:
    """Rows whose headings name a column of words, and another of times or speakers; None where they don't.

    The headings may stand some rows down, under a title.
    """
    top = next((at for at, row in enumerate(rows[:_TITLES]) if are_headings(row)), None)
    if top is None:
        return None
    titles = [" ".join(filter(None, row)) for row in rows[:top]]
    above = (f"{counted(top, 'row')} above the headings: {quoted(titles, 3)}",) if top else ()
    aside = [Aside(number, "above the headings", title) for number, title in enumerate(titles, 1)]
    return _under_headings(rows[top], rows[top + 1 :]).after(above, aside=aside)


def _without_headings(rows: Rows) -> Transcript | None:
    """Rows without headings, told by what is in them: times, short names that recur, and what is longest."""
    width = max(map(len, rows), default=0)
    if len(rows) < 2 or width < 2:
        return None
    columns = [[_cell(row, at) for row in rows] for at in range(width)]
    times = [at for at, cells in enumerate(columns) if cells[0] and all(clock(cell) or not cell for cell in cells)]
    others = [at for at in range(width) if at not in times]
    if not others or (not times and width > 2):
        return None
    words = max(others, key=lambda at: sum(map(len, columns[at])))
    names = [at for at in others if at != words and _are_names(columns[at])]
    if not names and not times:
        return None
    named = {times[0]: "time"} if times else {}
    named |= {words: "text"} | ({names[0]: "speaker"} if names else {})
    headings = [named.get(at, f"column {at + 1}") for at in range(width)]
    found = _under_headings(headings, rows)
    said = f"no headings: columns taken by what is in them ({', '.join(headings)})"
    return replace(found, dropped=found.dropped[1:], guessed=(said, *found.guessed[1:]))


def _are_names(cells: Sequence[str]) -> bool:
    """Whether a column holds short names, of which the first recurs."""
    filled = [cell for cell in cells if cell]
    is_short = all(len(cell.split()) <= _LONGEST_NAME for cell in filled)
    return is_short and bool(cells[0]) and cells.count(cells[0]) > 1 and 2 * len(set(filled)) <= len(filled)


def _under_headings(headings: Sequence[str], body: Rows) -> Transcript:
    column_of = _columns(headings)
    scale = _scale(body, column_of)
    cells = [{what: _cell(row, column) for what, column in column_of.items()} for row in body]
    guessed = (
        f"columns taken by their headings: {', '.join(f'{headings[at]} ({what})' for what, at in column_of.items())}"
    )
    dropped = ("the row of headings", *_other_columns(headings, body, column_of.values()))
    if "speaker" not in column_of:
        spans = [(_seconds(cell["start"], scale), _seconds(cell.get("end", ""), scale)) for cell in cells]
        cues = [
            vtt.Cue(start, end or start, "", tuple(cell["words"].split("\n")))
            for (start, end), cell in zip(spans, cells, strict=True)
            if cell["words"]
        ]
        return vtt.from_cues(cues).after(dropped, (guessed,))
    turns: list[Utterance] = []
    for cell in cells:
        if turns and not cell["speaker"]:
            turns[-1] = turns[-1]._replace(words=f"{turns[-1].words}\n{cell['words']}".strip())
        else:
            turns.append(Utterance(_clock(cell.get("start", ""), scale), cell["speaker"], cell["words"]))
    return Transcript(tuple(turns), dropped, (guessed,), "columns under headings")


def _other_columns(headings: Sequence[str], body: Rows, taken: Collection[int]) -> tuple[str, ...]:
    """What other columns hold is left out, and said."""
    width = max(len(headings), *(len(row) for row in body), 0)
    names = {at: _cell(headings, at) or f"column {at + 1}" for at in range(width) if at not in taken}
    filled = [name for at, name in names.items() if any(_cell(row, at) for row in body)]
    return (f"{counted(len(filled), 'other column')}: {quoted(filled)}",) if filled else ()


def _as_survey(rows: Rows) -> Transcript | None:
    """A row for each respondent: open questions as turns, each answer below its question; None where none is open."""
    if len(rows) < 2:
        return None
    headings, body = rows[0], rows[1:]
    keys = [at for at, heading in enumerate(headings) if _plain(heading) in _RESPONDENTS]
    key = keys[0] if keys else -1
    is_open = [at for at in range(len(headings)) if at != key and _is_open(headings[at], body, at)]
    if not is_open:
        return None
    turns: list[Utterance] = []
    for number, row in enumerate(body, 1):
        name = _cell(row, key) if key >= 0 else f"R{number}"
        for at in is_open:
            if _answers(row, at):
                turns += [Utterance("", "Q", headings[at]), Utterance("", name or f"R{number}", _cell(row, at))]
    closed = [heading for at, heading in enumerate(headings) if at not in is_open and at != key and heading]
    empty = sum(not _answers(row, at) for row in body for at in is_open)
    dropped = [f"{counted(len(closed), 'column')} of closed answers: {quoted(closed)}; put them into participants.csv"]
    left = [*(dropped if closed else []), *([counted(empty, "empty answer")] if empty else [])]
    said = ("read as a survey: each answer stands below its question",)
    return Transcript(tuple(turns), tuple(left), said, "a survey, a row for each respondent")


def _answers(row: Sequence[str], at: int) -> bool:
    return _cell(row, at).casefold() not in _NO_ANSWER


def _is_open(heading: str, body: Rows, at: int) -> bool:
    answers = [_cell(row, at) for row in body if _answers(row, at)]
    if not answers:
        return False
    if all(_NUMBER.fullmatch(answer) for answer in answers):
        return False
    return heading.rstrip().endswith("?") or median(count_words(answer) for answer in answers) >= _OPEN_ANSWER


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds what: the first of each kind."""
    column_of: dict[str, int] = {}
    for at, heading in enumerate(headings):
        kind = next((kind for kind, words in _HEADINGS.items() if _plain(heading) in words.split()), "")
        if kind:
            column_of.setdefault(kind, at)
    return column_of


def _plain(heading: str) -> str:
    return "".join(letter for letter in heading.casefold() if letter.isalnum())


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _scale(body: Rows, column_of: Mapping[str, int]) -> float:
    """How many of the times' units a second has: Whisper writes whole milliseconds."""
    if not {"start", "end"} <= set(column_of):
        return 1.0
    pairs = [(_cell(row, column_of["start"]), _cell(row, column_of["end"])) for row in body]
    if not pairs or not all(start.isdigit() and end.isdigit() for start, end in pairs):
        return 1.0
    return 1000.0 if median(int(end) - int(start) for start, end in pairs) > _MILLISECONDS else 1.0


def _seconds(text: str, scale: float) -> float:
    return seconds(text) if ":" in text else seconds(text) / scale


def _clock(text: str, scale: float) -> str:
    if ":" in text:
        return clock(text)
    return vtt.clock_of(_seconds(text, scale)) if text else ""
