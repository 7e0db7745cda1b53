"""Charts: findings in, Altair chart out; one module a chapter."""
