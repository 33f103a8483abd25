"""Makes the interviews and press pieces of the sample study again as they were received, from stored texts and key.

python transcripts_sample/original/make.py            writes them all
python transcripts_sample/original/make.py --check    says which differ from what is there
"""

import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from writers import captions, office, pages, typed, web, word, zipped
from writers.received import Piece, pieces

HERE = Path(__file__).resolve().parent

MAKERS: Mapping[str, Callable[[Piece], bytes]] = {
    "I01.docx": word.bold_names,
    "I02.docx": word.table,
    "I03.vtt": captions.voices,
    "I04.txt": typed.with_initials,
    "I05.docx": word.reviewed,
    "I06.txt": typed.otter,
    "I07.md": typed.markdown,
    "I08.docx": word.plain_names,
    "I09.pdf": pages.hyphenated,
    "I10.srt": captions.subrip,
    "I11.docx": word.footnoted,
    "I12.vtt": captions.speaker_labels,
    "I13.txt": typed.crowded,
    "I14.docx": word.tabbed,
    "I15.txt": typed.timed,
    "I16.html": web.exported,
    "I17.docx": word.with_page_heads,
    "I18.odt": office.opendocument,
    "I19.txt": typed.latin_1,
    "I20.docx": word.bold_names,
    "I21.rtf": office.rich_text,
    "I22.pdf": pages.with_ligatures,
    "P1.html": web.news,
    "P2.txt": typed.saved_text,
    "P3.html": web.news,
    "P4.txt": typed.saved_text,
}


def made(names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """These files' names and bytes."""
    found = {piece.source_id: piece for piece in pieces(HERE.parent)}
    for name in names:
        yield name, MAKERS[name](found[Path(name).stem])


def possible() -> list[str]:
    """The files that can be made with what is installed."""
    return [name for name in MAKERS if not name.endswith(".pdf") or pages.are_possible()]


def write() -> int:
    """Write every file that can be made; 1 if some can't."""
    for name, data in made(possible()):
        (HERE / name).write_bytes(data)
    return 1 if _tell_left_out("not made") else 0


def check() -> int:
    """Say which files differ from what would be made; 1 if any does."""
    different = [name for name, data in made(possible()) if not _is_there(HERE / name, data)]
    for name in different:
        _tell(f"{name} differs from what the stored text and the key give; run make.py to make it again")
    _tell_left_out("not checked")
    return 1 if different else 0


def _is_there(path: Path, data: bytes) -> bool:
    if not path.is_file():
        return False
    there = path.read_bytes()
    # compressors differ between computers, what they compress doesn't
    return there == data or (_is_zip(there) and _is_zip(data) and zipped.members(there) == zipped.members(data))


def _is_zip(data: bytes) -> bool:
    return zipfile.is_zipfile(BytesIO(data))


def _tell_left_out(what: str) -> bool:
    left_out = [name for name in MAKERS if name not in possible()]
    if left_out:
        _tell(f"{what}: {', '.join(left_out)}; to print PDFs: {pages.INSTALL}")
    return bool(left_out)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1:] == ["--check"] else write())
