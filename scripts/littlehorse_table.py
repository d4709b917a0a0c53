"""Write which of LittleHorse's RPCs are served into docs/littlehorse.md.

Knows both sides from their descriptors: ours, and those of the installed
client of LittleHorse. With `--check` it writes nothing and fails when the table
is not what it would write.
"""

import sys
from importlib import import_module

from descriptors import ROOT

PAGE = ROOT / "docs" / "littlehorse.md"
BEGIN = "<!-- This table is generated: make generate -->"
END = "<!-- Here it ends. -->"

# What LittleHorse's own server 1.3.0 answers with UNIMPLEMENTED, always.
SERVED_BY_NOBODY = {
    "DeleteWorkflowMigrationPlan",
    "GetTaskDefMetricsWindow",
    "GetWfSpecMetricsWindow",
    "MigrateWfSpec",
}


def methods(module: str, service: str) -> list[str]:
    """Name the methods of a service in the order of its contract."""
    file = import_module(module).DESCRIPTOR
    return [method.name for method in file.services_by_name[service].methods]


def state(method: str, served: set[str]) -> str:
    """Say in a word or two whether a method is served."""
    if method in served:
        return "yes"
    return "not by LittleHorse either" if method in SERVED_BY_NOBODY else "not yet"


def table() -> str:
    """Return the table with the line above it."""
    served = set(methods("hitchpost.v1.workflows_pb2", "Workflows"))
    known = methods("littlehorse.model.service_pb2", "LittleHorse")
    rows = [f"| {method} | {state(method, served)} |" for method in known]
    count = f"{len(served)} of the {len(known)} RPCs of LittleHorse 1.3.0 are served."
    return "\n".join([count, "", "| RPC | served |", "| --- | --- |", *rows])


def renewed(page: str) -> str:
    """Return the page with the table as it should be."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{PAGE.name} does not say where the table belongs")
    return f"{before}{begin}\n\n{table()}\n\n{end}{after}"


def main() -> None:
    """Write the table, or compare it with what is there."""
    page = PAGE.read_text()
    fresh = renewed(page)
    if "--check" not in sys.argv:
        PAGE.write_text(fresh)
    elif fresh != page:
        raise SystemExit(f"the table in {PAGE.name} is stale: run `make generate`")


if __name__ == "__main__":
    main()
