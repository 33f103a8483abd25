"""How what only scripts read is carried: deflated, in letters that any page can hold; a browser opens it by itself."""

import json
from base64 import b64decode, b64encode
from typing import Any
from zlib import compress, decompress


def packed(data: Any) -> str:
    """Data as JSON, deflated and in letters."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return b64encode(compress(text.encode("utf-8", "surrogatepass"), 9)).decode()


def unpacked(letters: str) -> Any:
    """What was packed. Computers differ in how they deflate, so only what is unpacked can be compared."""
    return json.loads(decompress(b64decode(letters)))
