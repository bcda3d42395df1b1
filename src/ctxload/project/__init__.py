"""An index in service: assembled from its sources, compiled, stored, and known to be current.

In: a folder, or an index file.
Out: a project that answers requests.
Imports: text, workspace, index, matching, formats, selection.
"""
