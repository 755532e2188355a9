/* Reading up to a limit, and writing. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static const struct {
	size_t size, limit;
	int result;
} reads[] = {
    {0, 0, 0},
    {1, 0, 1},
    {5, 5, 0},
    {6, 5, 1},
    {100000, SIZE_MAX, 0},
    {100000, 99999, 1},
    {100000, 20000, 1},
};

static void
what_was_written_is_read_up_to_the_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
		char *data = malloc(reads[i].size + 1);
		int fd = memfd_create("file", MFD_CLOEXEC);
		struct text text = {0};

		memset(data, 'x', reads[i].size);
		data[reads[i].size] = '\0';
		assert_int_equal(write_all(fd, data, reads[i].size), 0);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(
		    read_all(fd, reads[i].limit, &text), reads[i].result);
		if (reads[i].result == 0)
			assert_string_equal(text.data, data);
		else
			assert_true(text.len > reads[i].limit);
		text_free(&text);
		close(fd);
		free(data);
	}
}

static void
what_fails_is_said(void **state)
{
	struct text text = {0};
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(read_all(fd, 10, &text), -1);
	assert_int_equal(write_all(fd, "x", 1), -1);
	text_free(&text);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_written_is_read_up_to_the_limit),
	    cmocka_unit_test(what_fails_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
