"""A fault at the nth call that touches a file: a full disk, a forbidden folder, or the program killed there."""

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

Fault = Literal["full disk", "not permitted", "killed"]

_CALLS: list[tuple[Any, str]] = [
    *((os, name) for name in ("open", "fsync", "replace", "rename", "link", "unlink", "mkdir", "rmdir", "chmod")),
    (builtins, "open"),
    (io, "open"),
]
_ERRORS = {"full disk": errno.ENOSPC, "not permitted": errno.EACCES}


class _File:
    """A file whose writing is a call too; when it fails, half of the data has been written."""

    def __init__(self, file: Any, count: Callable[[], bool], fault: Fault) -> None:
        self._file, self._count, self._fault = file, count, fault

    def write(self, data: Any) -> Any:
        if self._count():
            self._file.write(data[: len(data) // 2])
            self._file.flush()
            _happen(self._fault)
        return self._file.write(data)

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _happen(fault: Fault) -> None:
    if fault == "killed":
        os._exit(9)
    raise OSError(_ERRORS[fault], os.strerror(_ERRORS[fault]))


@contextmanager
def fault_at(number: int, fault: Fault) -> Iterator[list[int]]:
    """The fault at this call, counted from 1; what is yielded holds how many calls there were."""
    calls = [0]

    def count() -> bool:
        calls[0] += 1
        return calls[0] == number

    def counted(call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if count():
                _happen(fault)
            made = call(*args, **kwargs)
            return _File(made, count, fault) if hasattr(made, "write") else made

        return wrapped

    with pytest.MonkeyPatch.context() as patch:
        for module, name in _CALLS:
            patch.setattr(module, name, counted(getattr(module, name), name))
        yield calls


def outcomes(
    fault: Fault, prepared: Callable[[int], Path], act: Callable[[Path], object]
) -> Iterator[tuple[Path, str]]:
    """For every call that touches a file: the folder afterwards, and whether the act was `done`, `refused` or `killed`.

    `prepared` makes a new folder for each; `act` raises `Refused` where it isn't carried out.
    """
    number = 0
    while True:
        number += 1
        folder = prepared(number)
        happened, calls = _killed(number, act, folder) if fault == "killed" else _failed(number, fault, act, folder)
        if calls < number:
            return
        yield folder, happened


def _failed(number: int, fault: Fault, act: Callable[[Path], object], folder: Path) -> tuple[str, int]:
    from crosscase.problem import Refused

    with fault_at(number, fault) as calls:
        try:
            act(folder)
        except Refused:
            return "refused", calls[0]
    return "done", calls[0]


def _killed(number: int, act: Callable[[Path], object], folder: Path) -> tuple[str, int]:
    child = os.fork()
    if child == 0:
        # Whatever happens, a child ends here: 3 says that the act was refused before the fault.
        status = 3
        try:
            with fault_at(number, "killed"):
                act(folder)
                status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9), "the act is refused even without a fault"
    return ("killed", number) if code == 9 else ("done", 0)
