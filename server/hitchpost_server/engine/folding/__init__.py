"""How each kind of event of a run changes its state: one module a subject, one table each.

`fold.py` puts the tables together. Nothing here decides anything.
"""
