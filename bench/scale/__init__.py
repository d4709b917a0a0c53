"""What the server costs once much is stored: a million events, hundreds of thousands of runs.

Stores are filled through a real server, kept beside the code and copied, so that
everything that is measured begins alike.
"""
