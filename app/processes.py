"""Starting processes and telling them apart. Linux only (/proc, prctl, pidfd)."""

import asyncio
import ctypes
import json
import os
import pwd
import signal
import subprocess
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LINE_LIMIT = 4096
_STATE_FIELD, _START_TIME_FIELD = 0, 19  # of /proc/<pid>/stat after the command name; see proc(5)
_DEAD_STATES = frozenset("ZXx")


@dataclass(frozen=True)
class ProcessIdentity:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    #: Boot id and start time in clock ticks since that boot.
    started: str


@dataclass(frozen=True)
class Account:
    """An operating system user a child runs as."""

    uid: int
    gid: int
    name: str


def find_identity(pid: int) -> ProcessIdentity | None:
    """The process with this number, or None when it has gone (a zombie has)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The command name is in brackets and may itself hold brackets and spaces.
    fields = stat.rpartition(")")[2].split()
    if fields[_STATE_FIELD] in _DEAD_STATES:
        return None
    return ProcessIdentity(pid, f"{_boot_id()}/{fields[_START_TIME_FIELD]}")


def _boot_id() -> str:
    """Empty where a container hides it; then the start time alone has to do."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def is_running(identity: ProcessIdentity) -> bool:
    return find_identity(identity.pid) == identity


def current_process() -> ProcessIdentity:
    identity = find_identity(os.getpid())
    if identity is None:
        raise ProcessLookupError("/proc does not show this process")
    return identity


def signal_process(identity: ProcessIdentity, number: signal.Signals) -> None:
    """Send a signal to exactly this process; nothing happens when it has gone."""
    try:
        handle = os.pidfd_open(identity.pid)
    except ProcessLookupError:
        return
    try:
        # The handle pins the process, so the check cannot be overtaken by a recycled number.
        if is_running(identity):
            signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return
    finally:
        os.close(handle)


@dataclass(frozen=True)
class PidRecord:
    """What a pid file holds: a child and the process that answers for it."""

    child: ProcessIdentity
    parent: ProcessIdentity

    def write(self, path: Path) -> None:
        text = json.dumps(asdict(self))
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text)
        fresh.replace(path)

    @staticmethod
    def find(path: Path) -> "PidRecord | None":
        try:
            fields = json.loads(path.read_text())
            return PidRecord(
                ProcessIdentity(**fields["child"]), ProcessIdentity(**fields["parent"])
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def is_orphan(self) -> bool:
        """The child still runs although the process that started it has gone."""
        return is_running(self.child) and not is_running(self.parent)


def own_account() -> Account:
    """Raises KeyError when the user of this process has no entry in the user database."""
    entry = pwd.getpwuid(os.geteuid())
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def find_account(user: str | int) -> Account | None:
    try:
        entry = pwd.getpwnam(user) if isinstance(user, str) else pwd.getpwuid(user)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def child_hook(orphan_signal: signal.Signals, account: Account | None) -> Callable[[], None]:
    """What a child does between fork and exec: take on its user, ask to die with its parent.

    The kernel forgets the second request when the user changes, so the order matters. The signal
    follows the *thread* that started the child, so children are started from the thread of the
    event loop. Both are done here because uvloop knows no `user=`. Everything the hook calls is
    looked up before the fork: between fork and exec it must not import or wait for a lock.
    """
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()
    leave = os._exit  # the only exit without clean-up handlers

    def hook() -> None:
        if account:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
        prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent went before the request was in place
            leave(1)

    return hook


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One start of a child."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path | None = None
    #: Inherited by the child under the same numbers.
    pass_fds: tuple[int, ...] = ()
    #: Ours, closed as soon as the child has its own copies.
    close_fds: tuple[int, ...] = ()
    #: Run as this user, without any other group. None: as ourselves.
    account: Account | None = None


async def start_process(
    launch: Launch, output: int | None, orphan_signal: signal.Signals
) -> Process:
    return await asyncio.create_subprocess_exec(
        *launch.argv,
        env=dict(launch.env),
        cwd=launch.cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=launch.pass_fds,
        # Its own session: Ctrl-C on a terminal reaches only us, and we stop children in order.
        start_new_session=True,
        preexec_fn=child_hook(orphan_signal, launch.account),
    )


async def forward_lines(descriptor: int, take: Callable[[str], None]) -> None:
    """Read a pipe to its end, line by line; over-long lines arrive in pieces, empty ones not."""
    reader = asyncio.StreamReader()
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            await _split_lines(reader, take)
        finally:
            transport.close()


async def _split_lines(reader: asyncio.StreamReader, take: Callable[[str], None]) -> None:
    rest = b""
    while chunk := await reader.read(_LINE_LIMIT):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LINE_LIMIT:
            lines.append(rest)
            rest = b""
        for line in lines:
            _take_text(line, take)
    _take_text(rest, take)


def _take_text(line: bytes, take: Callable[[str], None]) -> None:
    text = line.decode(errors="replace").rstrip()
    if text:
        take(text)
