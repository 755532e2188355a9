# refwarden: `make help` says what there is, CONTRIBUTING.md how it is used.

PREFIX     ?= /usr/local
SYSCONFDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)
LIBEXECDIR ?= $(PREFIX)/libexec/refwarden
BUILD      ?= build$(if $(SANITIZE),/sanitize$(addprefix -,$(filter-out 1,$(SANITIZE))))
comma      := ,

# Compiling.  Tests may use what the programs may not (base/banned.h).
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wformat=2 -Wswitch-enum \
            $(if $(DEVELOPER),-Werror)
CET      := $(shell $(CC) -fcf-protection -x c -c -o /dev/null /dev/null \
            2>/dev/null && echo -fcf-protection)
CFLAGS   ?= $(if $(SANITIZE),-O1,-O2) -g
SANITIZER = $(if $(filter thread,$(SANITIZE)),thread,address$(comma)undefined)
HARDEN   := $(if $(SANITIZE),-fsanitize=$(SANITIZER) \
            -fno-sanitize-recover=all -fno-omit-frame-pointer, \
            -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) \
            -fPIE -fstack-protector-strong $(CET)
COMPILE   = $(CC) -std=c11 -D_GNU_SOURCE -DSYSCONFDIR='"$(SYSCONFDIR)"' \
            -Isrc $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(HARDEN) -MMD -MP
LINK      = $(CC) $(CFLAGS) $(HARDEN) $(PIE) -Wl,-z,relro,-z,now \
            -Wl,--as-needed -pthread $(LDFLAGS)
PIE       = -pie

# Linking.  The stand-ins fit the archive of libgit2 1.5; any other libgit2 is
# used as the shared library it is.  Where there are archives of all it needs a
# hook is one file: it starts in two thirds of the time, and asks for nothing
# that could be missing, or be another's.
archive  = $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a))
LIBGIT2 ?= $(if $(and $(call archive,git2),$(filter 1.5.%,$(shell \
           pkg-config --modversion libgit2))),static,shared)
OTHERS  := pcre2-8 yaml jansson sodium deflate z
ifeq ($(LIBGIT2),static)
STANDIN := $(BUILD)/obj/src/git/stand_ins.o
WHOLE   := $(if $(SANITIZE),,$(if $(filter-out \
           $(foreach l,$(OTHERS) c,$(if $(call archive,$l),$l)), \
           $(OTHERS) c),,y))
LIBS    := -l:libgit2.a \
           $(foreach l,$(OTHERS),$(if $(call archive,$l),-l:lib$l.a,-l$l))
else
LIBS    := -lgit2 $(OTHERS:%=-l%)
endif

objects  = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(1)))
PLACE   := $(BUILD)/obj/src/base/place.o
LIBRARY := $(filter-out $(PLACE) %/stand_ins.o %/admin/main.o, \
           $(call objects,src/*/*.c))
HOOKS   := $(patsubst hooks/%.c,%,$(wildcard hooks/*.c))
NAMES   := $(HOOKS) $(if $(wildcard src/admin/main.c),refwarden)
# A sanitizer's start-up makes calls of its own, and ends the program as it likes.
FAULT   := $(if $(SANITIZE),,$(BUILD)/fault/syscalls)
UNITS   := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/unit/*/*.c))
BENCH   := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
DRIVER  := $(BUILD)/obj/tests/fuzz/driver.o
FUZZ    := $(patsubst tests/%.c,$(BUILD)/%, \
           $(filter-out %/driver.c,$(wildcard tests/fuzz/*.c)))
E2E     := $(wildcard tests/e2e/*.bats)
HOSTS   := $(wildcard tests/hosts/*.bats)
LIB     := $(BUILD)/librefwarden.a
TESTLIB := $(BUILD)/libsupport.a
main     = $(BUILD)/obj/$(if $(filter refwarden,$(1)),src/admin/main,hooks/$(1)).o

Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-4s %s\n' $(1) '$(2)')
define compile
@mkdir -p $(@D)
$(call say,CC,$<)
$(Q)$(COMPILE) $(1) -c -o $@ $<
endef
define link
@mkdir -p $(@D)
$(call say,LD,$@ (libgit2 $(LIBGIT2)$(if $(findstring static,$(PIE)), and all)))
$(Q)$(LINK) -o $@ $(filter-out %.a,$^) $(filter %.a,$^) $(filter %.a,$^) $(LIBS) $(1)
endef

all: $(LIB) $(NAMES:%=$(BUILD)/%) ## build the hooks and the command (default)

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/flags
	$(call compile)
$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	$(call compile,-include base/banned.h)

$(LIB): $(LIBRARY)
$(TESTLIB): $(call objects,tests/support/*.c)
$(LIB) $(TESTLIB):
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# A program is its own object, the library and the places of this machine; the
# same program below test/ has its places in a directory of the test.
.SECONDEXPANSION:
ifneq ($(WHOLE),)
$(HOOKS:%=$(BUILD)/%) $(HOOKS:%=$(BUILD)/test/%): PIE = -static-pie
endif
$(NAMES:%=$(BUILD)/%): $(BUILD)/%: $$(call main,$$*) $(PLACE) $(STANDIN) $(LIB)
	$(call link)
$(NAMES:%=$(BUILD)/test/%): $(BUILD)/test/%: $$(call main,$$*) $(STANDIN) \
    $(LIB) $(TESTLIB)
	$(call link)
$(BUILD)/fault/syscalls: $(call objects,tests/fault/*.c)
$(UNITS) $(FAULT): $(BUILD)/%: $(BUILD)/obj/tests/%.o $(STANDIN) $(LIB) $(TESTLIB)
	$(call link,-lcmocka)
# Where a function fails, this one wants to see what its callers make of it.
$(BUILD)/unit/judge/unanswered: private LDFLAGS += $(foreach f,object_read \
    object_header refs_read refs_each budget_time budget_spend trailers_parse \
    regex_match regex_search signature_verify,-Wl,--wrap=$f)
$(FUZZ): $(BUILD)/%: $(BUILD)/obj/tests/%.o $(DRIVER) $(STANDIN) $(LIB)
	$(call link)
$(BENCH): $(BUILD)/%: $(BUILD)/obj/tests/%.o
	$(call link)

$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(COMPILE) $(LINK) $(LIBS))' | cmp -s - $@ || \
	    echo '$(subst ','\'',$(COMPILE) $(LINK) $(LIBS))' >$@

# The starter policy is in the command: it is assembled again where that changes.
$(BUILD)/obj/src/admin/policy_init.o: config/policy-starter.yml

# Tests.
run = REFWARDEN_BUILD=$(abspath $(BUILD)) tests/run.sh
testable: all $(NAMES:%=$(BUILD)/test/%)
check: testable $(UNITS) $(FUZZ) $(FAULT) ## all tests; the last line counts them
	$(Q)$(run) tests/floors.sh $(UNITS) $(FUZZ) $(FAULT) $(E2E) $(HOSTS)
fault: testable $(FAULT) ## the hook killed at each system call, and each failing
	$(Q)FAULT_STEP=1 $(run) $(FAULT)
unit: $(UNITS) ## the unit tests alone
	$(Q)$(run) $(UNITS)
e2e: testable ## real pushes to real repositories
	$(Q)$(run) $(E2E)
hosts: testable ## config/ with the real programs: rsyslog, syslog-ng, ...
	$(Q)$(run) $(HOSTS)
fuzz: ## each reader of foreign bytes under libFuzzer, FUZZ_SECONDS each
	+$(Q)$(MAKE) CC=clang SANITIZE=1 BUILD=build/libfuzzer DRIVER= \
	    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' \
	    LDFLAGS=-fsanitize=fuzzer fuzzers
	$(Q)tests/fuzz/run.sh build/libfuzzer $(or $(FUZZ_SECONDS),600)
fuzzers: $(FUZZ)
mutation: ## what no test notices of sources changed (MUTATION_FILES, _COUNT, _SEED)
	$(Q)tests/mutation/run.sh
bench: testable $(BENCH) ## our hook beside others, as ratios (BENCH_SIZES="1 10 100")
	$(Q)REFWARDEN_BUILD=$(abspath $(BUILD)) tests/bench/run.sh
lint: ## formatting, static analysis, shell scripts, manual pages
	$(Q)tests/lint.sh

# Installing.
BIN   = $(DESTDIR)$(PREFIX)/bin
EXEC  = $(DESTDIR)$(LIBEXECDIR)
SHARE = $(DESTDIR)$(PREFIX)/share
ETC   = $(DESTDIR)$(SYSCONFDIR)/refwarden
install: all ## PREFIX, SYSCONFDIR and DESTDIR as usual
	install -d $(BIN) $(EXEC) $(SHARE)/refwarden $(ETC)
	$(if $(HOOKS),install $(HOOKS:%=$(BUILD)/%) $(EXEC))
	$(if $(filter refwarden,$(NAMES)),install $(BUILD)/refwarden $(BIN) && \
	    ln -sf refwarden $(BIN)/git-refwarden)
	install config/refwarden-shell $(BIN)
	install config/refwarden-once config/refwarden-metrics $(EXEC)
	install -m 644 $(filter-out %/refwarden-shell %/refwarden-once \
	    %/refwarden-metrics,$(wildcard config/*)) $(SHARE)/refwarden
	for page in $(wildcard man/*.[1-8]); do \
	    install -D -m 644 $$page $(SHARE)/man/man$${page##*.}/$${page##*/} || exit; \
	done
	ln -sf refwarden.1 $(SHARE)/man/man1/git-refwarden.1
	test -e $(ETC)/policy.yml || install -m 644 config/policy.yml $(ETC)
uninstall: ## all but the policies, which are yours
	rm -rf $(EXEC) $(SHARE)/refwarden
	rm -f $(BIN)/refwarden $(BIN)/git-refwarden $(BIN)/refwarden-shell
	rm -f $(foreach p,git-refwarden.1 $(notdir $(wildcard man/*.[1-8])),$(SHARE)/man/man$(lastword $(subst ., ,$p))/$p)

clean: ## remove what was built
	rm -rf build
help: ## this list; V=1 shows commands, DEVELOPER=1 SANITIZE=1|thread CC=clang LIBGIT2=shared
	@sed -n 's/^\([a-z2]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	    awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.PHONY: all testable check fault unit e2e hosts fuzz fuzzers mutation bench lint install uninstall clean help FORCE
.SECONDARY:
.DELETE_ON_ERROR:
-include $(patsubst %.o,%.d,$(call objects,src/*/*.c) $(call objects,hooks/*.c) \
    $(call objects,tests/support/*.c) $(UNITS:$(BUILD)/%=$(BUILD)/obj/tests/%.o) \
    $(FUZZ:$(BUILD)/%=$(BUILD)/obj/tests/%.o) $(BUILD)/obj/tests/fuzz/driver.o)
