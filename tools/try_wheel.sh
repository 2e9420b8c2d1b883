#!/usr/bin/env bash
# Install a wheel into an empty environment and use it from an unrelated, empty folder.
# Usage: tools/try_wheel.sh WHEEL ENVIRONMENT [PYTHON]; run it from the root of the repository.
set -euo pipefail

wheel=$(realpath "$1")
environment=$2
python=${3:-python3}

rm -rf "$environment"
"$python" -m venv "$environment"
bin=$(realpath "$environment")/bin
"$bin/python" -m pip install -qq --disable-pip-version-check -c constraints.txt "$wheel" pytest

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
unset PYTHONPATH

echo "installed with $("$bin/python" -V): $("$bin/survkit" --version)"
"$bin/python" -m pip check --disable-pip-version-check

# What the package must carry besides its modules: trial files, their schema, types, R scripts.
"$bin/survkit" list >/dev/null
"$bin/survkit" schema -o schema.json
"$bin/python" - <<'PYTHON_SCRIPT'
from importlib.resources import files

for name in ("py.typed", "reconstructions/schema.json", "second_opinion/figures.R"):
    assert files("survkit").joinpath(name).is_file(), name
PYTHON_SCRIPT

"$bin/survkit" check radiant-3 --analysis pfs-investigator --junit junit.xml --markdown summary.md
"$bin/survkit" export radiant-3 --analysis pfs-investigator -o adtte.xpt
"$bin/survkit" export radiant-3 --analysis pfs-investigator -o analysis.R
"$bin/survkit" new study --citation "A paper" --endpoint OS --arm old:60:40:8.2 --arm new:60:35:12.1
"$bin/python" -m pytest -q --survkit study.toml
echo "the wheel works"
