/*
 * Policies in pairs: NN-name.yml, and NN-name.expect with every fault that is
 * to be found in it.  `golden FILE...` prints what is found, for a new pair.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "policy/layers.h"

enum { NAME_LIMIT = 512 };

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
listing_add(struct text *listing, const struct faults *faults)
{
	const struct fault *fault;

	for (size_t i = 0; i < faults->count; i++) {
		fault = &faults->list[i];
		text_add_format(listing, "%s:%u:%u: %s: %s\n",
		    base_name(faults->file), fault->line, fault->column,
		    fault->warning ? "warning" : "error", fault->text);
	}
}

/* Files named `*-in-tree.yml` are loaded as the layer of that name. */
static bool
policy_list(const char *path, struct text *listing)
{
	struct faults faults;
	struct error err;
	struct policy *policy;
	char *data;
	size_t len;
	bool valid;

	if (policy_read(path, &data, &len, &err) != 0) {
		text_add_format(listing, "%s can not be read\n", path);
		return false;
	}
	faults_init(&faults, path);
	faults.advice = true;
	policy = policy_load(data, len,
	    strstr(path, "-in-tree.yml") != NULL ? LAYER_TREE : LAYER_SYSTEM,
	    &faults);
	valid = policy != NULL;
	text_add(listing, "");
	listing_add(listing, &faults);
	policy_free(policy);
	faults_free(&faults);
	free(data);
	return valid;
}

static bool
pair_holds(const char *path, bool expect_valid)
{
	char expect_path[NAME_LIMIT];
	struct text listing = {0};
	struct error err;
	char *expected = NULL;
	size_t len;
	bool valid = policy_list(path, &listing), holds;

	snprintf(expect_path, sizeof expect_path, "%.*s.expect",
	    (int)(strlen(path) - strlen(".yml")), path);
	if (policy_read(expect_path, &expected, &len, &err) != 0)
		expected = mem_string("(no such file)\n");
	holds = valid == expect_valid && strcmp(listing.data, expected) == 0;
	if (!holds)
		print_error("%s is %s\n--- expected\n%s--- found\n%s", path,
		    valid ? "valid" : "invalid", expected, listing.data);
	free(expected);
	text_free(&listing);
	return holds;
}

static int
is_policy(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".yml") == 0;
}

static void
directory_holds(const char *directory, bool expect_valid, int at_least)
{
	struct dirent **entries;
	char path[NAME_LIMIT];
	int count = scandir(directory, &entries, is_policy, alphasort);
	int broken = 0;

	assert_true(count >= at_least);
	for (int i = 0; i < count; i++) {
		snprintf(
		    path, sizeof path, "%s/%s", directory, entries[i]->d_name);
		broken += !pair_holds(path, expect_valid);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(broken, 0);
}

static void
every_good_policy_loads_with_no_more_than_its_warnings(void **state)
{
	(void)state;
	directory_holds("tests/policies/good", true, 15);
}

static void
every_bad_policy_is_refused_with_all_of_its_faults(void **state)
{
	(void)state;
	directory_holds("tests/policies/bad", false, 80);
}

static int
print_listings(char **paths)
{
	struct text listing = {0};

	for (; *paths != NULL; paths++)
		policy_list(*paths, &listing);
	fputs(listing.data, stdout);
	text_free(&listing);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_good_policy_loads_with_no_more_than_its_warnings),
	    cmocka_unit_test(
		every_bad_policy_is_refused_with_all_of_its_faults),
	};

	if (argc > 1)
		return print_listings(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
