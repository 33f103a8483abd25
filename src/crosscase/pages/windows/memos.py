"""The window of memos: a journal, the newest first, of what people noted; to be written, changed and led on from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from crosscase.memo import Memo
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.markdown import to_html
from crosscase.pages.windows.mentions import Mentions, is_about, subjects, title
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.wording import counted, day, either, sentence

FILTERS = ("kind", "by", "about")
BELOW = 2
"""A memo's headings stand below its title, which is a heading of the second level."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A form for a memo; `id` tells it from others, `about` are the ids that it is about so far, and their names."""

    id: str
    name: str
    text: str
    kind: str
    about: tuple[tuple[str, str], ...]
    back: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A memo as it is read, or, where it is being changed, the form for it."""

    name: str
    anchor: str
    title: Link
    byline: str
    about: tuple[Link, ...]
    body: Markup
    broken: str
    change: str
    writing: Writing | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What the journal can be narrowed to, with what it is narrowed to now."""

    name: str
    words: str
    chosen: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MemosPage:
    """`new` is the form for a new memo, where one is asked for; `examples` are ids in brackets.

    `after_removal` is where to go once a memo is taken away, if this page isn't there any more then.
    """

    frame: Frame
    lead: str
    write: str
    everything: str
    new: Writing | None
    filters: tuple[Filter, ...]
    entries: tuple[Entry, ...]
    kinds: tuple[str, ...]
    ids: tuple[tuple[str, str], ...]
    examples: str
    after_removal: str


def memos_page(seen: Seen) -> MemosPage:
    study, resolve = seen.study, Mentions(seen.material)
    memos = _asked_for(seen)
    is_narrowed = len(memos) < len(study.memos) or "name" in seen.asked
    return MemosPage(
        window_frame(seen, "Memos", "Memos"),
        _lead(seen, len(memos)),
        links.window("memos", new="1", about=seen.asked.get("about", "")),
        links.window("memos") if is_narrowed else "",
        _new(seen, resolve) if "new" in seen.asked else None,
        tuple(_filters(seen, resolve)) if study.memos else (),
        tuple(_entry(seen, memo, resolve) for memo in memos),
        tuple(dict.fromkeys(memo.kind for memo in study.memos if memo.kind)),
        tuple(_ids(seen)),
        _examples(seen),
        links.window("memos") if "name" in seen.asked else "",
    )


def memos_on(seen: Seen, id: str) -> tuple[Link, ...]:
    """The memos on something, the newest first."""
    found = [memo for memo in seen.study.memos if is_about(memo, id)]
    return tuple(Link(title(memo), links.window("memos", name=memo.name)) for memo in _newest_first(found))


def _asked_for(seen: Seen) -> list[Memo]:
    """The memos that the address asks for. Raises KeyError for the name of none."""
    if name := seen.asked.get("name"):
        return [{memo.name: memo for memo in seen.study.memos}[name]]
    return [memo for memo in _newest_first(seen.study.memos) if _fits(seen, memo)]


def _newest_first(memos: Sequence[Memo]) -> list[Memo]:
    return sorted(memos, key=lambda memo: (memo.date or memo.name, memo.name), reverse=True)


def _fits(seen: Seen, memo: Memo) -> bool:
    kind, by, about = (_chosen(seen, name) for name in FILTERS)
    return kind in ("", memo.kind) and by in ("", memo.by) and (not about or is_about(memo, about))


def _chosen(seen: Seen, name: str) -> str:
    """What the journal is narrowed to; beside a new memo, on whatever, all of it stays."""
    return "" if "new" in seen.asked else seen.asked.get(name, "")


def _lead(seen: Seen, shown: int) -> str:
    total = len(seen.study.memos)
    if not total:
        return "Nothing is noted yet. A memo is a note to yourselves: on a code, a case, a decision, a doubt."
    return counted(total, "memo") if shown == total else f"{shown} of {counted(total, 'memo')}"


def _filters(seen: Seen, resolve: Mentions) -> Iterator[Filter]:
    memos, coder = seen.study.memos, seen.material.coder_name
    names = {subject: resolve(subject) for memo in memos for subject in subjects(memo)}
    about = {subject: link.text for subject, link in names.items() if link}
    # What is asked for by a link need not be what any memo names as it stands.
    if (asked := _chosen(seen, "about")) and (link := resolve(asked)):
        about.setdefault(asked, link.text)
    chosen = {name: _chosen(seen, name) for name in FILTERS}
    yield Filter("kind", "any kind", chosen["kind"], _options({memo.kind: memo.kind for memo in memos}))
    yield Filter("by", "anybody", chosen["by"], _options({memo.by: coder(memo.by) for memo in memos}))
    yield Filter("about", "anything", chosen["about"], _options(about))


def _options(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    named = [(value, words) for value, words in names.items() if value]
    return tuple(sorted(named, key=lambda option: option[1].casefold()))


def _entry(seen: Seen, memo: Memo, resolve: Mentions) -> Entry:
    is_changed = seen.asked.get("name") == memo.name and "change" in seen.asked
    by = (day(memo.date), seen.material.coder_name(memo.by), memo.kind)
    about = [link for subject in memo.about if (link := resolve(subject))]
    return Entry(
        memo.name,
        links.anchor("memo", memo.name),
        Link(title(memo), links.window("memos", name=memo.name)),
        ", ".join(filter(None, by)),
        tuple(about),
        to_html(_without_title(memo), resolve, below=BELOW),
        ", ".join(resolve.broken(memo)),
        links.window("memos", name=memo.name, change="1"),
        _changed(memo, resolve) if is_changed else None,
    )


def _without_title(memo: Memo) -> str:
    """The text without the heading that it begins with: that is the entry's own."""
    first, _, rest = memo.text.lstrip("\n").partition("\n")
    return rest if first.startswith("# ") else memo.text


def _changed(memo: Memo, resolve: Mentions) -> Writing:
    place = links.window("memos", name=memo.name)
    return Writing(f"memo-{memo.name}", memo.name, memo.text, memo.kind, _named(memo.about, resolve), place)


def _new(seen: Seen, resolve: Mentions) -> Writing:
    about = (seen.asked["about"],) if seen.asked.get("about") else ()
    return Writing("memo", "", "", "", _named(about, resolve), links.window("memos"))


def _named(about: Sequence[str], resolve: Mentions) -> tuple[tuple[str, str], ...]:
    links_of = {subject: resolve(subject) for subject in about}
    return tuple((subject, link.text if link else f"{subject} (leads nowhere)") for subject, link in links_of.items())


def _ids(seen: Seen) -> Iterator[tuple[str, str]]:
    """What a memo can be said to be about, to choose from: cases, codes and sources."""
    study = seen.study
    yield from ((case.id, case.name or sentence(study.settings.unit)) for case in study.cases)
    yield from ((code.id, code.name) for code in study.codebook.codes)
    yield from ((source.id, source.title or source.id) for source in study.sources)


def _examples(seen: Seen) -> str:
    """What can be written in a memo of this study: a passage, a code, a case and a cell, as far as there are any."""
    ids = [
        next((one.id for one in those), "")
        for those in (seen.study.codings, seen.study.codebook.codes, seen.study.cases)
    ]
    cell = f"{ids[2]}/{ids[1]}" if ids[1] and ids[2] else ""
    return either([f"[[{example}]]" for example in (*ids, cell) if example])
