"""ctxload in a client or an editor, and out of it again; whether that works. Knows clients by their interface.

In: a client, and whether for the person or for a project.
Out: settings files with our hooks, the client's own commands run, the health of all that.
"""
