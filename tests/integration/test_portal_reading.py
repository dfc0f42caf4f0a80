"""Readers find, read and judge published answers; what is taken back is gone at once."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from time import monotonic
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from casework.publication import Visibility
from portal.words import LANGUAGES, load_words
from store.public_answers import Votes, all_votes
from store.unit_of_work import Store
from tests.integration.portal_scene import HEALTH, OLD_HEALTH, PROCEDURE, Scene, open_scene

ATOM = "{http://www.w3.org/2005/Atom}"
_PREFIXES = ("", "/en", "/km")


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        await found.publish()
        yield found


async def take_down(scene: Scene, number: int = 1) -> None:
    async with scene.store.work() as work:
        live = await work.publications.get(f"publication-{number}", "vi")
        gone = replace(
            live, status=Visibility.TAKEN_DOWN, live=None, taken_down_at=work.clock(), reason="cũ"
        )
        await work.publications.save(gone, work.clock())
        await work.commit()
    await scene.reload()


# -- home and search ----------------------------------------------------------------------------


async def test_home_offers_search_first_then_what_people_ask_and_all_ways(scene: Scene) -> None:
    page = await scene.visitor.get("/")
    order = ["Ông/Bà cần tìm gì?", "Cấp lại thẻ", "Gửi câu hỏi trên trang này", "Sở Y tế", "114"]
    places = [page.words.index(words) for words in order]
    assert places == sorted(places)
    assert 'href="/hoi-dap?linh-vuc=health"' in page.text


@pytest.mark.parametrize("q", ["thẻ bảo hiểm y tế", "the bao hiem y te", "THE BHYT bi mat"])
async def test_search_finds_with_and_without_diacritics(scene: Scene, q: str) -> None:
    page = await scene.visitor.get(str(URL("/tim").with_query(q=q)))
    assert 'href="/hoi-dap/1"' in page.text
    assert f'href="/thu-tuc/{PROCEDURE}"' in page.text
    assert page.typed("q") == q


async def test_a_ready_answer_has_a_page_and_a_published_one_is_not_doubled(scene: Scene) -> None:
    page = await scene.visitor.get("/tim?q=gio lam viec mot cua")
    assert 'href="/thuong-gap/gio-lam-viec"' in page.text
    assert "7:00–11:00" in (await scene.visitor.get("/thuong-gap/gio-lam-viec")).words
    assert "thuong-gap/pub-" not in (await scene.visitor.get("/tim?q=the bao hiem y te")).text


async def test_an_empty_result_keeps_the_words_and_says_what_to_do(scene: Scene) -> None:
    page = await scene.visitor.get("/tim?q=xyzzy <b>qwerty</b>")
    assert page.typed("q") == "xyzzy <b>qwerty</b>"
    assert "<b>qwerty" not in page.text
    assert "thử dùng ít từ hơn" in page.words
    assert 'href="/hoi"' in page.text


async def test_any_search_is_answered_within_a_second(scene: Scene) -> None:
    async def search(q: str) -> None:
        began = monotonic()
        page = await scene.visitor.get(str(URL("/tim").with_query(q=q)))
        assert page.status == 200
        assert monotonic() - began < 1

    loop = asyncio.get_running_loop()

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def any_text(q: str) -> None:
        asyncio.run_coroutine_threadsafe(search(q), loop).result()

    await asyncio.to_thread(any_text)


# -- one answer ---------------------------------------------------------------------------------


async def test_an_answer_reads_like_a_column(scene: Scene) -> None:
    page = await scene.visitor.get("/hoi-dap/1")
    order = [
        "Mất thẻ bảo hiểm y tế thì xin",
        "Sở Y tế tỉnh Vĩnh Long · trả lời thứ Ba, 10/11/2026",
        "Ông/Bà nộp tờ khai",
        "Luật Bảo hiểm y tế",
        "có ích không",
        "Hỏi cơ quan",
    ]
    places = [page.words.index(words) for words in order]
    assert places == sorted(places)


async def test_the_last_day_is_told_and_then_a_warning(scene: Scene) -> None:
    await scene.publish(2, valid_until=date(2026, 11, 20))
    assert "muộn nhất thứ Sáu, 20/11/2026" in (await scene.visitor.get("/hoi-dap/2")).words
    scene.clock.move(days=1)
    page = await scene.visitor.get("/hoi-dap/2")
    assert "chỉ có hiệu lực đến hết thứ Sáu, 20/11/2026" in page.words
    # What no longer holds is not among what people ask most.
    assert 'href="/hoi-dap/2"' not in (await scene.visitor.get("/")).text


async def test_what_was_taken_back_is_gone_politely_everywhere(scene: Scene) -> None:
    first = await scene.visitor.get("/hoi-dap/1")
    await take_down(scene)
    again = await scene.visitor.get("/hoi-dap/1", If_None_Match=first.headers["ETag"])
    assert again.status == 410
    assert "đã được gỡ" in again.words
    for path in ("/", "/hoi-dap", "/hoi-dap.atom", "/tim?q=the bao hiem y te"):
        assert "/hoi-dap/1" not in (await scene.visitor.get(path)).text


@pytest.mark.parametrize(
    "path", ["/hoi-dap/99", "/thu-tuc/9.999999", "/co-quan/X1", "/thuong-gap/khong-co"]
)
async def test_unknown_addresses_are_told_politely(scene: Scene, path: str) -> None:
    for prefix in _PREFIXES:
        page = await scene.visitor.get(prefix + path)
        assert page.status == 404
        assert "<h1>" in page.text


async def test_a_mistyped_address_is_told_to_people_in_words_and_to_programs_bare(
    scene: Scene,
) -> None:
    for path, words in (("/hoi-dapp", "Không có trang này"), ("/en/x/y", "no such page")):
        page = await scene.visitor.get(path, Accept="text/html,*/*")
        assert page.status == 404
        assert words in page.words
    bare = await scene.visitor.get("/khong-co", Accept="application/json")
    assert (bare.status, bare.text) == (404, "404: Not Found")


async def test_html_in_an_answer_is_text(scene: Scene) -> None:
    await scene.publish(3, title="<script>alert(1)</script>", answer="<img src=x onerror=y>")
    page = await scene.visitor.get("/hoi-dap/3")
    assert "<script>" not in page.text
    assert "<img" not in page.text
    ET.fromstring((await scene.visitor.get("/hoi-dap.atom")).text)  # noqa: S314 - our own


async def test_a_translation_is_shown_to_its_readers(scene: Scene) -> None:
    assert "no English version yet" in (await scene.visitor.get("/en/hoi-dap/1")).words
    await scene.publish(1, "en", title="Lost health insurance card", answer="Bring the form.")
    page = await scene.visitor.get("/en/hoi-dap/1")
    assert "Bring the form." in page.words
    assert "no English version" not in page.words
    assert 'href="/en/hoi-dap/1"' in (await scene.visitor.get("/en/")).text
    assert "Ông/Bà nộp tờ khai" in (await scene.visitor.get("/hoi-dap/1")).words


async def test_one_session_votes_once_for_an_answer(scene: Scene) -> None:
    for _ in range(3):
        voted = await scene.visitor.post("/hoi-dap/1/y-kien", {"y-kien": "co"})
        assert (voted.status, voted.headers["Location"]) == (303, "/hoi-dap/1?cam-on=1")
    assert "Cảm ơn" in (await scene.visitor.get("/hoi-dap/1?cam-on=1")).words
    async with scene.store.work() as work:
        assert await all_votes(work.connection) == {"publication-1": Votes(helpful=1)}


async def test_another_site_cannot_vote(scene: Scene) -> None:
    sent = await scene.visitor.post(
        "/hoi-dap/1/y-kien", {"y-kien": "co"}, Sec_Fetch_Site="cross-site"
    )
    assert sent.status == 403
    async with scene.store.work() as work:
        assert await all_votes(work.connection) == {}


@pytest.mark.parametrize(("path", "sent"), [("/hoi-dap/1", "x"), ("/hoi-dap/77", "co")])
async def test_a_vote_for_nothing_counts_nothing(scene: Scene, path: str, sent: str) -> None:
    voted = await scene.visitor.post(f"{path}/y-kien", {"y-kien": sent})
    assert voted.status in {400, 404}


# -- lists --------------------------------------------------------------------------------------


async def test_the_list_is_newest_first_filtered_and_paged(scene: Scene) -> None:
    for number in range(2, 26):
        await scene.publish(
            number, title=f"Câu số {number}", field="land" if number > 23 else "tax"
        )
    newest = re.findall(r'href="/hoi-dap/(\d+)"', (await scene.visitor.get("/hoi-dap")).text)
    assert newest == [str(number) for number in range(25, 5, -1)]
    second = await scene.visitor.get("/hoi-dap?trang=2")
    assert re.findall(r'href="/hoi-dap/(\d+)"', second.text) == ["5", "4", "3", "2", "1"]
    land = await scene.visitor.get("/hoi-dap?linh-vuc=land")
    assert re.findall(r'href="/hoi-dap/(\d+)"', land.text) == ["25", "24"]
    none = await scene.visitor.get("/hoi-dap?co-quan=khong-co")
    assert "Chưa có câu trả lời nào" in none.words


@pytest.mark.parametrize("page", ["-1", "0", "99999999", "x", "٣", "1e3"])
async def test_a_page_that_is_none_shows_the_nearest(scene: Scene, page: str) -> None:
    shown = await scene.visitor.get(str(URL("/hoi-dap").with_query(trang=page)))
    assert shown.status == 200
    assert "/hoi-dap/1" in shown.text


async def test_a_former_agency_names_its_successor(scene: Scene) -> None:
    old = await scene.visitor.get(f"/co-quan/{OLD_HEALTH}")
    assert "hoạt động đến hết thứ Hai, 30/06/2025" in old.words
    assert f'href="/co-quan/{HEALTH}"' in old.text
    new = await scene.visitor.get(f"/co-quan/{HEALTH}")
    assert f'href="/co-quan/{OLD_HEALTH}"' in new.text
    assert 'href="https://syt.example.vn"' in new.text


async def test_a_procedure_says_what_is_needed(scene: Scene) -> None:
    page = await scene.visitor.get(f"/thu-tuc/{PROCEDURE}")
    for words in ("Tờ khai mẫu TK1-TS", "Không thu phí", "Trong ngày", "Bộ phận một cửa xã"):
        assert words in page.words
    assert 'href="https://dichvucong.gov.vn/bhyt"' in page.text


async def test_papers_go_to_the_successor_of_an_ended_agency(scene: Scene) -> None:
    old = {
        "code": "H61.SLD",
        "name": "Sở Lao động tỉnh Vĩnh Long (đã kết thúc)",
        "kind": "department",
        "valid_to": "2025-02-28",
        "successors": [{"to": "H61.SYT", "from": "2025-07-01"}],
    }
    async with scene.store.work() as work:
        await work.catalogue.save("agencies", [old], work.clock())
        rows = [
            {"code": PROCEDURE, "text": "Việc", "agency": "Sở Lao động"},
            {"code": "1.000009", "text": "Việc", "place": "Bộ phận một cửa Sở Lao động"},
        ]
        await work.catalogue.save("procedures", rows, work.clock())
        await work.commit()
    await scene.reload()
    page = (await scene.visitor.get(f"/thu-tuc/{PROCEDURE}")).words
    assert "Sở Y tế tỉnh Vĩnh Long (trước đây là Sở Lao động tỉnh Vĩnh Long)" in page
    page = (await scene.visitor.get("/en/thu-tuc/1.000009")).words
    assert "một cửa Sở Lao động (Sở Lao động tỉnh Vĩnh Long is now Sở Y tế" in page


async def test_a_link_of_the_catalogue_is_never_a_script(scene: Scene) -> None:
    async with scene.store.work() as work:
        rows = [{"code": PROCEDURE, "text": "Việc", "online_url": "javascript:alert(1)"}]
        await work.catalogue.save("procedures", rows, work.clock())
        await work.commit()
    await scene.reload()
    assert "javascript:" not in (await scene.visitor.get(f"/thu-tuc/{PROCEDURE}")).text


# -- languages, machines, speed -----------------------------------------------------------------


async def test_every_page_offers_itself_in_the_other_languages(scene: Scene) -> None:
    for path in ("/", "/hoi-dap/1", "/hoi", "/tra-loi", "/rieng-tu", "/co-quan"):
        for lang, prefix in zip(LANGUAGES, _PREFIXES, strict=True):
            page = await scene.visitor.get(prefix + path)
            assert f'<html lang="{lang}">' in page.text
            for other, start in zip(LANGUAGES, _PREFIXES, strict=True):
                assert f'hreflang="{other}" href="http' in page.text
                assert f'href="{start}{path}" lang="{other}"' in page.text


async def test_the_query_survives_a_change_of_language(scene: Scene) -> None:
    page = await scene.visitor.get("/tim?q=the bao hiem")
    assert 'href="/en/tim?q=the+bao+hiem"' in page.text


def test_the_three_languages_say_the_same_things() -> None:
    def names(tree: object, path: str = "") -> set[str]:
        if isinstance(tree, dict):
            return set().union(*(names(item, f"{path}.{name}") for name, item in tree.items()))
        if isinstance(tree, list):
            return set().union(*(names(item, f"{path}.{at}") for at, item in enumerate(tree)))
        assert isinstance(tree, str)
        fields = sorted(re.findall(r"\{\w+\}", tree))
        return {f"{path} {fields}"}

    words = load_words()
    vietnamese = names(words["vi"]._tree)
    assert len(vietnamese) > 300
    for lang in LANGUAGES:
        assert names(words[lang]._tree) ^ vietnamese == set()


async def test_machines_find_feed_map_and_rules(scene: Scene) -> None:
    feed = ET.fromstring((await scene.visitor.get("/hoi-dap.atom")).text)  # noqa: S314 - our own
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Cấp lại thẻ bảo hiểm y tế bị mất"
    assert entry.findtext(f"{ATOM}id", "").endswith("/hoi-dap/1")
    site_map = await scene.visitor.get("/sitemap.xml")
    assert "/hoi-dap/1</loc>" in site_map.text
    assert f"/thu-tuc/{PROCEDURE}</loc>" in site_map.text
    ET.fromstring(site_map.text)  # noqa: S314 - our own
    robots = await scene.visitor.get("/robots.txt")
    assert "Disallow: /desk/" in robots.text
    assert "Sitemap: http" in robots.text


async def test_a_page_is_asked_again_by_its_tag(scene: Scene) -> None:
    page = await scene.visitor.get("/hoi-dap/1")
    tag = page.headers["ETag"]
    assert not tag.startswith("W/")
    assert page.headers["Cache-Control"] == "no-cache"
    same = await scene.visitor.get("/hoi-dap/1", If_None_Match=tag)
    assert (same.status, same.text) == (304, "")
    await scene.publish(1, "en", title="Lost card")
    await scene.publish(2, title="Liên quan: thẻ bảo hiểm y tế")
    changed = await scene.visitor.get("/hoi-dap/1", If_None_Match=tag)
    assert changed.status == 200


async def test_packed_and_plain_are_the_same_page_under_different_tags(scene: Scene) -> None:
    plain = await scene.visitor.client.get("/hoi-dap/1", headers={"Accept-Encoding": "identity"})
    session = scene.visitor.client.session
    url = scene.visitor.client.make_url("/hoi-dap/1")
    async with session.get(url, headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert await packed.read() == await plain.read()
        assert packed.headers["ETag"] != plain.headers["ETag"]
    assert len(gzip.compress(await plain.read())) < 60_000


async def test_pages_are_strict(scene: Scene) -> None:
    for path in ("/", "/hoi-dap/1", "/hoi", "/tra-loi", "/quyen-du-lieu", "/hoi-dap/404"):
        page = await scene.visitor.get(path)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert "<script" not in page.text
        assert " style=" not in page.text


async def test_the_proofs_of_ownership_are_shown(store: Store) -> None:
    proofs = {"ZALO_SITE_VERIFICATION": "Ab-1", "FACEBOOK_SITE_VERIFICATION": "fb22"}
    async with open_scene(store, **proofs) as scene:
        home = (await scene.visitor.get("/")).text
        assert '<meta name="facebook-domain-verification" content="fb22">' in home
        assert "Ab-1" in (await scene.visitor.get("/zalo_verifierAb-1.html")).text
        assert (
            await scene.visitor.get("/zalo_verifierother.html")
        ).status == web.HTTPNotFound.status_code
