"""Our own format, `context-index.yml`.

In: the text of an index.
Out: the index as a value, findings; and from a value, or an edit, a text again.
Imports: text.
"""
