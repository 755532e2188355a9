/* Which repositories, and which surroundings of a hook, are taken. */
#include "git/repo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/scratch.h"

static const char *const variables[] = {"GIT_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_WORK_TREE",
    "GIT_COMMON_DIR", "GIT_REPLACE_REF_BASE", "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE"};

static int
environment_clear(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof variables / sizeof variables[0]; i++)
		unsetenv(variables[i]);
	return 0;
}

/*
 * hook.git, with a quarantine in the form of git's that has a commit only it
 * has, named by `quarantined`; own alternate: lender.git.  other.git is
 * foreign.
 */
static int
set_up(void **state)
{
	scratch_enter(state);
	environment_clear(state);
	scratch_run("git init -q --bare lender.git && "
		    "git init -q --bare other.git && "
		    "git init -q --bare hook.git && cd hook.git && "
		    "ln -s objects linked && "
		    "ln -s ../../other.git/objects objects/out && "
		    "echo ../../lender.git/objects >objects/info/alternates && "
		    "q=objects/tmp_objdir-incoming-abc && mkdir $q && "
		    "t=$(git mktree </dev/null) && export "
		    "GIT_OBJECT_DIRECTORY=$PWD/$q "
		    "GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/objects && "
		    "git commit-tree -m new $t >../quarantined");
	return 0;
}

/* The code of the error with which the environment is refused; "" if not. */
static const char *
refused(struct error *err)
{
	struct repo *repo = repo_from_environment(getenv("GIT_DIR"), err);

	repo_close(repo);
	return repo != NULL ? "" : err->code;
}

static void
surroundings_are_taken_or_refused(void **state)
{
	static const struct {
		const char *name, *value, *code;
	} cases[] = {
	    {"GIT_NAMESPACE", "", ""},
	    {"GIT_NAMESPACE", "a", "repo.environment"},
	    {"GIT_WORK_TREE", ".", "repo.environment"},
	    {"GIT_COMMON_DIR", "hook.git", "repo.environment"},
	    {"GIT_REPLACE_REF_BASE", "refs/x", "repo.environment"},
	    {"GIT_GRAFT_FILE", "x", "repo.environment"},
	    {"GIT_SHALLOW_FILE", "", ""},
	    {"GIT_SHALLOW_FILE", "hook.git/shallow_x", "repo.shallow"},
	    {"GIT_DIR", "", "repo.environment"},
	    {"GIT_DIR", "nowhere", "internal.error"},
	    {"GIT_OBJECT_DIRECTORY", "hook.git/objects", ""},
	    {"GIT_OBJECT_DIRECTORY", "hook.git/linked", ""},
	    {"GIT_OBJECT_DIRECTORY",
		"hook.git/./objects/tmp_objdir-incoming-abc", ""},
	    {"GIT_OBJECT_DIRECTORY", "nowhere", "repo.environment"},
	    {"GIT_OBJECT_DIRECTORY", "hook.git/objects/nowhere",
		"repo.environment"},
	    {"GIT_OBJECT_DIRECTORY", "hook.git/objects/out",
		"repo.environment"},
	    {"GIT_OBJECT_DIRECTORY", "hook.git", "repo.environment"},
	    {"GIT_OBJECT_DIRECTORY", "lender.git/objects", "repo.environment"},
	    {"GIT_OBJECT_DIRECTORY", "hook.git/objects/../../other.git/objects",
		"repo.environment"},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "", ""},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "hook.git/objects", ""},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "hook.git/linked", ""},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES",
		":hook.git/./objects::\"lender.git/o\\142jects\":", ""},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "other.git/objects",
		"repo.environment"},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"hook.git/objects:other.git/objects", "repo.environment"},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "nowhere", "repo.environment"},
	    {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "\"hook.git/objects",
		"repo.environment"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		const char *code;

		environment_clear(state);
		setenv("GIT_DIR", "hook.git", 1);
		setenv(cases[i].name, cases[i].value, 1);
		code = refused(&err);
		if (strcmp(code, cases[i].code) != 0)
			fail_msg("%s=%s: \"%s\" %s", cases[i].name,
			    cases[i].value, code, err.text);
	}
}

static void
a_hook_sees_the_quarantine(void **state)
{
	struct text digits = scratch_output("cat quarantined");
	struct object object;
	struct error err;
	struct repo *repo;
	struct oid id;
	char *dir;

	(void)state;
	assert_true(oid_parse(&id, digits.data, OID_DIGITS));
	text_free(&digits);
	assert_int_equal(chdir("hook.git"), 0);
	setenv("GIT_DIR", ".", 1);
	setenv("GIT_OBJECT_DIRECTORY", "objects/tmp_objdir-incoming-abc", 1);
	repo = repo_from_environment(".", &err);
	assert_non_null(repo);
	dir = realpath(".", NULL);
	assert_string_equal(repo_dir(repo), dir);
	free(dir);
	assert_int_equal(
	    object_read(repo, &id, OBJECT_COMMIT, 1000, &object, &err), 0);
	/* Its tree is in the repository, behind the quarantine. */
	assert_true(oid_parse(&id, object.data + 5, OID_DIGITS));
	object_release(&object);
	assert_int_equal(
	    object_read(repo, &id, OBJECT_TREE, 1000, &object, &err), 0);
	assert_int_equal(object.size, 0);
	object_release(&object);
	repo_close(repo);
	unsetenv("GIT_OBJECT_DIRECTORY");
	repo = repo_from_environment(".", &err);
	assert_non_null(repo);
	assert_true(oid_parse(
	    &id, "4b825dc642cb6eb9a060e54bf8d69288fbee4904", OID_DIGITS));
	assert_int_equal(object_header(repo, &id, &object, &err), 0);
	repo_close(repo);
	assert_int_equal(chdir(".."), 0);
}

static void
a_path_with_a_colon_hides_nothing(void **state)
{
	struct text list;
	struct error err;

	(void)state;
	scratch_run("cp -r hook.git 'a:b\"c'");
	setenv("GIT_DIR", "a:b\"c", 1);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "\"a:b\\\"c/objects\"", 1);
	assert_string_equal(refused(&err), "");
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "a:b\"c/objects", 1);
	assert_string_equal(refused(&err), "repo.environment");
	list = scratch_output("pwd");
	text_free(&list);
}

static void
shallow_repositories_and_pushes_are_refused(void **state)
{
	struct error err;

	(void)state;
	setenv("GIT_DIR", "hook.git", 1);
	setenv("GIT_OBJECT_DIRECTORY",
	    "hook.git/objects/tmp_objdir-incoming-abc", 1);
	assert_string_equal(refused(&err), "");
	scratch_run("touch hook.git/objects/tmp_objdir-incoming-abc/shallow");
	assert_string_equal(refused(&err), "repo.shallow");
	scratch_run("rm hook.git/objects/tmp_objdir-incoming-abc/shallow && "
		    "touch hook.git/shallow");
	assert_string_equal(refused(&err), "repo.shallow");
	scratch_run("rm hook.git/shallow");
}

static void
formats_we_can_not_read_are_refused(void **state)
{
	static const struct {
		const char *config, *code;
	} cases[] = {
	    {"", ""},
	    {"[core]\n\trepositoryformatversion = 1\n", ""},
	    {"[extensions]\n\tobjectFormat = sha1\n", ""},
	    {"[extensions]\n\trefStorage = files\n", ""},
	    {"[extensions] objectformat=sha1\r\n", ""},
	    {"# objectformat = sha256\n", ""},
	    {"[extensions]\n\tobjectFormat = sha256\n", "repo.unsupported"},
	    {"[extensions]objectformat=sha256", "repo.unsupported"},
	    {"[extensions]\nobjectformat\n", "repo.unsupported"},
	    {"[extensions]\nobjectformat = \"sha1\" x\n", "repo.unsupported"},
	    {"[extensions]\nobjectformat = sha\\\n256\n", "repo.unsupported"},
	    {"[extensions]\nobjectformat = sha1\nobjectformat = sha256\n",
		"repo.unsupported"},
	    {"[extensions]\n\trefstorage = reftable\n", "repo.unsupported"},
	};
	struct error err;
	size_t i;

	(void)state;
	scratch_run("cp -r other.git format.git");
	setenv("GIT_DIR", "format.git", 1);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		FILE *file = fopen("format.git/config", "w");

		assert_non_null(file);
		fputs(cases[i].config, file);
		assert_int_equal(fclose(file), 0);
		if (strcmp(refused(&err), cases[i].code) != 0)
			fail_msg("%s: %s", cases[i].config, err.text);
	}
	scratch_run("git init -q --bare --object-format=sha256 long.git");
	setenv("GIT_DIR", "long.git", 1);
	assert_string_equal(refused(&err), "repo.unsupported");
}

static void
a_repository_is_found_from_any_path_inside(void **state)
{
	static const struct {
		const char *path, *dir;
	} cases[] = {{"tree", "tree/.git"}, {"tree/a/b", "tree/.git"},
	    {"tree/.git", "tree/.git"}, {"tree/.git/refs", "tree/.git"},
	    {"hook.git", "hook.git"}, {"hook.git/objects", "hook.git"},
	    {"side/a", "tree/.git/worktrees/side"}};
	struct oid id;
	struct error err;
	size_t i;

	(void)state;
	scratch_run("git init -q tree && cd tree && mkdir -p a/b && "
		    "touch a/b/c && git add a && git commit -q -m 1 && "
		    "git worktree add -q ../side 2>/dev/null");
	id = scratch_object("tree", "HEAD");
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct repo *repo = repo_open(cases[i].path, &err);
		char *dir = realpath(cases[i].dir, NULL);
		struct object object;

		assert_non_null(repo);
		assert_non_null(repo_refs(repo));
		assert_string_equal(repo_dir(repo), dir);
		if (strstr(dir, "tree") != NULL)
			assert_int_equal(
			    object_header(repo, &id, &object, &err), 0);
		free(dir);
		repo_close(repo);
	}
	assert_null(repo_open("/", &err));
	assert_null(repo_open("nowhere", &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(
		surroundings_are_taken_or_refused, environment_clear),
	    cmocka_unit_test_teardown(
		a_hook_sees_the_quarantine, environment_clear),
	    cmocka_unit_test_teardown(
		a_path_with_a_colon_hides_nothing, environment_clear),
	    cmocka_unit_test_teardown(
		shallow_repositories_and_pushes_are_refused, environment_clear),
	    cmocka_unit_test_teardown(
		formats_we_can_not_read_are_refused, environment_clear),
	    cmocka_unit_test(a_repository_is_found_from_any_path_inside),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
