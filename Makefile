# A command for each habit; CONTRIBUTING.md says more about them.

TOOLS := $(CURDIR)/.tools
BENCH ?= .
PACKAGES ?= ./bert ./cluster ./eval ./reduce ./search ./text/... ./tokenize/...
TIME ?= 5s

.PHONY: help
help: ## list the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 16

.PHONY: test
test: ## run the tests of all modules
	go test work

.PHONY: race
race: ## run the shorter tests under the race detector
	CGO_ENABLED=1 go test -race -short work

.PHONY: lint
lint: $(TOOLS) ## check formatting, go vet, staticcheck, golangci-lint and govulncheck
	.ci/lint $(TOOLS)

$(TOOLS): .ci/tools
	.ci/tools $(TOOLS)
	@touch $(TOOLS)

.PHONY: generate
generate: ## make all generated files anew
	.ci/generate

.PHONY: bench
bench: ## run benchmarks: make bench BENCH=KMeans PACKAGES=./cluster
	go test -run '^$$' -bench '$(BENCH)' $(PACKAGES)

.PHONY: fuzz
fuzz: ## run every fuzz target: make fuzz TIME=1m
	.ci/fuzz $(TIME)

.PHONY: ci
ci: ## everything that is checked before a change lands
	.ci/run
