"""Other programs' projects: codings that exist already, in and out, with positions that are proved.

project       the one noun: what any such project holds, and what of it was not carried
positions     what a program's numbers mean in a text, confirmed for each selection
archive       the parts of a zipped project, within limits
refi          REFI-QDA (.qdpx, .qde, .qdc) → a project; refi_writing: a project → REFI-QDA
taguette      Taguette's database → a project; qualcoder: QualCoder's; both on tables
opening       which of these a file is for
texts         a text as a study stores it, places moving along
intake        a project → what is new, known or contradicted in a study
outgoing      a study → a project, and what no program has room for
comments      Word's comments and colours → a project; comments_writing: codings → Word's comments
codebooks     tables of codes → a project
conformance   whether a REFI-QDA file is what the standard says
"""
