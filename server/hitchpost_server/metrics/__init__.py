"""The metrics: what a server counts and measures, as text for Prometheus.

It reads what the other layers have counted, and the store by way of its
protocol; nobody below `app.py` knows that it is there.
"""
