# SPDX-License-Identifier: Apache-2.0
# `make demo` and `make test` are all a newcomer needs.

BINARY = .build/release/plinth
STRICT = --explicit-target-dependency-import-check error
# Nothing looks symbols up in the binary, equal functions may be one, relocations may be packed, and nothing unwinds as
# C++ does: stripped, 44 MB become 31.
SMALL = -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic -Xlinker --icf=safe \
    -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-eh-frame-hdr \
    -Xlinker -T -Xlinker $(CURDIR)/scripts/no-unwind-tables.ld

.PHONY: demo test build dependencies check format sample bases interop bench fuzz clean

demo: build
	scripts/demo.sh $(BINARY)

test: dependencies build
	swift build --build-tests $(STRICT)
	swift test --skip-build --parallel --skip RegistryTests --skip SandboxTests --skip GoldenTests \
		--skip ArchiveRunTests
	swift test --skip-build --parallel --filter RegistryTests --filter SandboxTests
	PLINTH_BINARY=$(CURDIR)/$(BINARY) swift test --skip-build --parallel --filter GoldenTests
	PLINTH_BINARY=$(CURDIR)/$(BINARY) swift test --skip-build --parallel --filter ArchiveRunTests

# The release binary, with Swift's own runtime linked in.
build: dependencies
	swift build -c release --static-swift-stdlib --product plinth $(STRICT) $(SMALL)

dependencies:
	scripts/install-dependencies.sh

check: format test

format:
	swift format lint --strict --recursive Package.swift Sources Tests Fuzz

# Twenty of the 400 names against apt; a minute.
sample: build
	Tests/Interop/apt-resolve.sh --binary $(BINARY)

# The bases that people compare, each built, run and measured; two minutes the first time.
bases: build
	examples/bases.sh --binary $(BINARY)

# Judged by apt, dpkg, skopeo, umoci, podman, syft and the images themselves; half an hour. The tables go to docs/.
interop: build
	Tests/Interop/apt-resolve.sh --binary $(BINARY) --all --report docs/apt-resolve.md
	swift build --build-tests
	Tests/Interop/apk-resolve.sh --report docs/apk-resolve.md
	Tests/Interop/dpkg-trees.sh --binary $(BINARY) --report docs/dpkg-trees.md
	Tests/Interop/readers.sh --binary $(BINARY) --report docs/readers.md
	Tests/Interop/full-system.sh --binary $(BINARY) --report docs/full-system.md
	Tests/Interop/effects.sh --binary $(BINARY)

# Side by side with mmdebstrap, apt, skopeo and syft; minutes. The tables go to docs/.
bench: build
	benchmarks/run.sh $(BINARY) docs/benchmarks.md
	benchmarks/images.sh $(BINARY) docs/benchmarks-images.md

# libFuzzer on every parser, SECONDS each; what it finds is kept in Fuzz/Crashers. The table goes to docs/.
SECONDS = 60
fuzz: dependencies
	scripts/fuzz.sh $(SECONDS) docs/fuzzing.md

clean:
	rm -rf .build
