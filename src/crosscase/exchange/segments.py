"""Segments with times: the JSON of Whisper and of transcription services, ELAN's annotations, Praat's intervals."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from crosscase.exchange import vtt
from crosscase.exchange.markup import parsed
from crosscase.exchange.text import clean, decode
from crosscase.exchange.transcript import Transcript, Unreadable, Utterance, quoted, seconds
from crosscase.wording import counted

Spoken = tuple[float, int, str, str]
"""When it begins (in seconds), the number of its tier, who says it, and the words."""

_TIER = re.compile(r'class = "IntervalTier"\s*\n\s*name = "([^"\n]*)"')
_POINTS = re.compile(r'class = "TextTier"\s*\n\s*name = "([^"\n]*)"')
_INTERVAL = re.compile(r'xmin = ([\d.]+)\s*\n\s*xmax = [\d.]+\s*\n\s*text = "((?:[^"]|"")*)"')
_LISTS = ("segments", "utterances", "transcript", "results", "items", "monologues", "captions", "entries")
_TEXTS = ("text", "transcript", "content", "words", "utterance", "sentence", "body", "caption")
_STARTS = ("start", "start_time", "startTime", "begin", "from", "offset", "timestamp", "start_ms")
_ENDS = ("end", "end_time", "endTime", "stop", "to", "end_ms")
_MILLISECONDS = 100
_SPEAKERS = ("speaker", "speaker_label", "speaker_name", "speakerName", "speaker_id", "name", "who")


def read_json(data: bytes) -> Transcript:
    """Read a list of segments with text, start and, where it is there, speaker; runs of one speaker are joined."""
    text, guessed = decode(data)
    text, dropped = clean(text)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it isn't whole JSON; export the transcript again, or as plain text (.txt)") from error
    segments = _segments(content)
    scale = _scale(segments)
    cues = [cue for cue in (_cue(segment, scale) for segment in segments) if cue.words]
    if not cues:
        raise Unreadable("it holds no segments with text; export the transcript as text or captions (.txt, .vtt)")
    empty = len(segments) - len(cues)
    left = (counted(empty, "empty segment"),) if empty else ()
    return vtt.from_cues(cues).after((*dropped, *left), guessed)


def read_eaf(data: bytes) -> Transcript:
    """Read ELAN's tiers: each with times of its own is a speaker; tiers that hang on another are left out, and said.

    Annotations stand in the order of their times, whatever order the file has.
    """
    root = parsed(data)
    slots = {slot.get("TIME_SLOT_ID"): slot.get("TIME_VALUE") for slot in root.iter("TIME_SLOT")}
    spoken: list[Spoken] = []
    hanging = []
    timeless = 0
    for number, tier in enumerate(root.iter("TIER")):
        if tier.get("PARENT_REF"):
            hanging.append(tier.get("TIER_ID", ""))
            continue
        speaker = tier.get("PARTICIPANT") or tier.get("TIER_ID", "")
        start = 0.0
        for annotation in tier.iter("ALIGNABLE_ANNOTATION"):
            slot = slots.get(annotation.get("TIME_SLOT_REF1"))
            timeless += slot is None
            # Where ELAN gives no time of its own, it lies between those of the annotations around it.
            start = start if slot is None else float(slot) / 1000
            words = clean("".join(annotation.itertext()))[0].strip()
            if words:
                spoken.append((start, number, speaker, words))
    if not spoken:
        raise Unreadable("no tier holds annotations with times; export it from ELAN as text")
    left = f"{counted(len(hanging), 'tier')} under another, such as a translation: {quoted(hanging)}"
    said = f"{counted(timeless, 'annotation')} without a time of its own put behind the one before on its tier"
    return _by_time(spoken).after((left,) if hanging else (), (said,) if timeless else ())


def read_textgrid(data: bytes) -> Transcript:
    """Read Praat's tiers of intervals: each is a speaker; empty intervals are pauses. Point tiers are left out."""
    text, guessed = decode(data)
    text, dropped = clean(text)
    spoken: list[Spoken] = []
    tiers = _TIER.split(text)[1:]
    for number, (name, tier) in enumerate(zip(tiers[::2], tiers[1::2], strict=True)):
        for start, words in _INTERVAL.findall(tier):
            said = " ".join(words.replace('""', '"').split())
            if said:
                spoken.append((float(start), number, name or f"S{number + 1}", said))
    if not spoken:
        raise Unreadable("no tier holds intervals with words; save it in Praat as a (long) text file")
    points = _POINTS.findall(text)
    left = (f"{counted(len(points), 'tier')} of points: {quoted(points)}",) if points else ()
    return _by_time(spoken).after((*dropped, *left), guessed)


def _by_time(spoken: Iterable[Spoken]) -> Transcript:
    """Turns in the order of their times; of those that begin at once, the earlier tier's first."""
    ordered = sorted(spoken, key=lambda words: words[:2])
    turns = (Utterance(vtt.clock_of(start), speaker, said) for start, _, speaker, said in ordered)
    return Transcript(tuple(turns), (), ("each tier is a speaker",), "tiers of speakers")


def _segments(content: Any) -> Sequence[Mapping[str, Any]]:
    """The first list of mappings with text, at the top or under one of the usual names."""
    waiting = [content]
    for value in waiting:
        if isinstance(value, list):
            segments = [entry for entry in value if isinstance(entry, dict)]
            if any(_first(entry, _TEXTS) for entry in segments):
                return segments
            waiting += segments[:1]
        elif isinstance(value, dict):
            waiting += [value[name] for name in _LISTS if isinstance(value.get(name), (list, dict))]
        if len(waiting) > 50:
            break
    return ()


def _scale(segments: Sequence[Mapping[str, Any]]) -> float:
    """How many of the times' units a second has: some services count whole milliseconds."""
    pairs = [(_first(segment, _STARTS), _first(segment, _ENDS)) for segment in segments]
    whole = [(start, end) for start, end in pairs if isinstance(start, int) and isinstance(end, int)]
    is_whole = bool(whole) and len(whole) == len(pairs)
    return 1000.0 if is_whole and median(end - start for start, end in whole) > _MILLISECONDS else 1.0


def _cue(segment: Mapping[str, Any], scale: float) -> vtt.Cue:
    start, end = _time(_first(segment, _STARTS)) / scale, _time(_first(segment, _ENDS)) / scale
    speaker = _first(segment, _SPEAKERS)
    named = _first(speaker, ("name", "label", "id")) if isinstance(speaker, dict) else speaker
    return vtt.Cue(
        start, end or start, str("" if named is None else named).strip(), tuple(_lines(_first(segment, _TEXTS)))
    )


def _lines(text: Any) -> Iterator[str]:
    for line in str(text if isinstance(text, str) else "").split("\n"):
        if line.strip():
            yield " ".join(line.split())


def _first(segment: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((segment[name] for name in names if segment.get(name) not in (None, "")), "")


def _time(value: Any) -> float:
    """Seconds; `00:01:02` and numbers in quotes too. What is no time is 0."""
    return float(value) if isinstance(value, (int, float)) else seconds(str(value))
