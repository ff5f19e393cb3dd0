# monthend: `make help` lists the targets.
BUILD    ?= build
CC       ?= gcc
VERSION  := 0.1.0
SANITIZE ?=
MAKEFLAGS += --no-builtin-rules
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings -Wvla
HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
CFLAGS   ?= -O2 -g
ALL_CFLAGS := -std=gnu11 $(CFLAGS) $(WARNINGS) $(HARDENING) -I. -pthread -DMONTHEND_VERSION='"$(VERSION)"' \
            $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now -pthread $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)
LIBS     := -lxlsxwriter -lcsv -lzip -lexpat -lsqlite3 -lnettle

PREFIX   ?= /usr/local
PLACED    = DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" LIBDIR="$(LIBDIR)" UNITDIR="$(UNITDIR)" DOCDIR="$(DOCDIR)" batch/install.sh

objects  = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c))
LIB      := $(BUILD)/libmonthend.a
PROGRAM  := $(BUILD)/monthend
GENERATE := $(BUILD)/generate
TEST_SOURCES := $(wildcard tests/*/test_*.c)
TESTS    := $(TEST_SOURCES:%.c=$(BUILD)/%)
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
FUZZERS  := $(FUZZ_SOURCES:%.c=$(BUILD)/%)
BENCH_SOURCES := $(wildcard tests/bench/*.c)
BENCH_DIR ?= $(BUILD)/bench
BENCHES  := $(addprefix $(BUILD)/tests/bench/,alternate timed workbook_alone csv_writers)
TEST_HELPERS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(TEST_SOURCES) $(BENCH_SOURCES) tests/faults/% tests/fuzz/%,$(wildcard tests/*/*.c)))
FAULTS   := $(BUILD)/tests/faults/faults
EMBEDDED := $(wildcard schema/*.sql schema/catalogue/* schema/verify/* schema/shard/*)

.PHONY: all lib help setup setup-test demo screenshots test check unit stories readers threads faults fuzz coverage mutate hardened tidy accept bench \
        clean install uninstall installcheck dist deb
all: $(PROGRAM) $(GENERATE)
help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

lib: $(LIB)
$(LIB): $(call objects,lib)
	@rm -f $@ && ar rcs $@ $^
$(PROGRAM): $(call objects,batch) $(call objects,reports) $(call objects,schema) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(GENERATE): $(call objects,fixtures) $(call objects,schema) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/schema/embedded.o: $(EMBEDDED)
$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
# libFuzzer has a main() of its own
$(FUZZERS): $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(FUZZ_SOURCES) $(if $(findstring fuzzer,$(SANITIZE)),%/driver.c),$(wildcard tests/fuzz/*.c)))
$(TESTS) $(FUZZERS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_HELPERS) $(filter-out $(BUILD)/batch/main.o,$(call objects,batch)) \
          $(call objects,reports) $(call objects,schema) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
# timed: the program, with the functions that tests/bench/timed.c wraps
$(BUILD)/tests/bench/timed: $(call objects,batch)
$(BENCHES): $(BUILD)/%: $(BUILD)/%.o $(call objects,reports) $(call objects,schema) $(LIB)
	$(CC) $(ALL_LDFLAGS) $(shell sed -n 's/^[a-z].* __real_\([a-z_]*\).*/-Wl,--wrap=\1/p' $*.c) -o $@ $(filter %.o,$^) $(LIB) $(LIBS)
$(BUILD)/tests/faults/preload.so: $(wildcard tests/faults/preload*.c tests/faults/*.h) Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $(filter %.c,$^)
$(FAULTS): $(filter-out $(BUILD)/tests/faults/preload%,$(call objects,tests/faults))
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lsqlite3
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

setup: ; @tests/setup build ## installs the packages to build with, where they are missing
setup-test: ; @tests/setup build test

demo: setup ## closes a month of the fixtures (WORLD=DIR: of any directory of CSV files)
	@$(MAKE) --no-print-directory -s all
	@fixtures/demo.sh $(PROGRAM) $(BUILD)/demo $(WORLD)

screenshots: ## draws reports/summary.png from the demo month (WORLD=DIR: build/screenshots/summary.png from another)
	@tests/setup build picture
	@$(MAKE) --no-print-directory -s all
	@fixtures/screenshots.sh $(PROGRAM) $(BUILD)/screenshots $(if $(WORLD),$(BUILD)/screenshots/summary.png,reports/summary.png) $(WORLD)

test: setup-test ## the whole truth: units, properties, stories, readers, sanitizers, tidy
	@tests/run $(MAKE)
check: $(TESTS) $(PROGRAM) $(GENERATE)
unit: $(TESTS) ; @tests/unit $(TESTS) ## the unit and property tests alone
stories: all ## the stories alone
	@MONTHEND=$(PROGRAM) GENERATE=$(GENERATE) tests/stories/run $(STORIES_OPTIONS)
accept: all ## rewrites the stories' expected output; review the diff
	@MONTHEND=$(PROGRAM) GENERATE=$(GENERATE) tests/stories/run --accept
readers: all ## the workbooks as LibreOffice reads them
	@MONTHEND=$(PROGRAM) GENERATE=$(GENERATE) tests/readers/run
bench: setup-test ## every goal against its yardstick (SIZE=small, 10m, 100m, all or scale; months kept in BENCH_DIR)
	@$(MAKE) --no-print-directory -s all $(BENCHES)
	@MONTHEND=$(PROGRAM) GENERATE=$(GENERATE) tests/bench/run $(BUILD)/tests/bench $(BENCH_DIR) $(SIZE)
threads: $(BUILD)/tests/schema/test_usage_scan $(BUILD)/tests/schema/test_facts $(PROGRAM) $(GENERATE)
	@MONTHEND=$(PROGRAM) GENERATE=$(GENERATE) tests/threads $(filter %/test_usage_scan %/test_facts,$^)
faults: all $(FAULTS) $(BUILD)/tests/faults/preload.so ## everything that can fail fails; hours (FAULTS_OPTIONS="--every 100 memory": some, a part)
	@MONTHEND=$(PROGRAM) GENERATE=$(GENERATE) FAULTS=$(FAULTS) tests/faults/run $(FAULTS_OPTIONS)
fuzz: setup-test ; @tests/setup coverage && tests/fuzz/run $(MAKE) $(FUZZ_OPTIONS) ## targets that make up their input, over an hour (FUZZ_OPTIONS="--seconds 60 TARGET...")
coverage: ; @tests/setup build test coverage && tests/coverage/lib $(BUILD)/coverage/lib && tests/coverage/whole $(MAKE) $(BUILD)/coverage ## lines, branches and MC/DC of lib/; of the rest, with faults
mutate: setup-test ; @tests/mutation/run --directory $(BUILD)/mutation $(MUTATE_OPTIONS) ## changes of lib/ that no test notices; an hour (MUTATE_OPTIONS="--every 12": some)
hardened: $(PROGRAM) ; @tests/hardened $(PROGRAM) ## the program was built with its hardening
tidy: ; @tests/tidy ## the folders' arrows and the style's limits hold

$(BUILD)/monthend.1: batch/monthend.1.in batch/manual.sh batch/manual.awk $(PROGRAM)
	@batch/manual.sh $(PROGRAM) $< >$@
install: all $(BUILD)/monthend.1 ## into PREFIX (/usr/local), below DESTDIR
	@$(PLACED) install $(BUILD) $(VERSION)
uninstall: ## removes what install put there
	@$(PLACED) uninstall $(BUILD) $(VERSION)
installcheck: ## what is installed works: the program closes a month, the library prices an upgrade
	@tests/install/check "$(DESTDIR)" "$(PREFIX)" "$(LIBDIR)" "$(DOCDIR)" "$(UNITDIR)"
dist: ## build/monthend-VERSION.tar.gz, of the last commit
	@mkdir -p $(BUILD) && git archive --prefix=monthend-$(VERSION)/ HEAD | gzip -n >$(BUILD)/monthend-$(VERSION).tar.gz
deb: ## the Debian packages, below build/deb
	@tests/setup build debian && debian/build $(BUILD)/deb $(VERSION)
clean: ; rm -rf $(BUILD) ## removes what was built
