/* Which files are believed; the real file system judges. */
#include "yaml/trusted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "yaml/document.h"

static char directory[64];

static int
make_directory(void **state)
{
	(void)state;
	snprintf(directory, sizeof directory, "/tmp/trusted.XXXXXX");
	return mkdtemp(directory) == NULL ? -1 : 0;
}

static int
remove_directory(void **state)
{
	static const char *const names[] = {"policy.yml", "other.yml"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", directory, names[i]);
		remove(path);
	}
	return rmdir(directory);
}

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

static void
write_file(const char *name, size_t len, mode_t mode)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	for (size_t i = 0; i < len; i++)
		fputc('a', file);
	fclose(file);
	assert_int_equal(chmod(path_of(name), mode), 0);
}

static int
read_policy(struct error *err)
{
	size_t len = 0;
	char *data = NULL;
	int result = trusted_read(path_of("policy.yml"), &data, &len, err);

	if (result == 0)
		assert_int_equal(strlen(data), len);
	else
		assert_null(data);
	free(data);
	return result;
}

static void
assert_refused(const char *code, const char *why)
{
	struct error err;

	assert_int_equal(read_policy(&err), -1);
	assert_string_equal(err.code, code);
	if (strstr(err.text, why) == NULL)
		fail_msg("%s", err.text);
}

static void
a_file_that_is_not_there_is_no_error(void **state)
{
	size_t len;
	struct error err;
	char *data;

	(void)state;
	assert_int_equal(read_policy(&err), 1);
	assert_int_equal(
	    trusted_read("/nonexistent/policy.yml", &data, &len, &err), 1);
}

static void
a_file_only_its_owner_writes_is_read(void **state)
{
	struct error err;

	(void)state;
	write_file("policy.yml", 10, 0644);
	assert_int_equal(read_policy(&err), 0);
	write_file("policy.yml", 0, 0600);
	assert_int_equal(read_policy(&err), 0);
	write_file("policy.yml", YAML_FILE_LIMIT, 0444);
	assert_int_equal(read_policy(&err), 0);
}

static void
a_file_others_may_write_is_not(void **state)
{
	(void)state;
	write_file("policy.yml", 10, 0664);
	assert_refused("policy.unsafe", "writable by its group");
	write_file("policy.yml", 10, 0646);
	assert_refused("policy.unsafe", "writable by its group or by anybody");
}

static void
a_directory_anybody_may_write_to_is_not_trusted(void **state)
{
	struct error err;

	(void)state;
	write_file("policy.yml", 10, 0644);
	assert_int_equal(chmod(directory, 01777), 0);
	assert_refused("policy.unsafe", "in a directory that anybody");
	assert_int_equal(chmod(directory, 0770), 0);
	assert_int_equal(read_policy(&err), 0);
}

static void
a_file_or_directory_of_a_stranger_is_not_trusted(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	write_file("policy.yml", 10, 0644);
	assert_int_equal(chown(path_of("policy.yml"), 12345, 0), 0);
	assert_refused("policy.unsafe", "belongs to neither root nor");
	assert_int_equal(chown(path_of("policy.yml"), 0, 0), 0);
	assert_int_equal(chown(directory, 12345, 0), 0);
	assert_refused("policy.unsafe", "in a directory of neither root nor");
	assert_int_equal(chown(directory, 0, 0), 0);
}

static void
only_a_regular_file_is_read(void **state)
{
	char target[128];

	(void)state;
	snprintf(target, sizeof target, "%s", path_of("other.yml"));
	write_file("other.yml", 10, 0644);
	assert_int_equal(symlink(target, path_of("policy.yml")), 0);
	assert_refused("policy.unsafe", "is a symbolic link");
	assert_int_equal(remove(path_of("policy.yml")), 0);
	assert_int_equal(mkfifo(path_of("policy.yml"), 0600), 0);
	assert_refused("policy.unsafe", "is not a regular file");
	assert_int_equal(remove(path_of("policy.yml")), 0);
	assert_int_equal(mkdir(path_of("policy.yml"), 0700), 0);
	assert_refused("policy.unsafe", "is not a regular file");
}

static void
a_file_over_the_limit_is_not_read(void **state)
{
	(void)state;
	write_file("policy.yml", YAML_FILE_LIMIT + 1, 0644);
	assert_refused("policy.invalid", "larger than 262144 bytes");
}

static void
a_file_that_can_not_be_opened_is_an_error(void **state)
{
	char path[160];
	size_t len;
	char *data;
	struct error err;

	(void)state;
	write_file("policy.yml", 10, 0644);
	snprintf(path, sizeof path, "%s/below", path_of("policy.yml"));
	assert_int_equal(trusted_read(path, &data, &len, &err), -1);
	assert_string_equal(err.code, "policy.invalid");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_file_that_is_not_there_is_no_error),
	    TEST(a_file_only_its_owner_writes_is_read),
	    TEST(a_file_others_may_write_is_not),
	    TEST(a_directory_anybody_may_write_to_is_not_trusted),
	    TEST(a_file_or_directory_of_a_stranger_is_not_trusted),
	    TEST(only_a_regular_file_is_read),
	    TEST(a_file_over_the_limit_is_not_read),
	    TEST(a_file_that_can_not_be_opened_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
