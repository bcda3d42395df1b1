"""An answer as people and programs read it: as text, as JSON, and the schema of that JSON.

In: a resolution.
Out: text or JSON-ready data.
"""
