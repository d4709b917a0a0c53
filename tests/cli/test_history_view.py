"""The history of a run as people read it."""

import pytest

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.history_view import DESCRIPTIONS, essence, history_lines


def line(**event):
    (shown,) = history_lines([history.HistoryEvent(sequence=7, **event)])
    return shown


def test_a_line_says_which_thread_it_is_about():
    entered = history.NodeEntered(thread_run_number=3, node_name="1-wait-EXTERNAL_EVENT")
    sequence, _, thread, kind, essence = line(node_entered=entered)
    assert (sequence, thread, kind, essence) == ("7", "3", "node entered", "1-wait-EXTERNAL_EVENT")


def test_a_line_about_the_whole_run_names_no_thread():
    assert line(run_halted=history.RunHalted())[2] == ""


def test_a_halted_thread_says_why():
    halted = history.ThreadHalted(
        thread_run_number=1,
        status=status.HALTED,
        reason=wf_runs.ThreadHaltReason(parent_halted=wf_runs.ParentHalted()),
    )
    assert line(thread_halted=halted)[-1] == "HALTED: parent halted"


def test_a_resumed_thread_says_what_still_holds_it():
    held = wf_runs.ThreadHaltReason(manual_halt=wf_runs.ManualHalt())
    resumed = history.ThreadResumed(status=status.HALTED, halt_reasons=[held])
    assert line(thread_resumed=resumed)[-1] == "still HALTED: manual halt"


def test_every_description_is_of_an_event_that_there_is():
    assert set(DESCRIPTIONS) <= set(history.HistoryEvent.DESCRIPTOR.fields_by_name)


@pytest.mark.parametrize("kind", sorted(DESCRIPTIONS))
def test_every_kind_of_event_can_be_shown_however_little_it_says(kind):
    event = history.HistoryEvent()
    getattr(event, kind).SetInParent()
    (shown,) = history_lines([event])
    assert shown[3] == kind.replace("_", " ")


def test_content_gives_the_terminal_no_orders():
    event = history.HistoryEvent()
    event.message_published.id = "7"
    event.message_published.content.str = "\x1b[2Jall\rgone\u202e \u00e9"
    assert essence(event) == "7  [2Jall gone  \u00e9"
