"""Which reader a file's ending stands for.

A new format is one module with `read(bytes) -> Transcript`, and one line here.
"""

from collections.abc import Callable, Mapping

from crosscase.exchange import plain, vtt, word
from crosscase.exchange.transcript import Transcript

READERS: Mapping[str, Callable[[bytes], Transcript]] = {
    ".txt": plain.read,
    ".md": plain.read_markdown,
    ".docx": word.read,
    ".vtt": vtt.read,
}
