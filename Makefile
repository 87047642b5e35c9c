# The words of the house. `make` alone lists them.
PYTHON    ?= python3
HTTP      ?= 127.0.0.1:8080
SIP       ?= 127.0.0.1:5060
DATA      ?= .local/data
TELEPHONY ?= auto
ONLY      ?=

BIN := .venv/bin
export TRUNKLINE_ASTERISK_ROOT ?= $(CURDIR)/.local/asterisk
BOOTSTRAP = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }; \
	$(PYTHON) -m tools.bootstrap --telephony $(TELEPHONY)
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help up test check bench soak web native native-clean lock migration-initial screenshots \
	clean

help:  ## list these words
	@echo "Trunkline – from a fresh clone:"
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/  make \1\t\2/p' Makefile | expand -t 26
	@echo "With up: HTTP=host:port SIP=host:port DATA=dir TELEPHONY=auto|asterisk|embedded"

up:  ## prepare what is missing, then run the demo on http://127.0.0.1:8080
	$(BOOTSTRAP) up
	@exec $(BIN)/trunkline up --demo --data $(DATA) --http $(HTTP) --sip $(SIP) \
		--telephony $(TELEPHONY)

test:  ## prepare what is missing, then run every test (ONLY=path or -k words)
	$(BOOTSTRAP) test
	@$(BIN)/python -m tools.suite $(ONLY)

check:  ## lint, types and contracts, of Python and of the pages
	$(BOOTSTRAP) check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@test ! -e web/package.json || $(BIN)/python -m tools.bootstrap.npm run check

bench:  ## measure; ONLY=name for one bench
	$(BOOTSTRAP) test
	@$(BIN)/python -m bench $(ONLY)

soak:  ## the tests at full counts: kills, random sequences, virtual days
	$(BOOTSTRAP) test
	@TRUNKLINE_SOAK=1 $(BIN)/python -m pytest -m soak --timeout=0 $(ONLY)

web:  ## build the pages into the package
	$(BOOTSTRAP) web

native:  ## compile the core beside its sources: optional, wants gcc and the headers of Python
	$(BOOTSTRAP) native
	@echo "The core is compiled, until its sources change; make native-clean takes it away."

native-clean:  ## take the compiled core away again
	@find src -name '*.so' -delete
	@rm -rf build/native

lock:  ## choose and hash-lock the newest versions of everything we stand on
	$(BOOTSTRAP) check
	$(LOCK) --upgrade pyproject.toml -o requirements/core.txt
	$(LOCK) --upgrade -c requirements/core.txt --all-extras pyproject.toml -o requirements/all.txt
	$(LOCK) --upgrade -c requirements/all.txt --all-extras --group dev pyproject.toml -o requirements/dev.txt
	$(LOCK) --upgrade requirements/tools.in -o requirements/tools.txt
	$(LOCK) --upgrade requirements/node.in -o requirements/node.txt

migration-initial:  ## draw the one migration anew from the tables (until the first release)
	$(BOOTSTRAP) check
	@$(BIN)/python -m trunkline.adapters.sql.migrations

screenshots:  ## photograph every page into docs/screenshots
	$(BOOTSTRAP) test
	@$(BIN)/python -m tools.screenshots

clean:  ## remove what was built and installed into the clone
	find src -name '*.so' -delete
	rm -rf .venv .local web/node_modules web/dist src/trunkline/app/static dist build
