"""What a file is, told by its first bytes, and what of it is taken.

Names and types that came with it are not believed.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from delivery.messages import AttachmentKind

_MB = 1_000_000
#: Bytes at most.
LIMITS: dict[AttachmentKind, int] = {
    AttachmentKind.IMAGE: 10 * _MB,
    AttachmentKind.AUDIO: 15 * _MB,
    AttachmentKind.VIDEO: 25 * _MB,
    AttachmentKind.FILE: 25 * _MB,
}

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MP4, M4A, AAC = "video/mp4", "audio/mp4", "audio/aac"
MP3, OGG, AMR, WAV = "audio/mpeg", "audio/ogg", "audio/amr", "audio/wav"

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
SOUNDS = frozenset({M4A, AAC, MP3, OGG, AMR, WAV})
PAPERS = frozenset({PDF, DOCX, XLSX})
#: A recording may come in the container of a film.
TAKEN: dict[AttachmentKind, frozenset[str]] = {
    AttachmentKind.IMAGE: IMAGES,
    AttachmentKind.AUDIO: SOUNDS | {MP4},
    AttachmentKind.VIDEO: frozenset({MP4}),
    AttachmentKind.FILE: IMAGES | SOUNDS | PAPERS | {MP4},
}

#: Offset 4 of an MPEG-4 file (ISO/IEC 14496-12), then the brand.
_FTYP = b"ftyp"
_SOUND_BRANDS = (b"M4A ", b"M4B ")
_FILM_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV")
_PHONE_BRANDS = (b"3gp4", b"3gp5", b"3gp6", b"M4V ", b"dash")
#: More entries than an office file of 25 MB has; a list of them is all that is read.
_MAX_ENTRIES = 5000


@dataclass(frozen=True, slots=True)
class _Mark:
    media_type: str
    fits: Callable[[bytes], bool]


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(starts)


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda data: data[4:8] == _FTYP and data[8:12] in brands


def _office(part: str) -> Callable[[bytes], bool]:
    """A ZIP with this main part and no macros."""

    def fits(data: bytes) -> bool:
        if not data.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            return False
        macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return (
            part in names
            and "[Content_Types].xml" in names
            and not macros
            and (len(names) <= _MAX_ENTRIES)
        )

    return fits


MARKS: tuple[_Mark, ...] = (
    _Mark("image/jpeg", _begins(b"\xff\xd8\xff")),
    _Mark("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    _Mark("image/gif", _begins(b"GIF87a", b"GIF89a")),
    _Mark("image/webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP"),
    _Mark(WAV, lambda data: data[:4] == b"RIFF" and data[8:12] == b"WAVE"),
    _Mark(PDF, _begins(b"%PDF-")),
    _Mark(M4A, _brand(*_SOUND_BRANDS)),
    _Mark(MP4, _brand(*_FILM_BRANDS, *_PHONE_BRANDS)),
    _Mark(OGG, _begins(b"OggS")),
    _Mark(AMR, _begins(b"#!AMR\n", b"#!AMR-WB\n")),
    # Layer bits 00: ADTS (ISO/IEC 13818-7); 01: layer III (ISO/IEC 11172-3).
    _Mark(AAC, _begins(b"\xff\xf1", b"\xff\xf9")),
    _Mark(MP3, _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")),
    _Mark(DOCX, _office("word/document.xml")),
    _Mark(XLSX, _office("xl/workbook.xml")),
)


def find_media_type(data: bytes, kind: AttachmentKind) -> str | None:
    """What it is; None: not to be taken as this kind."""
    for mark in MARKS:
        if mark.fits(data):
            return mark.media_type if mark.media_type in TAKEN[kind] else None
    return None
