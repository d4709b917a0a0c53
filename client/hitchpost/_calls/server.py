"""Calls about the server and who we are to it. Each function is a method of Client."""

from google.protobuf.empty_pb2 import Empty

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost.v1.principal_pb2 import Principal
from hitchpost.v1.workflows_pb2 import LittleHorseVersion


async def whoami(self: Connection) -> Principal:
    """Get who the server takes us for, and what we may do."""
    return await self.call(_methods.WHOAMI, Empty())


async def server_version(self: Connection) -> LittleHorseVersion:
    """Get the version of LittleHorse's contract that the server keeps to."""
    return await self.call(_methods.GET_SERVER_VERSION, Empty())
