/* Standard input of pre-receive, as a hostile client can make it. */
#include "judge/push.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "git/refs.h"

#define A    "1111111111111111111111111111111111111111"
#define B    "89abcdef0123456789abcdef0123456789abcdef"
#define ZERO "0000000000000000000000000000000000000000"
#define MAIN A " " B " refs/heads/main\n"
#define TAG  ZERO " " B " refs/tags/v1\n"

enum { LIMIT = 4 };

/* What push_read() says of these bytes. */
static int
read_bytes(const void *data, size_t len, size_t limit, struct push *push,
    struct error *err)
{
	int fd = memfd_create("input", MFD_CLOEXEC), result;

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	memset(err, 0, sizeof *err);
	result = push_read(fd, limit, push, err);
	close(fd);
	return result;
}

static void
well_formed_lines_are_updates(void **state)
{
	static const char input[] =
	    MAIN TAG B " " ZERO " refs/heads/release/\303\244\n";
	struct error err;
	struct push push;

	(void)state;
	assert_int_equal(
	    read_bytes(input, sizeof input - 1, LIMIT, &push, &err), 0);
	assert_int_equal(push.count, 3);
	assert_string_equal(push.updates[0].ref, "refs/heads/main");
	assert_string_equal(push.updates[1].ref, "refs/tags/v1");
	assert_string_equal(push.updates[2].ref, "refs/heads/release/\303\244");
	assert_true(oid_is_zero(&push.updates[1].old));
	assert_true(oid_is_zero(&push.updates[2].new));
	assert_int_equal(push.updates[0].new.bytes[0], 0x89);
	push_free(&push);
}

/* `read` updates were understood before the fault: they go on record. */
static const struct refusal {
	const char *input, *code;
	size_t len, read;
} refusals[] = {
#define REFUSED(bytes, code, read)                   \
	{                                            \
		bytes, code, sizeof(bytes) - 1, read \
	}
    REFUSED("", "input.malformed", 0),
    REFUSED("\n", "input.malformed", 0),
    REFUSED(MAIN "\n", "input.malformed", 1),
    REFUSED("\n" MAIN, "input.malformed", 0),
    REFUSED(MAIN TAG "x", "input.malformed", 2),
    REFUSED(A " " B " refs/heads/main", "input.malformed", 0),
    REFUSED(MAIN ZERO " " B " refs/tags/v1", "input.malformed", 1),
    REFUSED(A " " B "\n", "input.malformed", 0),
    REFUSED(A " " B " \n", "input.malformed", 0),
    REFUSED(A "  " B " refs/heads/main\n", "input.malformed", 0),
    REFUSED(A " " B "  refs/heads/main\n", "input.malformed", 0),
    REFUSED(A "\t" B "\trefs/heads/main\n", "input.malformed", 0),
    REFUSED(" " A " " B " refs/heads/main\n", "input.malformed", 0),
    REFUSED("1" A " " B " refs/heads/main\n", "input.malformed", 0),
    REFUSED("111 " B " refs/heads/main\n", "input.malformed", 0),
    REFUSED("89ABCDEF0123456789abcdef0123456789abcdef " B " refs/heads/main\n",
	"input.malformed", 0),
    REFUSED(A " 89ABCDEF0123456789abcdef0123456789abcdef refs/heads/main\n",
	"input.malformed", 0),
    REFUSED(A " g9abcdef0123456789abcdef0123456789abcdef refs/heads/main\n",
	"input.malformed", 0),
    REFUSED(ZERO " " ZERO " refs/heads/main\n", "input.malformed", 0),
    REFUSED(A "111111111111111111111111 " B
	      "000000000000000000000000 refs/heads/main\n",
	"repo.unsupported", 0),
    REFUSED(A " " B " refs/heads/main\r\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/main \n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/ma\0in\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/main\0\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/x\nrefs/heads/main\n", "input.malformed", 1),
    REFUSED(A " " B " refs/heads/x\n" A " " B " refs/heads/a b\n",
	"input.malformed", 1),
    REFUSED(A " " B " HEAD\n", "input.malformed", 0),
    REFUSED(A " " B " main\n", "input.malformed", 0),
    REFUSED(A " " B " Refs/heads/main\n", "input.malformed", 0),
    REFUSED(A " " B " /refs/heads/main\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/../main\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads//main\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/main/\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/main.lock\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/main@{0}\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/.main\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/ma*n\n", "input.malformed", 0),
    REFUSED(A " " B " refs/heads/ma\033[1mn\n", "input.malformed", 0),
    REFUSED(MAIN MAIN, "input.duplicate", 2),
    REFUSED(MAIN TAG A " " ZERO " refs/heads/main\n", "input.duplicate", 3),
    REFUSED(TAG MAIN A " " B " refs/heads/a\n" A " " B " refs/heads/b\n" TAG,
	"input.limit", LIMIT),
#undef REFUSED
};

static void
anything_else_refuses_the_push(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];
		struct error err;
		struct push push;
		int result = read_bytes(r->input, r->len, LIMIT, &push, &err);

		if (result != -1 || strcmp(err.code, r->code) != 0 ||
		    push.count != r->read)
			fail_msg("row %zu: %d, %s, %zu updates, not %s, %zu", i,
			    result, err.code, push.count, r->code, r->read);
		push_free(&push);
	}
}

static void
add_branches(struct text *input, int count)
{
	for (int i = 0; i < count; i++)
		text_add_format(input, "%s %s refs/heads/b%d\n", ZERO, B, i);
}

static void
as_many_refs_as_the_limit_says_are_read_and_no_more(void **state)
{
	enum { REFS = 1000 };

	(void)state;
	for (int over = 0; over <= 1; over++) {
		struct text input = {0};
		struct error err;
		struct push push;

		add_branches(&input, REFS + over);
		assert_int_equal(
		    read_bytes(input.data, input.len, REFS, &push, &err),
		    over ? -1 : 0);
		assert_int_equal(push.count, REFS);
		if (over)
			assert_string_equal(err.code, "input.limit");
		push_free(&push);
		text_free(&input);
	}
}

static void
input_without_end_is_not_read_to_its_end(void **state)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct error err;
	struct push push;

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_int_equal(push_read(fd, LIMIT, &push, &err), -1);
	assert_string_equal(err.code, "input.limit");
	assert_int_equal(push.count, 0);
	push_free(&push);
	close(fd);
}

static void
input_that_can_not_be_read_refuses(void **state)
{
	struct error err;
	struct push push;

	(void)state;
	assert_int_equal(push_read(-1, LIMIT, &push, &err), -1);
	assert_int_equal(push.count, 0);
	push_free(&push);
}

static void
the_longest_ref_name_is_read_and_none_longer(void **state)
{
	(void)state;
	for (size_t over = 0; over <= 1; over++) {
		struct text input = {0};
		struct error err;
		struct push push;
		size_t head = strlen(A " " B " refs/heads/");

		text_add(&input, A " " B " refs/heads/");
		while (input.len <
		       head - strlen("refs/heads/") + REF_NAME_LIMIT + over)
			text_add_char(&input, 'a');
		text_add_char(&input, '\n');
		assert_int_equal(
		    read_bytes(input.data, input.len, LIMIT, &push, &err),
		    over ? -1 : 0);
		if (over)
			assert_string_equal(err.code, "input.malformed");
		push_free(&push);
		text_free(&input);
	}
}

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Put a byte that matters somewhere, drop one, or repeat a few. */
static void
damage(struct text *input, uint32_t *random)
{
	static const char bytes[] = "\n \0\r\t0aAg./refs\177\200";
	size_t at = next_random(random) % input->len, n;

	switch (next_random(random) % 3) {
	case 0:
		input->data[at] =
		    bytes[next_random(random) % (sizeof bytes - 1)];
		break;
	case 1:
		memmove(input->data + at, input->data + at + 1,
		    input->len - at - 1);
		input->len--;
		break;
	case 2:
		n = 1 + next_random(random) % 70;
		for (size_t i = 0; i < n && at + i < input->len; i++)
			text_add_char(input, input->data[at + i]);
		break;
	}
}

static struct text
as_git_would_write(const struct push *push)
{
	char old[OID_DIGITS + 1], new[OID_DIGITS + 1];
	struct text text = {0};

	for (size_t i = 0; i < push->count; i++)
		text_add_format(&text, "%s %s %s\n",
		    oid_format(&push->updates[i].old, old),
		    oid_format(&push->updates[i].new, new),
		    push->updates[i].ref);
	return text;
}

static void
what_is_understood_is_every_byte_of_the_input(void **state)
{
	enum { ROUNDS = 20000, SEED = 20261122 };
	uint32_t random = SEED;
	int understood = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct text input = {0}, again;
		struct error err;
		struct push push;

		text_add(&input, MAIN TAG);
		for (uint32_t n = next_random(&random) % 3; n-- > 0;)
			damage(&input, &random);
		if (read_bytes(input.data, input.len, LIMIT, &push, &err) ==
		    0) {
			understood++;
			again = as_git_would_write(&push);
			if (again.len != input.len ||
			    memcmp(again.data, input.data, again.len) != 0)
				fail_msg("seed %d, round %d", SEED, i);
			text_free(&again);
		}
		push_free(&push);
		text_free(&input);
	}
	assert_in_range(understood, ROUNDS / 4, ROUNDS - ROUNDS / 4);
}

static const struct arguments {
	const char *ref, *old, *new, *code; /* NULL: an update */
} arguments[] = {
    {"refs/heads/main", A, B, NULL},
    {"refs/tags/v1", ZERO, B, NULL},
    {"", A, B, "input.malformed"},
    {"main", A, B, "input.malformed"},
    {"refs/heads/main", "", B, "input.malformed"},
    {"refs/heads/main", A, "", "input.malformed"},
    {"refs/heads/main", ZERO, ZERO, "input.malformed"},
    {"refs/heads/main\n", A, B, "input.malformed"},
    {"refs/heads/main\n" A " " B " refs/heads/x", A, B, "input.malformed"},
    {"refs/heads/main", A " " B " refs/heads/x\n" A, B, "input.malformed"},
    {"refs/heads/main", A, B " refs/heads/x\n" A " " B, "input.malformed"},
    {"refs/heads/main", A, B " refs/heads/x\n", "input.malformed"},
    {"heads/main", A, B " refs", "input.malformed"},
    {"refs/heads/main", A "111111111111111111111111",
	B "111111111111111111111111", "repo.unsupported"},
};

static void
the_update_hooks_arguments_are_read_as_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
		const struct arguments *a = &arguments[i];
		struct error err = {0};
		struct push push;
		int result =
		    push_from_arguments(a->ref, a->old, a->new, &push, &err);

		if (result != (a->code == NULL ? 0 : -1) ||
		    (a->code != NULL && strcmp(err.code, a->code) != 0))
			fail_msg("row %zu: %d, %s", i, result, err.code);
		if (a->code == NULL) {
			assert_int_equal(push.count, 1);
			assert_string_equal(push.updates[0].ref, a->ref);
		}
		push_free(&push);
	}
}

static void
a_push_id_can_be_read_aloud_and_is_not_the_last_one(void **state)
{
	char first[PUSH_ID_SIZE], second[PUSH_ID_SIZE];

	(void)state;
	push_id_make(first);
	push_id_make(second);
	assert_string_not_equal(first, second);
	assert_int_equal(strlen(first), PUSH_ID_SIZE - 1);
	assert_int_equal(strspn(first, "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"), 4);
	assert_int_equal(first[4], '-');
	assert_int_equal(
	    strspn(first + 5, "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(well_formed_lines_are_updates),
	    cmocka_unit_test(anything_else_refuses_the_push),
	    cmocka_unit_test(
		as_many_refs_as_the_limit_says_are_read_and_no_more),
	    cmocka_unit_test(input_without_end_is_not_read_to_its_end),
	    cmocka_unit_test(input_that_can_not_be_read_refuses),
	    cmocka_unit_test(the_longest_ref_name_is_read_and_none_longer),
	    cmocka_unit_test(what_is_understood_is_every_byte_of_the_input),
	    cmocka_unit_test(the_update_hooks_arguments_are_read_as_strictly),
	    cmocka_unit_test(
		a_push_id_can_be_read_aloud_and_is_not_the_last_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
