"""Hears from the system that a file of the study changed, where `watchfiles` is installed and the disk tells of it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


async def watch(folder: Path, stopping: asyncio.Event, hear: Callable[[], None]) -> None:
    """Call `hear` after each change below the folder, until `stopping` is set. Looking at the files goes on besides."""
    try:
        from watchfiles import awatch
    except ImportError:
        return
    # A system that watches no more folders says so by an error; then the looks are all there is.
    with suppress(OSError, RuntimeError):
        async for _ in awatch(folder, stop_event=stopping, debounce=60, step=20):
            hear()
