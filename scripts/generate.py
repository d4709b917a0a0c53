"""Compile the contract: `protos/` to `client/` (public) and `server/` (internal).

Run as `python scripts/generate.py`; with `--check` it writes nothing and fails
when what is committed differs from what the protos say.
"""

import filecmp
import shutil
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

from descriptors import INCLUDES, PROTOS, ROOT

# Which folder of protos goes where, and whether it has services.
TREES = (
    ("hitchpost/v1", "client", True),
    ("hitchpost_server/storage/v1", "server", False),
)


def compile_tree(folder: str, target: Path, services: bool) -> None:
    """Write the Python modules and stubs of one folder of protos below `target`."""
    sources = sorted(str(path) for path in (PROTOS / folder).glob("*.proto"))
    options = [f"--python_out={target}", f"--pyi_out={target}"]
    if protoc.main(["protoc", *INCLUDES, *options, *sources]):
        raise SystemExit(f"protoc failed for {folder}")
    with_services = [path for path in sources if "\nservice " in Path(path).read_text()]
    if services and protoc.main(
        ["protoc", *INCLUDES, f"--grpc_python_out={target}", *with_services]
    ):
        raise SystemExit(f"protoc failed for the services of {folder}")
    (target / folder / "__init__.py").write_text(f'"""Generated from protos/{folder}."""\n')


def modules(folder: Path) -> set[str]:
    """Name the modules and stubs in a folder."""
    return {path.name for path in folder.glob("*.py*") if path.suffix in {".py", ".pyi"}}


def stale(fresh: Path, committed: Path) -> list[str]:
    """Name the files that differ between freshly generated code and what is there."""
    here, there = modules(fresh), modules(committed)
    differing = {
        name
        for name in here & there
        if not filecmp.cmp(fresh / name, committed / name, shallow=False)
    }
    return sorted(differing | (here ^ there))


def renew(fresh: Path, committed: Path, names: list[str]) -> None:
    """Put fresh files in the place of stale ones, each at once."""
    committed.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (fresh / name).exists():
            arriving = committed / f"{name}.new"
            shutil.copyfile(fresh / name, arriving)
            arriving.replace(committed / name)
        else:
            (committed / name).unlink()


def main() -> None:
    """Generate, or compare with what is there."""
    for folder, target, services in TREES:
        with tempfile.TemporaryDirectory() as scratch:
            compile_tree(folder, Path(scratch), services)
            fresh, committed = Path(scratch) / folder, ROOT / target / folder
            names = stale(fresh, committed)
            if "--check" not in sys.argv:
                renew(fresh, committed, names)
            elif names:
                raise SystemExit(f"stale generated code in {target}/{folder}: {', '.join(names)}")


if __name__ == "__main__":
    main()
