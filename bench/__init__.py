"""How fast Hitchpost is, as ratios to a bare gRPC echo in the same run: `python -m bench`.

A figure is one module in `figures/` and one line in the table in `figures/table.py`.
Figures know both servers by way of their `Stage`; nothing here knows the
server's code, only its command, its contract and its tables.
"""
