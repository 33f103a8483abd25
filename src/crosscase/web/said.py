"""What an act did, in the words in which the bar tells of it, and later offers to take it back."""

from crosscase.study import Study
from crosscase.web import acts

WORDS = {
    "add_codings": "coded",
    "change_coding": "coding changed",
    "remove_coding": "coding taken away",
    "place_coding": "coding put in its place",
    "accept_moves": "new places of codings kept",
    "read_up_to": "read up to here",
    "finish": "finished",
    "reopen": "opened again",
    "settle": "settled",
    "finish_settling": "settled to the end",
    "look_again": "looked through again",
    "set_aside": "set aside",
    "take_in_again": "taken in again",
    "accept": "suggestion accepted",
    "change": "another code given",
    "reject": "suggestion rejected",
    "postpone": "suggestion left for later",
    "audit": "blind passage decided",
    "pass_over": "passed over",
    "summarise": "summary written",
    "cite": "passages cited",
    "confirm_summary": "summary still right",
    "judge_summary": "summary judged",
    "remove_summary": "summary taken away",
    "confirm_absence": "absence confirmed",
    "withdraw_absence": "absence withdrawn",
    "decide_feature": "feature decided",
    "withdraw_feature": "feature withdrawn",
    "override_type": "type overridden",
    "withdraw_override": "override withdrawn",
    "define_category": "category added",
    "define_code": "code added",
    "reword_code": "code reworded",
    "rename_code": "code given another id",
    "move_code": "code moved",
    "merge_codes": "codes merged",
    "split_code": "code split",
    "retire_code": "code retired",
    "write_memo": "memo written",
    "remove_memo": "memo taken away",
}
"""Of each act, by its name."""


def said(act: acts.Act, study: Study) -> str:
    """Such as: coded “Police discretion”. `study` is the one in which it is decided."""
    words = WORDS[str(act.__struct_config__.tag)]
    if isinstance(act, acts.ChangeCoding):
        words = _changed(act.fields)
    names = ", ".join(f"“{name}”" for name in dict.fromkeys(_named(act, study)))
    return f"{words} {names}".strip()


def _changed(fields: acts.CodingFields) -> str:
    changed = acts.named(fields).keys()
    if changed == {"memo"}:
        return "memo noted on"
    return "edges changed of" if changed <= {"start", "end"} else WORDS["change_coding"]


def _named(act: acts.Act, study: Study) -> list[str]:
    """The names of the codes that an act is about, or of what it makes."""
    match act:
        case acts.AddCodings(new=acts.NewCode(name=name)) | acts.DefineCode(code=acts.NewCode(name=name)):
            return [name]
        case acts.AddCodings():
            return [_name(study, passage.code) for passage in act.passages]
        case acts.Change() | acts.Audit() if act.new:
            return [act.new.name]
        case acts.Change():
            return [_name(study, act.passage.code)]
        case acts.ChangeCoding() | acts.RemoveCoding() | acts.PlaceCoding():
            return [_name(study, coding.code_id) for coding in study.codings if coding.id == act.coding]
        case acts.MergeCodes():
            return [_name(study, act.code), _name(study, act.into)]
        case acts.DefineCategory():
            return [act.name]
    code = getattr(act, "code", "")
    return [_name(study, code)] if code else []


def _name(study: Study, code_id: str) -> str:
    code = study.codebook.by_id.get(code_id)
    return code.name if code and code.name else code_id
