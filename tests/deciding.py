"""One example of every decision, on a study that has a bit of everything."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from crosscase import Study
from crosscase.case import Case, Episode, Feature, Override, Participant
from crosscase.cluster import ClusterDecision, Member
from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Suggestion
from crosscase.learning import BlindPassage
from crosscase.matrix import Summary
from crosscase.memo import Memo
from crosscase.source import Segment, Source
from crosscase.study import decisions
from crosscase.study.decisions.bringing import Intake
from tests.conftest import SMALL

Decision = Callable[[Study], Study]

FILES = SMALL | {
    "study.yaml": "title: Small\nunit: town\ncoders: {AB: Ann Berg, CD: Carl Dahl}\nconsensus: both\n",
    "codebook/2-people.yaml": (
        "# who takes part\n"
        "category: people\n"
        "name: People\n"
        "codes:\n"
        "  - id: people.lead   # the mayor, mostly\n"
        "    name: Who leads\n"
        "    kind: attribute\n"
        "    values: {mayor: The mayor., clerk: The clerk.}\n"
        "  - {id: people.help, name: Who helps, formerly: [people.aid]}\n"
    ),
    "codings/AB/ash.jsonl": SMALL["codings/AB/ash.jsonl"]
    + '{"id":"a3","start":128,"end":141,"code":"people.lead","quote":"And who else?","value":"mayor",'
    '"before":"paid for half of it.\\n\\nInterviewer: "}\n',
    "codings/both/elm.jsonl": '{"sha256":"","codebook":1,"read_to":10}\n',
    "codings/CD/elm.jsonl": (
        '{"sha256":"","codebook":1,"read_to":40}\n'
        '{"id":"c1","start":37,"end":52,"code":"money.cost","quote":"Next to nothing","value":"low","memo":"sure?"}\n'
        '{"id":"c2","start":37,"end":52,"code":"money.source","quote":"Next to nothing"}\n'
        '{"id":"c9","start":900,"end":930,"code":"money.cost","quote":"the church lent us a hall, free"}\n'
    ),
    "cases/Ash.yaml": (
        "name: Ashford\n"
        "episodes:\n"
        "  - id: Ash-1\n"
        "    from: 2019\n"
        "    to: 2020   # then the vote\n"
        "  - id: Ash-2\n"
        "    from: 2020\n"
        "    features:\n"
        "      people.lead: {value: mayor, evidence: [a3], by: AB}\n"
        "    types:\n"
        "      models: {type: strong, reason: Both said so., by: AB}\n"
    ),
    "charts/money.yaml": (
        "# summaries\n"
        "Ash:\n"
        "  money.cost:\n"
        "    summary: >-\n"
        "      It was dear: “very dear”, as the mayor says,\n"
        "      and the county paid half.\n"
        "    status: done\n"
        "    codings: [a1]\n"
        "    by: AB\n"
        "  money.source: {summary: The county., codings: [a2], by: AB}  # half of it\n"
        "Elm:\n"
        "  people.lead: {absence: asked, note: Asked at the end., by: CD}\n"
    ),
    "typologies/models.yaml": (
        "id: models\n"
        "name: Models\n"
        "types:\n"
        "  - {id: strong, name: Strong, rule: {people.lead: mayor}}\n"
        "  - {id: weak, name: Weak, rule: {people.lead: clerk}}\n"
    ),
    "themes/cost.md": (
        "---\n"
        "id: cost\n"
        "name: Cost   # a working title\n"
        "statement: It was dear.\n"
        "cells: [Ash/money.cost]\n"
        "counter_evidence: {searched: In all towns.}\n"
        "---\n"
        "## Synthesis\n"
        "It was dear. {Ash/money.cost}\n"
    ),
    "claims.yaml": (
        "# the ledger\n"
        "claims:\n"
        "  - id: dear\n"
        "    text: In some towns it was dear.   # as they say\n"
        "    quantifier: some\n"
        "    query: {unit: case, where: {code: money.cost, value: high}}\n"
    ),
    "memos/2026-01-02-cost.md": "---\ndate: 2026-01-02\nby: AB\nkind: idea\nmood: doubtful\n---\nDear to whom?\n",
    "reviews/AB/elm.jsonl": (
        '{"sha256":""}\n'
        '{"start":37,"end":52,"code":"people.help","quote":"Next to nothing","verdict":"later","score":0.4}\n'
    ),
    "clusters/decisions.jsonl": (
        '{"id": "d1", "verdict": "renamed", "name": "Dear to whom", "machine": "dear · half", "by": "AB", "members": ['
        '{"source":"ash","start":48,"end":113,"quote":'
        '"It cost us very dear, I must say. The county paid for half of it."},'
        '{"source":"elm","start":37,"end":82,"quote":"Next to nothing, the church lent us the hall.","margin":0.1}]}\n'
    ),
    "speakers.csv": "source,name,speaker,role\nelm,P02,Priest,participant\n",
    "set-aside/ash.jsonl": (
        '{"sha256":""}\n{"id":"ash-AB-000001","start":0,"end":11,"quote":"Interviewer","reason":"a label","by":"AB"}\n'
    ),
}


def intake() -> Intake:
    """What another program's project may bring: something of each kind, and a change of what is there."""
    text = "Interviewer: And you?\n\nP09: Not a penny, #1.\n"
    tax = Code("money.tax", "Tax: what is due", "money", definition="Due: yes # or no.")
    penny = Code("new.penny", "Pennies", "new")
    said = Coding("", "oak", 28, 39, "Not a penny", "new.penny", coder="EF", before="P09: ", speaker="P09")
    return Intake(
        coders={"EF": "Eva Fox, née Wolf"},
        categories=(Category("money", "Money", codes=(tax,)), Category("new", "New", "All else.", (penny,))),
        sources=(Source("oak", text, (), title="The oak, #2", case_id="Oak", attributes={"size": "=1+1"}),),
        cases=(Case("Oak", "Oakham: the old", attributes={"size": "no"}, episodes=(Episode("Oak-1", "2019"),)),),
        codings=(
            replace(said, id="oak-EF-00000a", memo="sure?"),
            replace(said, id="oak-EF-00000b", end=32, quote="Not "),
            Coding("ash-AB-00000c", "ash", 82, 92, "", "money.tax", coder="AB", at="2024-01-02"),
        ),
        changed={"c1": Coding("c1", "elm", 37, 52, "", "money.source", coder="CD", case_id="Oak")},
        memos=(Memo("oak-memo", by="EF", about=("oak",), text="Old.\n"),),
        kept={"forest.project.jsonl": b"{}\n"},
        finished=True,
        why="imported from Forest: 1.0",
    )


def suggestion() -> Suggestion:
    return Suggestion("elm", 54, 82, "the church lent us the hall.", "money.source", 0.7, "near", "any", "")


def cluster(**fields: object) -> ClusterDecision:
    """A cluster as a person saw it: the one that AB has called another name, unless other members are given."""
    members = (Member("ash", 48, 113), Member("elm", 37, 82, margin=0.2))
    seen = ClusterDecision("", "renamed", members, machine_name="dear · half", cluster_id="c000001", grain="medium")
    return replace(seen, **fields)  # type: ignore[arg-type]


def parted(part: str, other: str) -> tuple[Member, ...]:
    return Member("ash", 48, 113, part=part), Member("elm", 37, 82, part=other)


def claim(study: Study, **fields: str) -> Study:
    return decisions.write_claim(study, replace(study.claims[0], **fields))  # type: ignore[arg-type]


def theme(study: Study) -> Study:
    return decisions.write_theme(study, replace(study.themes[0], statement="It was dear for most: #1."))


EVERY: Mapping[str, Decision] = {
    "add_coding": lambda study: decisions.add_coding(study, "AB", Coding("", "ash", 82, 92, "", "people.help")),
    "add_codings": lambda study: decisions.add_codings(
        study, "CD", [Coding("", "ash", 48, 81, "", "money.cost", "high"), Coding("", "elm", 54, 64, "", "people.help")]
    ),
    "change_coding": lambda study: decisions.change_coding(study, "CD", "c1", end=61, value="high", memo="sure"),
    "remove_coding": lambda study: decisions.remove_coding(study, "AB", "a2"),
    "place_coding": lambda study: decisions.place_coding(study, "CD", "c9", 54, 82),
    "set_aside": lambda study: decisions.set_aside(study, "elm", 0, 11, reason="a label", by="CD"),
    "take_in_again": lambda study: decisions.take_in_again(study, "ash", "ash-AB-000001"),
    "read_up_to": lambda study: decisions.read_up_to(study, "CD", "elm", 60),
    "finish": lambda study: decisions.finish(study, "CD", "elm"),
    "code_blind": lambda study: decisions.code_blind(
        study, "CD", [Coding("", "ash", 48, 81, "", "money.cost", "high")], {"ash": [(48, 113)], "elm": None}
    ),
    "settle": lambda study: decisions.settle(study, "ash", [(48, 113)], ["a1"], memo="As Ann has it."),
    "finish_settling": lambda study: decisions.finish_settling(study, "elm"),
    "reopen": lambda study: decisions.reopen(study, "AB", "ash", 20),
    "accept": lambda study: decisions.accept(study, "CD", suggestion()),
    "change": lambda study: decisions.change(study, "CD", suggestion(), Coding("", "elm", 54, 64, "", "people.help")),
    "reject": lambda study: decisions.reject(study, "AB", suggestion()),
    "postpone": lambda study: decisions.postpone(study, "AB", suggestion(), blind=True),
    "pass_over": lambda study: decisions.pass_over(study, "CD", "elm", 37, 52, "people.help"),
    "audit": lambda study: decisions.audit(study, "AB", BlindPassage(Segment("elm", 54, 82), (), (suggestion(),))),
    "summarise": lambda study: decisions.summarise(
        study, Summary("Elm", "money.cost", "Cheap:\n  # they say\n“next to nothing” ", "thin", ("c1",), "CD")
    ),
    "summarise_all": lambda study: decisions.summarise_all(
        study,
        [
            Summary("Ash", "money.cost", "Dear. " * 40 + "Yes", "done", ("a1",), "AB", cited=("a1",)),
            Summary("Ash", "people.lead", "The mayor.", by="AB"),
        ],
    ),
    "cite": lambda study: decisions.cite(study, "Ash", "money.source", ["a1", "a2"]),
    "confirm_summary": lambda study: decisions.confirm_summary(study, "Ash", "money.cost", ["a1", "c1"], by="CD"),
    "judge_summary": lambda study: decisions.judge_summary(study, "Ash", "money.cost", "partly", by="CD"),
    "remove_summary": lambda study: decisions.remove_summary(study, "Ash", "money.source"),
    "confirm_absence": lambda study: decisions.confirm_absence(study, "Ash", "people.help", asked=False, by="AB"),
    "withdraw_absence": lambda study: decisions.withdraw_absence(study, "Elm", "people.lead"),
    "decide_feature": lambda study: decisions.decide_feature(
        study, "Ash", "Ash-1", Feature("people.lead", "clerk", evidence=("a1",), by="AB", memo="he said: no #1")
    ),
    "decide_features": lambda study: decisions.decide_features(
        study,
        {("Ash", "Ash-2"): [Feature("people.lead", "", "unclear")], ("Elm", ""): [Feature("people.lead", "clerk")]},
    ),
    "withdraw_feature": lambda study: decisions.withdraw_feature(study, "Ash", "Ash-2", "people.lead"),
    "override_type": lambda study: decisions.override_type(
        study, "Ash", "Ash-1", Override("models", "weak", "By their own word: “weak”", "CD")
    ),
    "withdraw_override": lambda study: decisions.withdraw_override(study, "Ash", "Ash-2", "models"),
    "define_category": lambda study: decisions.define_category(study, Category("time", "Time: when", "Of it.")),
    "define_code": lambda study: decisions.define_code(
        study, Code("people.foe", "Who is against", "people", definition="No: # or so."), by="AB", before="people.help"
    ),
    "reword_code": lambda study: decisions.reword_code(
        study, "people.lead", by="AB", why="too narrow", redefined=True, definition="Who leads, or led.", cues=("led",)
    ),
    "rename_code": lambda study: decisions.rename_code(study, "people.lead", "people.leader", by="AB"),
    "move_code": lambda study: decisions.move_code(study, "money.source", "people", by="AB", before="people.help"),
    "merge_codes": lambda study: decisions.merge_codes(
        study, "money.source", "money.cost", by="AB", texts={"Ash": "Dear; the county paid."}
    ),
    "split_code": lambda study: decisions.split_code(
        study,
        "money.cost",
        [Code("money.dear", "Dear", "money", values={"high": "Much."}), Code("money.cheap", "Cheap", "money")],
        {"a1": "money.dear"},
        by="AB",
    ),
    "retire_code": lambda study: decisions.retire_code(study, "people.help"),
    "promote_cluster": lambda study: decisions.promote_cluster(
        study,
        "AB",
        cluster(reason="They all say it: “dear”, #1."),
        Code("time.dear", "Dear", "time", definition="Draft: dear.", examples=("Next to nothing",)),
        category=Category("time", "Time: when"),
    ),
    "merge_clusters": lambda study: decisions.merge_clusters(study, "AB", cluster(members=parted("c1", "c2"))),
    "split_cluster": lambda study: decisions.split_cluster(study, "CD", cluster(members=parted("Dear", ""))),
    "rename_cluster": lambda study: decisions.rename_cluster(study, "CD", cluster(name="Who  pays")),
    "reject_cluster": lambda study: decisions.reject_cluster(study, "CD", cluster(reason="the question's words")),
    "set_aside_cluster": lambda study: decisions.set_aside_cluster(study, "CD", cluster(follows=("d1",))),
    "withdraw_cluster_decision": lambda study: decisions.withdraw_cluster_decision(study, "d1"),
    "write_memo": lambda study: decisions.write_memo(
        study, replace(study.memos[0], text="Dear to whom? To the county.\n\n---\nand more\n")
    ),
    "remove_memo": lambda study: decisions.remove_memo(study, "2026-01-02-cost"),
    "write_theme": theme,
    "write_claim": partial(claim, text="In some towns, it was dear: “very”."),
    "describe_participant": lambda study: decisions.describe_participant(
        study, Participant("P03", "Elm", role="priest, retired", speakers=("P03", "Father"))
    ),
    "replace_names": lambda study: decisions.replace_names(study, {"P01": "Mayor", "church": "[a parish]"}),
    "replace_source": lambda study: decisions.replace_source(
        study, "ash", f"P01: Good morning.\n\n{study.sources[0].text}P01: And thank you.\n"
    ),
    "remove_source": lambda study: decisions.remove_source(study, "ash"),
    "put_back": lambda study: decisions.put_back(removed(study), "elm"),
    "withdraw": lambda study: decisions.withdraw(study, "P02", by="AB"),
    "rename_speakers": lambda study: decisions.rename_speakers(study),
    "bring_in": lambda study: decisions.bring_in(study, intake()),
    "look_again": lambda study: decisions.look_again(later(study), "AB", "ash", "people.foe"),
}
PREPARED: Mapping[str, Decision] = {"look_again": lambda study: later(study), "put_back": lambda study: removed(study)}
"""What two of them need first, as a decision of its own."""

NEW_MEMO = Memo("2026-02-03-new", by="CD", text="New.")


def removed(study: Study) -> Study:
    """The study without the source that is to be put back."""
    return decisions.remove_source(study, "elm") if study.source("elm") else study


def later(study: Study) -> Study:
    """The study with a code that is newer than its readings."""
    if "people.foe" in study.codebook.by_id:
        return study
    return decisions.define_code(study, Code("people.foe", "Who is against", "people"), by="AB")
