"""The `hitchpost` command. Tables for people, `--json` for programs."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from hitchpost_server.config import Settings, SettingsError, load

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Where workflows wait for the outside world.",
)

feed = typer.Typer(no_args_is_help=True, help="What happens, told as it happens.")
app.add_typer(feed, name="feed")

# What help texts say holds when nothing else is said.
DEFAULTS = Settings()

# What shells give a command that SIGINT has ended.
INTERRUPTED = 130

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="A TOML file with settings.", metavar="FILE")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Any other setting of docs/operations.md; may be given many times.",
        metavar="NAME=VALUE",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="The folder of the store.", show_default=str(DEFAULTS.data)),
]
ServerOption = Annotated[str, typer.Option(help="The server, HOST:PORT.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def settings_from(config: Path | None, others: list[str] | None, **flags: Any) -> Settings:
    """Put settings together; leave with exit code 2 and a reason when they will not do."""
    try:
        for one in others or ():
            name, equals, value = one.partition("=")
            if not equals:
                raise SettingsError(f"--set takes NAME=VALUE, not {one!r}")
            flags[name] = value
        return load(flags, config)
    except SettingsError as error:
        raise_usage(str(error))


def raise_usage(problem: str) -> NoReturn:
    """Leave because of what the user has said."""
    typer.echo(f"hitchpost: {problem}", err=True)
    raise typer.Exit(2)


@app.command()
def serve(
    data: DataOption = None,
    host: Annotated[
        str | None, typer.Option(help="Where to listen.", show_default=DEFAULTS.host)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="The port; 0 picks a free one.", show_default=str(DEFAULTS.port)),
    ] = None,
    advertise: Annotated[
        str | None,
        typer.Option(
            help="What task workers are told to dial; absent, where the server listens.",
            metavar="HOST:PORT",
        ),
    ] = None,
    insecure: Annotated[
        bool | None,
        typer.Option(
            "--insecure",
            help="Serve other addresses than loopback, without TLS and access control.",
        ),
    ] = None,
    config: ConfigOption = None,
    others: SetOption = None,
) -> None:
    """Run a server until SIGTERM. Prints `serving on HOST:PORT` when it can answer."""
    settings = settings_from(
        config, others, data=data, host=host, port=port, advertise=advertise, insecure=insecure
    )
    from hitchpost_server import app as server
    from hitchpost_server.store.protocol import StoreRefusedError, StoreUnavailableError

    set_up_log(settings)
    try:
        _event_loop_runner()(server.serve(settings, _ready))
    except (StoreRefusedError, server.CannotListenError) as error:
        typer.echo(f"hitchpost: {error}", err=True)
        raise typer.Exit(1) from None
    except StoreUnavailableError as error:
        where = server.store_path(settings)
        typer.echo(f"hitchpost: {where} cannot be opened: {error}", err=True)
        raise typer.Exit(1) from None


@app.command()
def demo() -> None:
    """Watch a workflow wait for the outside world: refusals, a SIGKILL, and a happy end."""
    from hitchpost_server.demo import run_demo

    raise typer.Exit(run_demo())


@app.command()
def history(
    run: Annotated[str, typer.Argument(help="The run's id, as parent_child if it has a parent.")],
    execution: Annotated[int | None, typer.Option(help="One execution of it only.")] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what happens, until interrupted.")
    ] = False,
    server: ServerOption = "localhost:2023",
    as_json: JsonOption = False,
) -> None:
    """Print what has happened to a run, oldest first."""
    from hitchpost_server.cli_history import print_history

    printing = print_history(server, run, execution, follow=follow, as_json=as_json)
    try:
        raise typer.Exit(asyncio.run(printing))
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


@feed.command()
def tail(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(help="Topics, as `run.*` or `orders.>`; absent, all.", metavar="PATTERN"),
    ] = None,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Begin with the oldest entry there is.")
    ] = False,
    server: ServerOption = "localhost:2023",
    as_json: JsonOption = False,
) -> None:
    """Print what happens, as it happens, until Ctrl-C."""
    from hitchpost_server.cli_feed import print_feed

    printing = print_feed(server, patterns or (), from_beginning=from_beginning, as_json=as_json)
    try:
        raise typer.Exit(asyncio.run(printing))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command()
def routes(server: ServerOption = "localhost:2023", as_json: JsonOption = False) -> None:
    """Print all routes: how far behind each is, how fast it sends, and what went wrong last."""
    from hitchpost_server.cli_routes import print_routes

    raise typer.Exit(asyncio.run(print_routes(server, as_json=as_json)))


@app.command()
def dead_letters(
    route: Annotated[
        str | None, typer.Argument(help="The route's id; absent, all of them are printed.")
    ] = None,
    redeliver: Annotated[
        bool, typer.Option("--redeliver", help="Have them tried once more, all of them.")
    ] = False,
    position: Annotated[
        list[int] | None,
        typer.Option(help="Only this one; may be given many times."),
    ] = None,
    discard: Annotated[
        bool, typer.Option("--discard", help="Give them up for good: those named, or --all.")
    ] = False,
    all_of_them: Annotated[bool, typer.Option("--all", help="With --discard: all.")] = False,
    server: ServerOption = "localhost:2023",
    as_json: JsonOption = False,
) -> None:
    """Print what a route has given up on, have it tried once more, or discard it."""
    from hitchpost_server import cli_routes

    if not (redeliver or discard or not (position or all_of_them)):
        raise typer.BadParameter("--position and --all go with --redeliver or --discard")
    if discard and (redeliver or all_of_them == bool(position)):
        raise typer.BadParameter("--discard goes with either --position or --all")
    if not (redeliver or discard):
        work = cli_routes.print_dead_letters(server, route, as_json=as_json)
    elif route is None:
        raise typer.BadParameter("name the route")
    else:
        change = cli_routes.discard if discard else cli_routes.redeliver
        work = change(server, route, position or (), as_json=as_json)
    try:
        raise typer.Exit(asyncio.run(work))
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


@app.command()
def verify(
    data: DataOption = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Compare the tables of a stopped server's store with its log."""
    from hitchpost_server.cli_store import verify_store

    settings = settings_from(config, None, data=data)
    raise typer.Exit(asyncio.run(verify_store(settings, as_json=as_json)))


@app.command()
def rebuild(
    data: DataOption = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Mend the tables of a stopped server's store by its log."""
    from hitchpost_server.cli_store import rebuild_store

    settings = settings_from(config, None, data=data)
    raise typer.Exit(asyncio.run(rebuild_store(settings, as_json=as_json)))


def _ready(host: str, port: int) -> None:
    print(f"serving on {host}:{port}", flush=True)


def set_up_log(settings: Settings) -> None:
    """Write the log to stderr."""
    logging.basicConfig(
        stream=sys.stderr,
        level=settings.log_level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # On DEBUG it writes down all that is stored, masked values too.
    logging.getLogger("aiosqlite").setLevel(max(logging.INFO, logging.getLogger().level))


def _event_loop_runner() -> Any:
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
