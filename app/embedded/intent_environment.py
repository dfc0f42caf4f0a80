"""Where the Python environment of the intent model is, and what its processes get to see."""

from collections.abc import Mapping
from pathlib import Path

from app.embedded.errors import EmbeddedRasaError

_ENVIRONMENT = ".venv-rasa"
_RASA = "lib/python3*/*-packages/rasa/__init__.py"
_SCRIPTS = Path(__file__).parent

#: Quiet, one thread, no telemetry. The parent's environment with its secrets is not passed on.
_VARIABLES = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "ERROR",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    # One request at a time: more threads only take processor time from the application.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    # Hash order reaches the order of features: the same data has to give the same model.
    "PYTHONHASHSEED": "0",
    "TF_DETERMINISTIC_OPS": "1",
    # Rasa's cache of trained components does not notice changes in modules they import.
    "RASA_MAX_CACHE_SIZE": "0",
}


def find_rasa_python(root: Path, override: Path | None = None) -> Path | None:
    """The interpreter of an environment that has Rasa: the override, else the repository's own.

    The override (`RASA_PYTHON`) may also be a bare Python 3.10 that `make setup` builds the
    environment from; then the environment counts.
    """
    own = root / _ENVIRONMENT / "bin" / "python"
    return next((path for path in (override, own) if path and _has_rasa(path)), None)


def get_rasa_python(root: Path, override: Path | None = None) -> Path:
    """Like `find_rasa_python`.

    Raises:
        EmbeddedRasaError: there is no such environment.
    """
    python = find_rasa_python(root, override)
    if python is None:
        raise EmbeddedRasaError(
            f"There is no Python environment with Rasa in {root / _ENVIRONMENT}. Run `make setup`, "
            f"or set RASA_PYTHON to the interpreter of one, or RASA_URL to a running one."
        )
    return python


def _has_rasa(python: Path) -> bool:
    prefix = python.parent.parent
    try:
        return python.exists() and any(prefix.glob(_RASA))
    except OSError:  # it belongs to somebody else
        return False


def script_command(python: Path, script: str) -> list[str]:
    return [str(python), "-s", "-W", "ignore", str(_SCRIPTS / script)]


def script_variables(scratch: Path) -> Mapping[str, str]:
    """The environment of a process that keeps its files in this folder."""
    return _VARIABLES | {"HOME": str(scratch), "TMPDIR": str(scratch)}
