"""The runtime: what makes decisions happen, one after another, durably.

One committer a store takes commands, has them decided, and writes; timers, task
queues and follow-ups come back in as commands. It imports the engine and the
store's Protocol, no store class and no gRPC.
"""
