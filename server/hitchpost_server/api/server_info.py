"""Says who calls and what is called."""

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import principal_pb2 as principals
from hitchpost.v1 import workflows_pb2 as workflows
from hitchpost_server.api.calls import Caller, Method, Unary

# The version of LittleHorse whose protocol this is.
PROTOCOL_VERSION = workflows.LittleHorseVersion(
    major_version=1, minor_version=3, patch_version=0, pre_release_identifier="hitchpost"
)


async def whoami(caller: Caller, _request: Empty) -> principals.Principal:
    """Answer who calls; without access control that is anonymous, who may do everything."""
    everything = principals.ServerACL(
        resources=[principals.ACL_ALL_RESOURCES], allowed_actions=[principals.ALL_ACTIONS]
    )
    return principals.Principal(
        id=ids.PrincipalId(id=caller.principal),
        global_acls=principals.ServerACLs(acls=[everything]),
    )


async def get_server_version(_caller: Caller, _request: Empty) -> workflows.LittleHorseVersion:
    """Answer which version of LittleHorse's protocol this is."""
    return PROTOCOL_VERSION


def methods() -> dict[str, Method]:
    """List what is served, by the names that clients call."""
    return {
        "Whoami": Unary(Empty, whoami),
        "GetServerVersion": Unary(Empty, get_server_version),
    }
