"""What pyrefiqda reads of a project that crosscase wrote: the words of every coding, by its code and its coder.

It runs in an environment of its own, which crosscase is not part of:

    crosscase export STUDY --refi project.qdpx
    python -m venv .venv-peers && .venv-peers/bin/pip install pyrefiqda
    .venv-peers/bin/python benchmarks/peers/pyrefiqda_reads.py project.qdpx

Each coding's place is cut from the text by code points, and held against the snippet in its selection's name.
"""

import sys
import tempfile
from pathlib import Path

from pyrefiqda import RefiProject  # type: ignore[import-not-found]


def main(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = RefiProject.load(path, folder)
        codes = set()
        waiting = list(project.code_book.codes.code)
        while waiting:
            code = waiting.pop()
            codes.add(code.guid)
            waiting += code.code
        codings = fitting = dangling = 0
        for source in project.sources.text_source:
            text = RefiProject.resolve_source_path(source.plain_text_path, folder).read_text(encoding="utf-8")
            for selection in source.plain_text_selection:
                words = " ".join(text[selection.start_position : selection.end_position].split())
                fits = words == selection.name or (selection.name or "").rstrip("…") in words[:200]
                codings += len(selection.coding)
                fitting += len(selection.coding) * fits
                dangling += sum(coding.code_ref.target_guid not in codes for coding in selection.coding)
    print(f"{len(codes)} codes, {len(project.sources.text_source)} texts, {codings} codings")
    print(f"{fitting} codings at the words of their snippets, {dangling} of codes that aren't there")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
