#!/bin/sh
# Makes package english's lemmas, and the test lists, from Debian's package
# wordnet-base and the Python package lemminflect 0.2.3. Run by go generate.
set -e
lemminflect=$(python3 -c 'import importlib.util as u; print(u.find_spec("lemminflect").submodule_search_locations[0])')
go run ./internal/makelemmas -out . -wordnet /usr/share/wordnet -lemminflect "$lemminflect/resources/lemma_lu.csv.gz"
