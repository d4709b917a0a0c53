"""Count the comments of the contract, and fail unless every element has one.

A file begins with one. A service, rpc, message, field, oneof, enum, enum value
or extension has one before it that begins with its name and ends as a sentence.
"""

from collections.abc import Iterator
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    ServiceDescriptorProto,
)

from descriptors import descriptor_set, sources

Place = tuple[int, ...]

# What SourceCodeInfo calls the first statement of a file.
SYNTAX: Place = (FileDescriptorProto.SYNTAX_FIELD_NUMBER,)


class Element(NamedTuple):
    """Something that needs a comment: its place in the file's descriptor, and its name."""

    path: Place
    name: str


def enum_elements(enum: EnumDescriptorProto, path: Place) -> Iterator[Element]:
    """Yield an enum and its values."""
    yield Element(path, enum.name)
    for number, value in enumerate(enum.value):
        yield Element((*path, enum.VALUE_FIELD_NUMBER, number), value.name)


def message_elements(message: DescriptorProto, path: Place) -> Iterator[Element]:
    """Yield a message and all that is in it, but for what the compiler made up."""
    yield Element(path, message.name)
    for number, field in enumerate(message.field):
        yield Element((*path, message.FIELD_FIELD_NUMBER, number), field.name)
    synthetic = {field.oneof_index for field in message.field if field.proto3_optional}
    for number, oneof in enumerate(message.oneof_decl):
        if number not in synthetic:
            yield Element((*path, message.ONEOF_DECL_FIELD_NUMBER, number), oneof.name)
    for number, nested in enumerate(message.nested_type):
        if not nested.options.map_entry:
            yield from message_elements(nested, (*path, message.NESTED_TYPE_FIELD_NUMBER, number))
    for number, enum in enumerate(message.enum_type):
        yield from enum_elements(enum, (*path, message.ENUM_TYPE_FIELD_NUMBER, number))


def service_elements(service: ServiceDescriptorProto, path: Place) -> Iterator[Element]:
    """Yield a service and its methods."""
    yield Element(path, service.name)
    for number, method in enumerate(service.method):
        yield Element((*path, service.METHOD_FIELD_NUMBER, number), method.name)


def elements(file: FileDescriptorProto) -> Iterator[Element]:
    """Yield everything in a file that needs a comment."""
    for number, message in enumerate(file.message_type):
        yield from message_elements(message, (file.MESSAGE_TYPE_FIELD_NUMBER, number))
    for number, enum in enumerate(file.enum_type):
        yield from enum_elements(enum, (file.ENUM_TYPE_FIELD_NUMBER, number))
    for number, service in enumerate(file.service):
        yield from service_elements(service, (file.SERVICE_FIELD_NUMBER, number))
    for number, extension in enumerate(file.extension):
        yield Element((file.EXTENSION_FIELD_NUMBER, number), extension.name)


def says_what_it_is(comment: str, name: str) -> bool:
    """Tell whether a comment begins with the name and ends as a sentence."""
    words = comment.split()
    return bool(words) and words[0].rstrip(":") == name and words[-1].endswith(".")


def undocumented(file: FileDescriptorProto) -> tuple[int, list[str]]:
    """Count the elements of a file, and name those without a proper comment."""
    found = {tuple(place.path): place.leading_comments for place in file.source_code_info.location}
    lines = {tuple(place.path): place.span[0] + 1 for place in file.source_code_info.location}
    needed = list(elements(file))
    missing = [
        f"{file.name}:{lines[path]}: {name}"
        for path, name in needed
        if not says_what_it_is(found.get(path, ""), name)
    ]
    if not found.get(SYNTAX, "").strip():
        missing.append(f"{file.name}:1: the file")
    return len(needed) + 1, missing


def main() -> None:
    """Print the share of elements with a comment, and those without."""
    ours = set(sources())
    total, missing = 0, list[str]()
    for file in descriptor_set().file:
        if file.name in ours:
            count, names = undocumented(file)
            total += count
            missing += names
    for name in missing:
        print(f"{name} has no comment that begins with its name and ends as a sentence")
    documented = total - len(missing)
    print(f"{documented} of {total} elements of the protos have a comment")
    if missing or not total:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
