"""Generated from protos/hitchpost_server/storage/v1."""
