"""Public facts of the office that runs the bot, as they are set."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """What citizens may be told about the office."""

    #: By language: "Cổng thông tin tỉnh Vĩnh Long".
    name: dict[str, str]
    #: Public address of the portal, without a slash at the end; empty: there is none.
    public_url: str = ""

    def name_in(self, lang: str) -> str:
        return self.name.get(lang) or self.name["vi"]
