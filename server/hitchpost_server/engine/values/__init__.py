"""Values: types, casts, paths, expressions and mutations.

What an assignment yields, and which assignments make sense before anything
runs. Nothing here knows of runs, threads or nodes: whoever evaluates brings a
Scope, whoever checks brings a TypeScope. Values and types are never changed,
only replaced; one that is handed out may be shared. It imports the standard
library, the contract's messages and itself; `json_paths` alone imports a
JSONPath library.
"""
