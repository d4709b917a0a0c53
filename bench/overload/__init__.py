"""What becomes of a server that is offered many times what it can take.

The load comes from a process of its own that speaks just enough HTTP/2 to make
calls at a fraction of what they cost the server. May import the rest of `bench`.
"""
