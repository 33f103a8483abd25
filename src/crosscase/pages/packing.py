"""How what only scripts read is carried: as gzip, in letters that any page can hold; `static/packing.js` opens it."""

import json
from base64 import b64decode, b64encode
from gzip import compress, decompress
from typing import Any


def packed(data: Any) -> str:
    """Data as JSON, deflated and in letters."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return b64encode(compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)).decode()


def unpacked(letters: str) -> Any:
    """What was packed. Computers differ in how they deflate, so only what is unpacked can be compared."""
    return json.loads(decompress(b64decode(letters)))
