"""The engine measured alone: what deciding a command costs, with no store and no server.

There is no disk, no network and no load generator in these figures, so two
checkouts can be told apart that differ by a few percent.
"""
