"""Accounts from a spreadsheet: good rows load, bad ones are named, no file breaks the page."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from aiohttp import FormData

from app.importing import BadLine
from app.importing_staff import load_staff
from casework.permissions import Role
from store.audit import AuditAction
from tests.integration.accounts_scene import IMPORT, audit, by_email, count, kept, mail_jobs
from tests.integration.desk_scene import BUILDING, HEALTH, Person, Scene, hidden_field

HEAD = ["email", "name", "role", "agency"]
ROWS = [
    ["mot@tinh.gov.vn", "Người Một", "officer", BUILDING],
    ["hai@tinh.gov.vn", "Người Hai", "Lãnh đạo đơn vị", HEALTH],
    ["khong-phai", "Người Ba", "officer", BUILDING],
    ["bon@tinh.gov.vn", "Người Bốn", "officer", ""],
    ["nam@tinh.gov.vn", "Người Năm", "vua", ""],
    ["sau@tinh.gov.vn", "", "editor", ""],
    ["co@tinh.gov.vn", "Tên Khác", "admin", ""],
    [" MOT@tinh.gov.vn", "Người Một", "officer", BUILDING],
]


def workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [HEAD, *rows]:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def table(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in [HEAD, *rows]).encode()


async def upload(person: Person, name: str, data: bytes) -> tuple[int, str]:
    form = FormData()
    form.add_field("csrf", hidden_field(await person.get(IMPORT), "csrf"))
    form.add_field("file", io.BytesIO(data), filename=name)
    async with person.client.post(IMPORT, data=form) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("name", ["nguoi.xlsx", "nguoi.csv"])
async def test_good_rows_load_and_bad_ones_are_named(scene: Scene, name: str) -> None:
    there = await scene.account(Role.EDITOR, email="co@tinh.gov.vn")
    admin = await scene.signed_in(Role.ADMIN)
    data = workbook(ROWS) if name.endswith("xlsx") else table(ROWS)
    status, page = await upload(admin, name, data)
    assert status == 200
    assert "Đã thêm 2 tài khoản. 1 dòng đã có sẵn, không thay đổi. 5 dòng chưa nhập được." in page
    for line, told in [
        (4, "chưa đúng dạng"),
        (5, "cần một đơn vị"),
        (6, "vai trò"),
        (7, "họ tên"),
        (8, "khác"),
    ]:
        (reason,) = re.findall(rf"<li>Dòng {line}: (.*?)</li>", page)
        assert told in reason
    assert (await by_email(scene, "hai@tinh.gov.vn")).role is Role.LEAD
    assert await kept(scene, there.id) == there
    assert page.count("/desk/link/") == 2
    _, again = await upload(admin, name, data)
    assert "Đã thêm 0 tài khoản. 3 dòng đã có sẵn" in again
    assert [entry.action for entry in await audit(scene)] == [AuditAction.USER_INVITED] * 2


async def test_columns_may_be_named_in_vietnamese(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    rows = [
        ["E-mail công vụ", "Họ và tên", "Vai trò", "Đơn vị"],
        ["chin@tinh.gov.vn", "Người Chín", "Cán bộ xử lý", BUILDING],
    ]
    _, page = await upload(admin, "nguoi.csv", "\n".join(map(",".join, rows)).encode())
    assert "Đã thêm 1 tài khoản." in page
    member = await by_email(scene, "chin@tinh.gov.vn")
    assert (member.name, member.agency_code) == ("Người Chín", BUILDING)


async def test_a_table_without_names_of_columns_is_told_as_a_whole(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    rows = "\n".join(map(",".join, ROWS)).encode()
    status, page = await upload(admin, "nguoi.csv", rows)
    assert status == 422
    assert "chưa có đủ tên cột nên chưa thêm tài khoản nào" in page


async def test_letters_of_an_import_wait_for_the_administrator(mailing: Scene) -> None:
    admin = await mailing.signed_in(Role.ADMIN)
    _, page = await upload(admin, "a.csv", table(ROWS[:2]))
    assert "/desk/link/" not in page
    assert await mail_jobs(mailing) == []
    ids = re.findall(r'name="id" value="(\w+)"', page)
    csrf = hidden_field(page, "csrf")
    settled = await mailing.account(Role.EDITOR)
    data = [("csrf", csrf), *(("id", one) for one in [*ids, settled.id, "nobody"])]
    async with admin.client.post("/desk/accounts/mail", data=data) as answer:
        assert "Đang gửi thư cho 2 người" in await answer.text()
    assert sorted(await mail_jobs(mailing)) == sorted(ids)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.xlsx", b"not a workbook", "không đọc được"),
        ("a.pdf", b"%PDF", "không đọc được"),
        ("a.csv", "họ tên".encode("utf-16"), "không đọc được"),
        ("a.csv", b"", "không có dòng nào"),
        ("", b"x", "Chưa chọn tệp"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told(
    scene: Scene, name: str, data: bytes, told: str
) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    before = await count(scene)
    status, page = await upload(admin, name, data)
    assert status == 422
    assert told in page
    assert await count(scene) == before


async def test_a_small_file_that_unpacks_to_a_giant_is_not_read(scene: Scene) -> None:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(65):
            part.write(bytes(1024 * 1024))
    admin = await scene.signed_in(Role.ADMIN)
    status, page = await upload(admin, "a.xlsx", made.getvalue())
    assert status == 422
    assert "không đọc được" in page


@pytest.mark.parametrize("piece", [b"bimat,y\n", b"bimat"])
async def test_a_file_that_is_too_large_is_refused(
    scene: Scene, piece: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    status, page = await upload(admin, "a.csv", piece * 400_000)
    assert status == 413
    assert "quá dài" in page
    assert "bimat" not in caplog.text


async def test_the_command_loads_the_same_table(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "nguoi.csv"
    path.write_bytes(table([*ROWS[:2], ROWS[2]]))
    loaded = await load_staff(scene.store, path)
    assert (loaded.added, loaded.unchanged) == (2, 0)
    assert loaded.bad == (BadLine(4, "email: is not an address"),)
    again = await load_staff(scene.store, path)
    assert (again.added, again.unchanged) == (0, 2)
    whole = await load_staff(scene.store, path.rename(tmp_path / "nguoi.txt"))
    assert [line.number for line in whole.bad] == [0]
    auditor = await scene.signed_in(Role.AUDITOR)
    assert "(hệ thống)" in await auditor.get("/desk/audit")
