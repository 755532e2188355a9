/* `refwarden check`: the hook's judge on commits that are not pushed yet. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/revision.h"
#include "judge/judge.h"
#include "report/pusher.h"

static const char usage[] =
    "usage: refwarden check [--ref BRANCH] [--policy FILE] [--remote NAME]\n"
    "                       [OLD..NEW | NEW]\n"
    "\n"
    "Judge what BRANCH (main) would gain if NEW (HEAD) were pushed to it now.\n"
    "OLD is the branch as it was last fetched from the remote (origin).  The\n"
    "policy is the server's where this is one, else FILE.  What only the\n"
    "server knows, such as who pushes, is not judged.\n";

struct options {
	const char *ref, *policy, *remote, *range;
};

struct checking {
	struct options options;
	struct layers layers;
	struct push push;
	struct push_options push_options;
	struct repo *repo;
	struct verdict verdict;
	struct text tracking, ref;
};

/* -1 to go on, else an exit status. */
static int
read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
	    {"ref", required_argument, NULL, 'r'},
	    {"policy", required_argument, NULL, 'p'},
	    {"remote", required_argument, NULL, 'm'},
	    {"help", no_argument, NULL, 'h'}, {0}};
	int c;

	*options = (struct options){"main", NULL, "origin", "HEAD"};
	optind = 1;
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
		if (c == 'r')
			options->ref = optarg;
		else if (c == 'p')
			options->policy = optarg;
		else if (c == 'm')
			options->remote = optarg;
		else if (c == 'h')
			return fputs(usage, stdout), EXIT_YES;
		else
			return fputs(usage, stderr), EXIT_USAGE;
	if (argc - optind > 1)
		return fputs(usage, stderr), EXIT_USAGE;
	if (optind < argc)
		options->range = argv[optind];
	return -1;
}

/* OLD..NEW, or NEW with the tracking ref (if there is one) as OLD. */
static int
resolve(struct checking *c, struct oid *old, struct oid *new, struct error *err)
{
	const char *range = c->options.range, *dots = strstr(range, "..");
	const char *dir = repo_dir(c->repo);
	struct text words = {0};
	struct ref ref;
	int result = 0;

	memset(old, 0, sizeof *old);
	if (dots == NULL) {
		text_add_format(
		    &words, "%s%s", c->tracking.data, c->options.ref);
		result = refs_read(repo_refs(c->repo), words.data, &ref, err);
		if (result == 0 && ref.kind == REF_DIRECT)
			*old = ref.id;
	} else {
		text_add_bytes(&words, range, (size_t)(dots - range));
		result = revision_resolve(dir, words.data, old, err);
	}
	text_free(&words);
	if (result == 0)
		result = revision_resolve(
		    dir, dots == NULL ? range : dots + 2, new, err);
	return result;
}

/*
 * The layer in the tree is that of the server's HEAD, as it was last seen;
 * where that is not known, of the branch pushed to.
 */
static int
load_tree(struct checking *c, struct error *err)
{
	struct refs *refs = repo_refs(c->repo);
	const char *tracking = c->tracking.data, *name = c->options.ref;
	struct text words = {0}, branch = {0};
	struct ref head, tip;
	int result;

	if (c->layers.repository_policy == NULL)
		return 0;
	text_add_format(&words, "%sHEAD", tracking);
	result = refs_read(refs, words.data, &head, err);
	if (result == 0 && head.kind == REF_SYMBOLIC &&
	    strncmp(head.target, tracking, c->tracking.len) == 0)
		name = head.target + c->tracking.len;
	words.len = 0;
	text_add_format(&words, "%s%s", tracking, name);
	text_add_format(&branch, "refs/heads/%s", name);
	if (result == 0)
		result = refs_read(refs, words.data, &tip, err);
	if (result == 0)
		result = layers_add_tree(&c->layers, c->repo, branch.data,
		    tip.kind == REF_DIRECT ? &tip.id : &(struct oid){{0}}, err);
	text_free(&words);
	text_free(&branch);
	return result;
}

static int
load(struct checking *c, struct error *err)
{
	char old_hex[OID_DIGITS + 1], new_hex[OID_DIGITS + 1];
	struct oid old, new;

	text_add_format(&c->tracking, "refs/remotes/%s/", c->options.remote);
	text_add_format(&c->ref, "refs/heads/%s", c->options.ref);
	if ((c->repo = repo_open(".", err)) == NULL ||
	    (c->options.policy != NULL
		    ? layers_load_file(c->options.policy, &c->layers, NULL, err)
		    : layers_load(repo_dir(c->repo), &c->layers, NULL, err)) ==
		-1)
		return -1;
	if (load_tree(c, err) == -1 || resolve(c, &old, &new, err) == -1)
		return -1;
	return push_from_arguments(c->ref.data, oid_format(&old, old_hex),
	    oid_format(&new, new_hex), &c->push, err);
}

static int
answer(struct checking *c)
{
	struct judge_input input = {.push = &c->push,
	    .options = &c->push_options,
	    .repo = c->repo,
	    .layers = &c->layers,
	    .repository = "",
	    .hook = "check",
	    .tracking = c->tracking.data};
	struct text message = {0};
	bool accepted;

	push_id_make(input.id);
	judge(&input, &c->verdict);
	accepted = c->verdict.outcome == OUTCOME_ACCEPT;
	message_make(&c->verdict, accepted, NULL, MESSAGE_FULL, &message);
	if (message.len > 0)
		fputs(message.data, stdout);
	text_free(&message);
	if (accepted && !c->verdict.refs[0].is_protected)
		printf("%s is not protected: anything may be pushed to it\n",
		    c->options.ref);
	else if (accepted)
		printf(
		    "success: %s would accept this push, %zu rules checked\n",
		    c->options.ref, c->verdict.refs[0].rules_checked);
	if (c->verdict.outcome == OUTCOME_ERROR)
		return EXIT_ENVIRONMENT;
	return accepted ? EXIT_YES : EXIT_NO;
}

static int
explain_failure(const struct error *err)
{
	fprintf(stderr, "refwarden: %s\n", err->text);
	if (strcmp(err->code, "policy.missing") == 0)
		fputs("Name the policy with --policy FILE.\n", stderr);
	return strncmp(err->code, "policy.", 7) == 0 ? EXIT_INVALID
						     : EXIT_ENVIRONMENT;
}

int
check_command(int argc, char **argv)
{
	struct checking c = {0};
	struct error err;
	int status = read_options(argc, argv, &c.options);

	if (status != -1)
		return status;
	status = load(&c, &err) == 0 ? answer(&c) : explain_failure(&err);
	verdict_free(&c.verdict);
	repo_close(c.repo);
	push_free(&c.push);
	layers_free(&c.layers);
	text_free(&c.tracking);
	text_free(&c.ref);
	return status;
}
