"""`ctxload serve --mcp`: a project's context for agent clients that speak the Model Context Protocol.

On the official SDK, which speaks both the current protocol and the one with a handshake that most clients still use;
no other package knows it. `server` puts a server together, `wire` reads and writes its lines, `served` says which
project is served, `context` answers with tools, resources and the prompt, `skills` with Agent Skills, `changes` tells
of what changed.
"""
