"""Languages nobody has read: what the doctor says, and what the public pages offer."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.cli.command import Context
from app.cli.doctor_command import OK, WARN, Finding, _languages
from app.conversations import make_replies
from app.data_folder import ROOT, DataFolder
from app.learning.files import Learned, write_learned
from app.mail.letters import LetterName, Letters
from app.reviews import (
    LANGUAGES,
    Part,
    languages_off,
    languages_on_trial,
    read_reviews,
    unread_languages,
)
from app.settings import Settings, read_settings
from store.unit_of_work import Store
from tests.integration.portal_scene import Scene, open_scene

KEY = {"HOIDAP_SECRET_KEY": "only-for-this-test-0123456789"}
LIVE = {**KEY, "FACEBOOK_PAGE_ID": "1"}
SANDBOX = {
    **KEY,
    "ZALO_APP_ID": "1",
    "ZALO_API_URL": "http://127.0.0.1:1/sandbox/zalo",
    "FACEBOOK_PAGE_ID": "1",
    "FACEBOOK_GRAPH_URL": "http://127.0.0.1:1/sandbox/facebook",
}


def settings(environment: Mapping[str, str]) -> Settings:
    return read_settings(dict(environment))


def province(root: Path, **heads: str) -> Path:
    """The files of a language with one head each, by what they are."""
    paths = {
        "replies": "bot/replies/km/greeting.yml",
        "letters": "app/mail/texts/km.yml",
        "pages": "portal/texts/km.yml",
        "guard": "nlu_data/guard/child.yml",
    }
    for name, path in paths.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"{heads.get(name, '')}\na: b\n", encoding="utf-8")
    return root


READ = "# reviewed_by: Sok Chanda, 2026-12-01"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_file_says_at_its_head_who_read_it(lang: str) -> None:
    reviews = read_reviews(lang)
    assert len(reviews) >= 25
    assert {one.part for one in reviews} == set(Part)
    silent = [one.path for one in reviews if "reviewed_by:" not in one.path.read_text("utf-8")]
    assert silent == []


@pytest.mark.parametrize(
    "head",
    [
        "",
        "# Nobody.",
        "# reviewed_by:",
        "# reviewed_by: none yet",
        "# reviewed_by: chưa có ai",
        "# reviewed_by: Sok Chanda",
        "# reviewed_by: , 2026-12-01",
    ],
)
def test_a_file_nobody_signed_keeps_its_part_off(tmp_path: Path, head: str) -> None:
    root = province(tmp_path, replies=head, letters=READ, pages=READ)
    assert languages_off(settings(LIVE), Part.REPLIES, root) == {"km"}
    assert languages_off(settings(LIVE), Part.PAGES, root) == frozenset()
    assert languages_on_trial(settings(LIVE), Part.REPLIES, root) == frozenset()


def test_a_name_at_the_head_switches_a_part_on(tmp_path: Path) -> None:
    root = province(tmp_path, replies=READ)
    assert languages_off(settings(LIVE), Part.REPLIES, root) == frozenset()
    [reply] = [one for one in read_reviews("km", root) if one.part is Part.REPLIES]
    assert reply.reviewed_by == "Sok Chanda, 2026-12-01"


def test_what_editors_labelled_is_not_counted(tmp_path: Path) -> None:
    root = province(tmp_path)
    before = read_reviews("km", root)
    write_learned(root / "nlu_data", Learned(intents={"km": {"greet": ("សួស្តី",)}}))
    assert (root / "nlu_data" / "km" / "learned.yml").is_file()
    assert read_reviews("km", root) == before


def test_a_file_of_several_languages_has_a_line_for_each(tmp_path: Path) -> None:
    heads = (
        "# Words.\n# en words: reviewed_by: Ann Lee, 2026-12-01\n# km words: reviewed_by: none yet"
    )
    root = province(tmp_path, guard=heads)
    assert "km" in unread_languages(Part.DATA, root)
    assert "en" not in unread_languages(Part.DATA, root)


@pytest.mark.parametrize("environment", [{}, SANDBOX])
def test_on_trial_nothing_is_off(environment: dict[str, str]) -> None:
    found = settings(environment)
    assert all(languages_off(found, part) == frozenset() for part in Part)
    assert languages_on_trial(found, Part.PAGES) == {"km"}
    assert make_replies(found).languages == ("vi", "en", "km")


def test_with_an_account_khmer_is_not_spoken_nor_written() -> None:
    found = settings(LIVE)
    assert make_replies(found).languages == ("vi", "en")
    letters = Letters("", languages_off(found, Part.LETTERS))
    values = {"code": "HD-2026-000001", "link": "https://x.example", "pickup": "1"}
    assert letters.write(LetterName.ANSWER, "km", values).lang == "vi"


def said(tmp_path: Path, environment: Mapping[str, str], root: Path = ROOT) -> dict[str, Finding]:
    context = Context(settings(environment), DataFolder(tmp_path), dict(environment))
    return {words.split(":")[0]: (state, words) for state, words in _languages(context, root)}


def test_the_doctor_counts_and_tells_what_is_off(tmp_path: Path) -> None:
    state, words = said(tmp_path, LIVE)["Khmer"]
    assert state == WARN
    assert re.match(r"Khmer: (\d+) of \1 files not reviewed \(14 replies, 1 letters, 1 pub", words)
    for off in ("chat replies except greeting, emergency, child", "letters", "public pages"):
        assert off in words
    state, words = said(tmp_path, LIVE)["English"]
    assert state == WARN
    assert words.endswith("used all the same")
    assert "shown on trial" in said(tmp_path, {})["Khmer"][1]


def test_the_doctor_is_content_when_all_is_read(tmp_path: Path) -> None:
    whole = province(tmp_path, replies=READ, letters=READ, pages=READ, guard=READ)
    assert said(tmp_path, LIVE, whole)["Khmer"] == (OK, "Khmer: all 4 files reviewed")


async def pages(scene: Scene, path: str) -> str:
    return (await scene.visitor.get(path)).text


async def test_live_pages_do_not_offer_khmer(store: Store) -> None:
    async with open_scene(store, **LIVE) as scene:
        for path in ("/", "/en/", "/thu-tuc", "/sitemap.xml"):
            assert "/km" not in await pages(scene, path), path
        for path, there in {
            "/km": "/",
            "/km/": "/",
            "/km/thu-tuc?trang=2": "/thu-tuc?trang=2",
            "/km//evil.example/x": "/evil.example/x",
            "/km/khong-co": "/khong-co",
        }.items():
            async with scene.visitor.client.get(path, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (302, there)
        async with scene.visitor.client.post("/km/hoi", data={"x": "y"}) as answer:
            assert answer.status == 405
            assert "\u1780" not in await answer.text()


async def test_pages_on_trial_offer_khmer_with_a_note(store: Store) -> None:
    async with open_scene(store) as scene:
        assert 'hreflang="km"' in await pages(scene, "/")
        assert "chưa được người bản ngữ đọc lại" in await pages(scene, "/km/")
        assert "chưa được người bản ngữ đọc lại" not in await pages(scene, "/en/")
