"""How large a definition may be: only numbers, each with its reason."""

# A name is part of ids, of rows' keys and of answers.
NAME_LENGTH_MAX = 255

# Names of threads, nodes and variables: SDKs derive long ones from short ones.
LABEL_LENGTH_MAX = 1024

# Parsers give up at 100 levels of messages; a stored definition is wrapped in
# a few more than the request had.
MESSAGE_DEPTH_MAX = 90

# An expression takes two levels of messages for each level of its own, below
# about eight levels of request.
ASSIGNMENT_DEPTH_MAX = 40

# Checking takes about ten microseconds a message, and nothing else is decided
# meanwhile.
MESSAGES_MAX = 50_000

# A run walks threads and nodes by name; more than this is a mistake.
THREAD_SPECS_MAX = 500
NODES_MAX = 2_000
