"""The engine: what the rules are, and nothing else.

Pure: no I/O, no clock, no randomness, no await. It imports the standard library,
the contract's messages, the storage messages and itself. The same inputs always
give the same events.
"""
