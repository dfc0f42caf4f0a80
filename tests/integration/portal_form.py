"""How a visitor fills in and sends the question form."""

import re
from io import BytesIO
from typing import Any

from aiohttp import FormData
from sqlalchemy import select

from store.tables import attachments
from tests.integration.portal_scene import QUESTION, Page, Scene

MAIL = {"SMTP_URL": "smtp://u:p@127.0.0.1:2525?from=hoidap@example.vn"}
FIELDS = {"loai": "question", "noi-dung-hoi": QUESTION, "cho-ai": "self"}
DANGER = "Nhà hàng xóm đang cháy lớn, có người mắc kẹt bên trong, cứu với!"
GRAVE = "Tôi muốn tố cáo cán bộ địa chính nhận hối lộ khi làm sổ đỏ cho dân."


async def fill(scene: Scene, *, prefix: str = "", wait: float = 20, **changed: str) -> Page:
    """Open the form, take some time, review."""
    form = await scene.visitor.get(f"{prefix}/hoi")
    scene.clock.move(seconds=wait)
    changed = {name.replace("_", "-"): text for name, text in changed.items()}
    return await scene.visitor.post(
        f"{prefix}/hoi", {**FIELDS, **changed, "phieu": form.hidden("phieu")}
    )


async def send(scene: Scene, page: Page, prefix: str = "", **more: str) -> Page:
    more = {name.replace("_", "-"): text for name, text in more.items()}
    return await scene.visitor.post(f"{prefix}/hoi/gui", {"phieu": page.hidden("phieu"), **more})


def codes(page: Page) -> tuple[str, str]:
    found = re.findall(r"<dt>[^<]*</dt><dd>([^<]+)</dd>", page.text)
    return found[0], found[1].replace(" ", "")


async def mailed_code(scene: Scene, page: Page) -> str:
    form_id = scene.store.vault.open(page.hidden("phieu").encode()).split('"')[1]
    async with scene.store.work() as work:
        kept = await work.web_questions.find(form_id)
    assert kept is not None
    return kept.code


async def with_photos(
    scene: Scene, *files: bytes, page: Page | None = None, content: str = QUESTION
) -> Page:
    form = page or await scene.visitor.get("/hoi")
    scene.clock.move(seconds=9)
    data = FormData()
    for name, text in {**FIELDS, "noi-dung-hoi": content, "phieu": form.hidden("phieu")}.items():
        data.add_field(name, text)
    for number, content_of in enumerate(files):
        data.add_field(
            "anh", BytesIO(content_of), filename=f"{number}.jpg", content_type="image/jpeg"
        )
    return await scene.visitor.post("/hoi", data)


async def photos_of(scene: Scene) -> list[Any]:
    async with scene.store.work() as work:
        query = select(attachments).order_by(attachments.c.created_at)
        return list(await work.connection.execute(query))
