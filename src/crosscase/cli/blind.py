"""A blind second coding on the command line: a sheet out, and back in."""

import sys
from pathlib import Path

import click

from crosscase import stages, study, telling
from crosscase.cli.saying import STUDY, say
from crosscase.problem import Refused


@click.command()
@STUDY
@click.option("--coder", required=True, help="Who is to code, or has coded.")
@click.option("--sources", default="", help="The sources to draw passages from, parted by commas.")
@click.option("--share", default=100.0, show_default=True, help="How many of their passages, in %.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to, as .xlsx or .csv; by default beside the study.")
@click.option("--collect", type=click.Path(path_type=Path), help="The sheet that came back.")
@click.option("--all-read", is_flag=True, help="Rows that were left empty were read too, and carry no code.")
def blind(
    folder: Path, coder: str, sources: str, share: float, out: Path | None, collect: Path | None, all_read: bool
) -> None:
    """Write a sheet of passages for a second coder, without anybody else's codings or suggestions; take it back in.

    Example: crosscase blind my-study --coder B --sources interview-04,interview-08 --share 20

    Example: crosscase blind my-study --coder B --collect my-study-blind-B.xlsx
    """
    loaded = study.load(folder)
    if collect is not None:
        back = stages.collect(loaded, collect, by=coder, all_read=all_read)
        say(telling.problem_lines(back.problems))
        say(telling.collected(back))
        sys.exit(1 if back.doubts else 0)
    names = [name.strip() for name in sources.split(",") if name.strip()]
    if not names:
        raise Refused("say with --sources which sources are to be coded, or with --collect which sheet came back")
    path, drawn = stages.blind(loaded, names, out, coder=coder, share=share / 100)
    say([telling.drawn(drawn), str(path)])
