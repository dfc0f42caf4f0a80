"""Publishing at the desk: two people, masks, lists, taking down, translation."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from casework.cases import Case, ContentKind
from casework.permissions import Permission, Role, may
from casework.publication import Publication, PublicDocument, Visibility
from casework.statuses import CaseStatus
from casework.use_cases.publish import start_document
from desk.publications import PAGE_SIZE
from desk.routes import ROUTES
from store.audit import AuditAction
from tests.integration.desk_scene import BUILDING, Person, Scene, hidden_field

QUESTION = "Tôi tên là Nguyễn Văn An, điện thoại 0912345678. Đường tỉnh 915 bao giờ mở rộng?"
ANSWER = "Sở Xây dựng trả lời Ông An: đường tỉnh 915 được mở rộng trong năm 2027."
LIST = "/desk/publications"
FIELDS = {
    "title": "Mở rộng đường tỉnh 915",
    "question": "Đường tỉnh 915 bao giờ mở rộng?",
    "text": "Đường tỉnh 915 được mở rộng trong năm 2027.",
    "basis": "duty",
}


async def answered(scene: Scene, question: str = QUESTION, answer: str = ANSWER) -> Case:
    case = await scene.case(question, agency=BUILDING)
    async with scene.store.work() as work:
        await work.cases.add_content(case.id, ContentKind.ANSWER, answer, scene.clock())
        case = replace(case, status=CaseStatus.ANSWERED, answered_at=scene.clock())
        case = await work.cases.save(case, scene.clock())
        await work.commit()
    return case


async def documents(scene: Scene) -> list[Publication]:
    async with scene.store.work() as work:
        return await work.publications.in_status(*Visibility)


async def written(scene: Scene, editor: Person, **fields: str) -> Publication:
    """The document of an answered case as an editor saved it."""
    case = await answered(scene)
    page = f"/desk/cases/{case.id}/publication"
    sent = await editor.send(page, page=page, **{**FIELDS, **fields})
    assert sent.status == 200, await sent.text()
    return (await documents(scene))[0]


def place(publication: Publication, action: str = "") -> str:
    path = f"/desk/publications/{publication.id}/{publication.lang}"
    return f"{path}/{action}" if action else path


async def act(person: Person, publication: Publication, action: str, **fields: str) -> str:
    sent = await person.send(place(publication, action), page=place(publication), **fields)
    return await sent.text()


def field_of(text: str, name: str) -> str:
    found = re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    assert found, name
    return html.unescape(found[1])


def boxes(text: str) -> dict[str, bool]:
    """Every place that can be masked, and whether it is."""
    found = re.findall(r'name="masked" value="([^"]*)"[^>]*?(checked)?>', text)
    return {html.unescape(value): bool(checked) for value, checked in found}


# -- the way of a document --------------------------------------------------------------------


async def test_an_answered_case_waits_to_be_published_and_begins_masked(scene: Scene) -> None:
    case = await answered(scene)
    editor = await scene.signed_in(Role.EDITOR)
    assert case.code in await editor.get(LIST)
    page = await editor.get(f"/desk/cases/{case.id}/publication")
    public = field_of(page, "question")
    assert public.startswith("Tôi tên là [họ tên], điện thoại [số điện thoại].")
    # The original stands beside it.
    assert QUESTION in page
    assert await documents(scene) == []


async def test_two_people_publish_it(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor)
    assert "cần một biên tập viên khác duyệt" in await editor.get(place(publication))
    assert "Đã chuyển cho người thứ hai" in await act(editor, publication, "ask")
    second = await scene.signed_in(Role.CHIEF_EDITOR)
    assert FIELDS["title"] in await second.get(f"{LIST}?tab=review")
    assert "Bài hiện ngay trên trang hỏi đáp" in await act(second, publication, "release")
    published = (await documents(scene))[0]
    assert published.status is Visibility.PUBLISHED
    assert published.live is not None
    assert published.live.answer == FIELDS["text"]
    assert published.live.title == FIELDS["title"]
    assert f'href="/hoi-dap/{published.number}"' in await editor.get(place(publication))
    assert FIELDS["title"] in await second.get(f"{LIST}?tab=published")
    async with scene.store.work() as work:
        noted = [entry.action for entry in await work.audit.newest()]
    assert AuditAction.PUBLICATION_SAVED in noted
    assert AuditAction.PUBLICATION_RELEASED in noted
    assert AuditAction.PUBLICATION_PUBLISHED in noted


async def test_whoever_wrote_it_does_not_let_it_go(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor)
    page = await act(editor, publication, "release")
    assert "không tự duyệt bài của mình" in page
    assert (await documents(scene))[0].live is None


async def test_a_telephone_stops_a_release_and_a_name_needs_a_look(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor, question=QUESTION)
    second = await scene.signed_in(Role.EDITOR)
    refused = await act(second, publication, "release", seen="yes")
    assert "Bài còn số điện thoại" in refused
    only_name = QUESTION.replace(", điện thoại 0912345678", "")
    await editor.send(
        place(publication), page=place(publication), **{**FIELDS, "question": only_name}
    )
    assert "đánh dấu xác nhận" in await act(second, publication, "release")
    assert "Bài hiện ngay" in await act(second, publication, "release", seen="yes")


async def test_a_day_to_come_waits_for_its_day(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor)
    second = await scene.signed_in(Role.EDITOR)
    assert "Ngày đăng đã qua" in await act(second, publication, "release", publish_on="2026-11-19")
    assert "không đọc được: Ngày đăng" in await act(
        second, publication, "release", publish_on="hôm sau"
    )
    page = await act(second, publication, "release", publish_on="2026-11-23")
    assert "tự hiện vào ngày đã chọn" in page
    assert FIELDS["title"] in await editor.get(f"{LIST}?tab=scheduled")
    assert (await documents(scene))[0].live is None


async def test_taking_down_names_the_document_and_wants_a_reason(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor)
    second = await scene.signed_in(Role.EDITOR)
    await act(second, publication, "release")
    page = place(publication, "take-down")
    assert FIELDS["title"] in await editor.get(page)
    sent = await editor.send(page, page=page, reason="  ")
    assert sent.status == 422
    assert "Chưa có lý do" in await sent.text()
    await editor.send(page, page=page, reason="Quy định đã thay đổi")
    gone = (await documents(scene))[0]
    assert (gone.status, gone.live, gone.reason) == (
        Visibility.TAKEN_DOWN,
        None,
        "Quy định đã thay đổi",
    )
    assert FIELDS["title"] in await editor.get(f"{LIST}?tab=ended")
    assert 'href="/hoi-dap/' not in await editor.get(place(publication))
    # A second time there is nothing to take down, and the page says so.
    again = await editor.send(page, page=place(publication), reason="Lần nữa")
    assert again.status == 409


async def test_a_case_can_be_kept_private_with_a_reason(scene: Scene) -> None:
    case = await answered(scene)
    editor = await scene.signed_in(Role.EDITOR)
    page = f"/desk/cases/{case.id}/private"
    assert (await editor.send(page, page=page, reason="")).status == 422
    assert (
        "Đã ghi không đăng"
        in await (await editor.send(page, page=page, reason="Chuyện riêng của gia đình")).text()
    )
    assert case.code not in await editor.get(LIST)
    assert "Chuyện riêng của gia đình" in await editor.get(f"{LIST}?tab=ended")
    # Decided otherwise later: the page begins with the masked original.
    kept = (await documents(scene))[0]
    assert "[họ tên]" in field_of(await editor.get(place(kept)), "question")
    await editor.send(place(kept), page=place(kept), **FIELDS)
    assert (await documents(scene))[0].status is Visibility.EDITED


async def test_the_wish_of_the_asker_stops_it(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor)
    async with scene.store.work() as work:
        case = await work.cases.get(publication.case_id)
        await work.cases.save(replace(case, objected=True), scene.clock())
        await work.commit()
    second = await scene.signed_in(Role.EDITOR)
    assert "không muốn đăng" in await second.get(place(publication))
    assert "Người hỏi không muốn đăng" in await act(second, publication, "release")
    assert (await documents(scene))[0].live is None


async def test_who_objects_after_it_was_published_is_seen_on_the_list(scene: Scene) -> None:
    editor, second = await scene.signed_in(Role.EDITOR), await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor)
    await act(second, publication, "release")
    assert "nhưng bài đang hiện" not in await editor.get(LIST)
    async with scene.store.work() as work:
        case = await work.cases.get(publication.case_id)
        await work.cases.save(replace(case, objected=True), scene.clock())
        await work.commit()
    assert "nhưng bài đang hiện" in await editor.get(LIST)
    page = place(publication, "take-down")
    await editor.send(page, page=page, reason="Người hỏi không muốn đăng")
    assert "nhưng bài đang hiện" not in await editor.get(LIST)


async def test_an_answer_that_came_by_letter_is_typed_in(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    page = f"{LIST}/new"
    more = {"agency": BUILDING, "field": "transport", "answered_on": "2026-11-18"}
    sent = await editor.send(page, page=page, **FIELDS, **more)
    assert sent.status == 200
    found = (await documents(scene))[0]
    assert (found.case_id, found.draft.agency_code) == ("", BUILDING)
    assert found.draft.answered_on == date(2026, 11, 18)


# -- masks ------------------------------------------------------------------------------------


async def test_a_place_is_uncovered_and_masked_again_without_losing_what_was_typed(
    scene: Scene,
) -> None:
    case = await answered(scene)
    editor = await scene.signed_in(Role.EDITOR)
    page = f"/desk/cases/{case.id}/publication"
    text = await editor.get(page)
    shown = boxes(text)
    name = next(value for value in shown if value.endswith("Nguyễn Văn An"))
    assert shown[name] is True
    typed = field_of(text, "question") + " Xin cảm ơn."
    kept = [value for value in shown if value != name]
    fields = {"csrf": hidden_field(text, "csrf"), "do": "masks", "title": "Tiêu đề gõ dở"}
    form = [*fields.items(), ("question", typed), ("text", field_of(text, "text"))]
    form += [("shown", value) for value in shown] + [("masked", value) for value in kept]
    answer = await editor.client.post(page, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    text = await answer.text()
    assert field_of(text, "question").startswith("Tôi tên là Nguyễn Văn An, điện thoại [số")
    assert field_of(text, "question").endswith("Xin cảm ơn.")
    assert 'value="Tiêu đề gõ dở"' in text
    assert boxes(text)[name] is False
    again = dict(boxes(text))
    form = [*fields.items(), ("question", field_of(text, "question"))]
    form += [("shown", value) for value in again] + [("masked", value) for value in again]
    answer = await editor.client.post(page, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert field_of(await answer.text(), "question").startswith("Tôi tên là [họ tên], điện thoại")
    assert await documents(scene) == []


async def test_telephones_of_agencies_stay(scene: Scene) -> None:
    async with scene.store.work() as work:
        row = {"code": BUILDING, "name": "Sở Xây dựng tỉnh", "phone": "(0294) 3855 255"}
        await work.catalogue.save("agencies", [row], scene.clock())
        await work.commit()
    case = await answered(scene, answer="Xin gọi 02943855255 hoặc 0912345678.")
    editor = await scene.signed_in(Role.EDITOR)
    text = field_of(await editor.get(f"/desk/cases/{case.id}/publication"), "text")
    assert text == "Xin gọi 02943855255 hoặc [số điện thoại]."


# -- bad input, two editors at once ------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": " "}, "Còn ô chưa có chữ nào: Tiêu đề"),
        ({"text": ""}, "Còn ô chưa có chữ nào: Câu trả lời"),
        ({"field": "moon"}, "không đọc được: Lĩnh vực"),
        ({"agency": "H99.X"}, "không đọc được: Cơ quan trả lời"),
        ({"basis": "luck"}, "không đọc được: Lý do được đăng"),
        ({"valid_until": "31/02/2027"}, "không đọc được: Còn hiệu lực"),
        ({"text": "x" * 20_001}, "dài quá 20.000 ký tự"),
    ],
)
async def test_what_cannot_be_read_is_told_and_everything_typed_stays(
    scene: Scene, wrong: dict[str, str], told: str
) -> None:
    case = await answered(scene)
    editor = await scene.signed_in(Role.EDITOR)
    page = f"/desk/cases/{case.id}/publication"
    sent = await editor.send(page, page=page, **{**FIELDS, **wrong})
    text = await sent.text()
    assert sent.status == 422
    assert told in text
    assert field_of(text, "question") == FIELDS["question"]
    assert await documents(scene) == []


async def test_two_editors_begin_the_same_case(scene: Scene) -> None:
    case = await answered(scene)
    page = f"/desk/cases/{case.id}/publication"
    one, other = await scene.signed_in(Role.EDITOR), await scene.signed_in(Role.EDITOR)
    text = await other.get(page)
    assert (await one.send(page, page=page, **FIELDS)).status == 200
    fields = {**FIELDS, "text": "Bản của người kia", "csrf": hidden_field(text, "csrf")}
    answer = await other.client.post(page, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status == 409
    assert "Bản của người kia" in await answer.text()
    assert len(await documents(scene)) == 1


async def test_two_editors_save_at_once(scene: Scene) -> None:
    one = await scene.signed_in(Role.EDITOR)
    publication = await written(scene, one)
    other = await scene.signed_in(Role.EDITOR)
    page = await other.get(place(publication))
    await one.send(place(publication), page=place(publication), **{**FIELDS, "text": "Bản một"})
    fields = {
        **FIELDS,
        "text": "Bản hai",
        "csrf": hidden_field(page, "csrf"),
        "version": hidden_field(page, "version"),
    }
    answer = await other.client.post(
        place(publication), data=fields, headers={"Sec-Fetch-Site": "same-origin"}
    )
    text = await answer.text()
    assert answer.status == 409
    assert field_of(text, "text") == "Bản hai"
    assert "Bản một" in text
    assert (await documents(scene))[0].draft.answer == "Bản một"


async def test_a_session_that_ended_gives_everything_typed_back(scene: Scene) -> None:
    stranger = await scene.browser()
    answer = await stranger.client.post(
        f"{LIST}/new", data=FIELDS, headers={"Sec-Fetch-Site": "same-origin"}
    )
    text = await answer.text()
    assert answer.status == 401
    for name in ("title", "question", "text"):
        assert FIELDS[name] in text


@pytest.mark.parametrize(
    "path", ["/desk/publications/none/vi", "/desk/publications/none/vi/take-down"]
)
async def test_documents_that_do_not_exist_are_not_found(scene: Scene, path: str) -> None:
    editor = await scene.signed_in(Role.CHIEF_EDITOR)
    await editor.get(path, status=404)
    for action in ("", "/ask", "/release", "/private", "/take-down"):
        sent = await editor.send(f"/desk/publications/none/vi{action}", page=LIST, reason="x")
        assert sent.status == 404, action
    sent = await editor.send("/desk/translations/none/en", page=LIST, **FIELDS)
    assert sent.status == 404


# -- translation --------------------------------------------------------------------------------


async def test_a_translation_is_written_by_one_and_let_go_by_another(scene: Scene) -> None:
    editor, second = await scene.signed_in(Role.EDITOR), await scene.signed_in(Role.EDITOR)
    publication = await written(scene, editor)
    await act(second, publication, "release")
    translator = await scene.signed_in(Role.TRANSLATOR)
    assert FIELDS["title"] in await translator.get("/desk/translations")
    page = f"/desk/translations/{publication.id}/en"
    assert FIELDS["text"] in await translator.get(page)
    english = {
        "title": "Widening of provincial road 915",
        "question": "When will road 915 be widened?",
        "text": "Road 915 will be widened in 2027.",
        "basis": "duty",
    }
    sent = await translator.send(page, page=page, **english)
    assert "Đã lưu bản dịch" in await sent.text()
    found = next(one for one in await documents(scene) if one.lang == "en")
    assert found.number == publication.number
    assert english["title"] in await translator.get("/desk/translations")
    assert "Bài hiện ngay" in await act(second, found, "release")
    live = {one.lang for one in await documents(scene) if one.live is not None}
    assert live == {"vi", "en"}
    # With the Vietnamese answer its translation goes too.
    down = place(publication, "take-down")
    await editor.send(down, page=down, reason="Hết hiệu lực")
    assert not any(one.live for one in await documents(scene))


# -- who may ----------------------------------------------------------------------------------

OWN = [route for route in ROUTES if "publication" in route.path or "/translations" in route.path]


@pytest.mark.parametrize("role", Role)
async def test_every_page_of_publishing_admits_exactly_its_roles(scene: Scene, role: Role) -> None:
    case = await answered(scene)
    assert len(OWN) > 12
    person = await scene.signed_in(role, BUILDING)
    for route in OWN:
        path = route.path.replace(r"{case_id:\w+}", case.id)
        path = re.sub(r"\{publication_id[^}]*\}", "none", path)
        path = re.sub(r"\{lang[^}]*\}", "en", path)
        if route.method == "GET":
            status = (await person.client.get(f"/desk{path}", allow_redirects=False)).status
        else:
            status = (await person.send(f"/desk{path}", page="/desk/account")).status
        assert (status == 403) is not may(role, route.permission), (route.path, status)
        assert status < 500, (route.method, route.path, status)


def test_an_editor_may_release_and_a_translator_may_not() -> None:
    assert may(Role.EDITOR, Permission.RELEASE_PUBLICATION)
    assert not may(Role.TRANSLATOR, Permission.RELEASE_PUBLICATION)


async def test_long_lists_have_pages_and_documents_are_found_by_number(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    async with scene.store.work() as work:
        for number in range(1, PAGE_SIZE + 3):
            document = PublicDocument(title=f"Bài thử {number:02}", question="Hỏi", answer="Đáp")
            await start_document(work, document, "somebody")
        await work.commit()
    first = await editor.get("/desk/publications?tab=editing")
    assert first.count('class="case-row"') == PAGE_SIZE
    assert f"Trang 1 / 2 · {PAGE_SIZE + 2} bài" in first
    second = await editor.get("/desk/publications?tab=editing&page=2")
    assert second.count('class="case-row"') == 2
    assert "Bài thử 01" in second
    assert "Bài thử 01" not in first
    assert 'class="case-row"' in await editor.get("/desk/publications?tab=editing&page=99999")
    assert "Bài thử 01" in await editor.get("/desk/publications?bai=Bài 1")
    assert "Bài thử 01" in await editor.get("/desk/publications?bai=1")
    assert "Không có bài nào" in await editor.get("/desk/publications?bai=4711")


async def test_what_can_be_published_has_pages_and_is_found_by_the_code(scene: Scene) -> None:
    case = await answered(scene)
    editor = await scene.signed_in(Role.EDITOR)
    async with scene.store.work() as work:
        document = PublicDocument(title="Đường tỉnh 915", question="Hỏi", answer="Đáp")
        await start_document(work, document, "somebody", case_id=case.id)
        await work.commit()
    assert "Đường tỉnh 915" in await editor.get(f"/desk/publications?bai={case.code.lower()}")
