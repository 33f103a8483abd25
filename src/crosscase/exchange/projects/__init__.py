"""Other programs' projects: codings that exist already, in and out, with positions that are proved.

project       the one noun: what any such project holds, and what of it was not carried
positions     what a program's numbers mean in a text, confirmed for each selection
archive       the parts of a zipped project, within limits
refi          REFI-QDA (.qdpx, .qde, .qdc) → a project
"""
