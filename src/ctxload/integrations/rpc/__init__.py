"""`ctxload serve`: requests in JSON, a line each, about one project in service. Knows neither `lsp` nor `mcp`.

In: requests of JSON-RPC, or a task as a bare object.
Out: answers, and notices of changes.
"""
