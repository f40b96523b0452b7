# make demo   orders approved by the right people, the worker killed in the middle, an invoice paid, an engineer onboarded
# make test   every test            make check   format lint and build with the import check
# make format rewrites the sources in house style
SHELL := /bin/bash
FLAGS := --explicit-target-dependency-import-check error

.PHONY: deps build check test format demo

deps:
	@Scripts/install-dependencies

build: deps
	swift build --build-tests $(FLAGS)

check: build
	swift format lint --strict --recursive --parallel Sources Tests Package.swift

test: build
	swift test --skip-build $(FLAGS)

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

demo: deps
	swift build --product workflowctl $(FLAGS)
	@"$$(swift build --show-bin-path $(FLAGS))/workflowctl" demo
