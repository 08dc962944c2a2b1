# make brief   set up and build the brief of the bundled example
# make test    set up and run every check: formatting, types, tests
# make model   train, export and score the translation model (training/README.md)
# make golden  write the tests' golden files and pictures of pages anew (then look at the difference)

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: brief test golden model requirements clean

brief: $(READY)
	@$(BIN)/songngu build examples/lang-son-2023-06.html --out output

test: $(READY)
	$(BIN)/ruff format --check pipeline tests benchmarks training
	$(BIN)/ruff check pipeline tests benchmarks training
	$(BIN)/mypy
	$(BIN)/python -m pytest

golden: $(READY)
	GOLDEN=write $(BIN)/python -m pytest tests/test_golden.py tests/test_compose_golden.py tests/test_visual.py

model:
	training/run $(MINUTES)

# Done once, and again only when the requirements change.
$(READY): requirements.txt pyproject.toml .ci/system-libraries
	@PYTHON="$(PYTHON)" sh .ci/system-libraries
	@echo "setting up .venv (once, a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Compile requirements.txt from pyproject.toml; needs uv. Argos Translate's own wishes for stanza and
# spacy (and with them torch) are overridden away.
requirements:
	uv pip compile --universal --python-version 3.11 --extra argos --extra dask --group dev \
	  --override requirements-override.txt --generate-hashes --no-emit-index-url --no-header \
	  --upgrade pyproject.toml --output-file requirements.txt

clean:
	rm -rf .venv output
