"""A real `hoidap serve` that a test starts, kills and starts again on the same folder."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Collection, Mapping
from pathlib import Path

import aiohttp
import psycopg

from app.embedded.postgres import attached
from app.processes import child_hook
from tests.bench.processes import tree
from tests.bench.service import Accounts, free_port

ROOT = Path(__file__).resolve().parents[2]
HOIDAP = ROOT / ".venv" / "bin" / "hoidap"
_READY_WITHIN = 90.0
#: Seconds for the system to end a killed process.
_NOTICED_WITHIN = 2.0
_LOG_LINES = 40


class DidNotStartError(Exception):
    """The command ended or never became ready; the message holds its last lines."""


def plain_environment() -> dict[str, str]:
    """What a login shell gives, without anything a developer may have set."""
    return {key: os.environ[key] for key in ("PATH", "HOME", "RASA_PYTHON") if key in os.environ}


class Running:
    """`before` (another user), `command`, `arguments`; without accounts as a newcomer has it."""

    def __init__(
        self,
        data: Path,
        accounts: Accounts | None,
        *,
        arguments: tuple[str, ...] = ("serve",),
        before: tuple[str, ...] = (),
        command: tuple[str, ...] = (str(HOIDAP),),
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log or data.parent / f"{data.name}.log"
        self.environment = {
            **plain_environment(),
            "HOIDAP_DATA": str(data),
            "HOIDAP_PORT": str(self.port),
            **(environment or {}),
        }
        if accounts is not None:
            self.environment.update(accounts.environment())
            self.environment.setdefault("HOIDAP_SECRET_KEY", secrets.token_urlsafe(32))
        self._command = [*before, *command, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ended_with(self) -> int | None:
        """The command's status; negative: the signal that ended it."""
        assert self._process is not None
        return self._process.poll()

    def parts(self) -> dict[str, set[int]]:
        """Part of the service → its processes; `server` is the command itself."""
        found: dict[str, set[int]] = {"server": {self.pid}}
        for pid, part in tree(self.pid).items():
            if pid != self.pid:
                found.setdefault(part, set()).add(pid)
        return found

    async def start(self, *, model: bool = True) -> float:
        """Seconds until it accepts and, with `model`, understands."""
        began = time.monotonic()
        self.begin()
        await self.until_answering(model=model)
        return time.monotonic() - began

    def begin(self) -> None:
        """Start it, without waiting."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command,
                env=self.environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # A test run that is killed leaves no service behind.
                preexec_fn=child_hook(signal.SIGTERM, None),  # noqa: PLW1509 - made for this
            )

    def said(self) -> str:
        """All it wrote to the terminal."""
        return self.log.read_text(errors="replace")

    async def until_answering(self, *, model: bool) -> None:
        until = time.monotonic() + _READY_WITHIN
        while not await self.answers("/readyz" if model else "/healthz"):
            if not self.is_running:
                raise DidNotStartError(self._last_lines())
            if time.monotonic() > until:
                raise DidNotStartError(f"not ready:\n{self._last_lines()}")
            await asyncio.sleep(0.1)

    async def until_not_ready(self) -> None:
        """Raises AssertionError when it goes on saying that every part works."""
        until = time.monotonic() + _NOTICED_WITHIN
        while await self.answers("/readyz"):
            assert time.monotonic() < until, "a part is gone and it says nothing"
            await asyncio.sleep(0.02)

    async def answers(self, path: str) -> bool:
        limit = aiohttp.ClientTimeout(total=3)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.get(self.url + path) as response,
            ):
                return response.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False

    def _last_lines(self) -> str:
        lines = self.said().splitlines()
        return "\n".join(lines[-_LOG_LINES:])

    async def stop(self) -> float:
        """SIGTERM; seconds until every process has gone."""
        if not self.is_running:
            return 0.0
        began = time.monotonic()
        family = set(tree(self.pid))
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._process.wait, 40)
        await until_gone(family, within=1)
        return time.monotonic() - began

    async def kill(self, pids: Collection[int]) -> None:
        """SIGKILL to all of them in one go."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.pid in pids:
            assert self._process is not None
            await asyncio.to_thread(self._process.wait)

    def prepare(self) -> None:
        """Load the catalogues and rules that come with the project."""
        loading = [str(HOIDAP), "demo", "--data-only"]
        done = subprocess.run(  # noqa: S603 - our own command
            loading, env=self.environment, cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DidNotStartError(done.stderr[-3000:])

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """A look at the rows, as an operator would."""
        async with contextlib.AsyncExitStack() as stack:
            address = self.environment.get("DATABASE_URL", "")
            if not address:
                address = (await stack.enter_async_context(attached(self.data))).conninfo
            address = address.replace("postgresql+psycopg:", "postgresql:")
            connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
            yield await stack.enter_async_context(connection)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


async def until_gone(pids: Collection[int], *, within: float) -> float:
    """Seconds until none of them runs.

    Raises:
        AssertionError: some still run after `within` seconds.
    """
    began = time.monotonic()
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() - began < within, f"{len(left)} processes outlived the command"
        await asyncio.sleep(0.05)
    return time.monotonic() - began
