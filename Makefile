# make demo   orders approved by the right people, the worker killed in the middle, an invoice paid, an engineer onboarded
# make test   every test            make check   format lint and build with the import check
# make format rewrites the sources in house style
SHELL := /bin/bash
# With PostgreSQL where libpq is found; asked after `deps` has had its chance to install it.
TRAITS = $(shell pkg-config --exists libpq 2>/dev/null && echo --traits PostgreSQL)
FLAGS = --explicit-target-dependency-import-check error $(TRAITS)

.PHONY: deps tools build check test format demo traits

deps:
	@Scripts/install-dependencies

tools:
	@Scripts/install-dependencies tests

traits:
	@echo "building with$(if $(TRAITS),,out) PostgreSQL$(if $(TRAITS),, (pkg-config does not find libpq))"

build: deps traits
	swift build --build-tests $(FLAGS)

check: build
	swift format lint --strict --recursive --parallel Sources Tests Examples Package.swift
	Scripts/check-without-postgresql

test: tools build
	Scripts/test $(FLAGS)

format:
	swift format --in-place --recursive --parallel Sources Tests Examples Package.swift

demo: deps traits
	swift build --product workflowctl $(FLAGS)
	@"$$(swift build --show-bin-path $(FLAGS))/workflowctl" demo
