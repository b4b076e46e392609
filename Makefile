# Everything a user or a developer does here, by one word each.
PYTHON ?= python3
# Processes that share the tests: one more than processors, since many tests wait for servers, at
# most four. Those of a file stay together, since they share what they start.
TEST_WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); \
	echo $$((n < 4 ? n + 1 : 4)))
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench drill lock

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	while IFS='|' read -r verb what; do printf '%-16s%s\n' "$$verb" "$$what"; done

install: ## set up .venv from the lock file | 建立运行环境
	@command -v $(PYTHON) >/dev/null || { echo "找不到 $(PYTHON)；请安装 Python 3.11 或更新版本。"; \
	echo "There is no $(PYTHON); install Python 3.11 or newer."; exit 1; } >&2
	@$(PYTHON) requirements/install.py

demo: install ## set up, then the main job on the built-in data | 用内置数据演示
	@$(BIN)/shanhai demo

test: install ## set up, then all tests | 运行全部测试
	@$(BIN)/python requirements/install.py --system
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: install ## style, types and the direction of imports | 静态检查
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: install ## speed, measured and never asserted | 性能测量
	@$(BIN)/python -m pytest tests/benchmarks --benchmark-only $(PYTEST_ARGS)

drill: install ## the long fault and load runs | 故障与压力演练
	@$(BIN)/python -m pytest tests/drills $(PYTEST_ARGS)

lock: install ## make the lock files again (UPGRADE=--upgrade for newer versions) | 重新锁定依赖
	@PYTHON=$(BIN)/python sh requirements/lock.sh $(UPGRADE)
