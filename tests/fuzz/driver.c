/*
 * Runs a fuzz target over its corpus and 8,192 mutations of that, the same
 * ones each time.  Speaks TAP.
 *
 *     build/fuzz/NAME           the corpus tests/fuzz/corpus/NAME, mutations
 *     build/fuzz/NAME NUMBER    print that mutation, to look at it
 *     build/fuzz/NAME FILE...   these inputs
 */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "fuzz.h"

enum {
	MUTATIONS = 8192,
	EDITS = 8,               /* the most in one mutation */
	INPUT_LIMIT = 16 * 1024, /* what grows beyond it is cut */
	SEED = 20261122,
};

struct input {
	char *name;
	uint8_t *data;
	size_t size;
};

struct corpus {
	struct input *list;
	size_t count, capacity;
};

/* What runs right now, for the handler of signals. */
static char running[300];

static void
crashed(int sig)
{
	static const char before[] = "not ok 1 - crashes at ";
	ssize_t ignored;

	ignored = write(STDOUT_FILENO, before, sizeof before - 1);
	ignored = write(STDOUT_FILENO, running, strlen(running));
	ignored = write(STDOUT_FILENO, "\n", 1);
	(void)ignored;
	signal(sig, SIG_DFL);
	raise(sig);
}

static _Noreturn void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static void
input_read(struct corpus *corpus, const char *path)
{
	struct input *input;
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		fail(path);
	corpus->list = mem_grow(corpus->list, &corpus->capacity,
	    corpus->count + 1, sizeof *corpus->list);
	input = &corpus->list[corpus->count++];
	input->name = mem_string(path);
	input->data = mem_zero(INPUT_LIMIT);
	input->size = fread(input->data, 1, INPUT_LIMIT, file);
	if (ferror(file) || fclose(file) != 0)
		fail(path);
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void
corpus_read(struct corpus *corpus, const char *directory)
{
	struct dirent **entries;
	char path[1024];
	int count = scandir(directory, &entries, is_file, alphasort);

	if (count <= 0)
		fail(directory);
	for (int i = 0; i < count; i++) {
		snprintf(
		    path, sizeof path, "%s/%s", directory, entries[i]->d_name);
		input_read(corpus, path);
		free(entries[i]);
	}
	free(entries);
}

/* xorshift64*: the same numbers on every machine. */
static uint32_t
random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (uint32_t)((*state * UINT64_C(2685821657736338717)) >> 32);
}

static size_t
random_below(uint64_t *state, size_t limit)
{
	return limit == 0 ? 0 : random_next(state) % limit;
}

/* Put `len` bytes where `gap` bytes at `at` were. */
static void
replace(
    struct input *input, size_t at, size_t gap, const uint8_t *data, size_t len)
{
	uint8_t *copy = (uint8_t *)mem_bytes(data, len);
	size_t tail;

	if (len > INPUT_LIMIT - at)
		len = INPUT_LIMIT - at;
	tail = input->size - at - gap;
	if (tail > INPUT_LIMIT - at - len)
		tail = INPUT_LIMIT - at - len;
	memmove(input->data + at + len, input->data + at + gap, tail);
	memcpy(input->data + at, copy, len);
	input->size = at + len + tail;
	free(copy);
}

/* Bytes at which readers of all kinds do something else. */
static const uint8_t telling[] = {0, 1, '\t', '\n', '\r', ' ', '"', '#', '&',
    '*', '-', '/', '0', '9', ':', '<', '>', '@', '[', '{', 0x7f, 0x80, 0xc2,
    0xe2, 0xff};

static void
edit(struct input *input, const struct corpus *corpus, uint64_t *state)
{
	const struct input *other =
	    &corpus->list[random_below(state, corpus->count)];
	size_t at = random_below(state, input->size + 1);
	size_t rest = input->size - at, from, len;
	uint8_t byte;

	switch (random_below(state, 6)) {
	case 0: /* a bit */
		if (rest > 0)
			input->data[at] ^=
			    (uint8_t)(1u << random_below(state, 8));
		break;
	case 1: /* a byte that tells, in place of one or between two */
		byte = telling[random_below(state, sizeof telling)];
		replace(
		    input, at, random_below(state, 2) && rest > 0, &byte, 1);
		break;
	case 2: /* a few bytes less */
		replace(input, at,
		    random_below(state, rest < 32 ? rest + 1 : 32), input->data,
		    0);
		break;
	case 3: /* the end is missing */
		if (random_below(state, 4) == 0)
			input->size = at;
		break;
	default: /* a piece of another one, or of the same */
		from = random_below(state, other->size + 1);
		len = random_below(state, other->size - from + 1);
		replace(input, at, random_below(state, rest + 1) / 4,
		    other->data + from, len % 256);
	}
}

static void
mutate(struct input *input, const struct corpus *corpus, unsigned number)
{
	uint64_t state = SEED + (uint64_t)number * UINT64_C(0x9e3779b97f4a7c15);
	const struct input *origin;
	size_t edits;

	random_next(&state);
	origin = &corpus->list[random_below(&state, corpus->count)];
	edits = 1 + random_below(&state, EDITS);
	memcpy(input->data, origin->data, origin->size);
	input->size = origin->size;
	while (edits-- > 0)
		edit(input, corpus, &state);
}

/* A copy of just that size, so that a sanitizer sees what is read beyond. */
static void
run(const struct input *input, const char *name)
{
	uint8_t *data = malloc(input->size > 0 ? input->size : 1);

	if (data == NULL)
		fail("malloc");
	memcpy(data, input->data, input->size);
	snprintf(running, sizeof running, "%s", name);
	LLVMFuzzerTestOneInput(data, input->size);
	free(data);
}

static void
run_all(const struct corpus *corpus, struct input *input, unsigned mutations)
{
	char name[40];

	input->size = 0;
	run(input, "the empty input");
	for (size_t i = 0; i < corpus->count; i++)
		run(&corpus->list[i], corpus->list[i].name);
	for (unsigned i = 0; i < mutations; i++) {
		mutate(input, corpus, i);
		snprintf(name, sizeof name, "mutation %u", i);
		run(input, name);
	}
	printf("1..1\nok 1 - %zu inputs and %u mutations\n", corpus->count,
	    mutations);
}

int
main(int argc, char **argv)
{
	static const int signals[] = {
	    SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP};
	const char *slash = strrchr(argv[0], '/');
	bool numbered =
	    argc == 2 && strspn(argv[1], "0123456789") == strlen(argv[1]);
	uint8_t room[INPUT_LIMIT];
	struct input input = {.data = room};
	struct corpus corpus = {0};
	char directory[300];

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		signal(signals[i], crashed);
	snprintf(directory, sizeof directory, "tests/fuzz/corpus/%s",
	    slash != NULL ? slash + 1 : argv[0]);
	if (argc == 1 || numbered)
		corpus_read(&corpus, directory);
	else
		for (int i = 1; i < argc; i++)
			input_read(&corpus, argv[i]);
	if (numbered) {
		mutate(&input, &corpus, (unsigned)strtoul(argv[1], NULL, 10));
		fwrite(input.data, 1, input.size, stdout);
	} else
		run_all(&corpus, &input, argc == 1 ? MUTATIONS : 0);
	for (size_t i = 0; i < corpus.count; i++) {
		free(corpus.list[i].name);
		free(corpus.list[i].data);
	}
	free(corpus.list);
	return 0;
}
