"""The calls of the client, a module for each subject. Their functions are methods of Client."""
