"""Today's trained model for tests that start the real service."""

import subprocess
from pathlib import Path

from app.model import model_name
from tests.crash.running import HOIDAP, ROOT, plain_environment


def trained_models() -> Path:
    """The folder with it: the installation's own, else one kept for the tests."""
    kept = ROOT / ".cache" / "crash"
    for place in (ROOT / "data", kept):
        if (place / "models" / f"{model_name()}.tar.gz").is_file():
            return place / "models"
    subprocess.run(  # noqa: S603 - our own command
        [HOIDAP, "train", "--if-needed"],
        env={**plain_environment(), "HOIDAP_DATA": str(kept)},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return kept / "models"
