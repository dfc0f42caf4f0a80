"""Training the intent model in the environment of Rasa."""

import asyncio
import fcntl
import logging
import os
import secrets
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.embedded.errors import EmbeddedRasaError
from app.embedded.intent_environment import script_command, script_variables
from app.processes import child_hook

_LAST_LINES = 20
_SCRATCH = ".training-"

_log = logging.getLogger(__name__)


async def train_model(
    *, python: Path, config: Path, data: Path, output: Path, name: str, root: Path
) -> Path:
    """Train from the configuration and the data; the same input gives the same answers.

    The model appears at its place in one step, so a running one is never half overwritten.

    Args:
        python: Interpreter of the Rasa environment.
        config: The pipeline.
        data: Folder or file with the training data.
        output: Folder for the model.
        name: Name of the model, without an extension.
        root: The repository, from which Rasa imports the components of the pipeline.

    Raises:
        EmbeddedRasaError: the training failed; the message holds the last lines of its output.
    """
    with _scratch_in(output) as scratch:
        options = {"config": config, "data": data, "output": scratch, "root": root}
        await _run([*_command(python, options), "--name", name], scratch)
        return await asyncio.to_thread(_put_in_place, scratch / f"{name}.tar.gz", output)


def _command(python: Path, options: dict[str, Path]) -> list[str]:
    command = script_command(python, "rasa_train.py")
    for option, path in options.items():
        command += [f"--{option}", str(path.absolute())]
    return command


async def _run(argv: list[str], scratch: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *argv,
        env=dict(script_variables(scratch)),
        cwd=scratch,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,
        preexec_fn=child_hook(signal.SIGKILL, None),
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    lines = output.decode(errors="replace").splitlines()
    _log.debug("training printed %d lines", len(lines))
    if process.returncode:
        raise EmbeddedRasaError("Training failed:\n" + "\n".join(lines[-_LAST_LINES:]))


def _put_in_place(model: Path, output: Path) -> Path:
    """Copied, not moved: a file made here has the rights that files of this folder have."""
    fresh = output / f".{secrets.token_hex(4)}.new"
    fresh.write_bytes(model.read_bytes())
    return fresh.replace(output / model.name)


@contextmanager
def _scratch_in(output: Path) -> Iterator[Path]:
    """A folder beside the models; those that killed trainings left there are taken away first."""
    output.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # One at a time: a folder that is made and not yet locked would look like a leftover.
        with _locked(output):
            for leftover in output.glob(f"{_SCRATCH}*"):
                _remove_if_left(leftover)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=output))
            stack.enter_context(_locked(Path(folder)))
        yield Path(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """No longer than its process lives: the kernel opens the lock however that ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_if_left(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # another training ended just now, or it is somebody else's
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        _log.debug("another training is running")
    finally:
        os.close(descriptor)
