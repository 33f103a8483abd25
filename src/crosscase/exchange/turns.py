"""From lines and names to turns: what stands between two names is the first one's, a time alone dates a turn."""

import re
from collections.abc import Iterable, Sequence

from crosscase.exchange.patterns import TIME, first_time, is_time
from crosscase.exchange.speakers import Found, Heads
from crosscase.exchange.transcript import Aside, Transcript, Utterance, clock, quoted
from crosscase.wording import counted

LINES_OF_A_HEAD = 8
HEAD = "the head above the first name"
# In so many of the turns a time has to begin, or end, the words before it is the turn's.
_MOST = 0.6

_AT_THE_START = re.compile(rf"(?:[\[({{](?P<held>{TIME})[\])}}]|(?P<bare>{TIME})(?=\s|$))[ \t]*(?:[-–—][ \t]+)?")
_AT_THE_END = re.compile(rf"\s*[\[({{](?P<held>{TIME})(?P<bare>)[\])}}]\s*$")


def assemble(
    lines: Sequence[str], found: Found, *, wrapped: bool = False, times: Sequence[str] = ()
) -> tuple[Utterance, ...]:
    """Put the lines between two heads under the first; a time alone on its line dates the turn after it, or the one
    whose name stands right above. `times` are those that marks in the lines gave. Where only one who asks is named,
    a line without a name is a turn of its own, without one.
    """
    turns: list[tuple[str, str, list[str]]] = []
    waiting = ""
    blank = True
    for line, head, mark in zip(lines, found.heads, times or [""] * len(lines), strict=True):
        if head is not None:
            turns.append((head.time or waiting or mark, head.speaker, [head.words]))
            waiting = ""
        elif is_time(line) and turns and not turns[-1][0] and turns[-1][2] == [""] and not blank:
            turns[-1] = (first_time(line), *turns[-1][1:])
        elif is_time(line):
            waiting = first_time(line)
        elif not turns or (found.only_who_asks and not wrapped and line.strip()):
            turns.append((waiting, "", [line]))
            waiting = ""
        elif wrapped and not blank and turns[-1][2][-1] and not waiting:
            turns[-1][2][-1] += " " + line.strip()
        else:
            # Within somebody's words a time dates these, not the turn that comes next.
            turns[-1][2].append(f"[{waiting}] {line}" if waiting and line.strip() else line)
            waiting = "" if line.strip() else waiting
            turns[-1] = (turns[-1][0] or mark, *turns[-1][1:])
        blank = not line.strip()
    joined = (Utterance(clock(time), speaker, _joined(words)) for time, speaker, words in turns)
    return tuple(turn for turn in joined if turn.speaker or turn.words)


def dated(turns: Sequence[Utterance]) -> tuple[tuple[Utterance, ...], tuple[str, ...]]:
    """The turns with times that begin, or end, the words of most of them taken off and made theirs; and what was done.

    A time that ends a turn's words says when it ended, and is all that is known of it.
    """
    for pattern, where in ((_AT_THE_START, "before"), (_AT_THE_END, "behind")):
        matches = [None if turn.time else pattern.search(turn.words, 0) for turn in turns]
        matches = [match if where == "behind" or (match and not match.start()) else None for match in matches]
        count = sum(match is not None for match in matches)
        if count < 2 or count < _MOST * sum(bool(turn.words) for turn in turns):
            continue
        dated_turns = tuple(_with_time(turn, match) for turn, match in zip(turns, matches, strict=True))
        return dated_turns, (f"{counted(count, 'time')} {where} the words taken for the turns' times",)
    return tuple(turns), ()


def between_questions(paragraphs: Sequence[tuple[str, bool]], how: str) -> Transcript | None:
    """Paragraphs with whether they stand out (`how`), most of those questions: who asks, and who answers.

    Those that stand out above the first that is a question are a title, and left aside. None where it isn't so.
    """
    numbered = [(line, text, stands_out) for line, (text, stands_out) in enumerate(paragraphs, 1) if text]
    first = next((at for at, (_, text, stands_out) in enumerate(numbered) if stands_out and _asks(text)), 0)
    titles = [(line, text) for line, text, stands_out in numbered[:first] if stands_out]
    spoken = [(text, stands_out) for at, (_, text, stands_out) in enumerate(numbered) if at >= first or not stands_out]
    asked = [text for text, stands_out in spoken if stands_out]
    if len(asked) < 2 or len(asked) == len(spoken) or sum(map(_asks, asked)) < _MOST * len(asked):
        return None
    turns: list[Utterance] = []
    for text, stands_out in spoken:
        answered = "Participant" if turns and turns[-1].speaker else ""
        speaker = "Interviewer" if stands_out else answered
        if turns and turns[-1].speaker == speaker:
            turns[-1] = turns[-1]._replace(words=f"{turns[-1].words}\n{text}")
        else:
            turns.append(Utterance("", speaker, text))
    count = counted(len(asked), "paragraph")
    said = [f"no names: {count} {how} taken as the interviewer's, the others as the participant's"]
    if not turns[0].speaker:
        said.append("the text before the first question stands without a name")
    dropped = (f"{counted(len(titles), 'title')}: {quoted([text for _, text in titles], 3)}",) if titles else ()
    aside = tuple(Aside(line, "title", text) for line, text in titles)
    return Transcript(tuple(turns), dropped, tuple(said), f"questions {how}", aside)


def without_head(lines: Sequence[str], heads: Heads, *, is_program: bool) -> tuple[list[str], tuple[Aside, ...]]:
    """The lines without the head that a program wrote above the first name, where it wrote one; and what that was."""
    first = next(at for at, head in enumerate(heads) if head is not None)
    above = [(number, line.strip()) for number, line in enumerate(lines[:first], 1) if not is_time(line)]
    above = [(number, line) for number, line in above if line]
    if not is_program or not above or len(above) > LINES_OF_A_HEAD or any(len(line) > 100 for _, line in above):
        return list(lines), ()
    kept = ["" if at < first and not is_time(line) else line for at, line in enumerate(lines)]
    return kept, tuple(Aside(number, HEAD, line) for number, line in above)


def said_of_head(aside: Sequence[Aside]) -> tuple[str, ...]:
    return (f"{HEAD}: {quoted([line.words for line in aside], LINES_OF_A_HEAD)}",) if aside else ()


def _asks(text: str) -> bool:
    return text.endswith(("?", "？", ";", "؟"))


def _with_time(turn: Utterance, match: re.Match[str] | None) -> Utterance:
    if match is None:
        return turn
    words = turn.words[: match.start()] + turn.words[match.end() :]
    return turn._replace(time=clock(match["held"] or match["bare"]), words=words)


def _joined(lines: Iterable[str]) -> str:
    tidy = (" ".join(line.split()) for line in lines)
    return "\n".join(line for line in tidy if line)
