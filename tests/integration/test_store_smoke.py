from store.unit_of_work import Store


async def test_an_empty_store_counts_nothing(store: Store) -> None:
    async with store.work() as work:
        assert await work.alerts.count_open() == 0
