"""Documents to text for a model, within a budget.

In: a resolution, and a budget.
Out: one text with the parts of the documents that matter, and what was left out.
Imports: text, workspace, index, matching, formats, selection.
"""
