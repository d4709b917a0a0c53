"""The stores: where the log and its tables are kept.

A store knows rows, streams and transactions; it knows no rules. It imports the
engine's row types and its own driver. `protocol.py` is the seam: everything
above knows that and no class behind it.
"""
