"""Prepares a checkout: both environments, the browser for tests, the trained model.

Runs with any Python ≥ 3.11 and nothing but the standard library. Each step is done once and again
only when what it depends on changed. Call it with the names of the parts:
`python3 app/setup.py app rasa dev browser postgres15 model`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RASA_VENV = ROOT / ".venv-rasa"
CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
_SILENT_SECONDS = 2
OLD_POSTGRES = Path("/usr/lib/postgresql/15/bin/postgres")


class SetupError(Exception):
    """Something that cannot be got here; the message names it and what to do."""


def say(text: str) -> None:
    sys.stdout.write(f"• {text}\n")
    sys.stdout.flush()


def run(arguments: list[str], what: str, *, environment: dict[str, str] | None = None) -> None:
    """Run a step with a sign of life every few seconds; its output is shown when it fails."""
    say(what)
    started = time.monotonic()
    with subprocess.Popen(
        arguments,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        output = _wait(process, started)
    if process.returncode:
        raise SetupError(f"{what}: failed\n{output[-4000:]}")
    seconds = time.monotonic() - started
    if seconds > _SILENT_SECONDS:
        sys.stdout.write(f"  done in {seconds:.0f} s\n")


def _wait(process: "subprocess.Popen[str]", started: float) -> str:
    while True:
        try:
            output, _ = process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            sys.stdout.write(f"  … {time.monotonic() - started:.0f} s\n")
            sys.stdout.flush()
        else:
            return output


def digest(*paths: Path) -> str:
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        found.update(str(path.relative_to(ROOT)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def once(mark: Path, wanted: str, step: Callable[[], None]) -> None:
    """Run the step unless the mark says that it was done for exactly this."""
    if mark.is_file() and mark.read_text() == wanted:
        return
    step()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(wanted)


def uv() -> str:
    return str(VENV / "bin" / "uv")


def install(environment: Path, lock: str, what: str) -> None:
    python = str(environment / "bin" / "python")
    arguments = [uv(), "pip", "sync", "--quiet", "--require-hashes", "--python", python]
    run([*arguments, str(ROOT / lock)], what)


def prepare_app() -> None:
    _prepare_app("requirements.lock")


def prepare_dev() -> None:
    _prepare_app("requirements-dev.lock")


def _prepare_app(lock: str) -> None:
    # The tools of the tests include everything the application needs.
    done = VENV / ".done-dev"
    if lock == "requirements.lock" and done.is_file() and done.read_text() == _dev_digest():
        return
    name = "dev" if lock == "requirements-dev.lock" else "app"
    wanted = _dev_digest() if name == "dev" else digest(ROOT / lock, ROOT / "pyproject.toml")
    once(VENV / f".done-{name}", wanted, lambda: _fill_app(lock))


def _dev_digest() -> str:
    return digest(ROOT / "requirements-dev.lock", ROOT / "pyproject.toml")


def _fill_app(lock: str) -> None:
    if not (VENV / "bin" / "pip").exists():
        say("Making the application's environment in .venv")
        try:
            venv.create(VENV, with_pip=True, clear=VENV.exists(), symlinks=True)
        except (subprocess.CalledProcessError, OSError) as error:
            raise SetupError(
                "This Python cannot make virtual environments (on Debian or Ubuntu: install the"
                f" package python3-venv).\n{error}"
            ) from error
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    run([*pip, "-r", str(ROOT / "requirements-setup.lock")], "Getting the installer")
    # `sync` would remove the installer and pip themselves, so this environment only grows.
    arguments = [uv(), "pip", "install", "--quiet", "--require-hashes", "--python"]
    run([*arguments, str(VENV / "bin" / "python"), "-r", str(ROOT / lock)], "Installing libraries")
    own = [uv(), "pip", "install", "--quiet", "--no-deps", "--python", str(VENV / "bin" / "python")]
    run([*own, "--editable", str(ROOT)], "Installing the command hoidap")


def prepare_rasa() -> None:
    lock = ROOT / "requirements-rasa.lock"
    once(RASA_VENV / ".done", digest(lock), _fill_rasa)


def _fill_rasa() -> None:
    python = find_python310()
    say(f"Python 3.10 for the intent model: {python}")
    run(
        [uv(), "venv", "--quiet", "--clear", "--python", python, str(RASA_VENV)],
        "Making the intent model's environment in .venv-rasa",
    )
    install(RASA_VENV, "requirements-rasa.lock", "Installing Rasa (about 1 GB)")


def find_python310() -> str:
    """RASA_PYTHON, a python3.10 that runs, pyenv's folder, else one that uv installs."""
    given = os.environ.get("RASA_PYTHON", "")
    if given:
        if not _is_python310(given):
            raise SetupError(f"RASA_PYTHON={given} is not a Python 3.10 that runs")
        return given
    pyenv = os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))
    found = [shutil.which("python3.10") or ""]
    # Somebody else's folder: the variable may have come along with `su`.
    with suppress(PermissionError):
        found += map(str, Path(pyenv, "versions").glob("3.10.*/bin/python"))
    for candidate in found:
        if candidate and _is_python310(candidate):
            return candidate
    try:
        run([uv(), "python", "install", "3.10"], "Installing Python 3.10 for the intent model")
    except SetupError as error:
        raise SetupError(
            "Python 3.10 is needed for the intent model and could not be installed here."
            " Install it yourself and name it: RASA_PYTHON=/path/to/python3.10 make setup\n"
            f"{error}"
        ) from error
    return "3.10"


def _is_python310(path: str) -> bool:
    code = "import sys, venv, ssl; sys.exit(sys.version_info[:2] != (3, 10))"
    try:
        return subprocess.run([path, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def prepare_model() -> None:
    what = "Checking the intent model; it is trained (some minutes) when its data changed"
    run([str(VENV / "bin" / "hoidap"), "train", "--if-needed"], what)


def prepare_browser() -> None:
    """An installed Chromium or Chrome, else the package manager's, else Playwright's own."""
    given = os.environ.get("CHROMIUM", "")
    if given or any(shutil.which(name) for name in CHROMIUM_NAMES):
        return
    problems = []
    for what, arguments in (
        ("Installing Chromium with the package manager", apt("chromium")),
        (
            "Installing Playwright's Chromium",
            [[str(VENV / "bin" / "playwright"), "install", "chromium"]],
        ),
    ):
        try:
            for command in arguments:
                run(command, what)
        except (SetupError, OSError) as error:
            problems.append(str(error))
        else:
            if arguments:
                return
    raise SetupError(
        "The browser tests need Chromium or Chrome. Install one, or name it: CHROMIUM=/path\n"
        + "\n".join(problems)
    )


def apt(*packages: str) -> list[list[str]]:
    """The commands that install Debian packages, none where that is not possible."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return []
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return [["apt-get", "update", "-qq"], ["env", "DEBIAN_FRONTEND=noninteractive", *install]]


def prepare_postgres15() -> None:
    """Debian's PostgreSQL 15 for the tests of the store, where it can be had."""
    if OLD_POSTGRES.exists():
        return
    for command in apt("postgresql-15"):
        run(command, "Installing PostgreSQL 15 for the tests")
    if not OLD_POSTGRES.exists():
        say("PostgreSQL 15 cannot be installed here: the store is tested on the embedded 18 only")


def prepare_bench() -> None:
    if shutil.which("wrk"):
        return
    for command in apt("wrk"):
        run(command, "Installing wrk for the benchmarks")
    if not shutil.which("wrk"):
        raise SetupError("The benchmarks need wrk. Install it with your package manager.")


PARTS = {
    "app": prepare_app,
    "dev": prepare_dev,
    "rasa": prepare_rasa,
    "model": prepare_model,
    "browser": prepare_browser,
    "postgres15": prepare_postgres15,
    "bench": prepare_bench,
}


def main(names: list[str]) -> int:
    try:
        for name in names:
            PARTS[name]()
    except SetupError as error:
        sys.stderr.write(f"\nSet-up stopped: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
