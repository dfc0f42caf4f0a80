"""What `hoidap import` says of a file besides its bad lines."""

import argparse
from pathlib import Path

import pytest

from app.cli.command import Context
from app.cli.import_command import COMMANDS
from app.data_folder import DataFolder
from app.settings import read_settings
from store.unit_of_work import Store


@pytest.fixture
def context(store: Store, database_url: str, tmp_path: Path) -> Context:
    assert store
    environment = {"DATABASE_URL": database_url}
    return Context(read_settings(environment), DataFolder(tmp_path), environment)


async def load(context: Context, kind: str, content: str, name: str = "file.csv") -> int:
    path = context.folder.path / name
    path.write_text(content, "utf-8")
    return await COMMANDS["import"].run(context, argparse.Namespace(kind=kind, file=path))


async def test_a_row_that_takes_the_place_of_another_is_told(
    context: Context, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ("code,text", "1.000001,first", "1.000002,other", "1.000001,second", "1.000003,")
    assert await load(context, "procedures", "\n".join(rows)) == 0
    said = capsys.readouterr()
    again, bad = said.err.splitlines()
    assert again == "file.csv, line 4: 1.000001 stands in line 2 too; this later line is kept"
    assert bad.startswith("file.csv, line 5: text")
    assert "2 procedures loaded, 1 bad rows left out" in said.out
    async with store.work() as work:
        found = {row["code"]: row["text"] for row in await work.catalogue.all("procedures")}
    assert found == {"1.000001": "second", "1.000002": "other"}


async def test_an_answer_in_another_language_is_no_repetition(
    context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ("id,lang,question,answer", "a,vi,Hỏi?,Đáp.", "a,en,Q?,A.", "a,vi,Hỏi nữa?,Đáp.")
    assert await load(context, "faqs", "\n".join(rows)) == 0
    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith("file.csv, line 4: a vi stands in line 2 too")


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("procedures", "empty.csv", ""),
        ("procedures", "header.csv", "code,text\n"),
        ("rules", "empty.jsonl", "\n"),
        ("staff", "empty.csv", ""),
    ],
)
async def test_a_file_without_rows_is_an_error(
    context: Context, capsys: pytest.CaptureFixture[str], kind: str, name: str, content: str
) -> None:
    assert await load(context, kind, content, name) == 1
    assert capsys.readouterr().err == f"{name} holds no rows; nothing was changed.\n"
