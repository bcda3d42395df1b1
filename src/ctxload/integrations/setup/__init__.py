"""ctxload in a client or an editor, and out of it again; and whether that works.

Comes in: a client and where it is to be installed. Goes out: settings files with our hooks, the client's own commands
run, the health of all that. May import `clients`, `hooks` and what is below.
"""
