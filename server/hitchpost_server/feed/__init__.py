"""The change feed: the log, told to whoever wants to know.

It reads the log by way of the store's protocol and knows the engine's messages
and rows. It never imports the runtime or gRPC: what it has to order or to mask
comes in as callables.
"""
