"""Lists of procedures and of ready answers, and what a search leaves out."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from yarl import URL

from app.demo.catalogues import load_demo_data
from store.unit_of_work import Store
from tests.integration.portal_scene import PROCEDURE, Scene, open_scene

MORE = 40
_TOPICS: list[dict[str, Any]] = [
    {"code": "2.1", "text": "Đăng ký khai sinh", "routing_field": "justice"},
    {"code": "2.2", "text": "Đăng ký kết hôn", "routing_field": "justice"},
    {"code": "2.3", "text": "Tách thửa hoặc hợp thửa đất", "routing_field": "land"},
]


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        yield found


async def save(scene: Scene, name: str, rows: list[dict[str, Any]]) -> None:
    async with scene.store.work() as work:
        await work.catalogue.save(name, rows, scene.clock())
        await work.commit()
    await scene.reload()


async def search(scene: Scene, path: str, q: str, **more: str) -> str:
    return (await scene.visitor.get(str(URL(path).with_query(q=q, **more)))).text


async def test_procedures_are_listed_by_field_and_linked_from_every_page(scene: Scene) -> None:
    await save(scene, "procedures", _TOPICS)
    assert 'href="/thu-tuc"' in (await scene.visitor.get("/co-quan")).text
    page = await scene.visitor.get("/thu-tuc")
    order = ["Đất đai", "Tách thửa", "Tư pháp, hộ tịch", "kết hôn", "khai sinh"]
    main = page.words[page.words.index("Có 4 thủ tục") :]
    places = [main.index(words) for words in order]
    assert places == sorted(places)
    assert f'href="/thu-tuc/{PROCEDURE}"' in page.text


async def test_a_long_catalogue_is_read_page_by_page(scene: Scene) -> None:
    rows = [{"code": f"3.{n:03}", "text": f"Thủ tục số {n:03}"} for n in range(MORE)]
    await save(scene, "procedures", rows)
    first = await scene.visitor.get("/thu-tuc")
    assert 'href="/thu-tuc?trang=2"' in first.text
    last = await scene.visitor.get("/thu-tuc?trang=99")
    assert "Trang 2/2" in last.words
    shown = [f"/thu-tuc/3.{n:03}" for n in range(MORE)]
    assert all((path in first.text) != (path in last.text) for path in shown)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 30])
async def test_a_page_number_that_is_none_is_the_first_page(scene: Scene, page: str) -> None:
    assert (await scene.visitor.get(f"/thu-tuc?trang={page}")).status == 200


async def test_procedures_are_searched_and_narrowed_by_field(scene: Scene) -> None:
    await save(scene, "procedures", _TOPICS)
    found = await search(scene, "/thu-tuc", "dang ky ket hon")
    assert 'href="/thu-tuc/2.2"' in found
    assert 'href="/thu-tuc/2.3"' not in found
    assert 'content="noindex"' in found
    land = (await scene.visitor.get("/thu-tuc?linh-vuc=land")).text
    assert "/thu-tuc/2.3" in land
    assert "/thu-tuc/2.1" not in land
    none = await scene.visitor.get("/thu-tuc?linh-vuc=<x>")
    assert none.status == 200
    assert none.headers["Cache-Control"] == "no-store"


async def test_ready_answers_have_a_list(scene: Scene) -> None:
    assert 'href="/thuong-gap"' in (await scene.visitor.get("/")).text
    page = await scene.visitor.get("/thuong-gap")
    assert 'href="/thuong-gap/gio-lam-viec"' in page.text
    english = await scene.visitor.get("/en/thuong-gap")
    assert "shown in its original language" in english.words
    assert 'href="/en/thuong-gap/gio-lam-viec" lang="vi"' in english.text


async def test_what_shares_one_word_with_a_search_is_not_shown(scene: Scene) -> None:
    faqs = [
        {"id": "khmer", "lang": "vi", "question": "Có hỗ trợ tiếng Khmer không?", "answer": "Có."},
        {"id": "hu", "lang": "vi", "question": "Đường hư, ổ gà thì báo ai?", "answer": "Báo xã."},
    ]
    await save(scene, "faqs", faqs)
    title = "Đăng ký biến động khi chuyển nhượng quyền sử dụng đất"
    await save(scene, "procedures", [{"code": "4.1", "text": title}])
    found = await search(scene, "/tim", "sang ten so do")
    assert 'href="/thu-tuc/4.1"' in found
    assert "/thuong-gap/khmer" not in found
    assert "/thuong-gap/khmer" in await search(scene, "/tim", "tieng khmer")


@pytest.mark.parametrize("q", ["mất sổ đỏ", "mat so do", "lam can cuoc", "cap lai the can cuoc"])
async def test_ready_answers_of_other_matters_stay_away(scene: Scene, q: str) -> None:
    await load_demo_data(scene.store)
    await scene.reload()
    found = await search(scene, "/tim", q)
    assert 'href="/thu-tuc/1.' in found
    assert 'href="/thuong-gap/' not in found
    fits = await search(scene, "/tim", "hoc phi")
    assert "phải đóng học phí không" in fits


@pytest.mark.parametrize(
    ("q", "shown"),
    [
        ("lam lai can cuoc", []),
        ("ho chieu", []),
        ("khai sinh", []),
        ("mat so do", ["1"]),
        ("hoc phi", ["3"]),
    ],
)
async def test_published_answers_that_share_a_syllable_stay_away(
    scene: Scene, q: str, shown: list[str]
) -> None:
    await load_demo_data(scene.store)
    titles = (
        "Bị mất giấy chứng nhận quyền sử dụng đất thì làm lại thế nào?",
        "Nước máy yếu vào buổi chiều, mùa khô có bị nhiễm mặn không?",
        "Năm học này học sinh công lập có phải đóng học phí không?",
    )
    for number, title in enumerate(titles, 1):
        await scene.publish(number, title=title, question=title)
    found = await search(scene, "/tim", q)
    assert re.findall(r'href="/hoi-dap/(\d+)"', found) == shown
