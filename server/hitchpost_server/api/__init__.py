"""The api: one servicer a service; checks shape and access; errors become statuses here.

It imports the runtime, the engine, the store's Protocol, the contract and gRPC,
no store class.
"""
