"""Every message, field, enum and method that LittleHorse has too is as LittleHorse has it."""

from typing import Any

# Where the contract differs from LittleHorse's: deliberately, and nowhere else.
DIFFERENCES = {
    "ExternalEvent.execution is 100 here and not there",
    "ExternalEventDef.require_wfrun is 100 here and not there",
    "ExternalEventDef.require_wfspec_reference is 101 here and not there",
    "PutExternalEventDefRequest.correlated_event_config differs: number 102 for 4",
    "PutExternalEventDefRequest.require_wfrun is 4 here and not there",
    "PutExternalEventDefRequest.require_wfspec_reference is 5 here and not there",
    "ScheduledWfRun.masked_variables is 100 here and not there",
    "WfRun.execution is 100 here and not there",
}

# The files that hold nothing of LittleHorse's.
OWN_FILES = {"errors.proto", "feed.proto", "history.proto", "route.proto", "runs.proto"}

# What LittleHorse calls the service.
SERVICES = {"Workflows": "LittleHorse"}

Shape = dict[str, Any]


def shared(shape: Shape, kind: str) -> Shape:
    """Return the messages or enums that are LittleHorse's, or ought to be."""
    return {name: it for name, it in shape[kind].items() if it["file"] not in OWN_FILES}


def difference(field: str, here: Shape | None, there: Shape | None) -> str | None:
    """Say in what a field differs, if it does."""
    if here is None:
        return f"{field} is missing"
    if there is None:
        return f"{field} is {here['number']} here and not there"
    changes = [f"{key} {here[key]} for {there[key]}" for key in here if here[key] != there[key]]
    return f"{field} differs: {', '.join(changes)}" if changes else None


def differences(message: str, here: Shape, there: Shape) -> set[str]:
    """Say in what the fields of a message differ."""
    found = {
        difference(f"{message}.{field}", here.get(field), there.get(field))
        for field in here.keys() | there.keys()
    }
    return {sentence for sentence in found if sentence}


def test_every_message_is_one_of_littlehorses(ours: Shape, theirs: Shape) -> None:
    messages = shared(ours, "messages")
    assert len(messages) > 100
    assert messages.keys() <= theirs["messages"].keys()


def test_every_field_is_as_littlehorse_has_it_but_for_the_listed_ones(
    ours: Shape, theirs: Shape
) -> None:
    found: set[str] = set()
    for name, message in shared(ours, "messages").items():
        found |= differences(name, message["fields"], theirs["messages"][name]["fields"])
    assert found == DIFFERENCES


def test_maps_are_maps_on_both_sides(ours: Shape, theirs: Shape) -> None:
    for name, message in shared(ours, "messages").items():
        assert message["map_entry"] == theirs["messages"][name]["map_entry"], name


def test_every_enum_has_the_values_that_littlehorse_gives_it(ours: Shape, theirs: Shape) -> None:
    enums = shared(ours, "enums")
    assert len(enums) > 10
    for name, enum in enums.items():
        assert enum["values"] == theirs["enums"][name]["values"], name


def test_every_method_takes_and_returns_what_littlehorses_does(ours: Shape, theirs: Shape) -> None:
    for here, there in SERVICES.items():
        methods = ours["methods"][here]
        assert methods
        for name, method in methods.items():
            assert method == theirs["methods"][there][name], name


def test_what_is_our_own_takes_no_name_of_littlehorses(ours: Shape, theirs: Shape) -> None:
    for kind in ("messages", "enums"):
        own = ours[kind].keys() - shared(ours, kind).keys()
        assert own
        assert own.isdisjoint(theirs[kind])


def test_the_two_meanings_of_number_4_are_told_apart_on_the_wire(
    ours: Shape, theirs: Shape
) -> None:
    name = "PutExternalEventDefRequest"
    (theirs_4,) = (f for f in theirs["messages"][name]["fields"].values() if f["number"] == 4)
    (ours_4,) = (f for f in ours["messages"][name]["fields"].values() if f["number"] == 4)
    assert (ours_4["type"], theirs_4["type"]) == ("TYPE_BOOL", "TYPE_MESSAGE")
