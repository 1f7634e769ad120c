# SPDX-License-Identifier: Apache-2.0
# `make demo` and `make test` are all a newcomer needs.

BINARY = .build/release/plinth
STRICT = --explicit-target-dependency-import-check error

.PHONY: demo test build dependencies check format interop bench fuzz schema clean

demo: build
	scripts/demo.sh $(BINARY)

test: dependencies build
	swift build --build-tests $(STRICT)
	PLINTH_BINARY=$(CURDIR)/$(BINARY) swift test --skip-build --parallel

# The release binary, with Swift's own runtime linked in.
build: dependencies
	swift build -c release --static-swift-stdlib --product plinth $(STRICT)

dependencies:
	scripts/install-dependencies.sh

check: format test

format:
	swift format lint --strict --recursive Package.swift Sources Tests

# All 400 names against apt; minutes. The table goes to docs/.
interop: build
	Tests/Interop/apt-resolve.sh --binary $(BINARY) --all --report docs/apt-resolve.md
	Tests/Interop/dpkg-trees.sh --binary $(BINARY) --report docs/dpkg-trees.md

# Side by side with mmdebstrap and apt; minutes. The table goes to docs/.
bench: build
	benchmarks/run.sh $(BINARY) docs/benchmarks.md

schema: build
	swift run -c release --static-swift-stdlib plinth-schema > docs/recipe.schema.json

clean:
	rm -rf .build
