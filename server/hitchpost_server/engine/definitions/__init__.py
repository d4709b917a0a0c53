"""Definitions: what may be put, and what of it is stored.

Each put is a pure function of the request, of what is stored under that name
and of the definitions that the request names. Whatever is wrong with a request
is a Rejection. It imports the engine's errors and values.
"""
