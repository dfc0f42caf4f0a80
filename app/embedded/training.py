"""Training the intent model in the environment of Rasa."""

import asyncio
import logging
import secrets
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from pathlib import Path

from app.embedded.errors import EmbeddedRasaError
from app.embedded.intent_environment import script_command, script_variables
from app.processes import child_hook

_LAST_LINES = 20

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
    with tempfile.TemporaryDirectory(prefix="hoidap-train-") as folder:
        scratch = Path(folder)
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
    """Copy beside the final place first: the scratch folder may be on another file system."""
    output.mkdir(parents=True, exist_ok=True)
    fresh = output / f".{secrets.token_hex(4)}.new"
    fresh.write_bytes(model.read_bytes())
    return fresh.replace(output / model.name)
