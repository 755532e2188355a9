/* Memory: arenas, growth, and the one way it ends a program. */
#include "base/mem.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void
memory_is_zeroed_even_where_nothing_is_asked_for(void **state)
{
	char *bytes = mem_array(100, 3);
	void *nothing = mem_zero(0);

	(void)state;
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(bytes[i], 0);
	assert_non_null(nothing);
	free(nothing);
	free(bytes);
}

static void
a_copy_ends_with_a_nul(void **state)
{
	char *copy = mem_bytes("a\0bc", 3);

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	free(copy);
	copy = mem_string("word");
	assert_string_equal(copy, "word");
	free(copy);
	copy = mem_bytes(NULL, 0);
	assert_string_equal(copy, "");
	free(copy);
}

static void
an_array_grows_by_doubling_and_keeps_its_content(void **state)
{
	size_t capacity = 0, moves = 0, last = 0;
	int *array = NULL;

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		array = mem_grow(array, &capacity, i + 1, sizeof *array);
		assert_true(capacity > i);
		moves += capacity != last;
		last = capacity;
		array[i] = (int)i;
	}
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(array[i], i);
	assert_true(moves < 15);
	free(array);
}

static void
an_arena_holds_small_and_large_things_aligned(void **state)
{
	struct arena arena = {0};
	char *texts[500];

	(void)state;
	for (int i = 0; i < 500; i++) {
		void *p = arena_zero(&arena, (size_t)i * 100);

		assert_int_equal((uintptr_t)p % 16, 0);
		memset(p, 0xff, (size_t)i * 100);
		texts[i] = arena_format(&arena, "number %d", i);
	}
	for (int i = 0; i < 500; i++) {
		assert_memory_equal(texts[i], "number ", 7);
		assert_int_equal(atoi(texts[i] + 7), i);
	}
	assert_true(arena.used >= 499 * 500 / 2 * 100);
	assert_string_equal(arena_string(&arena, "word"), "word");
	assert_memory_equal(arena_bytes(&arena, "a\0b", 3), "a\0b", 4);
	assert_string_equal(arena_bytes(&arena, NULL, 0), "");
	arena_free(&arena);
	assert_int_equal(arena.used, 0);
	assert_string_equal(arena_string(&arena, "again"), "again");
	arena_free(&arena);
}

static void
an_arena_that_is_cleared_starts_anew(void **state)
{
	struct arena arena = {0};
	const char *first;

	(void)state;
	arena_clear(&arena);
	for (int i = 0; i < 100; i++)
		arena_zero(&arena, 1000);
	arena_clear(&arena);
	assert_int_equal(arena.used, 0);
	first = arena_string(&arena, "again");
	arena_clear(&arena);
	assert_ptr_equal(arena_string(&arena, "other"), first);
	assert_int_equal(*(char *)arena_zero(&arena, 1), 0);
	arena_free(&arena);
}

static void
what_is_moved_to_an_arena_is_the_same_there(void **state)
{
	struct arena arena = {0};
	char *moved = arena_move(&arena, mem_string("words"), 5);

	(void)state;
	assert_memory_equal(moved, "words", 5);
	assert_non_null(arena_move(&arena, NULL, 0));
	arena_free(&arena);
}

static void
what_is_expected_is_a_hint(void **state)
{
	char *text;

	(void)state;
	mem_expect(0);
	mem_expect(SIZE_MAX);
	mem_expect((size_t)1 << 20);
	mem_expect((size_t)8 << 20);
	text = mem_string("word");
	assert_string_equal(text, "word");
	free(text);
}

static void
write_last_words(void)
{
	if (write(STDOUT_FILENO, "told", 4) != 4)
		_exit(99);
}

static void
ask_for_too_much(int way)
{
	struct arena arena = {0};
	size_t capacity = 0;

	switch (way) {
	case 0:
		mem_grow(NULL, &capacity, SIZE_MAX, 1);
		break;
	case 1:
		mem_bytes("", SIZE_MAX);
		break;
	case 2:
		arena_zero(&arena, SIZE_MAX - 4);
		break;
	default:
		arena_bytes(&arena, "", SIZE_MAX);
		break;
	}
}

static void
exhaustion_is_told_once_and_ends_with_status_one(void **state)
{
	int ends[2], status;
	char told[16];
	pid_t pid;

	(void)state;
	for (int way = 0; way < 4; way++) {
		assert_int_equal(pipe(ends), 0);
		if ((pid = fork()) == 0) {
			dup2(ends[1], STDOUT_FILENO);
			dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
			mem_on_exhaustion(write_last_words);
			ask_for_too_much(way);
			_exit(0);
		}
		close(ends[1]);
		assert_int_equal(read(ends[0], told, sizeof told), 4);
		assert_memory_equal(told, "told", 4);
		close(ends[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_is_zeroed_even_where_nothing_is_asked_for),
	    cmocka_unit_test(a_copy_ends_with_a_nul),
	    cmocka_unit_test(an_array_grows_by_doubling_and_keeps_its_content),
	    cmocka_unit_test(an_arena_holds_small_and_large_things_aligned),
	    cmocka_unit_test(an_arena_that_is_cleared_starts_anew),
	    cmocka_unit_test(what_is_moved_to_an_arena_is_the_same_there),
	    cmocka_unit_test(what_is_expected_is_a_hint),
	    cmocka_unit_test(exhaustion_is_told_once_and_ends_with_status_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
