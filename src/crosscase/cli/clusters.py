"""The commands about clusters: list them, show one, decide on it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crosscase import Study, stages, study, telling
from crosscase.cli.saying import STUDY, Commands, progress_of, say

if TYPE_CHECKING:
    from crosscase.clustering import Grain


class _WithList(Commands):
    """A group whose first argument may be a study, which is then listed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if is_named else ["list", *args])


@click.group(cls=_WithList)
def clusters() -> None:
    """List clusters of passages that resemble each other, which the codebook may miss; and decide on them.

    Example: crosscase clusters my-study --scope uncoded --grain coarse
    """


OF_STUDY = click.argument("folder", metavar="STUDY", type=click.Path(path_type=Path))
CLUSTER = click.argument("cluster_id", metavar="CLUSTER")
BY = click.option("--by", required=True, help="Who decides.")
REASON = click.option("--reason", default="", help="Why.")


@clusters.command("list")
@STUDY
@click.option("--scope", default="uncoded", metavar="uncoded|all|CODE", help="Which passages; those of no coding.")
@click.option("--grain", type=click.Choice(["fine", "medium", "coarse"]), default="medium", help="How fine the cut.")
@click.option("--k", type=int, help="How many clusters; by default as many as hold together.")
def clusters_list(folder: Path, scope: str, grain: "Grain", k: int | None) -> None:
    """List the clusters, with what was decided on them. `list` may be left out.

    Example: crosscase clusters my-study --scope uncoded --grain coarse
    """
    from crosscase.suggest.clusters import lines

    with progress_of("reading passages") as progress:
        seen = stages.list_clusters(study.load(folder), scope, grain=grain, k=k, progress=progress)
    say(lines(seen))


@clusters.command("show")
@OF_STUDY
@CLUSTER
def clusters_show(folder: Path, cluster_id: str) -> None:
    """Show a cluster of the last list with all its passages.

    Example: crosscase clusters show my-study c7k2m9a
    """
    from crosscase.suggest.clusters import shown_lines

    say(shown_lines(stages.show_cluster(study.load(folder), cluster_id)))


@clusters.command("promote")
@OF_STUDY
@CLUSTER
@click.option("--to", "code_id", required=True, metavar="CODE", help="The id of the new code.")
@click.option("--category", "category_id", required=True, help="The id of its category.")
@click.option("--new-category", default="", metavar="NAME", help="Begin the category, under this name.")
@click.option("--name", default="", help="The code's name; by default the cluster's.")
@click.option("--definition", default="", help="What it means; by default a draft, to be rewritten.")
@click.option("--example", "ticked", type=int, multiple=True, metavar="N", help="A passage's number in `show`.")
@click.option("--before", default="", metavar="CODE", help="Put it before this code; by default it comes last.")
@BY
@REASON
def clusters_promote(
    folder: Path,
    cluster_id: str,
    code_id: str,
    category_id: str,
    new_category: str,
    name: str,
    definition: str,
    ticked: tuple[int, ...],
    before: str,
    by: str,
    reason: str,
) -> None:
    """Make an inductive code of a cluster. It codes nothing by itself: `crosscase revisit` lists what to read again.

    Example: crosscase clusters promote my-study c7k2m9a --to norms.leave --category norms --by AB --reason "5 say it"
    """
    from crosscase.codebook import Code

    after = stages.promote_cluster(
        study.load(folder),
        cluster_id,
        Code(code_id, name, category_id, definition=definition),
        by=by,
        reason=reason,
        category_name=new_category,
        ticked=ticked,
        before=before,
    )
    _say_decision(after)
    if not definition:
        click.echo("its definition is a draft: rewrite it in codebook/")
    click.echo(f"next: crosscase revisit {folder} --code {code_id}")


@clusters.command("merge")
@OF_STUDY
@click.argument("cluster_ids", metavar="CLUSTER CLUSTER…", nargs=-1, required=True)
@click.option("--name", default="", help="What to call the whole.")
@BY
@REASON
def clusters_merge(folder: Path, cluster_ids: tuple[str, ...], name: str, by: str, reason: str) -> None:
    """Take several clusters for one from now on.

    Example: crosscase clusters merge my-study c7k2m9a c1b4d8e --name "Asking leave" --by AB
    """
    after, whole = stages.merge_clusters(study.load(folder), cluster_ids, by=by, name=name, reason=reason)
    _say_decision(after)
    click.echo(f"from now on: {whole.id}  {whole.name}")


@clusters.command("split")
@OF_STUDY
@CLUSTER
@click.option("--part", "parts", multiple=True, required=True, metavar="NAME=N,N-N", help="A part: passages in `show`.")
@BY
@REASON
def clusters_split(folder: Path, cluster_id: str, parts: tuple[str, ...], by: str, reason: str) -> None:
    """Take one cluster for several from now on; passages that no part names are the rest.

    Example: crosscase clusters split my-study c7k2m9a --part "Fees=1,4-6" --part "Forms=2,3" --by AB
    """
    named = dict(telling.numbered(part) for part in parts)
    after, clusters = stages.split_cluster(study.load(folder), cluster_id, named, by=by, reason=reason)
    _say_decision(after)
    say(f"from now on: {part.id}  {part.name} ({len(part.cluster.members)})" for part in clusters)


@clusters.command("rename")
@OF_STUDY
@CLUSTER
@click.argument("name")
@BY
@REASON
def clusters_rename(folder: Path, cluster_id: str, name: str, by: str, reason: str) -> None:
    """Call a cluster something else than the machine does.

    Example: crosscase clusters rename my-study c7k2m9a "Asking leave" --by AB
    """
    _say_decision(stages.rename_cluster(study.load(folder), cluster_id, name, by=by, reason=reason))


@clusters.command("reject")
@OF_STUDY
@CLUSTER
@BY
@REASON
def clusters_reject(folder: Path, cluster_id: str, by: str, reason: str) -> None:
    """Say that a cluster is nothing that the codebook lacks, and why. It is folded away in later lists.

    Example: crosscase clusters reject my-study c7k2m9a --by AB --reason "the question's own words"
    """
    _say_decision(stages.reject_cluster(study.load(folder), cluster_id, by=by, reason=reason))


@clusters.command("set-aside")
@OF_STUDY
@CLUSTER
@BY
@REASON
def clusters_set_aside(folder: Path, cluster_id: str, by: str, reason: str) -> None:
    """Leave a cluster for later. It is folded away in later lists.

    Example: crosscase clusters set-aside my-study c7k2m9a --by AB --reason "when all interviews are in"
    """
    _say_decision(stages.set_aside_cluster(study.load(folder), cluster_id, by=by, reason=reason))


@clusters.command("withdraw")
@OF_STUDY
@click.argument("decision_id", metavar="DECISION")
def clusters_withdraw(folder: Path, decision_id: str) -> None:
    """Take a decision about a cluster back, with the code that it made if nobody has used or changed it.

    Example: crosscase clusters withdraw my-study cluster-AB-7k2m9a
    """
    stages.withdraw_cluster_decision(study.load(folder), decision_id)
    click.echo(f"withdrawn: {decision_id}")


def _say_decision(after: Study) -> None:
    from crosscase.suggest.clusters import decision_made

    click.echo(decision_made(after.cluster_decisions[-1]))
