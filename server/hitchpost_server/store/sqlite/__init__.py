"""The embedded store: one SQLite file, owned by one process.

`store.py` keeps the promises of the Store Protocol; `writing.py` and
`reading.py` say what happens in one hop to a connection's thread; `file.py`
opens, guards and migrates the file.
"""
