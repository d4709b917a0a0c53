"""How large and how long a measurement is."""

from dataclasses import dataclass
from pathlib import Path

from bench.scale.prepared import Stores
from bench.scale.progress import Say


@dataclass(frozen=True, slots=True)
class Options:
    """What every figure is given. `data` is where stores that are not kept are made."""

    stores: Stores
    data: Path
    rounds: int
    seconds: float
    steps: int
    say: Say
