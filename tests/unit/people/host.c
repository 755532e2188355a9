/* The host's word for who is pushing, from a table of environments. */
#include "people/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "yaml/field.h"

enum { VARIABLE_LIMIT = 5 };

struct variable {
	const char *name, *value;
};

static void
clear_environment(void)
{
	static const char *const names[] = {"GL_USER", "GL_REPO", "GL_USERNAME",
	    "GL_PROJECT_PATH", "GITEA_PUSHER_NAME", "GITEA_REPO_USER_NAME",
	    "GITEA_REPO_NAME", "GITHUB_USER_LOGIN", "GITHUB_REPO_NAME",
	    "BB_USER_NAME", "BB_PROJECT_KEY", "BB_REPO_SLUG",
	    "SOFT_SERVE_USERNAME", "SOFT_SERVE_REPO_NAME", "REFWARDEN_USER",
	    "REFWARDEN_REPO", "REMOTE_USER", "REMOTE_ADDR", "SSH_CONNECTION",
	    "SSH_CLIENT", "WHO", "NOBODY"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static void
set_environment(const struct variable *variables)
{
	clear_environment();
	for (size_t i = 0; i < VARIABLE_LIMIT && variables[i].name != NULL; i++)
		setenv(variables[i].name, variables[i].value, 1);
}

static void
assert_text(const char *got, const char *expected)
{
	if (expected == NULL)
		assert_null(got);
	else
		assert_string_equal(got != NULL ? got : "(null)", expected);
}

static void
auto_asks_the_hosts_in_order(void **state)
{
	static const struct {
		struct variable env[VARIABLE_LIMIT];
		const char *login, *via;
	} cases[] = {
	    {{{"GL_USER", "ada"}}, "ada", "gitolite"},
	    {{{"GL_USERNAME", "ada"}}, "ada", "gitlab"},
	    {{{"GITEA_PUSHER_NAME", "ada"}}, "ada", "gitea"},
	    {{{"GITHUB_USER_LOGIN", "ada"}}, "ada", "github"},
	    {{{"BB_USER_NAME", "ada"}}, "ada", "bitbucket"},
	    {{{"SOFT_SERVE_USERNAME", "ada"}}, "ada", "soft-serve"},
	    {{{"REFWARDEN_USER", "ada"}}, "ada", "wrapper"},
	    {{{"REMOTE_USER", "ada"}}, "ada", "http"},
	    {{{"REMOTE_USER", "eve"}, {"GL_USER", "ada"}}, "ada", "gitolite"},
	    {{{"GL_USER", "a.d_a@x+y-z"}}, "a.d_a@x+y-z", "gitolite"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct pusher_setting setting = {PUSHER_AUTO, NULL};
		struct pusher pusher;

		set_environment(cases[i].env);
		pusher = pusher_from_environment(&setting, &arena);
		assert_text(pusher.login, cases[i].login);
		assert_text(pusher.via, cases[i].via);
		assert_true(pusher.proven);
		assert_null(pusher.fault);
		arena_free(&arena);
	}
}

static void
a_bad_value_is_nobody_and_no_weaker_source_is_asked(void **state)
{
	static char long_name[257];
	const struct variable cases[] = {
	    {"GL_USER", ""},
	    {"GL_USER", "ada lovelace"},
	    {"GL_USER", "ada\nverdict=accept"},
	    {"GL_USER", "ada/../root"},
	    {"GL_USER", "\xc3\xa4"
			"da"},
	    {"GL_USER", long_name},
	};

	(void)state;
	memset(long_name, 'a', 256);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct pusher_setting setting = {PUSHER_AUTO, NULL};
		struct pusher pusher;

		clear_environment();
		setenv(cases[i].name, cases[i].value, 1);
		setenv("REMOTE_USER", "root", 1);
		pusher = pusher_from_environment(&setting, &arena);
		assert_null(pusher.login);
		assert_false(pusher.proven);
		assert_non_null(pusher.fault);
		assert_string_equal(pusher.via, "gitolite");
		arena_free(&arena);
	}
}

static void
the_account_proves_nothing_unless_the_policy_says_so(void **state)
{
	static const struct variable none[VARIABLE_LIMIT];
	struct pusher_setting setting = {PUSHER_AUTO, NULL};
	struct arena arena = {0};
	struct pusher pusher;

	(void)state;
	set_environment(none);
	pusher = pusher_from_environment(&setting, &arena);
	assert_string_equal(pusher.via, "account");
	assert_non_null(pusher.login);
	assert_false(pusher.proven);
	setting.kind = PUSHER_ACCOUNT;
	pusher = pusher_from_environment(&setting, &arena);
	assert_true(pusher.proven);
	arena_free(&arena);
}

static void
a_setting_other_than_auto_asks_its_own_source_only(void **state)
{
	static const struct variable env[VARIABLE_LIMIT] = {
	    {"GL_USER", "ada"}, {"REMOTE_USER", "bob"}, {"WHO", "carol"}};
	static const struct {
		struct pusher_setting setting;
		const char *login, *via;
	} cases[] = {
	    {{PUSHER_HOST, "http"}, "bob", "http"},
	    {{PUSHER_HOST, "gitlab"}, NULL, NULL},
	    {{PUSHER_ENV, "WHO"}, "carol", "env"},
	    {{PUSHER_ENV, "NOBODY"}, NULL, NULL},
	    {{PUSHER_NONE, NULL}, NULL, NULL},
	};

	(void)state;
	set_environment(env);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct pusher pusher =
		    pusher_from_environment(&cases[i].setting, &arena);

		assert_text(pusher.login, cases[i].login);
		assert_text(pusher.via, cases[i].via);
		assert_int_equal(pusher.proven, cases[i].login != NULL);
		arena_free(&arena);
	}
}

static void
the_address_comes_from_the_connection(void **state)
{
	static const struct {
		struct variable env[VARIABLE_LIMIT];
		const char *address;
	} cases[] = {
	    {{{"SSH_CONNECTION", "192.0.2.7 50022 192.0.2.1 22"}}, "192.0.2.7"},
	    {{{"SSH_CLIENT", "2001:db8::7 50022 22"}}, "2001:db8::7"},
	    {{{"REMOTE_ADDR", "198.51.100.1"}}, "198.51.100.1"},
	    {{{"REMOTE_ADDR", "evil.example"}}, NULL},
	    {{{"SSH_CONNECTION", ""}}, NULL},
	    {{{NULL, NULL}}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pusher_setting setting = {PUSHER_NONE, NULL};
		struct arena arena = {0};

		set_environment(cases[i].env);
		assert_text(pusher_from_environment(&setting, &arena).address,
		    cases[i].address);
		arena_free(&arena);
	}
}

static void
the_host_names_the_repository(void **state)
{
	static const struct {
		struct variable env[VARIABLE_LIMIT];
		const char *name;
	} cases[] = {
	    {{{"GL_REPO", "platform/api"}}, "platform/api"},
	    {{{"GL_PROJECT_PATH", "group/sub/api"}}, "group/sub/api"},
	    {{{"GITEA_REPO_USER_NAME", "platform"}, {"GITEA_REPO_NAME", "api"}},
		"platform/api"},
	    {{{"GITEA_REPO_NAME", "api"}}, NULL},
	    {{{"GITHUB_REPO_NAME", "platform/api"}}, "platform/api"},
	    {{{"BB_PROJECT_KEY", "~ADA"}, {"BB_REPO_SLUG", "api"}}, "~ADA/api"},
	    {{{"SOFT_SERVE_REPO_NAME", "api"}}, "api"},
	    {{{"REFWARDEN_REPO", "api"}}, "api"},
	    {{{"GL_REPO", "a\nb"}}, NULL},
	    {{{"GL_REPO", ""}}, NULL},
	    {{{NULL, NULL}}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};

		set_environment(cases[i].env);
		assert_text(host_repository(&arena), cases[i].name);
		arena_free(&arena);
	}
}

static void
the_setting_is_read_from_a_word_or_a_map(void **state)
{
	static const struct {
		const char *yaml;
		enum pusher_kind kind;
		const char *name;
		size_t errors;
	} cases[] = {
	    {"auto", PUSHER_AUTO, NULL, 0},
	    {"account", PUSHER_ACCOUNT, NULL, 0},
	    {"none", PUSHER_NONE, NULL, 0},
	    {"gitlab", PUSHER_HOST, "gitlab", 0},
	    {"soft-serve", PUSHER_HOST, "soft-serve", 0},
	    {"{env: WHO}", PUSHER_ENV, "WHO", 0},
	    {"{env: 1WHO}", PUSHER_ENV, NULL, 1},
	    {"{env: W-O}", PUSHER_ENV, NULL, 1},
	    {"{}", PUSHER_ENV, NULL, 1},
	    {"[auto]", PUSHER_ENV, NULL, 1},
	    {"gitlob", PUSHER_AUTO, NULL, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pusher_setting setting = {PUSHER_AUTO, NULL};
		struct arena arena = {0};
		struct faults faults;
		struct load load = {.arena = &arena, .faults = &faults};
		struct document *document;
		char yaml[64];
		int len = snprintf(yaml, sizeof yaml, "p: %s\n", cases[i].yaml);

		faults_init(&faults, "p.yml");
		document = document_parse(yaml, (size_t)len, &faults);
		assert_non_null(document);
		pusher_setting_load(
		    &load, map_get(document_root(document), "p"), &setting);
		assert_int_equal(faults.errors, cases[i].errors);
		assert_int_equal(setting.kind, cases[i].kind);
		assert_text(setting.name, cases[i].name);
		document_free(document);
		faults_free(&faults);
		arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(auto_asks_the_hosts_in_order),
	    cmocka_unit_test(
		a_bad_value_is_nobody_and_no_weaker_source_is_asked),
	    cmocka_unit_test(
		the_account_proves_nothing_unless_the_policy_says_so),
	    cmocka_unit_test(
		a_setting_other_than_auto_asks_its_own_source_only),
	    cmocka_unit_test(the_address_comes_from_the_connection),
	    cmocka_unit_test(the_host_names_the_repository),
	    cmocka_unit_test(the_setting_is_read_from_a_word_or_a_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
