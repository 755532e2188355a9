# refwarden: `make help` says what there is.

PREFIX     ?= /usr/local
SYSCONFDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)
VARIANT    := $(if $(SANITIZE),/sanitize)
BUILD      ?= build$(VARIANT)
PKGS       := libgit2 libpcre2-8 yaml-0.1 jansson libsodium libdeflate

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wformat=2 -Wswitch-enum \
            $(if $(DEVELOPER),-Werror)
CPPFLAGS += -D_GNU_SOURCE -DSYSCONFDIR='"$(SYSCONFDIR)"' -Isrc
CFLAGS   ?= -O2 -g
ALL_CFLAGS = -std=c11 $(WARNINGS) $(CFLAGS) -fPIE -fstack-protector-strong \
            $(if $(SANITIZE),-fsanitize=address$(comma)undefined \
            -fno-sanitize-recover=all,-D_FORTIFY_SOURCE=2)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(if $(SANITIZE),-fsanitize=address$(comma)undefined) $(LDFLAGS)
comma := ,
LIBS = $(shell pkg-config --libs $(PKGS))

SOURCES := $(wildcard src/*/*.c)
LIBRARY := $(filter-out src/admin/%,$(SOURCES))
OBJECTS := $(LIBRARY:%.c=$(BUILD)/obj/%.o)
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*/*.c))

Q := $(if $(V),,@)

all: $(BUILD)/librefwarden.a

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/librefwarden.a: $(OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/librefwarden.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

unit: $(UNITS)
	$(Q)for t in $^; do $$t || exit 1; done

clean:
	rm -rf build

.PHONY: all unit clean
.SECONDARY:
-include $(shell find build -name '*.d' 2>/dev/null)
