"""What a written page or script carries packed, opened: nobody is to find something there that the words don't show."""

import json
import re

from crosscase.pages.packing import unpacked

# What is packed begins with the same bytes, and so with the same letters.
_PACKED = re.compile(r'(?<=")ABzY800000[!-~]+?(?=")')


def opened(text: str) -> str:
    """The text with each packed thing as the JSON that it was made of."""
    return _PACKED.sub(lambda found: json.dumps(unpacked(found[0]), ensure_ascii=False), text)
