/* `refwarden review`: the commands that push a review, which plain git runs. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/options.h"
#include "admin/revision.h"
#include "base/process.h"
#include "checks/review_ref.h"
#include "git/repo.h"
#include "people/host.h"
#include "people/people.h"

static const struct command_line command = {
    .usage = "usage: refwarden review [--push REMOTE [-n]] [--login LOGIN]\n"
	     "                        [--topic TOPIC] [--block] [--sign] "
	     "[COMMIT]\n"
	     "\n"
	     "Print the command that pushes a review of COMMIT (HEAD); with "
	     "--push also\n"
	     "run it.  LOGIN is your name on the server; without it that of "
	     "this account.\n"
	     "TOPIC is any name, and without it the commit's.  With --block "
	     "the review\n"
	     "withholds the commit, with --sign it is a signed tag.\n",
    .letters = "uLTbSn",
    .most = 1,
};

enum { WORDS = 12 };

/* What a review becomes: at most a tag, and a push. */
struct review {
	const struct options *options;
	const char *login;
	char id[OID_DIGITS + 1];
	const char *name; /* behind refs/ */
	struct arena arena;
};

static int
login_find(struct review *review, struct error *err)
{
	const struct pusher_setting setting = {.kind = PUSHER_AUTO};
	const char *login = review->options->login, *fault;

	if (login == NULL)
		login = pusher_from_environment(&setting, &review->arena).login;
	if (login == NULL)
		return error_set(err, "who are you? give your --login");
	if ((fault = login_fault(login)) != NULL)
		return error_set(err, "\"%s\" is no login: %s", login, fault);
	review->login = login;
	return 0;
}

static int
name_make(struct review *review, struct error *err)
{
	const char *topic = review->options->topic, *ref, *fault;

	if (topic == NULL)
		topic = arena_format(&review->arena, "%.10s", review->id);
	ref = arena_format(&review->arena, REVIEW_REFS "%s/%s%s", review->login,
	    review->options->block ? "block/" : "", topic);
	if ((fault = ref_name_fault(ref, strlen(ref))) != NULL)
		return error_set(err, "%s %s", ref, fault);
	if (review_ref_blocks(ref) != review->options->block)
		return error_set(err,
		    "what is below %s/block withholds: "
		    "give --block",
		    review->login);
	review->name = ref + strlen("refs/");
	return 0;
}

static int
commit_find(struct review *review, struct error *err)
{
	const char *words =
	    review->options->count > 0 ? review->options->operands[0] : "HEAD";
	struct repo *repo = repo_open(".", err);
	struct oid id;
	int result = repo == NULL
			 ? -1
			 : revision_resolve(repo_dir(repo), words, &id, err);

	if (result == 0)
		oid_format(&id, review->id);
	repo_close(repo);
	return result;
}

/* With the terminal, the agent and the configuration of whoever asked. */
static int
run(const char *const argv[], struct error *err)
{
	pid_t pid;

	fflush(stdout);
	if ((errno = posix_spawnp(&pid, argv[0], NULL, NULL,
		 (char *const *)(uintptr_t)argv, environ)) != 0)
		return error_set(err, "git: %s", strerror(errno));
	return process_ends_well(pid) ? EXIT_YES : EXIT_NO;
}

/* An exit status, or -1. */
static int
tell(const struct review *review, const char *const argv[], struct error *err)
{
	const struct options *options = review->options;

	for (size_t i = 0; argv[i] != NULL; i++)
		printf("%s%s", i > 0 ? " " : "", argv[i]);
	putchar('\n');
	return options->push != NULL && !options->dry_run ? run(argv, err)
							  : EXIT_YES;
}

static int
review_push(struct review *review, struct error *err)
{
	const struct options *options = review->options;
	const char *remote = options->push != NULL ? options->push : "origin";
	const char *from = options->sign ? arena_format(&review->arena,
					       "refs/tags/%s", review->name)
					 : review->id;
	const char *const tag[WORDS] = {"git", "-c", "gpg.format=ssh", "tag",
	    "-s", "-m", "Reviewed", review->name, review->id};
	const char *const push[WORDS] = {"git", "push", remote,
	    arena_format(&review->arena, "%s:refs/%s", from, review->name)};
	int status = EXIT_YES;

	if (remote[0] == '-')
		return error_set(err, "%s is no remote", remote);
	if (options->sign)
		status = tell(review, tag, err);
	return status == EXIT_YES ? tell(review, push, err) : status;
}

int
review_command(int argc, char **argv)
{
	struct options options;
	struct review review = {.options = &options};
	struct error err;
	int status = options_read(&command, argc, argv, &options);

	if (status != -1)
		return status;
	if (login_find(&review, &err) == 0 && commit_find(&review, &err) == 0 &&
	    name_make(&review, &err) == 0)
		status = review_push(&review, &err);
	if (status == -1) {
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = EXIT_ENVIRONMENT;
	}
	arena_free(&review.arena);
	return status;
}
