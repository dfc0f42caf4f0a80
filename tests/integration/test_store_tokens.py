"""Token pairs: encrypted, refreshed by one at a time, never shown."""

import asyncio
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from delivery.channel import BadCredentialsError
from delivery.messages import ChannelName
from delivery.tokens import TokenPair
from store.engine import make_engine
from store.tables import channel_tokens
from store.tokens import TokenStore
from store.unit_of_work import Store
from store.vault import UnreadableSecretError, Vault
from tests.fakes.clock import NOW, StillClock

OA = "oa-1"


def pair(name: str) -> TokenPair:
    return TokenPair(f"access-{name}", f"refresh-{name}", NOW + timedelta(hours=25))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tokens(store: Store, clock: StillClock) -> TokenStore:
    return TokenStore(Store(store.engine, store.vault, clock, store.ids), ChannelName.ZALO)


async def test_the_first_pair_stays_until_it_is_replaced(tokens: TokenStore) -> None:
    assert await tokens.find_pair(OA) is None
    await tokens.seed(OA, pair("1"))
    await tokens.seed(OA, pair("2"))
    assert await tokens.find_pair(OA) == pair("1")
    await tokens.seed(OA, pair("3"), replace=True)
    assert await tokens.find_pair(OA) == pair("3")
    assert await tokens.find_pair("other") is None


async def test_a_saved_pair_is_there_for_every_process(
    tokens: TokenStore, store: Store, clock: StillClock
) -> None:
    await tokens.seed(OA, pair("1"))
    other = TokenStore(Store(store.engine, store.vault, clock, store.ids), ChannelName.ZALO)
    assert await other.find_pair(OA) == pair("1")
    async with tokens.locked(OA) as locked:
        assert locked.pair == pair("1")
        await locked.save(pair("2"))
        # Whoever looks now sees, and may keep for a while, the old one.
        assert await tokens.find_pair(OA) == pair("1")
    assert await tokens.find_pair(OA) == pair("2")
    clock.advance(timedelta(seconds=31))
    assert await other.find_pair(OA) == pair("2")


async def test_a_refresh_that_fails_leaves_the_old_pair(tokens: TokenStore) -> None:
    await tokens.seed(OA, pair("1"))

    async def refresh() -> None:
        async with tokens.locked(OA) as locked:
            await locked.save(pair("2"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await refresh()
    assert await tokens.find_pair(OA) == pair("1")


async def test_a_dead_grant_comes_back_only_with_a_new_consent(tokens: TokenStore) -> None:
    await tokens.seed(OA, pair("1"))
    async with tokens.locked(OA) as locked:
        await locked.mark_dead()
        assert locked.pair is None
    assert await tokens.find_pair(OA) is None
    await tokens.seed(OA, pair("1"))
    assert await tokens.find_pair(OA) is None
    await tokens.seed(OA, pair("new"))
    assert await tokens.find_pair(OA) == pair("new")


async def test_twenty_refreshers_see_each_others_result(store: Store, database_url: str) -> None:
    engine = make_engine(database_url, pool_size=22, name="test tokens")
    shared = Store(engine, store.vault, store.clock, store.ids)
    await TokenStore(shared, ChannelName.ZALO).seed(OA, pair("0"))

    async def refresh() -> tuple[str, str]:
        async with TokenStore(shared, ChannelName.ZALO).locked(OA) as locked:
            assert locked.pair is not None
            seen = locked.pair.access
            fresh = f"access-{int(seen.split('-')[1]) + 1}"
            await asyncio.sleep(0.005)
            await locked.save(TokenPair(fresh, fresh, NOW))
        return seen, fresh

    steps = await asyncio.gather(*(refresh() for _ in range(20)))
    assert sorted(steps) == sorted((f"access-{n}", f"access-{n + 1}") for n in range(20))
    assert (await TokenStore(shared, ChannelName.ZALO).find_pair(OA)) is not None
    await engine.dispose()


async def test_tokens_are_shown_nowhere(tokens: TokenStore, store: Store) -> None:
    await tokens.seed(OA, pair("word"))
    found = await tokens.find_pair(OA)
    async with tokens.locked(OA) as locked:
        shown = f"{found!r} {locked!r} {locked.pair!r} {tokens!r} {tokens._seen!r}"
    assert "access-word" not in shown
    assert "refresh-word" not in shown
    async with store.engine.connect() as connection:
        row = (await connection.execute(select(channel_tokens))).one()
    assert b"word" not in bytes(row.access_token) + bytes(row.refresh_token)


async def test_another_key_does_not_open_them_an_added_one_does(
    tokens: TokenStore, store: Store
) -> None:
    await tokens.seed(OA, pair("1"))
    fresh = Fernet.generate_key().decode()
    stranger = Store(store.engine, Vault([fresh]), store.clock, store.ids)
    # In the channel's own terms: nothing can be sent before an operator acts.
    with pytest.raises(BadCredentialsError, match="tokens_unreadable"):
        await TokenStore(stranger, ChannelName.ZALO).find_pair(OA)
    with pytest.raises(BadCredentialsError, match="tokens_unreadable"):
        async with TokenStore(stranger, ChannelName.ZALO).locked(OA):
            pass


def test_the_first_key_encrypts_all_decrypt() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Vault([old]).seal("chữ")
    assert Vault([new, old]).open(sealed) == "chữ"
    with pytest.raises(UnreadableSecretError):
        Vault([old]).open(Vault([new, old]).seal("chữ"))


def test_nobody_without_the_key_can_try_what_a_digest_was_made_of() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    digest = Vault([old]).digest("sample", "chữ")
    assert Vault([old, new]).digest("sample", "chữ") == digest
    assert Vault([old]).digest("sample", "chữ khác") != digest
    assert Vault([old]).digest("token", "chữ") != digest
    assert Vault([new]).digest("sample", "chữ") != digest
