"""Do the tests notice when the arithmetic is wrong? Small faults are put into the rules, one at a time.

Our own, since a run has to be quick enough to be done at all: a mutant is compiled into a forked child that has pytest
and its libraries loaded already, and only pure tests are run, with no database. What is changed: comparisons,
arithmetic, logic, whole numbers, truth values, conditions. What is not: text, annotations, decorators, docstrings, and
`strict=` of zip, which guard and do not decide.
"""
