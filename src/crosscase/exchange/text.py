"""From a file's bytes to clean text: which encoding it is in, which characters don't belong, how damage shows."""

import codecs
import csv
import io
import re
import unicodedata
import zipfile
import zlib

from crosscase.exchange.transcript import Unreadable
from crosscase.wording import counted

# openpyxl and python-docx check nothing before they use it, so that a damaged part of a file shows as any of these
DAMAGE = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

LARGEST = 200_000_000
"""Bytes that a file may unpack to."""

LONGEST_FIELD = 10_000_000

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NAMES = {
    "cp1252": "Windows-1252",
    "latin_1": "Latin-1",
    "mac_roman": "Mac Roman",
    "cp1250": "Windows-1250 (Central European)",
    "iso8859_2": "Latin-2 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "iso8859_7": "ISO 8859-7 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp932": "Shift-JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
}
_WESTERN = frozenset({"cp1252", "latin_1", "mac_roman"})
_FOREIGN = re.compile(r"[^\W\d_][¹³¿¼¾²ˇ˛±¶¦ðþÐÞ]|[¹³¿¼¾ˇ˛±¶¦ðþÐÞ][^\W\d_]")
_STRAY = re.compile("[\udc80-\udcff]")
_NOT_TEXT = {
    b"%PDF": "it is a PDF",
    b"PK\x03\x04": "it is a zipped file, such as a Word document",
    b"\xd0\xcf\x11\xe0": "it is an old Office document",
    b"{\\rtf": "it is an RTF document",
}
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
    "|(?<![^\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f])"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of these bytes, and what had to be guessed about their encoding.

    UTF-8 and texts with a byte order mark need no guess. Stray bytes in a text that is otherwise UTF-8 are read as
    Windows-1252; a text that isn't UTF-8 at all in the likeliest of the encodings that its letters allow.
    """
    _refuse_other_files(data)
    mark = next((mark for mark in _MARKS if data.startswith(mark)), None)
    if mark is not None:
        return data.decode(_MARKS[mark], errors="replace"), ()
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace"), ("encoding taken to be UTF-16",)
    text = data.decode("utf-8", errors="surrogateescape")
    strays = len(_STRAY.findall(text))
    if not strays:
        return text, ()
    if sum(ord(char) > 127 for char in text) - strays > strays:
        said = counted(strays, "stray byte") + " in a UTF-8 text read as Windows-1252"
        return _STRAY.sub(_as_windows, text), (said,)
    return _single_byte(data)


def encoding_of(data: bytes) -> str:
    """What the bytes of a text are taken to be in, as people call it; what `decode` guesses is said there."""
    mark = next((mark for mark in _MARKS if data.startswith(mark)), None)
    wide = _MARKS[mark].upper().removesuffix("-SIG") if mark else _wide(data).upper()
    if wide:
        return wide
    text = data.decode("utf-8", errors="surrogateescape")
    strays = len(_STRAY.findall(text))
    if sum(ord(char) > 127 for char in text) - strays > strays or not strays:
        return "UTF-8"
    return _NAMES[_likeliest(data)]


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """The text in NFC with LF line ends and plain spaces, and sentences on the characters that were dropped."""
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    text, invisible = _INVISIBLE.subn("", text)
    text, control = _CONTROL.subn("", text)
    removed = [(control, "control character"), (invisible, "invisible character")]
    dropped = tuple(counted(count, name) for count, name in removed if count)
    return unicodedata.normalize("NFC", text), dropped


def declares(data: bytes, mark: str) -> bool:
    """Whether an XML document holds this mark, such as `<!ENTITY`, in UTF-8 or UTF-16."""
    return any(mark.encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def is_locked(data: bytes) -> bool:
    """Whether it is an Office file that a password protects, whatever its ending says."""
    return data.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in data


def separated(text: str, *, strict: bool = False) -> list[list[str]]:
    """The rows of a table, parted by whichever of comma, semicolon, tab and bar its head has most of.

    Raises `csv.Error` where it is no table; with `strict`, for quotation marks that don't match too.
    """
    head = next((line for line in text.split("\n") if line.strip()), "")
    separator = max(",;\t|", key=head.count)
    # The limit is the whole process's: a study's tables go by the usual one, whatever was taken in before.
    usual = csv.field_size_limit(LONGEST_FIELD)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator, strict=strict))
    finally:
        csv.field_size_limit(usual)


def _refuse_other_files(data: bytes) -> None:
    if not data.strip():
        raise Unreadable("the file is empty; look whether the right one was saved")
    for start, what in _NOT_TEXT.items():
        if data.startswith(start):
            raise Unreadable(f"it isn't a text file: {what}; save it as plain text (.txt), or give it its right ending")


def _wide(data: bytes) -> str:
    """UTF-16 without a byte order mark shows by its zero bytes, nearly all on even or on odd places."""
    sample = data[:4000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 5 or min(even, odd) > max(even, odd) / 10:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _as_windows(match: re.Match[str]) -> str:
    byte = bytes([ord(match[0]) - 0xDC00])
    return byte.decode("cp1252", errors="ignore")


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha() and ord(letter) > 127]
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
    return latin > len(letters) / 2


def _single_byte(data: bytes) -> tuple[str, tuple[str, ...]]:
    encoding = _likeliest(data)
    text = data.decode(encoding, errors="ignore")
    if len(_CONTROL.findall(text)) > len(text) / 10:
        raise Unreadable("it isn't a text file; open it in the program that wrote it and save it as plain text (.txt)")
    return text, (f"encoding taken to be {_NAMES[encoding]}: look whether its letters are right",)


def _likeliest(data: bytes) -> str:
    """The likeliest of the encodings with one byte, or a few, for a letter."""
    # Nothing but the old Macintosh ended lines so.
    if b"\r" in data and b"\n" not in data and _is_latin(data.decode("mac_roman")):
        return "mac_roman"
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=list(_NAMES)).best()
    encoding = best.encoding if best is not None and best.encoding in _NAMES else "cp1252"
    is_latin = encoding not in _WESTERN and _is_latin(data.decode(encoding, errors="ignore"))
    # Read as Windows-1252, Polish or Turkish letters come out as signs and as letters of Icelandic.
    if is_latin and not _FOREIGN.search(data.decode("cp1252", errors="ignore")):
        western = from_bytes(data, cp_isolation=sorted(_WESTERN)).best()
        encoding = western.encoding if western is not None and western.encoding in _WESTERN else "cp1252"
    return encoding
