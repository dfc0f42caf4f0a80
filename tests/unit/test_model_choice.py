"""Which trained model is used, and the way back."""

import os
from pathlib import Path

import pytest

from app.data_folder import DataFolder, open_folder
from app.model import choose, find_model, find_model_before, model_name
from app.promotion import is_worse
from app.settings import read_settings

OLD = "nlu-1111111111111111.tar.gz"
NEWER = "nlu-2222222222222222.tar.gz"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = open_folder(read_settings({"HOIDAP_DATA": str(tmp_path)}))
    made.models.mkdir(parents=True, exist_ok=True)
    for age, name in enumerate((OLD, NEWER)):
        model = made.models / name
        model.touch()
        os.utime(model, ns=(age * 10**9, age * 10**9))
    return made


def test_the_newest_is_used_until_todays_is_there(folder: DataFolder) -> None:
    found = find_model(folder)
    assert found is not None
    assert found.name == NEWER
    todays = folder.models / f"{model_name()}.tar.gz"
    todays.touch()
    os.utime(todays, ns=(0, 0))
    assert find_model(folder) == todays


def test_one_goes_back_to_the_model_before_and_forth_again(folder: DataFolder) -> None:
    newest = find_model(folder)
    assert newest is not None
    before = find_model_before(folder, newest)
    assert before == folder.models / OLD
    choose(folder, before)
    assert find_model(folder) == before
    assert find_model_before(folder, folder.models / OLD) is None
    choose(folder, None)
    assert find_model(folder) == newest


def test_a_chosen_model_that_is_gone_or_elsewhere_is_not_used(folder: DataFolder) -> None:
    choose(folder, folder.models / "nlu-3333333333333333.tar.gz")
    assert find_model(folder) == folder.models / NEWER
    (folder.models / "chosen").write_text("../secret.key")
    assert find_model(folder) == folder.models / NEWER


def test_a_new_model_must_not_understand_less() -> None:
    old = {"vi": 0.95, "en": 0.90}
    assert not is_worse({"vi": 0.95, "en": 0.90}, old)
    assert not is_worse({"vi": 0.96, "en": 0.89}, old)
    assert is_worse({"vi": 0.93, "en": 0.90}, old)
    assert is_worse({"vi": 0.99, "en": 0.87}, old)
