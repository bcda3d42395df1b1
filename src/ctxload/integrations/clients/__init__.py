"""The agent clients and editors: one module each behind `client.Client`, found by name in `registry`.

In: what a client sends to a hook.
Out: what the call means, what the client is told, and where its hooks are configured.
"""
