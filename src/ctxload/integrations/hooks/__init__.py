"""`ctxload hook`: a client's call answered, in time or not at all. Knows clients by their interface alone.

In: a call on stdin.
Out: the answer on stdout, and notes in a journal.
"""
