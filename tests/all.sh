#!/bin/sh
# Types and tests at once; says what both found and fails when either does.
mkdir -p artefacts
echo "Types are checked beside the tests."
NESIE_DEMO=1 .venv/bin/mypy >artefacts/types.txt 2>&1 &
types=$!
trap 'kill $types 2>/dev/null' INT TERM
.venv/bin/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder
tests=$?
wait $types
found=$?
cat artefacts/types.txt
[ $tests -eq 0 ] && [ $found -eq 0 ]
