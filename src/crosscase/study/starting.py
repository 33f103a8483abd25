"""A new study: every file with a short comment on how to fill it in."""

from importlib.resources import files as resources
from pathlib import Path

from crosscase.problem import Refused
from crosscase.study import files

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
    """Lay out a new study; return the files made. Files that are there already are left as they are.

    Raises `Refused` if the folder is a study already, or can't be written.
    """
    folder = Path(folder)
    if (folder / "study.yaml").exists():
        raise Refused(f"{folder} is a study already; nothing was changed")
    made = []
    for place, template in _FILES.items():
        path = folder / place
        if not path.exists():
            files.write_new(path, _template(template))
            made.append(path)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    return tuple(made)


def _template(name: str) -> bytes:
    return (resources("crosscase.study") / "scaffold" / name).read_bytes()
