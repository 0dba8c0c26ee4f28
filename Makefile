# make build    set up .venv and build the next round with the embedded teacher
# make test     set up .venv and run all tests (make soak: the long fault and load runs)
# make compat   load two built rounds, and the builder, under datasets 2.21, 3.6, 5.2 and TRL, each in .venvs/
# make lint     style; make bench: the short form of every benchmark; make clean: takes .venv away
SHELL := /bin/bash
.DEFAULT_GOAL := build
.PHONY: build test soak lint bench compat clean

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python
ARGS ?=

$(READY): requirements.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
	  { echo "Python 3.11 to 3.13 is needed; name one: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "this Python cannot make virtual environments: install python3-venv (Debian, Ubuntu), or: pip install -r requirements.txt && python generation/build.py" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -q -r requirements.txt -c constraints.txt
	@touch $(READY)

build: $(READY)
	$(RUN) generation/build.py --teacher embedded $(ARGS)

test: $(READY)
	$(RUN) -m pytest -n 2 -m "not soak" $(ARGS)

soak: $(READY)
	$(RUN) -m pytest -m soak $(ARGS)

lint: $(READY)
	$(RUN) -m ruff check .

bench: $(READY)
	@for file in $$(grep -l '"--short"' benchmarks/*.py); do echo "== $$file"; $(RUN) $$file --short || exit 1; done

COMPAT := .venvs/compat
OLDER := datasets==2.21.0+huggingface_hub<1 datasets==3.6.0+huggingface_hub<1
NEWER := datasets==5.2.0 datasets==5.2.0+transformers+jinja2

compat: $(READY)
	rm -rf $(COMPAT)
	@for rows in 48 24; do $(RUN) generation/build.py --teacher embedded --rows $$rows \
	  --out $(COMPAT)/heidi-autotrain-synthetic --runs $(COMPAT)/runs $(ARGS) || exit; done
	@set -e; for needs in $(foreach needs,$(OLDER) $(NEWER),'$(needs)'); do \
	  home=".venvs/$$(tr -c 'a-z0-9.\n' - <<< "$$needs")"; \
	  if ! test -e "$$home/.ready"; then \
	    $(PYTHON) -m venv "$$home"; \
	    "$$home/bin/python" -m pip install --disable-pip-version-check -q $${needs//+/ }; \
	    case "$$needs" in *transformers*) "$$home/bin/python" -m pip install -q --no-deps trl;; esac; \
	    touch "$$home/.ready"; \
	  fi; \
	  HF_HUB_OFFLINE=1 HF_MODULES_CACHE="$$home/modules" "$$home/bin/python" tests/compat_check.py $(COMPAT)/heidi-autotrain-synthetic; \
	done

clean:
	rm -rf $(VENV)
