"""`ctxload hook`: a client's call → what is added to the prompt, in time or not at all.

Comes in: a call on stdin. Goes out: the answer on stdout, and notes in the journal. May import `clients` and the
packages below `authoring`.
"""
