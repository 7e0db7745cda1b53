"""Steps that build what ships in src/shishu/datasets: one module a kind of dataset, each with ``build(receipts)``."""
