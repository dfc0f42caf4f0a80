"""What may tell who asked."""

from dataclasses import dataclass
from enum import StrEnum


class MaskKind(StrEnum):
    """In the order in which they are looked for: a number is taken by the first that knows it."""

    EMAIL = "email"
    DOSSIER = "dossier"
    CASE_CODE = "case_code"
    BANK_ACCOUNT = "bank_account"
    TAX_CODE = "tax_code"
    PHONE = "phone"
    #: Citizen number, older identity cards, passport, social and health insurance.
    ID_NUMBER = "id_number"
    PLATE = "plate"
    BIRTH = "birth"
    PARCEL = "parcel"
    CERTIFICATE = "certificate"
    LOCATION = "location"
    SOCIAL = "social"
    ADDRESS = "address"
    NAME = "name"

    @property
    def is_hard(self) -> bool:
        """Blocks a release; the others need a person's look."""
        return self in _HARD


_HARD = frozenset({MaskKind.EMAIL, MaskKind.BANK_ACCOUNT, MaskKind.PHONE, MaskKind.ID_NUMBER})


@dataclass(frozen=True, slots=True)
class Mask:
    """`text[start:end]` of the original, and what is to stand there."""

    start: int
    end: int
    kind: MaskKind
    text: str
    replacement: str = ""
