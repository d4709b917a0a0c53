"""How large a value may become while it is made, so that no expression can explode.

These bound single steps; what a run may store is bounded by whoever stores it.
"""

# Deeper JSON is more than people write, and well within Python's own recursion.
JSON_DEPTH_MAX = 100

# Characters of a text or of a JSON document, and bytes of any other value. Four
# times what is usually stored, so that only what is growing without end gets here.
VALUE_LENGTH_MAX = 4 * 1024 * 1024

# Characters of a path; nobody writes longer ones, and parsing them is recursive.
PATH_CHARACTERS_MAX = 1_000

# Values that one path may look at: a large document once, and half a second of work.
PATH_VISITS_MAX = 200_000

# Ancestors in the id of a run; a message nested deeper could not be read back.
WF_RUN_ID_DEPTH_MAX = 40

# Python itself turns away integers of more than 4,300 digits, with words about itself.
INTEGER_DIGITS_MAX = 1_000

# Levels of messages in a value. Parsers give up at 100; what is stored wraps a value
# in up to ten more, and an answer in a few.
NESTING_MAX = 80
