# Reconciler: `make help` tells what can be done. A line that begins with ## tells of the target below it.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Not side by side: on a small machine two publishes only get into each other's way.
.NOTPARALLEL:

export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
# No build servers: nothing of ours runs on when make has ended.
export MSBUILDDISABLENODEREUSE := 1
export DOTNET_CLI_USE_MSBUILD_SERVER := 0
export UseSharedCompilation := false

# Ports of `make run`.
export ETCD_PORT ?= 2379
export MESOS_PORT ?= 5050
export AGENT_PORT ?= 5051
export HTTP_PORT ?= 8080
export ONCE

# The tests that need neither etcd nor Docker, and take seconds.
UNIT_TESTS := Loops.Tests Model.Tests Mesos.Tests

SEEDS ?= 200

.PHONY: help setup build run test test-unit sim bench clean

help:
	@awk '/^## /{text=substr($$0,4);next} /^[a-z-]+:/&&text!=""{split($$1,t,":");printf "  make %-10s %s\n",t[1],text;text="";next} {text=""}' Makefile

## Installs what is missing (etcd, Docker, busybox) and starts a Docker daemon if none answers.
setup:
	@eng/setup.sh

sources = $(shell find $(addprefix src/,$(1)) -type d \( -name bin -o -name obj \) -prune -o -type f -print) \
	src/Program.props Directory.Build.props Directory.Packages.props eng/publish.sh

## Publishes the programs into out/: podctl, reconciler, node-agent, local-mesos.
build: out/podctl out/reconciler out/node-agent out/local-mesos

out/podctl: $(call sources,Podctl Model Etcd)
	@eng/publish.sh Podctl podctl
out/reconciler: $(call sources,Reconciler Model Etcd Mesos Loops)
	@eng/publish.sh Reconciler reconciler
out/node-agent: $(call sources,NodeAgent Model Etcd Mesos Docker Loops)
	@eng/publish.sh NodeAgent node-agent
out/local-mesos: $(call sources,LocalMesos Mesos Loops)
	@eng/publish.sh LocalMesos local-mesos

## Starts a cluster on this machine, runs a pod in it and stays up; ONCE=1 ends again. Ports: ETCD_PORT, MESOS_PORT, AGENT_PORT, HTTP_PORT.
run: setup build
	@eng/demo.sh

## Sets up, builds, and runs every test on real etcd and real Docker.
test: setup build
	@RECONCILER_PROGRAMS=$(CURDIR)/out eng/test.sh

## Runs the tests that need nothing, in seconds.
test-unit:
	@eng/test.sh $(UNIT_TESTS)

## Runs the simulation: SEEDS=200 is how many; SEED=n replays one and tells its story.
sim:
ifdef SEED
	@SEED=$(SEED) dotnet test tests/Simulation -c Release --filter Every_seed --logger "console;verbosity=detailed"
else
	@SEEDS=$(SEEDS) eng/test.sh Simulation
endif

## Measures, and prints a table of ratios.
bench: setup build
	@dotnet run --project tests/Benchmarks -c Release

## Removes everything that was built.
clean:
	@rm -rf out
	@find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
