"""How what only scripts read is carried: as gzip, in letters that any page can hold; `static/packing.js` opens it."""

import json
from base64 import b85decode, b85encode
from gzip import compress, decompress
from typing import Any

# Five letters for four bytes, where base64 takes five and a third; three of them mean something in pages.
_IN_PAGES = bytes.maketrans(b"&<>", b",./")
_IN_CODE = bytes.maketrans(b",./", b"&<>")


def packed(data: Any) -> str:
    """Data as JSON, deflated and in letters."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    deflated = compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    return b85encode(deflated).translate(_IN_PAGES).decode()


def unpacked(letters: str) -> Any:
    """What was packed. Computers differ in how they deflate, so only what is unpacked can be compared."""
    return json.loads(decompress(b85decode(letters.encode().translate(_IN_CODE))))
