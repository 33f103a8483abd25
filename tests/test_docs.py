"""The docs say what is there: every command and option, every module, every column; and their examples run."""

import re
import shutil
from pathlib import Path

import click
import pytest

from crosscase import analyse, load
from crosscase.cli import main
from crosscase.matrix import Status
from crosscase.study import Study, decisions, yaml
from crosscase.study.formats.codebook import category

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [(name, command) for name, command in main.commands.items() if not isinstance(command, click.Group)]


@pytest.mark.parametrize("name", main.commands)
def test_the_readme_names_every_command(name: str) -> None:
    assert f"`crosscase {name}" in README


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_the_readme_names_every_option_in_its_commands_row(name: str, command: click.Command) -> None:
    (row,) = re.findall(rf"^\| `crosscase {name} .*$", README, re.MULTILINE)
    options = [option.opts[0] for option in command.params if isinstance(option, click.Option)]
    assert [option for option in options if option not in row] == []


def test_the_readmes_python_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    assert "norms.mobility" in capsys.readouterr().out


def test_the_decisions_are_all_described_and_the_example_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs/decisions.md").read_text()
    assert [name for name in decisions.__all__ if f"`{name}`" not in text] == []
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    folder = shutil.copytree(ROOT / "examples/gennovate", tmp_path / "study")
    names: dict[str, object] = {"folder": folder}
    exec(compile(code, "decisions.md", "exec"), names)
    study = names["study"]
    assert isinstance(study, Study)
    reading = study.reading("ENU_1", "ET1_ET1E_F")
    assert reading is not None
    assert not reading.is_done
    assert [c.quote for c in study.codings if (c.coder, c.source_id) == ("ENU_1", "ET1_ET1E_F")] == ["medical doctor"]


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = {path.relative_to(ROOT / "src/crosscase").parts[0] for path in (ROOT / "src/crosscase").rglob("*.py")}
    assert [room for room in sorted(rooms) if not room.startswith("__") and f"`{room}" not in text] == []


def test_the_docs_describe_every_status_of_a_cell() -> None:
    text = (ROOT / "docs/study-folder.md").read_text()
    assert [status.value for status in Status if f"| {status.value} |" not in text] == []


def test_the_documented_code_is_read_whole() -> None:
    text = (ROOT / "docs/study-folder.md").read_text()
    (example,) = re.findall(r"```yaml\n(category:.*?)```", text, re.DOTALL)
    problems: list[object] = []
    book, _ = category(example, "docs", "docs", problems)  # type: ignore[arg-type]
    assert problems == []
    assert list(book.codes[0].values) == ["confirming", "opposing"]


def test_the_documented_summary_is_read(tmp_path: Path) -> None:
    text = (ROOT / "docs/study-folder.md").read_text()
    (example,) = re.findall(r"```yaml\n(BD3:.*?)```", text, re.DOTALL)
    assert yaml.parse(example, "docs")[1] == []
    for name, content in {"study.yaml": "", "charts/norms.yaml": example, "cases/BD3.yaml": "name: B\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    (summary,) = load(tmp_path).summaries
    assert (summary.case_id, summary.by, summary.coding_ids) == ("BD3", "AB", ("G0041", "G0043"))


def test_every_column_of_the_tables_is_documented() -> None:
    from crosscase.exchange.tables import COLUMNS, tables

    text = (ROOT / "docs/tables.md").read_text()
    for table, columns in COLUMNS.items():
        section = text.split(f"## {table}\n")[1].split("\n## ")[0]
        for column, meaning in columns.items():
            assert f"| `{column}` | {meaning} |" in section
    found = tables(analyse(load(ROOT / "examples/gennovate")))
    for table, columns in COLUMNS.items():
        assert list(found[table].columns)[: len(columns)] == list(columns)


def test_the_repository_speaks_of_no_machine() -> None:
    forbidden = re.compile(r"/(work|root|home|farm)/|pypi\.org|npmjs|debian\.org")
    kinds = {".py", ".md", ".toml", ".txt", ".yaml", ".html", ".css", ".cff"}
    for path in [
        *ROOT.glob("*"),
        *(ROOT / "src").rglob("*"),
        *(ROOT / "docs").rglob("*"),
        *(ROOT / "benchmarks").rglob("*"),
    ]:
        if path.suffix in kinds and path.is_file():
            assert not forbidden.search(path.read_text()), path


def test_the_manual_names_the_keys_that_the_windows_have() -> None:
    scripts = (path.read_text() for path in (ROOT / "src/crosscase/web/static").glob("*.js"))
    lists = [script.partition("const KEYS = [")[2].partition("\n];")[0] for script in scripts]
    keys = [re.findall(r'^  \["(.+?)", "(.+?)"[,\]]', written, re.MULTILINE) for written in lists if written]
    _, *tables = (ROOT / "docs/window.md").read_text().split("| key | does |")
    manual = [re.findall(r"^\| (.+?) \| (.+?) \|$", table.partition("\n\n")[0], re.MULTILINE) for table in tables]
    assert len(keys) > 1
    assert sorted(manual) == sorted(keys)
