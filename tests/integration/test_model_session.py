"""The model a batch tool starts for itself."""

import os
from pathlib import Path

import pytest

from app.data_folder import open_folder
from app.embedded.errors import EmbeddedRasaError
from app.model_session import open_model
from app.settings import read_settings

pytestmark = pytest.mark.rasa


async def test_a_model_that_does_not_fit_this_version_is_told_in_a_sentence(tmp_path: Path) -> None:
    python = {name: os.environ[name] for name in ("RASA_PYTHON",) if name in os.environ}
    settings = read_settings({"HOIDAP_DATA": str(tmp_path), **python})
    folder = open_folder(settings)
    folder.models.mkdir(parents=True, exist_ok=True)
    (folder.models / "nlu-0000000000000000.tar.gz").write_bytes(b"of another version")
    told = r"^The model nlu-0{16}\.tar\.gz does not start with this version\. Run `hoidap train`\.$"
    with pytest.raises(EmbeddedRasaError, match=told):
        async with open_model(settings, folder):
            pytest.fail("it started")
