"""How tasks are carried out: workers, the streams they take tasks from, and their functions."""
