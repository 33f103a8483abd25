"""How long one page of the sample takes by its address, the heaviest of each kind, with its findings loaded."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time

from crosscase import analyse, load
from crosscase.framework import Findings
from crosscase.pages import Address, Kind, addresses, page, pages, render

Row = tuple[str, float, str, float, str]
ON = date(2026, 11, 22)


def rows(sample: Path, runs: int) -> Iterator[Row]:
    """Processor seconds of a page alone, all look-ups made anew, against the same page within a report."""
    findings = analyse(load(sample))
    heaviest = _heaviest(findings)
    _ = findings.results, findings.standing
    for kind, address in heaviest.items():
        alone = median(_seconds(_again(findings), address) for _ in range(runs))
        among = median(_seconds(findings, address) for _ in range(runs))
        yield (
            f"a page alone: {address.file}",
            alone,
            f"that {kind.name.lower()} page in a report",
            among,
            "target 0.1 s",
        )


def _heaviest(findings: Findings) -> dict[Kind, Address]:
    sizes = {built.file: len(render(built)) for built in pages(findings, ON)}
    heaviest: dict[Kind, Address] = {}
    for file, address in addresses(findings, ON).items():
        if address.kind not in heaviest or sizes[file] > sizes[heaviest[address.kind].file]:
            heaviest[address.kind] = address
    return heaviest


def _again(findings: Findings) -> Findings:
    """The same findings, for which no page has been made yet."""
    twin = object.__new__(Findings)
    twin.__dict__.update(findings.__dict__)
    return twin


def _seconds(findings: Findings, address: Address) -> float:
    before = process_time()
    render(page(findings, address, ON))
    return process_time() - before
