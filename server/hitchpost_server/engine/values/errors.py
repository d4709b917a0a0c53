"""What can go wrong with values, at run time and at registration. It knows of no status."""


class EvaluationError(Exception):
    """A value cannot be had at run time; the message is a sentence for people.

    Whoever runs the assignment turns it into the failure VAR_SUB_ERROR.
    """


class MisfitError(EvaluationError):
    """A value does not fit the type that is expected; the message says why, for people.

    Where a value enters, whoever takes it turns it into a refusal.
    """


class StaticTypeError(Exception):
    """An assignment can be told to be wrong before it runs; the message is a sentence for people.

    Whoever registers the assignment turns it into INVALID_ARGUMENT.
    """
