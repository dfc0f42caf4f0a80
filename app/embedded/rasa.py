"""The intent model as a child process on loopback.

model = RasaProcess(python=..., model=..., root=..., scratch=...)
await supervisor.start(model.child, wait=False)
endpoint = model.find_endpoint()     # None until the expected model answers
"""

import os
import secrets
import shutil
import socket
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import aiohttp

from app.embedded.errors import EmbeddedRasaError
from app.embedded.intent_environment import script_command, script_variables
from app.processes import Launch
from app.supervisor import Child

_LOOPBACK = "127.0.0.1"
_NAME = "rasa"
_READY_WITHIN = 120.0
_READY_POLL = 0.25
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=5)
_STOP_GRACE = 4.0


@dataclass(frozen=True)
class RasaEndpoint:
    """Where one start of the model is reached; the next start has another port and token."""

    base_url: str
    token: str = field(repr=False)


class RasaProcess:
    """Everything the supervisor needs to keep one intent model served."""

    def __init__(self, *, python: Path, model: Path, root: Path, scratch: Path) -> None:
        """Nothing is started yet.

        Args:
            python: Interpreter of the Rasa environment.
            model: The trained model; may be exchanged while the child is stopped.
            root: The repository, from which Rasa imports the components of the pipeline.
            scratch: A folder of its own; emptied at each start.
        """
        self.model = model
        self._python = python
        self._root = root
        self._scratch = scratch
        self._endpoint: RasaEndpoint | None = None
        self._is_ready = False

    @property
    def child(self) -> Child:
        return Child(
            name=_NAME,
            launch=self._launch,
            ready=self._answers,
            ready_within=_READY_WITHIN,
            ready_poll=_READY_POLL,
            on_change=self._remember,
            stop_grace=_STOP_GRACE,
        )

    def find_endpoint(self) -> RasaEndpoint | None:
        """Where to send texts now; None while the expected model does not answer."""
        return self._endpoint if self._is_ready else None

    async def _launch(self) -> Launch:
        if not self.model.is_file():
            raise EmbeddedRasaError(f"There is no trained model {self.model}. Run `hoidap train`.")
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(mode=0o700, parents=True)
        token = secrets.token_urlsafe(32)
        listener, port = _bind()
        token_end = _pipe(token)
        self._endpoint = RasaEndpoint(f"http://{_LOOPBACK}:{port}", token)
        return Launch(
            argv=self._argv(token_end, listener),
            env=script_variables(self._scratch),
            cwd=self._scratch,
            pass_fds=(token_end, listener),
            close_fds=(token_end, listener),
        )

    def _argv(self, token_end: int, listener: int) -> list[str]:
        options = {
            "--model": self.model.absolute(),
            "--root": self._root.absolute(),
            "--token-fd": token_end,
            "--socket-fd": listener,
        }
        command = script_command(self._python, "rasa_launcher.py")
        return [*command, *(str(part) for option in options.items() for part in option)]

    async def _answers(self) -> bool:
        """Whether the expected model is served."""
        endpoint = self._endpoint
        if endpoint is None:
            return False
        try:
            async with (
                aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as session,
                session.get(
                    f"{endpoint.base_url}/status", params={"token": endpoint.token}
                ) as response,
            ):
                if response.status != HTTPStatus.OK:
                    return False
                status = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False
        return bool(status.get("model_file") == self.model.name)

    def _remember(self, ready: bool) -> None:
        self._is_ready = ready


def _bind() -> tuple[int, int]:
    """A socket with a free port that does not listen yet: callers are refused until it does."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((_LOOPBACK, 0))
        port = int(listener.getsockname()[1])
        return listener.detach(), port


def _pipe(text: str) -> int:
    """The reading end of a pipe that holds this text; short enough never to block."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        pipe.write(text)
    return reading
