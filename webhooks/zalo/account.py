"""Settings of one Official Account and its application."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ZaloAccount:
    """Three secrets that Zalo keeps apart: mixing them up is the commonest fault of a set-up."""

    app_id: str
    oa_id: str
    #: Signs webhooks; shown on the webhook page of the application.
    oa_secret_key: str = field(repr=False)
    #: Goes with token requests; shown on the application's first page.
    app_secret: str = field(repr=False)
    api_url: str = "https://openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"
    #: The application demands `appsecret_proof` with every call.
    prove_secret: bool = False
