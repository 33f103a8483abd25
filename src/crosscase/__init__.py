"""crosscase: the framework method for qualitative interviews, as a pipeline and as a toolkit.

import crosscase
study = crosscase.load("my-study")
findings = crosscase.analyse(study)
findings.matrices[0].to_frame()
crosscase.stages.check("my-study").errors
"""

from crosscase.framework import Findings, analyse
from crosscase.problem import Problem, Refused
from crosscase.study import Study, load

__version__ = "0.1.0"

__all__ = ["Findings", "Problem", "Refused", "Study", "__version__", "analyse", "load"]
