"""Puts, reads and deletes StructDefs."""

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.ids import STRUCT_DEF_STREAM, struct_def_name
from hitchpost_server.engine.rows import StructDefRow
from hitchpost_server.runtime.committer import Committer


class StructDefs:
    """The methods about StructDefs."""

    def __init__(self, committer: Committer, reader: Reader) -> None:
        self._committer = committer
        self._reader = reader

    async def put_struct_def(
        self, caller: Caller, request: struct_defs.PutStructDefRequest
    ) -> struct_defs.StructDef:
        """Store a version of a StructDef, or find that it equals the latest."""
        check_name("name", request.name)
        command = commands.PutStructDef(
            **sender(caller), stream=STRUCT_DEF_STREAM + request.name, request=request
        )
        reply: struct_defs.StructDef = await self._committer.submit(command)
        return reply

    async def get_struct_def(
        self, _caller: Caller, request: ids.StructDefId
    ) -> struct_defs.StructDef:
        """Read one version of a StructDef; -1, as in the rows, stands for the latest."""
        at = (request.name, request.version)
        return await self._reader.get(
            struct_defs.StructDef, StructDefRow, at, struct_def_name(request)
        )

    async def validate_evolution(
        self, caller: Caller, request: struct_defs.ValidateStructDefEvolutionRequest
    ) -> struct_defs.ValidateStructDefEvolutionResponse:
        """Tell whether a StructDef could be put; it is decided like a put, and nothing happens."""
        check_name("struct_def_id.name", request.struct_def_id.name)
        stream = STRUCT_DEF_STREAM + request.struct_def_id.name
        is_valid: bool = await self._committer.submit(
            commands.ValidateStructDefEvolution(**sender(caller), stream=stream, request=request)
        )
        return struct_defs.ValidateStructDefEvolutionResponse(is_valid=is_valid)

    async def delete_struct_def(
        self, caller: Caller, request: struct_defs.DeleteStructDefRequest
    ) -> Empty:
        """Delete one version of a StructDef."""
        check_name("id.name", request.id.name)
        stream = STRUCT_DEF_STREAM + request.id.name
        await self._committer.submit(
            commands.DeleteStructDef(**sender(caller), stream=stream, struct_def_id=request.id)
        )
        return Empty()

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "PutStructDef": Unary(struct_defs.PutStructDefRequest, self.put_struct_def),
            "GetStructDef": Unary(ids.StructDefId, self.get_struct_def),
            "ValidateStructDefEvolution": Unary(
                struct_defs.ValidateStructDefEvolutionRequest, self.validate_evolution
            ),
            "DeleteStructDef": Unary(struct_defs.DeleteStructDefRequest, self.delete_struct_def),
        }
