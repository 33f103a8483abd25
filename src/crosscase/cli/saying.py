"""What all commands have in common: their order, refusals as one line, lines of text, a bar for long work."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from crosscase import Refused
from crosscase.problem import one_line

STUDY = click.argument("folder", metavar="STUDY", type=click.Path(path_type=Path), default=Path())


class Commands(click.Group):
    """Commands in the order of the work, and refusals as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            click.echo(one_line(f"crosscase: {refusal}"), err=True)
            raise SystemExit(2) from refusal
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(
                f"crosscase: {where}{error.strerror or error}; look whether it may be read and written", err=True
            )
            raise SystemExit(2) from error


def say(lines: Iterable[str]) -> None:
    """Print the lines."""
    for line in lines:
        click.echo(line)


@contextmanager
def progress_of(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere one line at the start and one at the end."""
    if not sys.stderr.isatty():
        seen = [0]

        def count(done: int, total: int) -> None:
            if not seen[0]:
                click.echo(f"{what}: {total} to do", err=True)
            seen[0] = done

        yield count
        if seen[0]:
            click.echo(f"{what}: {seen[0]} done", err=True)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
