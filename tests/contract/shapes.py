"""Print the shape of a proto package as JSON: messages, enums and methods, without comments.

Runs in a process of its own, so that whose descriptors are looked at is never in
doubt: `python shapes.py PACKAGE MODULE...`. Names are given without the package,
so that the shapes of two packages can be compared.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
)

Shape = dict[str, Any]


def files(found: FileDescriptor, package: str) -> Iterator[FileDescriptorProto]:
    """Yield a file and those that it imports, as far as they are of the package."""
    for imported in found.dependencies:
        yield from files(imported, package)
    if found.package == package:
        proto = FileDescriptorProto()
        found.CopyToProto(proto)
        yield proto


def field_shape(field: FieldDescriptorProto, message: DescriptorProto, package: str) -> Shape:
    """Return what decides how a field is written and read."""
    in_oneof = field.HasField("oneof_index") and not field.proto3_optional
    return {
        "number": field.number,
        "type": FieldDescriptorProto.Type.Name(field.type),
        "of": field.type_name.removeprefix(f".{package}."),
        "label": FieldDescriptorProto.Label.Name(field.label),
        "optional": field.proto3_optional,
        "oneof": message.oneof_decl[field.oneof_index].name if in_oneof else None,
        "json_name": field.json_name,
        "packed": field.options.packed if field.options.HasField("packed") else None,
    }


def enum_shape(enum: EnumDescriptorProto) -> Shape:
    """Return the values of an enum by name."""
    return {value.name: value.number for value in enum.value}


def method_shape(method: MethodDescriptorProto, package: str) -> Shape:
    """Return what a method takes and returns."""
    return {
        "takes": method.input_type.removeprefix(f".{package}."),
        "returns": method.output_type.removeprefix(f".{package}."),
        "takes_stream": method.client_streaming,
        "returns_stream": method.server_streaming,
    }


def add_message(shape: Shape, message: DescriptorProto, scope: str, origin: str) -> None:
    """Add a message and what is nested in it, named with the messages around it."""
    name = f"{scope}{message.name}"
    fields = {field.name: field_shape(field, message, shape["package"]) for field in message.field}
    shape["messages"][name] = {
        "file": origin,
        "map_entry": message.options.map_entry,
        "fields": fields,
    }
    for enum in message.enum_type:
        shape["enums"][f"{name}.{enum.name}"] = {"file": origin, "values": enum_shape(enum)}
    for nested in message.nested_type:
        add_message(shape, nested, f"{name}.", origin)


def package_shape(package: str, modules: list[str]) -> Shape:
    """Return the shape of everything of a package that some modules know."""
    shape: Shape = {"package": package, "messages": {}, "enums": {}, "methods": {}}
    for module in modules:
        for file in files(import_module(module).DESCRIPTOR, package):
            origin = file.name.rpartition("/")[2]
            for enum in file.enum_type:
                shape["enums"][enum.name] = {"file": origin, "values": enum_shape(enum)}
            for message in file.message_type:
                add_message(shape, message, "", origin)
            for service in file.service:
                shape["methods"][service.name] = {
                    method.name: method_shape(method, package) for method in service.method
                }
    return shape


if __name__ == "__main__":
    json.dump(package_shape(sys.argv[1], sys.argv[2:]), sys.stdout)
