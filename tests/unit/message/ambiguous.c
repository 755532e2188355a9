/* Our reading of trailers against git's own, on messages made to differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "message/git_view.h"
#include "message/trailers.h"

#define SCISSORS "# ------------------------ >8 ------------------------\n"

enum { MESSAGES = 500, SEED = 20261122 };

static const char key[] = "Reviewed-by";
static char directory[] = "/tmp/refwarden-trailers-XXXXXX";

static bool
ambiguous(const char *message)
{
	return trailers_ambiguous(message, strlen(message), key);
}

static void
a_well_formed_message_is_not_ambiguous(void **state)
{
	static const char *const messages[] = {"s\n",
	    "s\n\nReviewed-by: A <a>\n",
	    "s\n\nbody\n\nReviewed-by: A <a>\nReviewed-by: B <b>\n",
	    "s\n\nbody\n\nReviewed-by: A <a>\nSigned-off-by: B <b>\n",
	    "s\r\n\r\nReviewed-by: A <a>\r\nFixes: 3\r\n",
	    "s\n\nbody\n\nTicket: 3\n\nmore\n\nReviewed-by: A <a>",
	    "s\n\nReviewed-by: A <a>\n\n\n", "s\n\nReviewed-by: A\n <a>\n",
	    "s\n\nReviewed-by:\n", "s\n\nhttps://e.x/\nReviewed-by: A <a>\n",
	    "s\n\n- one\n- two\n\nReviewed-by: A <a>\n",
	    "s\n\nReviewed-by: A <a>\n(cherry picked from commit 12)\n",
	    "s\n\nReviewed-by: A <a>\n\nbody\n", "Reviewed-by: A <a>\n",
	    "s\n\n# heading\n\nReviewed-by: A <a>\n",
	    "s\n\nTitle\n-----\n\nReviewed-by: A <a>\n"};

	(void)state;
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
		if (ambiguous(messages[i]))
			fail_msg("%s", messages[i]);
}

static void
what_git_reads_otherwise_is_ambiguous(void **state)
{
	static const char *const messages[] = {
	    "s\n\nprose\nReviewed-by: A <a>\nSigned-off-by: B <b>\n",
	    "s\n\nReviewed-by : A <a>\n", "s\n\nReviewed-by: A <a>\n# note\n",
	    "s\n\nReviewed-by: A <a>\n\n# note\n",
	    "s\n\nReviewed-by: A <a>\n\n---\n\nFixes: 3\n",
	    "s\n\nFixes: 3\n---\n\nReviewed-by: A <a>\n",
	    "s\n\nReviewed-by: A <a>\n" SCISSORS "\nFixes: 3\n",
	    "s\n\nReviewed-by: A <a>\n\nConflicts:\n\tfile\n",
	    "s\n\nReviewed-by: A <a>\n-x: y\n", "\nReviewed-by: A <a>\n",
	    "s\n\n---\n\nReviewed-by: A <a>\n"};
	static const char with_nul[] = "s\n\nReviewed-by: A <a>\n\0\n\nx\n";

	(void)state;
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
		if (!ambiguous(messages[i]))
			fail_msg("%s", messages[i]);
	assert_true(trailers_ambiguous(with_nul, sizeof with_nul - 1, key));
}

static void
only_the_key_asked_for_matters(void **state)
{
	(void)state;
	assert_false(ambiguous("s\n\nReviewed-by: A <a>\n\nFixes: 1\n# x\n"));
	assert_false(ambiguous("s\n\nprose\nSigned-off-by: A <a>\n"));
}

/* Run git with its output to a file of the directory, and read that. */
static char *
git(char *const argv[], const char *input)
{
	char *env[] = {"HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1",
	    "GIT_DIR=repo", "PATH=/usr/local/bin:/usr/bin:/bin", NULL};
	FILE *file;
	char *data;
	long size;
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (freopen(input, "r", stdin) == NULL ||
		    freopen("output", "w", stdout) == NULL)
			_exit(126);
		alarm(20);
		execvpe("git", argv, env);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	file = fopen("output", "r");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	data = calloc((size_t)size + 1, 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, (size_t)size, file), size);
	fclose(file);
	return data;
}

static void
write_file(const char *name, const struct text *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fwrite(text->data, 1, text->len, file);
	assert_int_equal(fclose(file), 0);
}

static unsigned
dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

static void
make_message(unsigned *seed, struct text *message)
{
	static const char *const fragments[] = {"\n", "\n", "\n", "\n", "\n",
	    "Reviewed-by: A <a>\n", "Reviewed-by: A <a>\n",
	    "reviewed-BY:  B <b> \n", "Reviewed-by: C <c>\r\n",
	    "Reviewed-by : D <d>\n", "Reviewed-by:\n", "Reviewed-by:E <e>\n",
	    "Signed-off-by: A <a>\n", "Fixes: 1\n", "Fixes: 1\n",
	    "(cherry picked from commit 12)\n", "prose\n", "more prose: yes\n",
	    "---\n", "--- x\n", "---x\n", "----\n", "# note\n", "#\n", SCISSORS,
	    "Conflicts:\n", "\tfile\n", " folded\n", "\t \n", "  \n", "\r\n",
	    "Reviewed-by: F\n <f>\n", "Reviewed-by: G \r\n\t<g>\n", "-x: y\n",
	    ": z\n", "https://example.com/\n", "> Reviewed-by: A <a>\n",
	    "Reviewed-by", "x", " ", "\xc3\xa9: y\n", "A_b: c\n"};
	unsigned n = 1 + dice(seed, 9);

	message->len = 0;
	text_add(message, dice(seed, 12) > 0 ? "subject\n" : "");
	text_add(message, dice(seed, 3) > 0 ? "\n" : "");
	while (n-- > 0)
		text_add(message, fragments[dice(seed,
				      sizeof fragments / sizeof *fragments)]);
}

static void
add_value(void *context, const char *name, const char *value)
{
	if (strcasecmp(name, key) == 0 && value[0] != '\0')
		text_add_format(context, "%s\n", value);
}

static void
our_values(const struct text *message, struct text *values)
{
	struct arena arena = {0};
	struct trailers trailers;
	struct error err;

	assert_int_equal(trailers_parse(message->data, message->len, 200,
			     &arena, &trailers, &err),
	    0);
	for (size_t i = 0; i < trailers.count; i++)
		add_value(values, trailers.list[i].key, trailers.list[i].value);
	arena_free(&arena);
}

/* The lines up to the one that begins with `stop`, which is eaten; with
 * `prefixed`, only those with our key, without it. */
static void
git_values(char **at, const char *stop, bool prefixed, struct text *values)
{
	for (;;) {
		char *line = strsep(at, "\n"), *colon;

		assert_non_null(line);
		if (strncmp(line, stop, strlen(stop)) == 0)
			return;
		colon = strchr(line, ':');
		if (!prefixed && *line != '\0')
			text_add_format(values, "%s\n", line);
		if (prefixed && colon != NULL && colon[1] == ' ') {
			*colon = '\0';
			add_value(values, line, colon + 2);
		}
	}
}

static void
check(unsigned n, const struct text *message, const char *ours,
    enum git_reading reading, const char *shown)
{
	struct arena arena = {0};
	struct text modelled = {0};

	text_add(&modelled, "");
	git_view(
	    message->data, message->len, reading, &arena, add_value, &modelled);
	if (strcmp(modelled.data, shown) != 0 ||
	    (strcmp(ours, shown) != 0 && !ambiguous(message->data)))
		fail_msg("seed %d, message %u, reading %d:\n%s\n"
			 "git:\n%s\nmodel:\n%s\nours:\n%s",
		    SEED, n, (int)reading, message->data, shown, modelled.data,
		    ours);
	text_free(&modelled);
	arena_free(&arena);
}

static char *
log_of(const struct text *messages)
{
	char *init[] = {"git", "init", "-q", "--bare", "repo", NULL};
	char *import[] = {"git", "fast-import", "--quiet", NULL};
	char *log[] = {"git", "log", "--reverse",
	    "--format=%(trailers:key=Reviewed-by,valueonly,unfold)%nEND",
	    "main", NULL};
	struct text stream = {0};

	for (unsigned i = 0; i < MESSAGES; i++)
		text_add_format(&stream,
		    "commit refs/heads/main\n"
		    "committer C <c@example.com> %u +0000\ndata %zu\n%s\n",
		    1000000000 + i, messages[i].len, messages[i].data);
	write_file("stream", &stream);
	text_free(&stream);
	free(git(init, "/dev/null"));
	free(git(import, "stream"));
	return git(log, "/dev/null");
}

/* git 2.39 never ends where scissors stand behind a divider. */
static bool
git_can_parse(const struct text *message)
{
	const char *scissors = strstr(message->data, "\n" SCISSORS);
	const char *divider = strstr(message->data, "\n---\n");
	const char *other = strstr(message->data, "\n--- ");

	return scissors == NULL || ((divider == NULL || divider > scissors) &&
				       (other == NULL || other > scissors) &&
				       strncmp(message->data, "---", 3) != 0);
}

static char *
interpretation_of(const struct text *messages)
{
	static char names[MESSAGES][16];
	static char *argv[2 * MESSAGES + 4] = {
	    "git", "interpret-trailers", "--parse"};
	struct text stop = {0};

	text_add(&stop, "s\n\nEND-OF-MESSAGE: x\n");
	write_file("stop", &stop);
	text_free(&stop);
	for (unsigned i = 0; i < MESSAGES; i++) {
		snprintf(names[i], sizeof names[i], "message-%u", i);
		write_file(names[i], &messages[i]);
		argv[3 + 2 * i] =
		    git_can_parse(&messages[i]) ? names[i] : "stop";
		argv[4 + 2 * i] = "stop";
	}
	return git(argv, "/dev/null");
}

static void
what_counts_is_what_git_shows_or_ambiguous(void **state)
{
	static struct text messages[MESSAGES];
	char *logged, *parsed, *in_log, *in_parsed;
	unsigned seed = SEED;

	(void)state;
	for (unsigned i = 0; i < MESSAGES; i++)
		make_message(&seed, &messages[i]);
	in_log = logged = log_of(messages);
	in_parsed = parsed = interpretation_of(messages);
	for (unsigned i = 0; i < MESSAGES; i++) {
		struct text ours = {0}, log = {0}, parse = {0};

		text_add(&ours, "");
		text_add(&log, "");
		text_add(&parse, "");
		our_values(&messages[i], &ours);
		git_values(&in_log, "END", false, &log);
		git_values(&in_parsed, "END-OF-MESSAGE", true, &parse);
		check(i, &messages[i], ours.data, GIT_LOG, log.data);
		if (git_can_parse(&messages[i]))
			check(i, &messages[i], ours.data, GIT_INTERPRET,
			    parse.data);
		else
			git_values(&in_parsed, "END-OF-MESSAGE", true, &parse);
		text_free(&ours);
		text_free(&log);
		text_free(&parse);
		text_free(&messages[i]);
	}
	free(logged);
	free(parsed);
}

/*
 * No message is called clear without our reading being the model's of git's,
 * which is held against git itself above.
 */
static void
no_message_is_clear_that_git_reads_otherwise(void **state)
{
	enum { TRIES = 40000 };
	struct text message = {0};
	unsigned seed = SEED + 1, clear = 0;

	(void)state;
	for (unsigned i = 0; i < TRIES; i++) {
		struct text ours = {0}, log = {0}, parse = {0};
		struct arena arena = {0};

		make_message(&seed, &message);
		text_add(&ours, "");
		text_add(&log, "");
		text_add(&parse, "");
		our_values(&message, &ours);
		git_view(message.data, message.len, GIT_LOG, &arena, add_value,
		    &log);
		git_view(message.data, message.len, GIT_INTERPRET, &arena,
		    add_value, &parse);
		clear += !ambiguous(message.data) && ours.len > 0;
		if (!ambiguous(message.data) &&
		    (strcmp(ours.data, log.data) != 0 ||
			strcmp(ours.data, parse.data) != 0))
			fail_msg("seed %d, message %u:\n%s\nours:\n%s\n"
				 "log:\n%s\nparse:\n%s",
			    SEED + 1, i, message.data, ours.data, log.data,
			    parse.data);
		arena_free(&arena);
		text_free(&ours);
		text_free(&log);
		text_free(&parse);
	}
	text_free(&message);
	assert_true(clear > TRIES / 100);
}

static int
enter_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) == NULL || chdir(directory) != 0;
}

static int
remove_directory(void **state)
{
	char *argv[] = {"rm", "-rf", directory, NULL};
	int status = 0;
	pid_t child;

	(void)state;
	if (chdir("/") != 0)
		return -1;
	if ((child = fork()) == 0) {
		execv("/bin/rm", argv);
		_exit(127);
	}
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_well_formed_message_is_not_ambiguous),
	    cmocka_unit_test(what_git_reads_otherwise_is_ambiguous),
	    cmocka_unit_test(only_the_key_asked_for_matters),
	    cmocka_unit_test(no_message_is_clear_that_git_reads_otherwise),
	    cmocka_unit_test_setup_teardown(
		what_counts_is_what_git_shows_or_ambiguous, enter_directory,
		remove_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
