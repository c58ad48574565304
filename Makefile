# Two commands matter: `make run` and `make test`. Everything else is for those who change the house.
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help
help: ## show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## run the provider, its sample clients and the outbox page until Ctrl-C
	@sh tools/prepare.sh run
	@exec $(BIN)/sekisho demo --end-with $$PPID

.PHONY: test
test: ## install what the tests need and run all of them (ARGS="-k sign_in" for some)
	@sh tools/prepare.sh dev
	@sh tools/machine.sh
	@exec $(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

.PHONY: check
check: ## format, lint, types, walls between the rooms, the flows
	@sh tools/prepare.sh dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/sekisho flow check

.PHONY: format
format: ## put the code into its one form
	@sh tools/prepare.sh dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

.PHONY: bench
bench: ## count and compare the work of the main operations
	@sh tools/prepare.sh dev
	@exec $(BIN)/python -m tests.bench

.PHONY: spec
spec: ## list the sections of specifications that the code cites, with their tests
	@sh tools/prepare.sh dev
	@exec $(BIN)/python -m tests.house.ledger

.PHONY: lock
lock: ## lock the dependencies of pyproject.toml anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml requirements.in --group dev -c requirements.txt \
	  -o requirements-dev.txt

.PHONY: clean
clean: ## remove the environment, caches and artefacts; var/ and keys/ stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artifacts *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
