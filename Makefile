# What a person types. Every line calls something that can be read; there is no logic here.
.POSIX:
.PHONY: help install run test lint bench messages lock shots chaos bundle clean

help: ## Show this list
	@sh scripts/help.sh Makefile

install: ## Make .venv with everything for tests and lint, hash-checked
	@sh scripts/install.sh dev

run: ## Install what is missing, then serve the demo (PORT, BIND, SHALIJIN_DATA are honoured)
	@sh scripts/install.sh run
	@exec env SHALIJIN_MODE=demo .venv/bin/python manage.py up --with-parent

test: ## The whole suite: SQLite, PostgreSQL + Redis, browser; ARGS="-k word" narrows it
	@sh scripts/install.sh dev
	@.venv/bin/python scripts/test.py $(ARGS)

lint: ## Style, layers, templates, types, deployment checks, migrations in step
	@sh scripts/install.sh dev
	@.venv/bin/python scripts/lint.py

bench: ## Measure pages against their floor; prints one JSON object a line
	@sh scripts/install.sh dev
	@.venv/bin/python -m bench $(ARGS)

messages: ## Bring the translation catalogue in step with the source, and say what is missing
	@sh scripts/install.sh dev
	@.venv/bin/python scripts/translations.py update

lock: ## Pin the packages of pyproject.toml anew, with hashes
	@sh scripts/install.sh dev
	@sh scripts/lock.sh

shots: ## Take pictures of the demo's pages into var/shots (needs Chromium)
	@sh scripts/install.sh dev
	@.venv/bin/python scripts/shots.py $(ARGS)

chaos: ## Kill everything while it works, at full size; SIZE=smoke, H=h1,h3 and SEED=7 narrow it
	@sh scripts/install.sh dev
	@.venv/bin/python scripts/chaos.py $(ARGS)

bundle: ## Fetch all packages into wheels/, for SHALIJIN_WHEELS=wheels on a machine without network
	@sh scripts/bundle.sh

clean: ## Remove what building and testing left (never var/, where the data is)
	@sh scripts/clean.sh
