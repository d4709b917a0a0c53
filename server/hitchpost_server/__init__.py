"""The server of Hitchpost and the `hitchpost` command."""
