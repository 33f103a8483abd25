"""A new study: every file with a short comment on how to fill it in."""

import json
import re
from importlib.resources import files as resources
from pathlib import Path

from crosscase.problem import Refused
from crosscase.study import files

_UNTITLED = b"title: Untitled study"
FOLDERS = ("codebook", "cases", "transcripts", "codings", "charts", "memos")
_FILES = {
    "study.yaml": "study.yaml",
    "guide.yaml": "guide.yaml",
    "participants.csv": "participants.csv",
    "sources.csv": "sources.csv",
    "codebook/1-experiences.yaml": "codebook.yaml",
    "charts/experiences.yaml": "chart.yaml",
    "cases/README.md": "cases.md",
    "codings/README.md": "codings.md",
    "memos/README.md": "memos.md",
    ".gitignore": "gitignore",
}


def init(folder: Path | str) -> tuple[Path, ...]:
    """Lay out a new study, titled as its folder; return the files made. Files that are there are left as they are.

    Raises `Refused` if the folder is a study already, or can't be written.
    """
    folder = Path(folder)
    if (folder / "study.yaml").exists():
        raise Refused(f"{folder} is a study already; nothing was changed")
    made = []
    for place, template in _FILES.items():
        path = folder / place
        if not path.exists():
            files.write_new(path, _template(template).replace(_UNTITLED, _title(folder)))
            made.append(path)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    return tuple(made)


def _title(folder: Path) -> bytes:
    """The folder's name as a title: `my-study` is *My study*."""
    words = re.sub(r"[-_.\s]+", " ", folder.resolve().name).strip()
    title = words[:1].upper() + words[1:] if words.isprintable() else ""
    return f"title: {json.dumps(title, ensure_ascii=False)}".encode() if title else _UNTITLED


def _template(name: str) -> bytes:
    return (resources("crosscase.study") / "scaffold" / name).read_bytes()
