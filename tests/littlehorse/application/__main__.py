"""An application that does everything that LittleHorse's SDK can express; it knows no other SDK.

It registers all features, starts all workers, plays all features at once, and writes a line of JSON
for each: what it has found, or what it died of, and what had become of its runs. It stays until its
input is closed.
"""

import asyncio
import json
import sys
import traceback
from pathlib import Path

import containers
import conversations
import executions
import failures
import families
import flow
import grpc
import interrupts
import limits
import operations
import people
import retries
import siblings
import structs
import threads
import values
from features import Feature, Found
from littlehorse.config import LHConfig
from littlehorse.worker import LHTaskWorker
from stage import Stage

SECONDS = 25
MODULES = (
    flow,
    threads,
    siblings,
    failures,
    retries,
    interrupts,
    conversations,
    executions,
    families,
    values,
    structs,
    containers,
    people,
    operations,
    limits,
)
FEATURES: list[Feature] = [feature for module in MODULES for feature in module.FEATURES]


def register(feature: Feature, config: LHConfig) -> str | None:
    """Register a feature; say what was wrong with it, if anything."""
    try:
        feature.register(config)
    except Exception as error:
        return in_words(error)
    return None


def in_words(error: Exception) -> str:
    """Say what was wrong, and at which lines of this application."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == Path(__file__).parent
    ]
    what = repr(error)
    if isinstance(error, grpc.RpcError):
        what = f"{error.code().name}: {error.details()}"
    return "".join([*traceback.format_list(frames), what])


async def play(feature: Feature, config: LHConfig) -> Found:
    """Play a feature within its time; tell what was found, or what was wrong."""
    stage = Stage(config.stub(async_channel=True))
    told: Found = {"feature": feature.name}
    try:
        async with asyncio.timeout(SECONDS):
            told["found"] = await feature.play(stage)
    except TimeoutError:
        told["wrong"] = f"after {SECONDS} seconds it still waited for {stage.waits_for}"
    except Exception as error:
        told["wrong"] = in_words(error)
    told["history"] = await stage.history()
    return told


def tell(told: Found) -> None:
    """Write a line for whoever has started this."""
    print(json.dumps(told), flush=True)


async def play_and_tell(feature: Feature, wrong: str | None, config: LHConfig) -> None:
    """Play a feature unless it could not even be registered."""
    if wrong is None:
        tell(await play(feature, config))
    else:
        tell({"feature": feature.name, "wrong": wrong, "history": []})


async def main() -> None:
    """Do it all."""
    config = LHConfig()
    registered = [(feature, register(feature, config)) for feature in FEATURES]
    well = [feature for feature, wrong in registered if wrong is None]
    tasks = {name: task for feature in well for name, task in feature.tasks.items()}
    workers = [LHTaskWorker(task, name, config) for name, task in tasks.items()]
    working = [asyncio.create_task(worker.start()) for worker in workers]
    plays = [play_and_tell(feature, wrong, config) for feature, wrong in registered]
    await asyncio.gather(*plays)
    await asyncio.to_thread(sys.stdin.read)
    for worker in workers:
        worker.stop()
    for task in working:
        task.cancel()


asyncio.run(main())
