"""How a run starts over from within: one verb. It knows the event that asks for it."""

from collections.abc import Mapping
from types import NoneType

from hitchpost._building.draft import ENTRYPOINT, Draft
from hitchpost._building.events import throw_event
from hitchpost._building.expression import Expression, Variable
from hitchpost._building.steps import Step
from hitchpost._building.thread import Writing
from hitchpost._building.variables import declare_variable, set_variable
from hitchpost._errors import WorkflowInvalid
from hitchpost._types import type_definition
from hitchpost.v1.wf_spec_pb2 import INHERITED_VAR

# The built-in event whose content are the inputs of the next execution.
CONTINUE_AS_NEW = "hitchpost-continue-as-new"

# What JSON has words for; other inputs are put into the object by the server.
_PLAIN = (NoneType, bool, int, float, str, list, tuple, dict)


def continue_as_new(
    self: Writing, inputs: Mapping[str, object] | Expression | None = None, /, **named: object
) -> Step:
    """End all threads here, and have the run start over under its id, with new inputs.

        with wf.when(handled >= 100):
            wf.continue_as_new(account=account, total=total)

    The inputs are for the variables of the entrypoint, by name, or one expression that gives
    an object of them all; who is not named, or None, has its default. They are read by the
    types that are declared; what does not fit fails this step with VAR_SUB_ERROR, and the run
    does not start over. External events that nobody has claimed are there in the next execution.
    Nothing can follow in this thread. Expressions by name are put together in a masked
    variable of the thread, `continue-as-new`.
    """
    if isinstance(inputs, Expression):
        if named:
            raise WorkflowInvalid("the inputs are one expression, or named one by one")
        content: object = inputs
    else:
        given = {**(inputs or {}), **named}
        self._thread.draft.new_inputs.append(set(given))
        content = _together(self, given)
    step = throw_event(self, CONTINUE_AS_NEW, content)
    self._thread.end_unreached()
    return step


def check_new_inputs(draft: Draft) -> None:
    """Refuse a workflow that starts over with other inputs than those of its entrypoint."""
    variables = draft.thread_specs[ENTRYPOINT].variable_defs
    own = {one.var_def.name: one for one in variables if one.access_level != INHERITED_VAR}
    for given in draft.new_inputs:
        if unknown := sorted(given - own.keys()):
            raise WorkflowInvalid(f"the entrypoint has no variables {unknown} to start over with")
        if missing := sorted(name for name in own.keys() - given if own[name].required):
            raise WorkflowInvalid(f"the run cannot start over without the inputs {missing}")


def _together(self: Writing, inputs: dict[str, object]) -> object:
    """Put inputs together: as a literal, or in a variable if only a run knows all of them."""
    plain = {name: one for name, one in inputs.items() if isinstance(one, _PLAIN)}
    if plain.keys() == inputs.keys():
        return plain or None
    together = _variable(self)
    set_variable(self, together, plain)
    for name, one in inputs.items():
        if name not in plain:
            set_variable(self, together[name], one)
    return together


def _variable(self: Writing) -> Variable:
    """Declare the variable of this thread in which inputs are put together, or use it again."""
    where = "" if self._thread.name == ENTRYPOINT else f"{self._thread.name}-"
    name = f"{where}continue-as-new"
    if any(one.var_def.name == name for one in self._thread.variables):
        return Variable(name, type_definition(dict), dict)
    return declare_variable(self, name, dict, masked=True)
