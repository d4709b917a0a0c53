"""Write which of LittleHorse's RPCs are served into docs/littlehorse.md.

Knows both sides from their descriptors: ours, and those of the installed
client of LittleHorse. With `--check` it writes nothing and fails when the table
is not what it would write.
"""

from importlib import import_module

from descriptors import ROOT
from marked_table import write_or_check

PAGE = ROOT / "docs" / "littlehorse.md"

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


if __name__ == "__main__":
    write_or_check(PAGE, table())
