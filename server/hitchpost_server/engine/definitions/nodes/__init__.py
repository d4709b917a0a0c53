"""Kinds of nodes: what each may hold, what it needs and what it puts out.

One module a kind, each with a `KIND`; `kinds.py` has the table of them.
"""
