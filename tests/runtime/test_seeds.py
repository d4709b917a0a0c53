"""Seeds: no two are the same, however many are made ahead."""

import re

from hitchpost_server.runtime.seeds import SEEDS_AT_ONCE, new_seed


def test_seeds_are_32_hex_digits_and_none_comes_twice() -> None:
    seeds = [new_seed() for _ in range(3 * SEEDS_AT_ONCE)]
    assert len(set(seeds)) == len(seeds)
    assert all(re.fullmatch("[0-9a-f]{32}", seed) for seed in seeds)
