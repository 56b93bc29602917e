# Mazot: `make help` lists the commands.
.DEFAULT_GOAL := help
.PHONY: help setup run test check fix dev bench

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
