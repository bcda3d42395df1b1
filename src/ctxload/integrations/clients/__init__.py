"""The agent clients and editors: one module each behind `client.Client`, found by name in `registry`.

Comes in: the JSON that a client sends to a hook. Goes out: what the call means, and the JSON that it takes back; and
where its hooks are configured. May import `text` and `workspace`.
"""
