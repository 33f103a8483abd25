"""A project's coders and codes: which are the study's own, and which are new, in their categories."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import msgspec

from crosscase.codebook import Category, Code
from crosscase.exchange.projects.intake.names import free, one_line, plain_id
from crosscase.exchange.projects.intake.work import NOBODY, Work
from crosscase.exchange.projects.project import ProjectCode
from crosscase.study.formats.shape import LONGEST_ID

ALONE = "codes"


@dataclass(frozen=True, slots=True)
class Codes:
    """The id of each code here, the value that it stands for if it does, and the new codes in their categories."""

    ids: Mapping[str, str]
    values: Mapping[str, str]
    categories: tuple[Category, ...]


def coders_of(work: Work) -> dict[str, str]:
    """Each user of the project as a coder here."""
    taken: set[str] = set()
    coders: dict[str, str] = {}
    names = dict.fromkeys((*work.project.coders, *(coding.coder for coding in work.project.codings)))
    by_name = {name: coder for coder, name in work.study.settings.coders.items()}
    for name in names:
        own = str(work.own("coder", name).get("id", ""))
        wanted = work.options.coders.get(name) or work.options.coder or by_name.get(name) or own
        coders[name] = wanted or free(plain_id(name, NOBODY), taken)
        taken.add(coders[name])
    return coders


def codes_of(work: Work) -> Codes:
    """The project's codes as they are here; categories and values that crosscase itself wrote as codes are none."""
    ids: dict[str, str] = {}
    new: dict[str, Category] = {}
    taken = set(work.study.codebook.by_id)
    used = {coding.code for coding in work.project.codings}
    used |= {coding.code for coding in work.project.whole_codings}
    parents = {code.parent for code in work.project.codes}
    by_name = {
        (code.category_id, code.name.casefold()): code.id
        for category in work.study.codebook.categories
        for code in category.codes
    }
    homes = _homes(work, parents)
    for code in work.project.codes:
        if code.is_case or _is_own_frame(work, code):
            continue
        home = homes[_top(work, code).guid]
        if not code.codable and code.guid in parents and code.guid not in used:
            work.record.left["groupings of codes below the first level"] += bool(code.parent)
            continue
        known = work.ledger.get("code", code.guid).get("id", "")
        known = known if known in work.study.codebook.by_id else by_name.get((home.id, code.name.casefold()), "")
        known = known or _alone(work, code, parents)
        if known:
            ids[code.guid] = work.study.codebook.by_id[known].id
            _known_code(work, code, ids[code.guid])
        else:
            made = _own_code(work, code, taken) or _new_code(work, code, home, taken)
            home = _own_home(work, code) or home
            ids[code.guid] = made.id
            category = new.setdefault(home.id, home)
            new[home.id] = replace(category, codes=(*category.codes, made))
            work.record.new["codes"] += 1
        work.note_down("code", code.guid, ids[code.guid])
    values = _own_values(work, ids)
    return Codes(ids, values, tuple(new.values()))


def _alone(work: Work, code: ProjectCode, parents: Collection[str]) -> str:
    """The one code of the study that has the name, or the id, of a code that stands alone in the project."""
    if code.parent or code.guid in parents or not code.codable:
        return ""
    name = code.name.casefold()
    named = [each.id for each in work.study.codebook.codes if name in (each.name.casefold(), each.id.casefold())]
    return named[0] if len(named) == 1 else ""


def _is_own_frame(work: Work, code: ProjectCode) -> bool:
    """Whether crosscase itself wrote a category, or a value, as a code."""
    own = work.project.own
    is_unused = all(coding.code != code.guid for coding in work.project.codings) if not code.codable else False
    return ("value", code.guid) in own or (("category", code.guid) in own and is_unused)


def _own_values(work: Work, ids: dict[str, str]) -> dict[str, str]:
    """Values that crosscase wrote as codes are values of their codes again."""
    values: dict[str, str] = {}
    for (kind, guid), entry in work.project.own.items():
        parent = work.project.code_by_guid[guid].parent if guid in work.project.code_by_guid else ""
        if kind == "value" and parent in ids:
            ids[guid], values[guid] = ids[parent], str(entry.get("value", ""))
    return values


def _own_home(work: Work, code: ProjectCode) -> Category | None:
    home = work.own("code", code.guid).get("category")
    if not isinstance(home, dict) or not plain_id(str(home.get("id", "")), ""):
        return None
    return Category(str(home["id"]), str(home.get("name", "")), str(home.get("description", "")))


def _own_code(work: Work, code: ProjectCode, taken: set[str]) -> Code | None:
    """A code just as crosscase had it, unless it was renamed or described otherwise since."""
    own, home = work.own("code", code.guid), _own_home(work, code)
    fields = own.get("fields")
    if not isinstance(fields, dict) or home is None or str(own["id"]).casefold() in taken:
        return None
    if fields.get("name") != code.name or own.get("described") != code.description:
        return None
    try:
        made = msgspec.convert({**fields, "id": own["id"], "category_id": home.id}, Code)
    except msgspec.ValidationError:
        return None
    taken.add(made.id.casefold())
    return made


def _top(work: Work, code: ProjectCode) -> ProjectCode:
    """The code at the top of the branch."""
    by_guid = work.project.code_by_guid
    for _ in by_guid:
        if code.parent not in by_guid:
            break
        code = by_guid[code.parent]
    return code


def _homes(work: Work, parents: Collection[str]) -> dict[str, Category]:
    """The category of each branch: its own where there are codes below, one for all others that stand alone."""
    there = {category.name.casefold(): category for category in work.study.codebook.categories}
    taken = {category.id.casefold() for category in work.study.codebook.categories}
    homes: dict[str, Category] = {}
    alone = next((each for each in work.study.codebook.categories if each.id == ALONE), None)
    alone = alone or Category(ALONE, "Codes", f"Codes that stand alone in {work.project.origin or 'the project'}.")
    for code in work.project.codes:
        if code.parent in work.project.code_by_guid or code.is_case:
            continue
        if code.guid not in parents:
            homes[code.guid] = replace(alone, codes=())
        elif code.name.casefold() in there:
            homes[code.guid] = replace(there[code.name.casefold()], codes=())
        else:
            made = free(plain_id(code.name, "category").casefold(), taken)
            homes[code.guid] = Category(made, one_line(code.name) or made, one_line(code.description))
    return defaultdict(lambda: alone, homes)


def _new_code(work: Work, code: ProjectCode, home: Category, taken: set[str]) -> Code:
    names = [name for name in work.project.path(code)[1:] if name] or [code.name]
    if work.project.path(code)[0] == code.name and code.parent == "":
        names = [code.name]
    parts = [plain_id(name, "code").casefold() for name in names]
    code_id = free(f"{home.id}.{'.'.join(parts)}"[: 2 * LONGEST_ID].strip("."), taken)
    definition = one_line(code.description)
    return Code(code_id, one_line(code.name) or code_id, home.id, "inductive", definition=definition)


def _known_code(work: Work, code: ProjectCode, code_id: str) -> None:
    here = work.study.codebook.by_id[code_id]
    work.record.there["codes"] += 1
    if one_line(code.name) != here.name:
        work.record.conflicts.append(f"the code `{code_id}` is called “{here.name}” here and “{code.name}” there")
    elif one_line(code.description) not in ("", here.definition):
        work.record.conflicts.append(f"the code `{code_id}` is defined otherwise here than there; nothing was changed")
