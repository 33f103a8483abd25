"""`memos/*.md`: front matter, if somebody wrote any, then the note itself."""

from typing import Any

from crosscase.memo import Memo
from crosscase.problem import Problem
from crosscase.study.formats.shape import FRONT
from crosscase.study.rewriting import rewrite
from crosscase.study.yaml import parse


def memo(text: str, path: str, stem: str, problems: list[Problem]) -> Memo:
    """One memo. What its front matter holds beyond date, by, kind and about is people's own, and stays as it is."""
    match = FRONT.match(text)
    document, found = parse("\n" + match["front"] if match else "", path)
    problems += found
    written = {key: document.get(key, "") for key in ("date", "by", "kind")}
    plain = {key: value if isinstance(value, str) else "" for key, value in written.items()}
    return Memo(stem, **plain, about=_about(document.get("about", "")), text=text[match.end() if match else 0 :])


def edited(text: str, memo: Memo) -> str:
    """The memo's file with the text and the front matter that it has now; unchanged front matter stays as it is."""
    match = FRONT.match(text)
    front = match["front"] if match else ""
    fields = _fields(memo)
    before = _fields(_read(text))
    if fields == before:
        return text[: match.end() if match else 0] + memo.text
    return f"---\n{rewrite(front, before, fields)}---\n{memo.text}"


def _read(text: str) -> Memo:
    return memo(text, "", "", [])


def _fields(memo: Memo) -> dict[str, Any]:
    fields = {"date": memo.date, "by": memo.by, "kind": memo.kind, "about": list(memo.about)}
    return {key: value for key, value in fields.items() if value}


def _about(written: Any) -> tuple[str, ...]:
    if isinstance(written, str):
        return (written,) if written else ()
    return tuple(entry for entry in written if isinstance(entry, str)) if isinstance(written, list) else ()
