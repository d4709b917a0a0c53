"""The protos as descriptors, with their comments.

Knows where the protos are and what they import, so that everything that is to
be checked about them can be checked on descriptors, without a network.
"""

import tempfile
from importlib.resources import files
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
INCLUDES = (
    f"-I{PROTOS}",
    f"-I{files('google').joinpath('..')}",
    f"-I{files('grpc_tools').joinpath('_proto')}",
)


def sources() -> list[str]:
    """Name all protos of this repository, relative to their folder."""
    return sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))


def descriptor_set() -> FileDescriptorSet:
    """Describe all protos with their comments, and everything that they import."""
    with tempfile.NamedTemporaryFile() as image:
        options = [
            "--include_imports",
            "--include_source_info",
            f"--descriptor_set_out={image.name}",
        ]
        if protoc.main(["protoc", *INCLUDES, *options, *sources()]):
            raise SystemExit("protoc failed")
        return FileDescriptorSet.FromString(Path(image.name).read_bytes())
