"""The process of a flood: it says what came of it in a line of JSON, and which were accepted."""

import argparse
import gc
import json
from pathlib import Path

import uvloop

from bench.overload.flood import Flood, flood
from bench.overload.outcomes import keep_numbers, outcomes
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered


def main() -> None:
    """Flood a server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("prefix")
    parser.add_argument("numbers", type=Path, help="where to write the numbers of those accepted")
    parser.add_argument("--per-second", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, required=True)
    options = parser.parse_args()
    gc.disable()
    shape = Flood(options.per_second, options.seconds, options.connections)
    requests = numbered(event_template(options.prefix))
    flooded = uvloop.run(flood(options.target, PUT_EXTERNAL_EVENT, requests, shape))
    keep_numbers((number for number, _ in flooded.answers), options.numbers)
    print(json.dumps(outcomes(flooded, options.prefix, options.seconds)))


if __name__ == "__main__":
    main()
