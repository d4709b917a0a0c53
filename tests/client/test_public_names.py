"""What `import hitchpost` offers is a list that somebody has decided on."""

import ast
import subprocess
import sys
from pathlib import Path

import hitchpost

PACKAGE = Path(str(hitchpost.__file__)).parent
ALLOWED = {"google", "grpc", "hitchpost"} | set(sys.stdlib_module_names)


def test_all_is_sorted_and_is_what_the_package_holds() -> None:
    offered = {name for name in vars(hitchpost) if not name.startswith("_")}
    assert hitchpost.__all__ == sorted(hitchpost.__all__)
    assert offered - {"v1"} == set(hitchpost.__all__)


def test_every_module_of_ours_is_private() -> None:
    names = {path.name for path in PACKAGE.iterdir()} - {"v1", "py.typed"}
    assert {name for name in names if not name.startswith("_")} == set()


def test_every_public_name_is_documented() -> None:
    undocumented = [name for name in hitchpost.__all__ if not vars(hitchpost)[name].__doc__]
    assert undocumented == []


def test_every_method_of_the_client_is_documented() -> None:
    methods = [name for name in vars(hitchpost.Client) if not name.startswith("_")]
    assert len(methods) > 20
    assert [name for name in methods if not getattr(hitchpost.Client, name).__doc__] == []


def test_client_needs_grpc_and_protobuf_and_nothing_else() -> None:
    imported = set()
    for path in (*PACKAGE.glob("*.py"), *PACKAGE.glob("_*/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    assert imported - ALLOWED == set()


def test_littlehorse_imports_beside_us_in_one_process() -> None:
    program = "import hitchpost, littlehorse.workflow, littlehorse.worker"
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
