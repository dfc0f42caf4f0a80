"""Which trained model is used, and the way back."""

import ast
import os
from pathlib import Path

import pytest

from app.cli.main import main
from app.data_folder import ROOT, DataFolder, open_folder
from app.model import choose, find_model, find_model_before, model_name
from app.promotion import SETS, is_worse, read_set
from app.settings import read_settings
from tests.tools import evaluate

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


def test_a_set_up_does_not_undo_the_way_back(folder: DataFolder) -> None:
    todays = folder.models / f"{model_name()}.tar.gz"
    todays.touch()
    choose(folder, folder.models / OLD)
    assert main(["train", "--if-needed"], {"HOIDAP_DATA": str(folder.path)}) == 0
    assert find_model(folder) == folder.models / OLD
    assert todays.stat().st_size == 0, "it was trained again"


def test_a_new_model_must_not_understand_less() -> None:
    old = {"vi": 0.95, "en": 0.90}
    assert not is_worse({"vi": 0.95, "en": 0.90}, old)
    assert not is_worse({"vi": 0.96, "en": 0.89}, old)
    assert is_worse({"vi": 0.93, "en": 0.90}, old)
    assert is_worse({"vi": 0.99, "en": 0.87}, old)


def test_a_model_is_named_by_what_it_learns_from(tmp_path: Path) -> None:
    folder = tmp_path / "nlu_data" / "vi"
    folder.mkdir(parents=True)
    (folder / "greet.yml").write_text("a")
    first = model_name(tmp_path)
    (folder / "learned.yml").write_text("b")
    with_labelled = model_name(tmp_path)
    (tmp_path / "nlu_data" / "lookups").mkdir()
    (tmp_path / "nlu_data" / "lookups" / "learned.yml").write_text("for the search alone")
    assert model_name(tmp_path) == with_labelled != first
    (folder / "learned.yml").unlink()
    assert model_name(tmp_path) == first


def test_a_model_is_named_by_all_code_that_runs_inside_rasa(tmp_path: Path) -> None:
    components = ROOT / "bot" / "understanding" / "components"
    trees = [ast.parse(path.read_text("utf-8")) for path in components.glob("*.py")]
    imports = [
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    ]
    modules = {node.module for node in imports if node.module and node.module.startswith("know")}
    assert "knowledge.text" in modules
    for module in modules:
        path = tmp_path.joinpath(*module.split("."))
        path = path / "__init__.py" if (ROOT / path.relative_to(tmp_path)).is_dir() else path
        path = path.with_suffix(".py")
        before = model_name(tmp_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("changed = True\n")
        assert model_name(tmp_path) != before, module


def test_a_new_model_is_measured_as_make_eval_measures() -> None:
    assert vars(evaluate)["SETS"] is SETS
    lang = {name: (code, form) for name, code, form in SETS}
    plain = read_set(*lang["Vietnamese"])
    slips = read_set(*lang["Vietnamese with slips"])
    assert [intent for intent, _ in plain] == [intent for intent, _ in slips]
    assert slips == read_set(*lang["Vietnamese with slips"]) != plain
