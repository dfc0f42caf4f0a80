"""What of a citizen's file may be shown, and how."""

from dataclasses import dataclass
from datetime import datetime

from delivery.messages import AttachmentKind
from store.attachments import AttachmentStatus, StoredAttachment

#: Pictures and recordings that a browser shows within the page; never a format with scripts.
#: Browsers have no player for AMR, so it is offered for downloading.
IMAGES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
RECORDINGS = frozenset(
    {"audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/wav", "audio/webm"}
)
#: Further kinds that keep their name when they are downloaded; all else is a row of bytes.
_FILES = {
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "text/plain": "txt",
    "audio/amr": "amr",
}
_ENDINGS = {
    **_FILES,
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "webm",
}
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Shown:
    """An attachment as the page shows it."""

    id: str
    kind: AttachmentKind
    status: AttachmentStatus
    #: Kilobytes, at least one.
    size: int
    is_image: bool
    is_recording: bool
    #: It shows an identity paper and goes then.
    purge_at: datetime | None = None


def shown(item: StoredAttachment) -> Shown:
    kept = item.status is AttachmentStatus.KEPT
    return Shown(
        id=item.id,
        kind=item.kind,
        status=item.status,
        size=max(1, item.size // 1024),
        is_image=kept and item.media_type in IMAGES,
        is_recording=kept and item.media_type in RECORDINGS,
        purge_at=item.purge_at,
    )


def headers_of(item: StoredAttachment) -> dict[str, str]:
    """How the bytes go to the browser: named, and unable to do anything."""
    known = item.media_type in _ENDINGS
    inline = item.media_type in IMAGES or item.media_type in RECORDINGS
    ending = _ENDINGS.get(item.media_type, "bin")
    return {
        "Content-Type": item.media_type if known else UNKNOWN_TYPE,
        "Content-Disposition": "inline"
        if inline
        else f'attachment; filename="dinh-kem-{item.id[:8]}.{ending}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Accept-Ranges": "bytes",
    }
