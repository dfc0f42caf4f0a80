"""Rows that are the same thing, by their title or by their matter."""

from knowledge.search.same import alike_numbers


def test_what_shares_no_name_is_another_thing() -> None:
    assert alike_numbers([["a"], ["b"], []]) == [0, 1, 2]


def test_one_name_in_common_is_enough() -> None:
    assert alike_numbers([["a"], ["b", "m"], ["a"], ["c", "m"]]) == [0, 1, 0, 1]


def test_two_that_were_apart_become_one_by_a_third() -> None:
    assert alike_numbers([["a"], ["b", "m"], ["c"], ["a", "m"], ["b"]]) == [0, 0, 2, 0, 0]
