"""One run of the main study for all tests of charts and report."""

import pytest

import shishu
from shishu.study import load_study
from shishu.study.config import Uncertainty


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Result and folder of the study china in Chinese, with few draws."""
    study = load_study("china").model_copy(update={"uncertainty": Uncertainty(draws=20)})
    folder = tmp_path_factory.mktemp("run") / "out"
    return shishu.run(study, folder, lang="zh"), folder
