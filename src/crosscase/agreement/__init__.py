"""How far coders agree: passage by passage (`comparing`), and as coefficients (`measuring`, on `coefficients`)."""

from crosscase.agreement.comparing import Agreement, Comparison, Given, Outcome, UnitKind, compare, counted

__all__ = ["Agreement", "Comparison", "Given", "Outcome", "UnitKind", "compare", "counted"]
