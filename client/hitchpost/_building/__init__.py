"""How workflows are written: from Python functions to what PutWfSpec takes. It makes no call."""
