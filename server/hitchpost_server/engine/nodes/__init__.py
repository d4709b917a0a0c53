"""The kinds of nodes: one module each, and one table of them (`kinds.py`).

A module says what a WfSpec may say of its kind, what happens when a thread
arrives and when the node is complete; how threads move from node to node is
none of its business.
"""
