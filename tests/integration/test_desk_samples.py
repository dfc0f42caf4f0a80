"""Texts to learn from: listed, labelled, dismissed, shortened, reopened; corrections of cases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from bot.erasure import read_own_data
from casework.cases import Case
from casework.permissions import Role
from casework.samples import (
    Label,
    LabelKind,
    SampleReason,
    SampleSource,
    SampleStatus,
    TrainingSample,
)
from desk.answers import Answers
from knowledge.procedures import Procedure
from knowledge.search import Hit, HitKind, Index
from knowledge.text import Language
from store.samples import KEPT_FOR, LABELLED_KEPT_FOR, SampleFilter
from store.unit_of_work import Store
from store.vault import Vault
from tests.integration.desk_scene import TALK, Person, Scene, open_desk

PAGE = "/desk/samples"
CODE, TITLE = "1.001193", "Thủ tục đăng ký khai sinh"
INDEX = Index([Procedure(CODE, TITLE)], [], {})


def title(kind: HitKind, ref: str) -> str:
    return TITLE if (kind, ref) == (HitKind.PROCEDURE, CODE) else ""


def search(words: str, most: int) -> list[Hit]:
    return INDEX.search(words, most)


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_desk(store, answers=Answers(search, title)) as found:
        yield found


async def collected(
    scene: Scene, text: str, *, talk: str = TALK, times: int = 1, **known: object
) -> TrainingSample:
    sample = TrainingSample(
        id=scene.store.ids(),
        reason=SampleReason.FELL_BACK,
        lang="vi",
        text=text,
        collected_at=scene.clock(),
        last_seen_at=scene.clock(),
    )
    async with scene.store.work() as work:
        for row in range(times):
            made = replace(sample, **known)  # type: ignore[arg-type]
            await work.samples.collect(made, SampleSource(talk, row))
        await work.commit()
        return await work.samples.get(sample.id)


async def kept(scene: Scene, sample: TrainingSample) -> TrainingSample:
    async with scene.store.work() as work:
        return await work.samples.get(sample.id)


async def act(person: Person, sample: TrainingSample, what: str, **fields: str) -> tuple[int, str]:
    path = f"{PAGE}/{sample.id}"
    answer = await person.send(f"{path}/{what}", page=path, **fields)
    return answer.status, await answer.text()


async def test_the_most_often_seen_stand_first_and_lists_are_narrowed(scene: Scene) -> None:
    await collected(scene, "câu ít gặp hơn nè")
    await collected(scene, "câu này gặp hoài luôn", times=3)
    await collected(scene, "how do i do this thing", lang="en", reason=SampleReason.NOT_INTENDED)
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(PAGE)
    assert page.index("câu này gặp hoài luôn") < page.index("câu ít gặp hơn nè")
    assert "3 lần" in page
    english = await editor.get(f"{PAGE}?lang=en")
    assert "how do i" in english
    assert "· tiếng Anh" in english
    assert ">Tiếng Khmer</option>" in english
    assert "gặp hoài" not in english
    assert "gặp hoài" not in await editor.get(f"{PAGE}?reason=not_intended")
    assert "gặp hoài" in await editor.get(f"{PAGE}?reason=nonsense&page=99")


async def test_only_editors_read_them(scene: Scene) -> None:
    sample = await collected(scene, "câu này của ai đó")
    for role in Role:
        person = await scene.signed_in(role, "H61.SXD")
        allowed = role in (Role.EDITOR, Role.CHIEF_EDITOR)
        await person.get(PAGE, 200 if allowed else 403)
        await person.get(f"{PAGE}/{sample.id}", 200 if allowed else 403)


async def test_labelled_once_and_the_next_one_opens(scene: Scene) -> None:
    first = await collected(scene, "cái vụ nước nôi sao rồi", times=2)
    second = await collected(scene, "hỏi thăm cái giấy tờ bữa hổm")
    editor = await scene.signed_in(Role.EDITOR)
    status, text = await act(editor, first, "label", kind="intent", value="report_problem")
    assert status == 200
    assert "hỏi thăm cái giấy tờ" in text
    assert "Đã gán" in text
    found = await kept(scene, first)
    assert found.status is SampleStatus.LABELLED
    assert found.label == Label(LabelKind.INTENT, "report_problem")
    assert editor.member is not None
    assert found.decided_by == editor.member.id
    _, text = await act(editor, second, "dismiss", why="unclear")
    assert "Không còn câu nào chờ" in text
    assert (await kept(scene, second)).status is SampleStatus.DISMISSED


async def test_a_procedure_is_found_by_words_and_chosen(scene: Scene) -> None:
    sample = await collected(scene, "giấy tờ cho thằng nhỏ mới sanh")
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"{PAGE}/{sample.id}?q=khai+sinh")
    assert TITLE in page
    await act(editor, sample, "label", kind="procedure", value=CODE)
    assert (await kept(scene, sample)).label == Label(LabelKind.PROCEDURE, CODE)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("procedure", "9.999999"), ("intent", "x"), ("field", ""), ("x", "y"), ("faq", CODE)],
)
async def test_what_no_form_offers_is_refused(scene: Scene, kind: str, value: str) -> None:
    sample = await collected(scene, "giấy tờ cho thằng nhỏ mới sanh")
    editor = await scene.signed_in(Role.EDITOR)
    status, text = await act(editor, sample, "label", kind=kind, value=value)
    assert status == 422
    assert 'role="alert"' in text
    assert (await kept(scene, sample)).status is SampleStatus.WAITING


async def test_of_two_editors_the_second_is_told_and_loses_nothing(scene: Scene) -> None:
    sample = await collected(scene, "cái vụ nước nôi sao rồi")
    one, other = await scene.signed_in(Role.EDITOR), await scene.signed_in(Role.CHIEF_EDITOR)
    path = f"{PAGE}/{sample.id}"
    waiting = await other.get(path)
    await act(one, sample, "label", kind="intent", value="report_problem")
    version = waiting.split('name="version" value="')[1].split('"')[0]
    csrf = waiting.split('name="csrf" value="')[1].split('"')[0]
    answer = await other.client.post(
        f"{path}/label",
        data={"csrf": csrf, "version": version, "kind": "field", "value": "land"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    text = await answer.text()
    assert answer.status == 409
    assert "Có người vừa xử lý" in text
    assert "Anh/chị vừa chọn: Đất đai" in text
    assert (await kept(scene, sample)).label == Label(LabelKind.INTENT, "report_problem")
    status, _ = await act(other, sample, "reopen")
    assert status == 200
    assert (await kept(scene, sample)).status is SampleStatus.WAITING


async def test_words_are_taken_out_or_masked_and_never_added(scene: Scene) -> None:
    sample = await collected(scene, "con [name] học lớp ba trường làng hỏi tiền ăn trưa")
    editor = await scene.signed_in(Role.EDITOR)
    assert "con [họ tên] học" in await editor.get(f"{PAGE}/{sample.id}")
    status, text = await act(editor, sample, "shorten", text="trường nào thu tiền ăn trưa")
    assert status == 422
    assert "trường nào thu tiền ăn trưa" in text
    status, _ = await act(
        editor, sample, "shorten", text="con [họ tên] học [địa chỉ] hỏi tiền ăn trưa"
    )
    assert status == 200
    assert (await kept(scene, sample)).text == "con [name] học [address] hỏi tiền ăn trưa"
    status, _ = await act(editor, sample, "shorten", text="[họ tên]")
    assert status == 422


async def test_two_shortened_to_the_same_at_once_are_both_kept(scene: Scene) -> None:
    same = "cái vụ nước nôi"
    both = [await collected(scene, f"{same} {more}") for more in ("tính sao", "rồi sao")]

    async def shorten(sample: TrainingSample) -> None:
        async with scene.store.work() as work:
            await work.samples.save(replace(sample, text=same))
            await asyncio.sleep(0.2)
            await work.commit()

    await asyncio.gather(*(shorten(sample) for sample in both))
    assert [(await kept(scene, sample)).text for sample in both] == [same, same]


async def test_an_unknown_sample_is_not_found(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    await editor.get(f"{PAGE}/nothing", 404)


async def test_the_menu_counts_what_waits(scene: Scene) -> None:
    await collected(scene, "cái vụ nước nôi sao rồi")
    editor = await scene.signed_in(Role.EDITOR)
    assert 'Câu để học <span class="count">1<' in await editor.get("/desk/account")


CLOGGED = "Chỗ ấp tui cái cống nghẹt hoài ai lo"


async def sorted_into(scene: Scene, before: str, after: str, words: str = CLOGGED) -> Case:
    case = await scene.case(words)
    async with scene.store.work() as work:
        case = await work.cases.save(replace(case, field=before), scene.clock())
        await work.commit()
    editor = await scene.signed_in(Role.EDITOR)
    await editor.act(case, "sort", kind="question", field=after, place="")
    return case


async def test_a_corrected_field_is_a_sample_with_a_proposal(scene: Scene) -> None:
    await sorted_into(scene, "health", "construction")
    async with scene.store.work() as work:
        (sample,) = await work.samples.search(SampleFilter(), 5)
    assert sample.text == CLOGGED
    assert sample.reason is SampleReason.CORRECTED
    assert sample.hint == Label(LabelKind.FIELD, "construction")
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"{PAGE}/{sample.id}")
    assert "Lĩnh vực trợ lý chọn" in page
    assert "Đúng là: Xây dựng" in page


@pytest.mark.parametrize(("before", "after"), [("", "land"), ("land", "land"), ("land", "")])
async def test_what_was_not_corrected_is_no_sample(scene: Scene, before: str, after: str) -> None:
    await sorted_into(scene, before, after)
    async with scene.store.work() as work:
        assert await work.samples.search(SampleFilter(), 5) == []


async def test_colleagues_who_disagree_correct_nobody_but_each_other(scene: Scene) -> None:
    case = await scene.reload(await sorted_into(scene, "land", "land"))
    editor = await scene.signed_in(Role.EDITOR)
    await editor.act(case, "sort", kind="question", field="construction", place="")
    async with scene.store.work() as work:
        assert (await work.cases.get(case.id)).field == "construction"
        assert await work.samples.search(SampleFilter(), 5) == []


async def test_grave_words_teach_nothing_though_they_became_a_question(scene: Scene) -> None:
    await sorted_into(scene, "health", "land", "Tui muốn tố cáo cái ông đo đất thì hỏi ai")
    async with scene.store.work() as work:
        assert await work.samples.search(SampleFilter(), 5) == []


async def test_a_question_no_key_opens_is_sorted_all_the_same(scene: Scene) -> None:
    case = await scene.case(CLOGGED)
    async with scene.store.work() as work:
        case = await work.cases.save(replace(case, field="health"), scene.clock())
        await work.commit()
    scene.store.vault = Vault([Fernet.generate_key().decode()])
    editor = await scene.signed_in(Role.EDITOR)
    await editor.act(case, "sort", kind="question", field="construction", place="")
    assert (await scene.reload(case)).field == "construction"


async def test_whoever_objects_teaches_nothing(scene: Scene) -> None:
    case = await scene.case(CLOGGED)
    async with scene.store.work() as work:
        await work.cases.save(replace(case, field="health", objected=True), scene.clock())
        await work.commit()
    editor = await scene.signed_in(Role.EDITOR)
    await editor.act(case, "sort", kind="question", field="construction", place="")
    async with scene.store.work() as work:
        assert await work.samples.search(SampleFilter(), 5) == []


async def test_a_text_no_key_opens_spoils_no_list_and_can_be_dismissed(scene: Scene) -> None:
    lost = await collected(scene, "câu này mất khóa rồi", times=3)
    old = scene.store.vault
    scene.store.vault = Vault([Fernet.generate_key().decode()])
    await collected(scene, "câu này còn đọc được")
    editor = await scene.signed_in(Role.EDITOR)
    listed = await editor.get(PAGE)
    assert "còn đọc được" in listed
    assert "(câu này không mở được)" in listed
    shown = await editor.get(f"{PAGE}/{lost.id}")
    assert "thiếu khóa giải mã" in shown
    assert "Câu này là gì?" not in shown
    status, text = await act(editor, lost, "label", kind="intent", value="ask_info")
    assert status == 422
    assert 'role="alert"' in text
    await act(editor, lost, "dismiss", why="unreadable")
    assert (await kept(scene, lost)).status is SampleStatus.DISMISSED
    assert "Không mở được" in await editor.get(f"{PAGE}?status=dismissed")
    scene.store.vault = old
    assert (await kept(scene, lost)).text == "câu này mất khóa rồi"


async def test_who_reads_their_own_data_gets_them_though_a_text_cannot_be_opened(
    scene: Scene,
) -> None:
    lost = await collected(scene, "câu này mất khóa rồi")
    await act(await scene.signed_in(Role.EDITOR), lost, "label", kind="intent", value="ask_info")
    scene.store.vault = Vault([Fernet.generate_key().decode()])
    async with scene.store.work() as work:
        assert [one.text for one in await work.samples.of_person(TALK)] == [""]
        assert await work.samples.to_export() == []
        own = await read_own_data(work, TALK)
    assert [one["text"] for one in own["training_samples"]] == [None]


async def test_each_is_kept_as_long_as_it_serves(scene: Scene) -> None:
    waiting = await collected(scene, "cái vụ nước nôi sao rồi")
    labelled = await collected(scene, "hỏi thăm cái giấy tờ bữa hổm")
    editor = await scene.signed_in(Role.EDITOR)
    await act(editor, labelled, "label", kind="intent", value="ask_info")
    async with scene.store.work() as work:
        now = scene.clock()
        assert await work.samples.purge(now + KEPT_FOR) == 0
        assert await work.samples.purge(now + KEPT_FOR * 1.01) == 1
        left = await work.samples.count_each(SampleFilter())
        assert left[SampleStatus.LABELLED] == 1
        assert await work.samples.purge(now + LABELLED_KEPT_FOR * 1.01) == 1
    assert waiting.lang == Language.VI.value
