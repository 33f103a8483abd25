"""How well clusters meet the codes that people gave: `tasks` read, grouped by `methods`, with `measures` taken."""
