# make run    set up and start the daemon on config.example.toml
# make test   set up and run the tests
# make fuzz   try strange things for many minutes, new ones each time; SEED=n tries the same again, TESTS=path a part
# make faults kill the program by seed, and see what is lost: docs/reliability.md
# make check  format, lint, types, architecture
# make format mend what the formatter and linter can mend
# make share  write the man page and the shell completions anew, from the commands
# make lock   resolve the pinned requirements anew (needs uv)

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
CONFIG ?= config.example.toml
TESTS  ?= tests

.PHONY: run test fuzz faults check format share lock clean

run: $(VENV)/.run
	@exec $(BIN)/python -m monitor run --config $(CONFIG)

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(TESTS)

CHANCE := $(strip $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom)))
fuzz: $(VENV)/.dev
	@echo "The same again: make fuzz SEED=$(CHANCE)"
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile fuzz --hypothesis-seed $(CHANCE) --timeout 0 $(TESTS)

FAULTS := $(if $(SEED)$(SEEDS),--seeds $(or $(SEEDS),$(SEED))) $(if $(DATABASE),--database $(DATABASE)) \
	$(if $(LONG),--long) $(if $(STOP),--stop) $(if $(JOBS),--jobs $(JOBS)) $(if $(REPORT),--report $(REPORT))
faults: $(VENV)/.dev
	$(BIN)/python -m tests.faults $(FAULTS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

share: $(VENV)/.dev
	$(BIN)/python -m monitor.cli.manual $@

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "news-monitor needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade
lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
