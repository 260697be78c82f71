# Two commands: `make run` and `make test`. Everything they need is installed by them.
PYTHON ?= python3
export UV_PYTHON_DOWNLOADS = never
export UV_LINK_MODE = copy
UV = .venv/bin/uv
UV_VERSION = 0.13.9

.PHONY: clauses run test lint reset soak bench story clean

run: .venv/ready
	@exec .venv/bin/nesie run

story: .venv/ready
	@exec .venv/bin/nesie story

# Style, types, shape, and all tests with a browser; the longest wait for `make soak`.
test: .venv/ready-dev debian
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	@sh tests/all.sh

lint: .venv/ready-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	NESIE_DEMO=1 .venv/bin/mypy
	.venv/bin/lint-imports

clauses: .venv/ready-dev
	.venv/bin/python -m tests.shape.clauses

soak: .venv/ready-dev
	.venv/bin/python -m pytest -m soak
	NESIE_TEST_EXAMPLES=10 .venv/bin/python -m pytest tests/journey/loans tests/foundation/ledger tests/foundation/terms
	.venv/bin/python -m benchmarks.day_close --loans 1000000

# Speeds we promise, as ratios measured in one run; sizes of the book of loans: make bench LOANS="10000 1000000".
LOANS ?= 10000 50000 200000
bench: .venv/ready
	.venv/bin/python -m benchmarks.bench
	.venv/bin/python -m benchmarks.eds
	.venv/bin/python -m benchmarks.day_close --loans $(LOANS)
	.venv/bin/python -m benchmarks.servicing published
	.venv/bin/python -m benchmarks.servicing long
	.venv/bin/python -m benchmarks.one_account

# Clears the demo's data: database, keys, simulators. Asks first.
reset: .venv/ready
	@.venv/bin/nesie reset

clean:
	rm -rf .venv var artefacts

.venv/uv-$(UV_VERSION):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12) and "Nesie needs Python 3.11 or 3.12, and this is %d.%d. If another is installed: make PYTHON=python3.12" % sys.version_info[:2])'
	@echo "Making the environment in .venv ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/ready: .venv/uv-$(UV_VERSION) pyproject.toml uv.lock
	@echo "Installing the locked packages ..."
	@$(UV) sync --frozen --quiet --inexact
	@touch $@

.venv/ready-dev: .venv/uv-$(UV_VERSION) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet --group dev
	@touch $@ .venv/ready

# Tests also want Debian's Chromium and Debian's own PostgreSQL; installed when this account may, else the tests say
# what is missing (and fail in CI).
.PHONY: debian
debian:
	@sh tests/debian.sh
