"""From a labelled sample to files that the model, the search and the router learn from."""

import argparse
import asyncio
import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli.command import Context
from app.cli.samples_command import COMMANDS
from app.conversations import NLU_DATA, make_index_builder, make_router
from app.data_folder import ROOT, DataFolder, read_keys
from app.embedded.intent_environment import get_rasa_python
from app.learning import export
from app.learning.checks import HeldOut, bearable, read_held_out
from app.learning.export import Exported, export_samples
from app.learning.files import Learned, read_learned, sorted_sentences, write_learned
from app.settings import read_settings
from app.yaml_files import load_yaml, read_sentences
from bot.intents import Intent
from casework.samples import (
    ExportRefusal,
    Label,
    LabelKind,
    SampleReason,
    SampleSource,
    SampleStatus,
    TrainingSample,
)
from knowledge.faqs import Faq
from knowledge.fields import Field
from knowledge.procedures import Procedure
from knowledge.text import Language
from store.samples import SampleFilter
from store.unit_of_work import Store
from store.vault import Vault

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
CODE, TITLE = "1.001193", "Thủ tục đăng ký khai sinh"
FAQ = {"id": "bun", "lang": "vi", "question": "Lịch đổ rác ở phường", "answer": "Mỗi sáng."}


@pytest.fixture
async def province(store: Store) -> Store:
    store.clock = lambda: NOW
    async with store.work() as work:
        await work.catalogue.save("procedures", [{"code": CODE, "text": TITLE}], NOW)
        await work.catalogue.save("faqs", [FAQ], NOW)
        await work.commit()
    return store


async def labelled(
    store: Store, text: str, kind: LabelKind, value: str, lang: str = "vi", *, user: str = "900"
) -> TrainingSample:
    sample = TrainingSample(
        id=store.ids(),
        reason=SampleReason.FELL_BACK,
        lang=lang,
        text=text,
        collected_at=NOW,
        last_seen_at=NOW,
    )
    async with store.work() as work:
        await work.samples.collect(sample, SampleSource(f"zalo:400:{user}", 1))
        decided = replace(sample, status=SampleStatus.LABELLED, label=Label(kind, value))
        await work.samples.save(replace(decided, decided_by="e", decided_at=NOW))
        await work.commit()
    return sample


async def statuses(store: Store) -> dict[SampleStatus, int]:
    async with store.work() as work:
        found = await work.samples.count_each(SampleFilter())
    return {status: count for status, count in found.items() if count}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yml")}


async def export_all(store: Store, folder: Path) -> Exported:
    await labelled(store, "cái vụ [name] kêu bữa hổm tới đâu", LabelKind.INTENT, Intent.CHECK_CASE)
    await labelled(store, "xyzt ngộ nghĩnh giấy tờ nhóc", LabelKind.PROCEDURE, CODE)
    await labelled(store, "bịch nilon để trước cửa chừng nào hốt", LabelKind.FAQ, "bun")
    await labelled(store, "quơ quào zubu luntu kroma", LabelKind.FIELD, Field.ICT)
    return await export_samples(store, folder)


async def test_what_was_labelled_is_learnt_by_everything(
    province: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nlu_data"
    shutil.copytree(NLU_DATA, folder, ignore=shutil.ignore_patterns("test", "guard"))
    rows = ([Procedure(CODE, TITLE)], [Faq("bun", Language.VI, FAQ["question"], FAQ["answer"])])
    monkeypatch.setattr("app.conversations.NLU_DATA", folder)
    router, index = make_router(), make_index_builder()(*rows)
    assert router.ranking("quơ quào zubu luntu kroma")[0][0] is not Field.ICT
    assert index.answer("xyzt ngộ nghĩnh giấy tờ nhóc") is None
    done = await export_all(province, folder)
    assert done.refused == []
    assert dict(done.taken) == dict.fromkeys(LabelKind, 1)
    router, index = make_router(), make_index_builder()(*rows)
    assert router.ranking("quo quao zubu luntu kroma")[0][0] is Field.ICT
    for asked, ref in (("xyzt ngộ nghĩnh giấy tờ nhóc", CODE), ("bịch nilon chừng nào hốt", "bun")):
        hit = index.answer(asked)
        assert hit is not None
        assert hit.ref == ref
    assert (Intent.CHECK_CASE, "cái vụ A kêu bữa hổm tới đâu") in read_sentences(
        folder / "vi" / "learned.yml"
    )
    assert await statuses(province) == {SampleStatus.EXPORTED: 4}
    async with province.work() as work:
        assert await work.samples.of_person("zalo:400:900") == []


@pytest.mark.rasa
async def test_the_trainer_reads_the_learnt_intents_and_nothing_else(
    province: Store, tmp_path: Path
) -> None:
    await export_all(province, tmp_path)
    script = (
        "import sys; sys.path.append(sys.argv[1])\n"
        "from bot.understanding.components.training_data import LanguageFolders\n"
        "data = LanguageFolders(training_data_paths=sys.argv[2]).get_nlu_data()\n"
        "print([m.get('text') + '=' + m.get('intent') for m in data.training_examples])\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(get_rasa_python(ROOT, None), "-c", script, ROOT, tmp_path),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, trouble = await process.communicate()
    assert process.returncode == 0, trouble
    assert output.decode().strip() == "['cái vụ A kêu bữa hổm tới đâu=check_case']"


async def test_a_second_export_changes_nothing_and_more_is_added(
    province: Store, tmp_path: Path
) -> None:
    await export_all(province, tmp_path)
    first = contents(tmp_path)
    done = await export_samples(province, tmp_path)
    assert not done.taken
    assert contents(tmp_path) == first
    # The same words again, as another citizen typed them, long after.
    async with province.work() as work:
        await work.samples.purge(NOW + timedelta(days=91))
        await work.commit()
    await labelled(province, "QUƠ quào zubu luntu kroma", LabelKind.FIELD, Field.ICT)
    await labelled(
        province, "what about my little request thing", LabelKind.INTENT, "check_case", "en"
    )
    await export_samples(province, tmp_path)
    after = contents(tmp_path)
    assert {name for name in after if after[name] != first.get(name)} == {"en/learned.yml"}
    assert set(after) - set(first) == {"en/learned.yml"}


async def test_a_copy_elsewhere_uses_nothing_up(
    province: Store,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    own, elsewhere = tmp_path / "nlu_data", tmp_path / "elsewhere"
    monkeypatch.setattr("app.cli.samples_command.NLU_DATA", own)
    environment = {"DATABASE_URL": database_url}
    context = Context(read_settings(environment), DataFolder(tmp_path), environment)
    province.vault = Vault(read_keys(context.settings, context.folder))
    await labelled(province, "cái vụ [name] kêu bữa hổm tới đâu", LabelKind.INTENT, "check_case")
    await labelled(province, "giấy tờ đó kiếm đâu ra", LabelKind.PROCEDURE, "9.999999")

    async def export_to(folder: Path | None) -> str:
        assert await COMMANDS["samples"].run(context, argparse.Namespace(to=folder)) == 0
        return capsys.readouterr().out

    for _ in range(2):
        said = await export_to(elsewhere)
        assert said.startswith("Copied: 1 intent, 0 procedure")
        assert "nothing was marked as exported" in said
        assert "hoidap train" not in said
        assert await statuses(province) == {SampleStatus.LABELLED: 2}
    said = await export_to(None)
    assert said.startswith("Exported: 1 intent, 0 procedure")
    assert "Next: hoidap train" in said
    assert await statuses(province) == {SampleStatus.EXPORTED: 1, SampleStatus.REFUSED: 1}
    assert contents(own) == contents(elsewhere)


async def test_test_sentences_and_what_is_gone_are_left_out_and_told(
    province: Store, tmp_path: Path
) -> None:
    _, tested = read_sentences(NLU_DATA / "test" / "vi.yml")[40]
    await labelled(province, f"{tested} ạ", LabelKind.INTENT, Intent.ASK_INFO)
    await labelled(province, "giấy tờ đó kiếm đâu ra", LabelKind.PROCEDURE, "9.999999")
    done = await export_samples(province, tmp_path)
    assert {why for _, why in done.refused} == {ExportRefusal.TESTED, ExportRefusal.GONE}
    assert contents(tmp_path) == {}
    assert await statuses(province) == {SampleStatus.REFUSED: 2}


async def test_a_sentence_that_harms_the_search_is_left_out_and_others_stay(
    province: Store, tmp_path: Path
) -> None:
    questions = yaml.safe_load((NLU_DATA / "test" / "search_held.yml").read_text("utf-8"))
    rows = [row["codes"][0] for row in questions["present"]]
    titles = [
        {"code": code, "text": f"Thủ tục số {n}"} for n, code in enumerate(dict.fromkeys(rows))
    ]
    async with province.work() as work:
        await work.catalogue.save("procedures", titles, NOW)
        await work.commit()
    # Asks for a birth certificate, and is said to be something else.
    harm = "khai sinh cháu bé tháng tuổi"
    await labelled(province, harm, LabelKind.PROCEDURE, rows[-1])
    await labelled(province, "zubu luntu kroma quơ quào", LabelKind.PROCEDURE, rows[0])
    done = await export_samples(province, tmp_path)
    assert [why for _, why in done.refused] == [ExportRefusal.WORSE]
    assert done.refused[0][0].text == harm
    assert read_learned(tmp_path).procedures == {rows[0]: ("zubu luntu kroma quơ quào",)}


async def test_files_that_cannot_be_written_leave_the_samples_as_they_were(
    province: Store, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        await export_all(province, blocked)
    assert await statuses(province) == {SampleStatus.LABELLED: 4}


async def test_what_changes_while_it_is_judged_waits_for_the_next_run(
    province: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, judge = asyncio.get_running_loop(), export._judge

    async def meanwhile() -> None:
        async with province.work() as work:
            intent = Label(LabelKind.INTENT, Intent.CHECK_CASE)
            [said] = [one for one in await work.samples.to_export() if one.label == intent]
            await work.samples.save(replace(said, text="cái vụ [name] kêu tới đâu"))
            await work.samples.erase_of("zalo:400:901")
            await work.commit()

    def judging(*given: Any) -> object:
        found = judge(*given)
        asyncio.run_coroutine_threadsafe(meanwhile(), loop).result(timeout=20)
        return found

    await labelled(
        province, "lúa tui bị rầy nâu hỏi ai", LabelKind.FIELD, "agriculture", user="901"
    )
    monkeypatch.setattr(export, "_judge", judging)
    done = await export_all(province, tmp_path)
    assert set(done.taken) == {LabelKind.PROCEDURE, LabelKind.FAQ, LabelKind.FIELD}
    assert read_learned(tmp_path).fields == {"ict": ("quơ quào zubu luntu kroma",)}
    assert await statuses(province) == {SampleStatus.LABELLED: 1, SampleStatus.EXPORTED: 3}


async def test_an_export_and_an_erasure_do_not_wait_for_each_other(province: Store) -> None:
    sample = await labelled(
        province, "lúa tui bị rầy nâu hỏi ai", LabelKind.FIELD, "agriculture", user="901"
    )

    async def erase() -> None:
        async with province.work() as work:
            await work.samples.erase_of("zalo:400:901")
            await work.commit()

    async with province.work() as work:
        await work.samples.to_export()
        erasure = asyncio.create_task(erase())
        assert not (await asyncio.wait({erasure}, timeout=0.5))[0]
        await work.samples.forget_writers([sample.id])
        await work.commit()
    await erasure


async def test_after_its_time_an_exported_sample_is_forgotten(
    province: Store, tmp_path: Path
) -> None:
    await export_all(province, tmp_path)
    async with province.work() as work:
        assert await work.samples.purge(NOW + timedelta(days=91)) == 4


def test_only_what_does_harm_is_taken_out() -> None:
    def with_rows(rows: object) -> Learned:
        return Learned(fields={"other": tuple(rows)})  # type: ignore[arg-type]

    def score(learned: Learned) -> int:
        return -2 * sum(said.startswith("bad") for said in learned.fields["other"])

    rows = ["a", "bad one", "b", "c", "bad two", "d"]
    assert bearable(rows, with_rows, score) == ["a", "b", "c", "d"]


def test_files_are_the_same_for_the_same_sentences(tmp_path: Path) -> None:
    said = {"land": ["đất của ai", "dat cua ai", "Đất  này"], "tax": []}
    learned = Learned(
        intents={"vi": sorted_sentences({"greet": ["chào: em # nha", "- dạ"]})},
        fields=sorted_sentences(said),
    )
    write_learned(tmp_path, learned)
    first = hashlib.sha256(str(contents(tmp_path)).encode()).hexdigest()
    assert read_learned(tmp_path).fields == {"land": ("đất của ai", "Đất  này")}
    assert read_learned(tmp_path).intents["vi"] == learned.intents["vi"]
    write_learned(tmp_path, read_learned(tmp_path))
    assert hashlib.sha256(str(contents(tmp_path)).encode()).hexdigest() == first
    assert not list(tmp_path.rglob("*.new"))


def test_leaks_are_found_as_the_leak_test_finds_them() -> None:
    held_out = read_held_out()
    _, tested = read_sentences(NLU_DATA / "test" / "en.yml")[0]
    assert held_out.has_nearly(tested.upper())
    asked, routed, urgent = (
        load_yaml(NLU_DATA / "test" / f"{name}.yml") for name in ("search_held", "routing", "guard")
    )
    for text in (asked["absent"][0], routed["land"][0], urgent["emergency"]["vi"][0]):
        assert held_out.has_nearly(text.upper())
    assert not HeldOut(["hoàn toàn khác"]).has_nearly("giấy tờ nhà đất")
    assert not HeldOut([]).has_nearly("giấy tờ nhà đất")
