"""Settings: every error in one message, no secret in any message or repr."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import Secret, Settings, SettingsError, environment_name, read_settings

CONTRACT = {
    "DATABASE_URL",
    "HOIDAP_DATA",
    "HOIDAP_HOST",
    "HOIDAP_PORT",
    "HOIDAP_PUBLIC_URL",
    "HOIDAP_SECRET_KEY",
    "HOIDAP_METRICS_TOKEN",
    "HOIDAP_TRUSTED_PROXIES",
    "HOIDAP_OFFICE_NAME",
    "RASA_URL",
    "RASA_TOKEN",
    "RASA_PYTHON",
    "ZALO_APP_ID",
    "ZALO_APP_SECRET",
    "ZALO_OA_ID",
    "ZALO_OA_SECRET_KEY",
    "ZALO_ACCESS_TOKEN",
    "ZALO_REFRESH_TOKEN",
    "ZALO_SITE_VERIFICATION",
    "ZALO_API_URL",
    "ZALO_OAUTH_URL",
    "FACEBOOK_APP_ID",
    "FACEBOOK_APP_SECRET",
    "FACEBOOK_PAGE_ID",
    "FACEBOOK_PAGE_TOKEN",
    "FACEBOOK_VERIFY_TOKEN",
    "FACEBOOK_GRAPH_URL",
    "FACEBOOK_GRAPH_VERSION",
    "FACEBOOK_SITE_VERIFICATION",
    "SMTP_URL",
}
KEY = "a-key-of-more-than-16-characters"
ZALO = {
    "ZALO_APP_ID": "1",
    "ZALO_OA_ID": "2",
    "ZALO_OA_SECRET_KEY": "sample-oa-secret",
    "ZALO_REFRESH_TOKEN": "sample-refresh-token",
    "HOIDAP_SECRET_KEY": KEY,
}
FACEBOOK = {
    "FACEBOOK_APP_SECRET": "sample-app-secret",
    "FACEBOOK_PAGE_ID": "3",
    "FACEBOOK_PAGE_TOKEN": "sample-page-token",
    "FACEBOOK_VERIFY_TOKEN": "sample-verify-token",
    "HOIDAP_SECRET_KEY": KEY,
}


def problems_of(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def test_the_names_are_the_contract() -> None:
    assert {item.metadata["name"] for item in fields(Settings)} == CONTRACT
    assert environment_name("zalo_app_id") == "ZALO_APP_ID"


def test_an_empty_environment_is_a_local_trial() -> None:
    found = read_settings({})
    assert (found.host, found.port, found.data) == ("127.0.0.1", 8080, Path("data"))
    assert found.is_loopback
    assert not found.database_url
    assert not found.credentials
    assert found.zalo_api_url == "https://openapi.zalo.me"
    assert found.zalo_oauth_url == "https://oauth.zaloapp.com"
    assert found.facebook_graph_url == "https://graph.facebook.com"
    assert found.facebook_graph_version == "v25.0"


def test_white_space_is_no_value() -> None:
    blank = dict.fromkeys(CONTRACT, "  \t")
    assert read_settings(blank) == read_settings({})


def test_every_error_is_reported_at_once() -> None:
    found = problems_of(
        {
            "HOIDAP_PORT": "eighty",
            "HOIDAP_PUBLIC_URL": "hoidap.example.vn",
            "HOIDAP_TRUSTED_PROXIES": "10.0.0.0/8, nonsense",
            "HOIDAP_SECRET_KEY": "short",
            "DATABASE_URL": "mysql://somebody:hidden-word@host/name",
            "RASA_URL": "http://127.0.0.1:5005",
        }
    )
    names = ["DATABASE_URL", "HOIDAP_PORT", "HOIDAP_PUBLIC_URL", "HOIDAP_SECRET_KEY"]
    names += ["HOIDAP_TRUSTED_PROXIES", "RASA_URL"]
    assert [line.split()[0] for line in found] == names
    assert "found 'eighty'" in found[1]


def test_a_wrong_value_has_no_second_complaint() -> None:
    assert len(problems_of({**ZALO, "HOIDAP_SECRET_KEY": "short"})) == 1
    assert len(problems_of({"RASA_TOKEN": "sample-token", "RASA_URL": "nonsense"})) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOIDAP_PORT", "65536"),
        ("HOIDAP_PORT", "-1"),
        ("HOIDAP_PUBLIC_URL", "ftp://example.vn"),
        ("HOIDAP_PUBLIC_URL", "https://"),
        ("HOIDAP_PUBLIC_URL", "https://example.vn:port"),
        ("HOIDAP_PUBLIC_URL", "https://[::1"),
        ("HOIDAP_SECRET_KEY", f"{KEY},short"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "/var/run/postgresql"),
        ("DATABASE_URL", "postgresql://user:secret-word@host:port/name"),
        ("DATABASE_URL", "sqlite:///file.db"),
        ("HOIDAP_DATA", "~nobody-has-this-name/data"),
        ("SMTP_URL", "mail.example.vn"),
        ("SMTP_URL", "smtp://mail.example.vn"),
        ("SMTP_URL", "http://mail.example.vn?from=a@example.vn"),
    ],
)
def test_one_wrong_value_is_one_error_that_names_it(name: str, value: str) -> None:
    (found,) = problems_of({name: value})
    assert found.startswith(f"{name} must be ")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("postgres://u:p@h:5432/n", "postgresql+psycopg://u:p@h:5432/n"),
        ("postgresql://u:p@h/n?sslmode=require", "postgresql+psycopg://u:p@h/n?sslmode=require"),
        ("postgresql+psycopg://u@/n?host=/run/pg", "postgresql+psycopg://u@/n?host=/run/pg"),
        ("  postgresql://h/n\n", "postgresql+psycopg://h/n"),
    ],
)
def test_every_way_to_write_the_database(value: str, address: str) -> None:
    assert str(read_settings({"DATABASE_URL": value}).database_url) == address


def test_no_secret_in_repr_or_message() -> None:
    secrets = {
        "HOIDAP_SECRET_KEY": f"{KEY} second-{KEY}",
        "HOIDAP_METRICS_TOKEN": "sample-metrics-token",
        "RASA_URL": "http://127.0.0.1:5005",
        "RASA_TOKEN": "sample-rasa-token",
        "ZALO_APP_SECRET": "sample-zalo-app-secret",
        "ZALO_ACCESS_TOKEN": "sample-access-token",
        "DATABASE_URL": "postgresql://hoidap:sample-password@host/name",
        "SMTP_URL": "smtps://sample-user:sample-word@mail.example.vn?from=a@example.vn",
    }
    environment = {**ZALO, **FACEBOOK, **secrets}
    hidden = [value for value in environment.values() if value.startswith("sample")]
    hidden += [KEY, "sample-password", "sample-word"]
    shown = repr(read_settings(environment))
    broken = {
        **environment,
        "HOIDAP_PORT": "x",
        "RASA_URL": "x",
        "DATABASE_URL": "x:sample-password",
        "SMTP_URL": "x:sample-word",
    }
    shown += "\n".join(problems_of({**broken, "HOIDAP_SECRET_KEY": "short-key"}))
    shown += repr(SettingsError(problems_of(broken)))
    assert len(hidden) > 8
    assert not [value for value in hidden if value in shown]
    assert "short-key" not in shown


def test_a_password_in_an_address_is_not_repeated() -> None:
    (found,) = problems_of({"HOIDAP_PUBLIC_URL": "ftp://me:hidden-word@example.vn"})
    assert "hidden-word" not in found
    assert "example.vn" in found


def test_secrets_mask_themselves_everywhere_repr_is_used() -> None:
    assert repr(Secret("word")) == "'***'"
    assert "word" not in f"{[Secret('word')]} {(Secret('word'),)!r} {Secret('word')!r}"
    assert repr(Secret("")) == "''"


@given(st.dictionaries(st.sampled_from(sorted(CONTRACT)), st.text(max_size=30)))
def test_any_environment_gives_settings_or_settings_error(environment: dict[str, str]) -> None:
    try:
        found = read_settings(environment)
    except SettingsError:
        return
    assert read_settings(environment) == found


@pytest.mark.parametrize("missing", [name for name in ZALO if name != "HOIDAP_SECRET_KEY"])
def test_a_part_of_zalo_is_missing(missing: str) -> None:
    assert read_settings(ZALO).missing_zalo == ()
    found = read_settings({**ZALO, missing: ""})
    expected = {missing}
    if missing == "ZALO_REFRESH_TOKEN":
        expected.add("ZALO_ACCESS_TOKEN")
    assert set(found.missing_zalo) == expected
    assert found.missing_facebook


def test_one_of_zalos_tokens_is_enough() -> None:
    access_only = {**ZALO, "ZALO_REFRESH_TOKEN": "", "ZALO_ACCESS_TOKEN": "sample"}
    assert read_settings(access_only).missing_zalo == ()


@pytest.mark.parametrize("missing", [name for name in FACEBOOK if name != "HOIDAP_SECRET_KEY"])
def test_a_part_of_facebook_is_missing(missing: str) -> None:
    assert read_settings(FACEBOOK).missing_facebook == ()
    assert read_settings({**FACEBOOK, missing: ""}).missing_facebook == (missing,)


@pytest.mark.parametrize("channel", [ZALO, FACEBOOK])
def test_real_credentials_want_a_key_of_their_own(channel: dict[str, str]) -> None:
    (found,) = problems_of({**channel, "HOIDAP_SECRET_KEY": ""})
    assert found.startswith("HOIDAP_SECRET_KEY")
    names = set(channel) - {"HOIDAP_SECRET_KEY"}
    assert set(read_settings(channel).credentials) == names


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.5", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104 - a value to be judged
        ("10.0.0.1", False),
        ("example.vn", False),
    ],
)
def test_what_counts_as_loopback(host: str, *, local: bool) -> None:
    assert read_settings({"HOIDAP_HOST": host}).is_loopback is local
