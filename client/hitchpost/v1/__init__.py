"""Generated from protos/hitchpost/v1."""
