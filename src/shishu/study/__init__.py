"""Studies: from tables to chapters of findings, and the audit against published figures."""

from shishu.study.audit import audit
from shishu.study.config import Study, load_study, studies
from shishu.study.inputs import Inputs, gather
from shishu.study.run import StudyResult, compute

__all__ = ["Inputs", "Study", "StudyResult", "audit", "compute", "gather", "load_study", "studies"]
