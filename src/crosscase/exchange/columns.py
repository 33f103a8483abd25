"""Sheets and tables under a row of headings: columns for the time, the speaker and the words; or a survey."""

import csv
from collections.abc import Mapping, Sequence
from statistics import median

from crosscase.exchange import sheets, vtt
from crosscase.exchange.text import clean, decode, is_locked, separated
from crosscase.exchange.transcript import Transcript, Unreadable, Utterance, clock, quoted, seconds
from crosscase.problem import Refused
from crosscase.source import count_words
from crosscase.wording import counted

Rows = Sequence[Sequence[str]]

_STARTS = """
    time times timestamp timecode start starttime timestart startseconds startms begin beginning from in offset
    zeit beginn début debut hora inicio tid
"""
_ENDS = "end endtime timeend endseconds endms stop to out until ende fin slut"
_SPEAKERS = """
    speaker speakername speakerlabel speakerid who person voice name role sprecher locuteur orador hablante
    interlocutor parlante talare taler
"""
_WORDS = """
    text transcript transcription words utterance content sentence speech dialogue dialog caption message body
    segment transkript texte texto testo tekst
"""
_IDS = "id respondent participant respondentid participantid responseid code name case nr no"
_HEADINGS = {"start": _STARTS, "end": _ENDS, "speaker": _SPEAKERS, "words": _WORDS}
_RESPONDENTS = frozenset(_IDS.split())
_NO_ANSWER = frozenset({"", "-", "–", "—", ".", "n/a", "na", "none given"})
# A column is of open answers when its heading asks, or people write sentences into it.
_OPEN_ANSWER = 4
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
        sheet, *others = sheets.opened(data, "it", computed=True)
    except Refused as refusal:
        raise Unreadable(str(refusal)) from refusal
    rows = [[clean(cell)[0] for cell in row] for _, row in sheets.rows_of(sheet)]
    named = [other.title for other in others]
    said = (f"{counted(len(named), 'other sheet')}: {quoted(named, 3)}",) if named else ()
    return read_rows(rows).after(said)


def read_rows(rows: Rows) -> Transcript:
    """Rows under headings, as a transcript or as a survey. Raises `Unreadable` where the headings say neither."""
    full = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    transcript = as_transcript(full) or _as_survey(full)
    if transcript is None:
        raise Unreadable("no column is headed text (or transcript, words); name the columns time, speaker and text")
    return transcript


def as_transcript(rows: Rows) -> Transcript | None:
    """Rows whose headings name a column of words, and another of times or speakers; None where they don't."""
    column_of = _columns(rows[0]) if rows else {}
    if "words" not in column_of or not {"start", "speaker"} & set(column_of):
        return None
    body = rows[1:]
    scale = _scale(body, column_of)
    cells = [{what: _cell(row, column) for what, column in column_of.items()} for row in body]
    guessed = (
        f"columns taken by their headings: {', '.join(f'{rows[0][at]} ({what})' for what, at in column_of.items())}"
    )
    if "speaker" not in column_of:
        spans = [(_seconds(cell["start"], scale), _seconds(cell.get("end", ""), scale)) for cell in cells]
        cues = [
            vtt.Cue(start, end or start, "", tuple(cell["words"].split("\n")))
            for (start, end), cell in zip(spans, cells, strict=True)
            if cell["words"]
        ]
        return vtt.from_cues(cues).after(guessed=(guessed,))
    turns: list[Utterance] = []
    for cell in cells:
        if turns and not cell["speaker"]:
            turns[-1] = turns[-1]._replace(words=f"{turns[-1].words}\n{cell['words']}".strip())
        else:
            turns.append(Utterance(_clock(cell.get("start", ""), scale), cell["speaker"], cell["words"]))
    return Transcript(tuple(turns), ("the row of headings",), (guessed,), "columns under headings")


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
