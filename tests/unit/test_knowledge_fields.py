"""A field of public affairs is known wherever people or programs meet it."""

from typing import Any

import pytest
import yaml

from app.data_folder import ROOT
from knowledge.fields import Field
from portal.words import FOLDER, LANGUAGES

FIELDS = {field.value for field in Field}


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_the_model_learns_each_under_its_names() -> None:
    known = load("nlu_data/lookups/fields.yml")
    assert set(known) == FIELDS
    assert [name for name, row in known.items() if not set(LANGUAGES) <= set(row)] == []


def test_the_router_learns_each_from_sentences() -> None:
    files = {path.stem for path in (ROOT / "nlu_data" / "routing").glob("*.yml")}
    assert files - {"learned"} == FIELDS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_readers_find_each_in_their_language(lang: str) -> None:
    words = yaml.safe_load((FOLDER / f"{lang}.yml").read_text(encoding="utf-8"))
    assert set(words["fields"]) == FIELDS


def test_programs_may_ask_for_each() -> None:
    assert set(load("portal/api/openapi.yml")["components"]["schemas"]["Field"]["enum"]) == FIELDS
