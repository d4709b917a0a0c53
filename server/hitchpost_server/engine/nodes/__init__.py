"""The kinds of nodes: one small module each, and one table of them (`kinds.py`).

A kind says what happens when a thread arrives at a node and when the node is
complete; how threads move from node to node is none of its business.
"""
