"""The SQL of every store that speaks it, kept as SQL.

One folder an engine: `queries/` holds its named statements, `migrations/`
its numbered schema changes. The same query has the same name, in the same
order, in each engine.
"""
