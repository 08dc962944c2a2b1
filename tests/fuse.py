"""Faults for the tests: a process that is killed before its n-th step."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from pipeline.errors import SongnguError


def forked(work: Callable[[], None]) -> int:
    """Run in a child process -> its wait status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except SongnguError as e:
            status = e.exit_status
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]


class Fuse:
    """Kills the process before its n-th step: a call to the file system (audit events) or an SQL statement."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(self, event: str, _: tuple[Any, ...]) -> None:
        if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.chmod"):
            self.step()
