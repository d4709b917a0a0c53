"""The figures: what is measured, one module each.

A figure measures on a Stage once a round and says afterwards whether the store
holds everything that was acknowledged to it.
"""
