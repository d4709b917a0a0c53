"""Lint the protos with buf, and compare the contract with the last release.

What was released is in `protos/released.binpb`. A release renews it with
`python scripts/check_contract.py --release`; between releases nobody does, so
whatever was released stays readable. The storage messages are not part of it:
they are the server's own, and logs of each release guard them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from descriptors import PROTOS, descriptor_set

BUF = Path(sys.executable).parent / "buf"
CONFIG = PROTOS / "buf.yaml"
RELEASED = PROTOS / "released.binpb"
CONTRACT = "hitchpost"


def release() -> None:
    """Take the contract as it is for released, without its comments."""
    image = FileDescriptorSet(file=descriptor_set().file)
    public = [file for file in image.file if not file.name.startswith("hitchpost_server/")]
    for file in public:
        file.ClearField("source_code_info")
    RELEASED.write_bytes(FileDescriptorSet(file=public).SerializeToString(deterministic=True))


def buf(command: str, *arguments: str) -> bool:
    """Run buf; tell whether it found nothing."""
    return subprocess.run([BUF, command, *arguments, "--config", CONFIG]).returncode == 0


def check() -> None:
    """Fail when buf finds something, having said what."""
    with tempfile.NamedTemporaryFile(suffix=".binpb") as image:
        Path(image.name).write_bytes(descriptor_set().SerializeToString())
        clean = buf("lint", image.name, "--exclude-path", "google")
        kept = buf("breaking", image.name, "--against", str(RELEASED), "--path", CONTRACT)
    if not kept:
        print("The contract breaks what was released. New names and numbers never do.")
    if not (clean and kept):
        raise SystemExit(1)


if __name__ == "__main__":
    release() if "--release" in sys.argv else check()
