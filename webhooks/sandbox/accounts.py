"""The synthetic accounts the sandbox plays: one Official Account, one page, nobody's secrets."""

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: Where the sandbox is mounted, and the two provider stand-ins below it.
PREFIX = "/sandbox"
ZALO_STANDIN = "zalo-api"
FACEBOOK_STANDIN = "facebook-api"


class SandboxRefusedError(Exception):
    """The sandbox must not run here; the message names every reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("the sandbox does not start: " + "; ".join(reasons))
        self.reasons = reasons


def check_sandbox_allowed(*, credentials: tuple[str, ...], host: str, is_loopback: bool) -> None:
    """Keep play and service apart.

    Args:
        credentials: names of the provider settings that are given.
        host: the address the server listens on.
        is_loopback: whether only this machine reaches that address.

    Raises:
        SandboxRefusedError: beside a real credential, or where others could reach it.
    """
    reasons = []
    if credentials:
        reasons.append(f"real credentials are set ({', '.join(credentials)})")
    if not is_loopback:
        reasons.append(f"{host} can be reached from other machines, HOIDAP_HOST must be loopback")
    if reasons:
        raise SandboxRefusedError(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxAccounts:
    """The ids never change, so conversations outlive a restart; the secrets differ per seed."""

    zalo_app_id: str = "1111222233334444555"
    zalo_oa_id: str = "4000000000000000001"
    zalo_app_secret: str = field(repr=False)
    zalo_oa_secret_key: str = field(repr=False)
    zalo_access_token: str = field(repr=False)
    zalo_refresh_token: str = field(repr=False)
    facebook_app_id: str = "200000000000002"
    facebook_page_id: str = "100000000000001"
    facebook_app_secret: str = field(repr=False)
    facebook_page_token: str = field(repr=False)
    facebook_verify_token: str = field(repr=False)

    def environment(self, base_url: str) -> dict[str, str]:
        """The settings with which server and worker talk to the sandbox at `base_url`."""
        root = base_url.rstrip("/") + PREFIX
        names = [name for name in self.__slots__ if name.startswith(("zalo_", "facebook_"))]
        return {name.upper(): getattr(self, name) for name in names} | {
            "ZALO_API_URL": f"{root}/{ZALO_STANDIN}",
            "ZALO_OAUTH_URL": f"{root}/{ZALO_STANDIN}",
            "FACEBOOK_GRAPH_URL": f"{root}/{FACEBOOK_STANDIN}",
        }


def make_sandbox_accounts(seed: str) -> SandboxAccounts:
    """Accounts whose secrets follow from `seed`.

    With a seed kept in the data folder (the service key is one) they stay the same over restarts,
    like the tokens our service stored; without it nobody can sign for them.
    """

    def derived(name: str) -> str:
        return hmac.new(seed.encode(), f"sandbox:{name}".encode(), hashlib.sha256).hexdigest()

    return SandboxAccounts(
        zalo_app_secret=derived("zalo_app_secret"),
        zalo_oa_secret_key=derived("zalo_oa_secret_key"),
        zalo_access_token=derived("zalo_access_token"),
        zalo_refresh_token=derived("zalo_refresh_token"),
        facebook_app_secret=derived("facebook_app_secret"),
        facebook_page_token=derived("facebook_page_token"),
        facebook_verify_token=derived("facebook_verify_token"),
    )


def is_sandbox_address(url: str) -> bool:
    """Whether a provider address leads to the sandbox of this machine."""
    return urlsplit(url).path.startswith(f"{PREFIX}/")
