"""`make test`: the parts one after the other, with their times; stops with a list of what failed.

`python tests/run.py [part …]` runs only these.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
SOURCES = ("app", "webhooks", "bot", "desk", "portal", "store", "casework", "delivery", "knowledge")


def call(*arguments: str, environment: dict[str, str] | None = None) -> bool:
    found = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
    return subprocess.run(arguments, cwd=ROOT, env=found, check=False).returncode == 0


def pytest(*arguments: str, environment: dict[str, str] | None = None) -> bool:
    return call(
        str(BIN / "python"), "-m", "pytest", "--timeout=300", *arguments, environment=environment
    )


def style() -> bool:
    good = call(str(BIN / "ruff"), "check", *SOURCES, "tests", ".ci")
    good &= call(str(BIN / "ruff"), "format", "--check", *SOURCES, "tests", ".ci")
    return good & call(str(BIN / "python"), ".ci/check_locks.py")


def types() -> bool:
    return call(str(BIN / "mypy"))


def imports() -> bool:
    return call(str(BIN / "lint-imports"))


def unit() -> bool:
    return pytest("tests/unit")


def contract() -> bool:
    return pytest("tests/contract")


def scenario() -> bool:
    return pytest("tests/scenario")


def integration() -> bool:
    return pytest("tests/integration")


def old_postgres() -> bool:
    """The store, its migrations and the desk on Debian's PostgreSQL 15."""
    from tests.tools.postgres15 import find_programs, running_server  # noqa: PLC0415

    if find_programs() is None:
        print("PostgreSQL 15 is not installed here: the store ran on the embedded 18 only")
        return not os.environ.get("CI")
    with running_server() as url:
        return pytest(
            "tests/integration", "-k", "store or desk", environment={"TEST_DATABASE_URL": url}
        )


def browser() -> bool:
    return pytest("tests/browser")


def crash() -> bool:
    return pytest("tests/crash")


def soak() -> bool:
    return all(pytest("tests/crash", environment={"SOAK": "1"}) for _ in range(5))


PARTS: dict[str, Callable[[], bool]] = {
    "style": style,
    "types": types,
    "imports": imports,
    "unit": unit,
    "contract": contract,
    "scenario": scenario,
    "integration": integration,
    "postgres15": old_postgres,
    "crash": crash,
    "browser": browser,
}
NAMED = {**PARTS, "soak": soak}
GROUPS = {"lint": ("style", "types", "imports")}


def main(names: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    wanted = [part for name in names for part in GROUPS.get(name, (name,))] or list(PARTS)
    failed, times = [], []
    for name in wanted:
        print(f"\n── {name} {'─' * max(4, shutil.get_terminal_size().columns - len(name) - 4)}")
        started = time.monotonic()
        if not NAMED[name]():
            failed.append(name)
        times.append(f"{name} {time.monotonic() - started:.0f} s")
    print("\n" + " · ".join(times))
    print(f"FAILED: {', '.join(failed)}" if failed else f"all {len(wanted)} parts passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
