#!/usr/bin/env bash
# What the GitHub Action runs: check trial files, leave the results where GitHub looks for them.
#
#   SURVKIT_FILES     trial files and folders, separated by blanks or line ends
#   SURVKIT_LOCK      record of refitted figures, or empty
#   SURVKIT_RESULTS   folder for junit.xml and summary.md
#   SURVKIT_WITH_R    true: R's package survival refits, too
#
# The exit code is that of `survkit check`: 0 reproduced, 1 missed or moved, 2 bad input.
set -uo pipefail

results=${SURVKIT_RESULTS:-survkit-results}
mkdir -p "$results" || exit 2

read -r -d '' -a files <<<"${SURVKIT_FILES:-}" || true
if [ "${#files[@]}" -eq 0 ]; then
    echo "files must name at least one trial file or folder, got none" >&2
    exit 2
fi

options=(--junit "$results/junit.xml" --markdown "$results/summary.md")
if [ -n "${SURVKIT_LOCK:-}" ]; then options+=(--lock "$SURVKIT_LOCK"); fi
if [ "${SURVKIT_WITH_R:-}" = true ]; then options+=(--with-r); fi

survkit check "${files[@]}" "${options[@]}"
status=$?

if [ -f "$results/summary.md" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$results/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
    {
        echo "junit=$results/junit.xml"
        echo "summary=$results/summary.md"
        echo "reproduced=$([ "$status" -eq 0 ] && echo true || echo false)"
    } >>"$GITHUB_OUTPUT"
fi
exit "$status"
