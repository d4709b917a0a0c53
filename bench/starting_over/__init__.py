"""Runs that start over thousands of times: whether the last execution costs what the first did.

Engine, committer and SQLite store are in this process, with nothing between them and
the load; afterwards a server is started on the same file.
"""
