"""Which files a task gets, and why; it prints and writes nothing.

In: a project's tables and tree, and a request.
Out: a resolution: files in their order, reasons, notes.
Imports: text, workspace, index, matching, formats.
"""
