"""Compile the contract: `protos/` to `client/` (public) and `server/` (internal).

Run as `python scripts/generate.py`; with `--check` it writes nothing and fails
when what is committed differs from what the protos say.
"""

import filecmp
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
GOOGLE_PROTOS = str(files("google").joinpath(".."))
WELL_KNOWN_PROTOS = str(files("grpc_tools").joinpath("_proto"))

# Which folder of protos goes where, and whether it has services.
TREES = (
    ("hitchpost/v1", "client", True),
    ("hitchpost_server/storage/v1", "server", False),
)


def compile_tree(folder: str, target: Path, services: bool) -> None:
    """Write the Python modules and stubs of one folder of protos below `target`."""
    target.mkdir(parents=True, exist_ok=True)
    sources = sorted(str(path) for path in (PROTOS / folder).glob("*.proto"))
    options = [f"--python_out={target}", f"--pyi_out={target}"]
    includes = [f"-I{PROTOS}", f"-I{GOOGLE_PROTOS}", f"-I{WELL_KNOWN_PROTOS}"]
    if protoc.main(["protoc", *includes, *options, *sources]):
        raise SystemExit(f"protoc failed for {folder}")
    with_services = [path for path in sources if "\nservice " in Path(path).read_text()]
    if services and protoc.main(
        ["protoc", *includes, f"--grpc_python_out={target}", *with_services]
    ):
        raise SystemExit(f"protoc failed for the services of {folder}")
    (target / folder / "__init__.py").touch()


def generated_files(base: Path, folder: str) -> set[str]:
    """Name the generated files of a folder, without their directory."""
    return {path.name for path in (base / folder).glob("*_pb2*.py*")}


def stale(base: Path, target: Path, folder: str) -> list[str]:
    """Name the committed files that differ from freshly generated ones."""
    fresh, committed = generated_files(base, folder), generated_files(target, folder)
    differing = {
        name
        for name in fresh & committed
        if not filecmp.cmp(base / folder / name, target / folder / name, shallow=False)
    }
    return sorted(differing | (fresh ^ committed))


def main() -> None:
    """Generate, or compare with what is there."""
    check = "--check" in sys.argv
    for folder, target, services in TREES:
        if not check:
            for name in generated_files(ROOT / target, folder):
                (ROOT / target / folder / name).unlink()
            compile_tree(folder, ROOT / target, services)
            continue
        with tempfile.TemporaryDirectory() as scratch:
            compile_tree(folder, Path(scratch), services)
            if names := stale(Path(scratch), ROOT / target, folder):
                raise SystemExit(f"stale generated code in {target}/{folder}: {', '.join(names)}")


if __name__ == "__main__":
    main()
