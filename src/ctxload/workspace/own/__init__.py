"""What the person has beside any project: settings, and folders of skills of their own below their home.

Only they name them, in a file beside what they allowed; no project and no variable does.
"""
