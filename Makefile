# SPDX-License-Identifier: AGPL-3.0-or-later
# Mazot: `make help` lists the commands. Each step leaves a stamp in .stamps/ and is not repeated until what it
# rests on changes.

PYTHON ?= python3
HTTP ?= 127.0.0.1:8000
DATA ?= data

BIN := .venv/bin
# A Node fetched by tools/fetch_node.sh comes first where there is one.
export PATH := $(CURDIR)/.node/bin:$(PATH)

FRONT := $(shell find src/mazot -path src/mazot/ui/built -prune -o \( -name '*.ts' -o -name '*.css' -o -name '*.svg' -o -name '*.webp' -o -name '*.woff2' \) -print) \
	$(wildcard vite.config.* tsconfig.json)
MESSAGES := $(wildcard src/mazot/locale/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix dev bench wheel map messages lock clean

help: ## list the commands
	@echo "make run       start Mazot with a demo organization at http://$(HTTP) (HTTP=host:port and DATA=folder change it)"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | grep -v '^run:' | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | while IFS="$$(printf '\t')" read -r name what; do printf 'make %-10s%s\n' "$$name" "$$what"; done

setup: .stamps/python .stamps/front .stamps/messages ## make the environment and build the front end; start nothing

run: setup ## start Mazot with a demo organization
	@$(BIN)/python tools/run_demo.py --data "$(DATA)" --http "$(HTTP)"

dev: setup ## the same, rebuilding the front end as files change
	@MAZOT_DEVELOPMENT=1 $(BIN)/python tools/run_demo.py --data "$(DATA)" --http "$(HTTP)" --watch

test: setup ## everything: both databases, islands, browser, outside clients
	@$(BIN)/python tools/run_tests.py

check: setup ## format, house rules, imports, types, styles, migrations, documents
	@$(BIN)/python tools/run_checks.py

fix: setup ## format everything and mend what a tool can mend
	$(BIN)/ruff check --fix-only --quiet src tests tools
	$(BIN)/ruff format --quiet src tests tools
	npm run --silent fix
	$(BIN)/python tools/make_map.py

bench: setup ## measure beside peers and print the ratios
	@$(BIN)/mazot bench webdav
	@$(BIN)/mazot bench people
	@$(BIN)/mazot bench tickets
	@$(BIN)/mazot bench opening
	@$(BIN)/mazot bench mail
	@$(BIN)/python bench/mail/search.py

wheel: setup ## build dist/mazot-*.whl with the front end and the translations inside
	rm -rf dist
	$(BIN)/hatchling build -t wheel

map: .stamps/python ## write docs/map.md again
	$(BIN)/python tools/make_map.py

messages: .stamps/python ## collect the sentences to translate into src/mazot/locale
	$(BIN)/python tools/messages.py collect

lock: .stamps/python ## write requirements/*.txt again from requirements/*.in
	for list in uv node base dev; do \
		$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
			requirements/$$list.in --output-file requirements/$$list.txt; done

clean: ## remove what was built (not the data)
	rm -rf .stamps .venv .node node_modules dist src/mazot/ui/built

# A linked .venv belongs to another clone and is taken as it is.
.stamps/venv: requirements/uv.txt
	@mkdir -p .stamps
	@if [ ! -L .venv ]; then \
		echo "· Python environment"; \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Mazot needs Python 3.11 or newer; make PYTHON=/path/to/python3.11")' && \
		$(PYTHON) -m venv .venv && \
		{ $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt || echo "  uv does not install here; pip does its work, slower"; }; fi
	@touch $@

.stamps/python: .stamps/venv requirements/dev.txt pyproject.toml
	@if [ ! -L .venv ]; then \
		echo "· Python packages"; \
		if [ -x $(BIN)/uv ]; then \
			$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/uv.txt requirements/dev.txt && \
			$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
		else \
			$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt && \
			$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .; \
		fi; fi
	@touch $@

.stamps/node: package.json package-lock.json .stamps/venv requirements/node.txt
	@sh tools/fetch_node.sh $(BIN)/python
	@if [ ! -L node_modules ]; then echo "· Node packages"; npm ci --loglevel=error --no-progress >/dev/null; fi
	@touch $@

.stamps/front: .stamps/node $(FRONT)
	@echo "· Front end"
	@npm run --silent build -- --logLevel error
	@touch $@

.stamps/messages: .stamps/python $(MESSAGES)
	@echo "· Translations"
	@$(BIN)/python tools/messages.py compile
	@touch $@
