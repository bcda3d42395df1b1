"""`ctxload serve --lsp`: the Language Server Protocol for `context-index.yml`.

`server` and `protocol` alone know pygls; the other files give plain values: what stands where in an index (`marks`),
what may be written at a place (`completion`), what is to be shown and offered (`features`), offsets as positions
(`positions`).
"""
