"""Learning while people go on: what the machine makes of a study is made anew beside the server, and then kept.

What it has read stays in memory, so that after a decision it needn't read again.
"""

from collections.abc import Mapping
from threading import Lock, Thread

from crosscase import stages
from crosscase.problem import Refused
from crosscase.study import Study


class Learner:
    """Learns one thing at a time. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reader = stages.Reader()
        self._state: dict[str, str | int] = {"state": "idle"}

    def begin(self, study: Study) -> None:
        """Learn from a study as it is; nothing happens where that is under way."""
        with self._lock:
            if self._state["state"] == "working":
                return
            self._state = {"state": "working", "done": 0, "total": 0}
        Thread(target=self._learn, args=(study,), daemon=True).start()

    def state(self) -> Mapping[str, str | int]:
        """`state`: idle, working (`done` of `total` passages read), done, or failed, and then `error`."""
        with self._lock:
            return dict(self._state)

    def _learn(self, study: Study) -> None:
        try:
            stages.learn(study, self._tell, self._reader)
        except Refused as refusal:
            self._set(state="failed", error=str(refusal))
        except BaseException:
            self._set(state="failed", error="the machine could not read this study")
            raise
        else:
            self._set(state="done")

    def _tell(self, done: int, total: int) -> None:
        self._set(state="working", done=done, total=total)

    def _set(self, **state: str | int) -> None:
        with self._lock:
            self._state = state
