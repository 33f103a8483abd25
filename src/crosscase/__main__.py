"""`python -m crosscase` is `crosscase`."""

from crosscase.cli import main

main(prog_name="crosscase")
