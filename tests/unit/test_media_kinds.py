"""What a file is by its bytes, and what is left of a picture."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from app.media.errors import MediaRefusedError
from app.media.images import LONGEST_SIDE, NoPictureError, clean_image
from app.media.kinds import DOCX, LIMITS, MARKS, XLSX, find_media_type
from app.media.prepare import prepare
from delivery.messages import AttachmentKind

K = AttachmentKind
SANDBOX = Path(__file__).parents[2] / "webhooks/sandbox/media"
#: Where the picture was taken, and by whom.
GPS, ORIENTATION, ARTIST = 0x8825, 0x0112, 0x013B


def archive(*names: str) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return written.getvalue()


def photo(size: tuple[int, int] = (400, 300), *, orientation: int = 1, form: str = "JPEG") -> bytes:
    """Red on the left, blue on the right, with all a camera writes beside it."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[ARTIST] = "Nguyen Van Bi Mat"
    exif.get_ifd(GPS)[1] = "N"
    written = BytesIO()
    options = {"comment": b"a comment with a name"} if form == "JPEG" else {}
    picture.save(written, form, exif=exif, icc_profile=b"profile of a device", **options)
    return written.getvalue()


def pixel(picture: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    found = picture.getpixel(place)
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(
    ("data", "kind", "media_type"),
    [
        (b"%PDF-1.7\n", K.FILE, "application/pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), K.FILE, DOCX),
        (archive("[Content_Types].xml", "xl/workbook.xml"), K.FILE, XLSX),
        (b"\x00\x00\x00\x18ftypmp42....", K.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypisom....", K.AUDIO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A ....", K.AUDIO, "audio/mp4"),
        (b"ID3\x04....", K.AUDIO, "audio/mpeg"),
        (b"\xff\xfb\x90\x00", K.AUDIO, "audio/mpeg"),
        (b"\xff\xf1\x50\x80", K.AUDIO, "audio/aac"),
        (b"OggS....", K.AUDIO, "audio/ogg"),
        (b"#!AMR\n....", K.AUDIO, "audio/amr"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", K.AUDIO, "audio/wav"),
        (photo(), K.IMAGE, "image/jpeg"),
        (photo(), K.FILE, "image/jpeg"),
    ],
)
def test_what_is_taken(data: bytes, kind: AttachmentKind, media_type: str) -> None:
    assert find_media_type(data, kind) == media_type


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", K.IMAGE),
        (photo(), K.AUDIO),
        (b"\x00\x00\x00\x18ftypmp42....", K.IMAGE),
        (b"<html><script>", K.FILE),
        (b'<?xml version="1.0"?><svg>', K.IMAGE),
        (b"MZ\x90\x00", K.FILE),
        (b"\x7fELF", K.FILE),
        (b"#!/bin/sh\n", K.FILE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", K.FILE),  # old office files may hold macros
        (archive("a.txt"), K.FILE),
        (archive("word/document.xml"), K.FILE),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), K.FILE),
        (archive("[Content_Types].xml", "word/document.xml")[:-10], K.FILE),
        (b"PK\x03\x04", K.FILE),
        (b"", K.FILE),
    ],
)
def test_what_is_not_taken(data: bytes, kind: AttachmentKind) -> None:
    assert find_media_type(data, kind) is None
    with pytest.raises(MediaRefusedError, match="kind"):
        prepare(kind, data)


@pytest.mark.parametrize("name", [path.name for path in sorted(SANDBOX.iterdir())])
def test_what_the_sandbox_sends_is_taken(name: str) -> None:
    kinds = {".jpg": K.IMAGE, ".png": K.IMAGE, ".wav": K.AUDIO, ".pdf": K.FILE}
    kept = prepare(kinds[Path(name).suffix], (SANDBOX / name).read_bytes())
    assert kept.media_type in {mark.media_type for mark in MARKS}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_beside_the_picture_is_left(form: str) -> None:
    data = photo(form=form)
    assert b"Nguyen Van Bi Mat" in data
    media_type, cleaned = clean_image(data)
    assert media_type == ("image/png" if form == "PNG" else "image/jpeg")
    for trace in (b"Nguyen", b"Exif", b"comment", b"profile"):
        assert trace not in cleaned
    with Image.open(BytesIO(cleaned)) as found:
        assert dict(found.getexif()) == {}
        assert not {"exif", "comment", "icc_profile"} & set(found.info)
        assert found.size == (400, 300)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_as_the_camera_was_held(orientation: int, form: str) -> None:
    data = photo(orientation=orientation, form=form)
    _, cleaned = clean_image(data)
    with Image.open(BytesIO(data)) as opened, Image.open(BytesIO(cleaned)) as found:
        meant = ImageOps.exif_transpose(opened).convert("RGB")
        assert found.size == meant.size
        for place in ((10, 10), (meant.width - 10, meant.height - 10)):
            pairs = zip(pixel(found.convert("RGB"), place), pixel(meant, place), strict=True)
            assert all(abs(one - other) < 12 for one, other in pairs)


def test_it_is_made_smaller() -> None:
    with Image.open(BytesIO(clean_image(photo((6000, 3000)))[1])) as found:
        assert found.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_what_is_seen_through_stays_so() -> None:
    written = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(written, "WEBP", lossless=True)
    media_type, cleaned = clean_image(written.getvalue())
    assert media_type == "image/png"
    with Image.open(BytesIO(cleaned)) as found:
        assert pixel(found, (5, 5))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "LA"])
def test_every_way_to_store_colours(mode: str) -> None:
    written = BytesIO()
    Image.new(mode, (20, 20)).save(written, "JPEG" if mode == "CMYK" else "PNG")
    assert clean_image(written.getvalue())[1]


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 7000), (20000, 20000), (100000, 100000)])
def test_bombs_are_not_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(NoPictureError):
        clean_image(bomb(*size))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_half_a_picture_is_none(share: float) -> None:
    data = photo((800, 600))
    with pytest.raises(MediaRefusedError, match="picture_unreadable"):
        prepare(K.IMAGE, data[: int(len(data) * share)])


@given(st.binary(max_size=200), st.sampled_from(list(LIMITS)))
def test_any_bytes_are_taken_or_refused(data: bytes, kind: AttachmentKind) -> None:
    starts = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"PK\x03\x04", b"RIFF....WEBP")
    for start in starts:
        code = ""
        try:
            prepare(kind, start + data)
        except MediaRefusedError as error:
            code = str(error)
        assert code in {"", "kind", "picture_unreadable", "picture_pixels"}
