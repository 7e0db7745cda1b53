"""The report on the main study, in both languages."""

import pytest

from shishu.report import build


@pytest.fixture(scope="session")
def reports(china):
    """Report by language; tests only read it."""
    return {lang: build(china, lang) for lang in ("zh", "en")}
