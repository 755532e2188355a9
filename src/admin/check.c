/* `refwarden check`: the hook's judge on commits that are not pushed yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/color.h"
#include "admin/command.h"
#include "admin/in_force.h"
#include "admin/options.h"
#include "admin/revision.h"
#include "judge/judge.h"
#include "record/record.h"
#include "report/pusher.h"

static const struct command_line command = {
    .usage =
	"usage: refwarden check [--json] [--ref BRANCH] [--policy FILE]\n"
	"                       [--remote NAME] [OLD..NEW | NEW]\n"
	"\n"
	"Judge what BRANCH (main) would gain if NEW (HEAD) were pushed to it "
	"now.\n"
	"OLD is the branch as it was last fetched from the remote (origin).  "
	"The\n"
	"policy is the server's where this is one, else FILE.  What only the\n"
	"server knows, such as who pushes, is not judged.  With --json the\n"
	"answer is the records that the server would keep, a line each.\n",
    .letters = "rpmj",
    .most = 1,
};

struct checking {
	struct options options;
	const char *branch, *range;
	struct layers layers;
	struct push push;
	struct push_options push_options;
	struct repo *repo;
	struct verdict verdict;
	struct text tracking;
	struct arena arena;
	const char *ref;
};

static const char *
remote_of(const struct checking *c)
{
	return c->options.remote != NULL ? c->options.remote : "origin";
}

static int
count_ref(
    void *context, const char *name, const struct oid *id, struct error *err)
{
	(void)name, (void)id, (void)err;
	++*(size_t *)context;
	return 0;
}

/* No branch on the server is something else than one that was never fetched. */
static int
check_known(struct checking *c, struct error *err)
{
	size_t known = 0;

	if (refs_each(repo_refs(c->repo), c->tracking.data, count_ref, &known,
		err) == -1)
		return -1;
	if (known == 0)
		return error_set(err,
		    "no branch of \"%s\" is known here: fetch from it, name "
		    "another remote with --remote, or say OLD..NEW",
		    remote_of(c));
	return 0;
}

/* OLD..NEW, or NEW with the tracking ref (if there is one) as OLD. */
static int
resolve(struct checking *c, struct oid *old, struct oid *new, struct error *err)
{
	const char *range = c->range, *dots = strstr(range, "..");
	const char *dir = repo_dir(c->repo);
	struct text words = {0};
	struct ref ref;
	int result = 0;

	memset(old, 0, sizeof *old);
	if (dots == NULL) {
		text_add_format(&words, "%s%s", c->tracking.data, c->branch);
		result = check_known(c, err);
		if (result == 0)
			result = refs_read(
			    repo_refs(c->repo), words.data, &ref, err);
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
	const char *tracking = c->tracking.data, *name = c->branch;
	struct text words = {0}, branch = {0};
	struct ref head, tip;
	int result;

	if (c->layers.repository_policy == NULL)
		return 0;
	text_add_format(&words, "%sHEAD", tracking);
	result = refs_read(refs, words.data, &head, err);
	if (result == 0 && head.kind == REF_SYMBOLIC &&
	    starts_with(head.target, tracking))
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

	text_add_format(&c->tracking, "refs/remotes/%s/", remote_of(c));
	if ((c->repo = repo_open(".", err)) == NULL ||
	    (c->options.policy != NULL
		    ? layers_load_file(c->options.policy, &c->layers, NULL, err)
		    : layers_on_disk(c->repo, &c->layers, err)) == -1)
		return -1;
	if (load_tree(c, err) == -1 || resolve(c, &old, &new, err) == -1)
		return -1;
	return push_from_arguments(c->ref, oid_format(&old, old_hex),
	    oid_format(&new, new_hex), &c->push, err);
}

/* The word that begins a line is coloured, as git does where it relays it. */
static void
print_line(const char *line, size_t len)
{
	static const struct {
		const char *word;
		enum color color;
	} words[] = {{"error", COLOR_RED}, {"warning", COLOR_YELLOW},
	    {"hint", COLOR_CYAN}, {"success", COLOR_GREEN}};
	size_t head = strspn(line, "abcdefghijklmnopqrstuvwxyz");

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (head == strlen(words[i].word) &&
		    memcmp(line, words[i].word, head) == 0) {
			printf("%s%s%s", color(stdout, words[i].color),
			    words[i].word, color(stdout, COLOR_END));
			line += head;
			len -= head;
			break;
		}
	printf("%.*s\n", (int)len, line);
}

static void
print_message(const char *text)
{
	for (size_t len; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		print_line(text, len);
	}
}

static bool
is_broken(const struct ref_verdict *ref, const struct rule *rule)
{
	for (size_t i = 0; i < ref->violation_count; i++)
		if (ref->violations[i].rule == rule)
			return true;
	return false;
}

/* What is not known here is not passed: say of which rules; how many. */
static size_t
skipped_add(const struct checking *c, struct text *message)
{
	const struct ref_verdict *ref = &c->verdict.refs[0];
	size_t count = 0;

	for (size_t i = 0; i < c->layers.count; i++) {
		const struct policy *policy = c->layers.list[i];

		for (size_t k = 0; k < policy->rule_count; k++) {
			const struct rule *rule = &policy->rules[k];

			if (!rule_applies(rule, c->ref) ||
			    is_broken(ref, rule) ||
			    !(requirements_needs(&rule->require) &
				(CHANGE_PUSHER | CHANGE_SERVER)))
				continue;
			text_add_format(message,
			    "skip: %s asks what only the server knows\n",
			    rule->name);
			count++;
		}
	}
	return count;
}

static void
print_answer(const struct checking *c, bool accepted)
{
	const struct ref_verdict *ref = &c->verdict.refs[0];
	struct text message = {0}, skips = {0};
	size_t skipped = skipped_add(c, &skips), judged = 0;

	message_make(&c->verdict, accepted, NULL, MESSAGE_FULL, &message);
	if (ref->rules_checked > skipped)
		judged = ref->rules_checked - skipped;
	if (accepted && !ref->is_protected)
		text_add_format(&message,
		    "%s is not protected: anything may be pushed to it\n",
		    c->branch);
	else if (accepted)
		text_add_format(&message,
		    "success: %s would accept this push, %zu rule%s checked\n",
		    c->branch, judged, judged == 1 ? "" : "s");
	if (skipped > 0)
		text_add(&message, skips.data);
	print_message(message.data != NULL ? message.data : "");
	text_free(&skips);
	text_free(&message);
}

static void
print_records(const struct verdict *verdict, bool accepted)
{
	struct records records = {0};

	records_make(verdict, accepted, &records);
	for (size_t i = 0; i < records.count; i++)
		puts(records.list[i].json);
	records_free(&records);
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
	bool accepted;

	push_id_make(input.id);
	judge(&input, &c->verdict);
	accepted = c->verdict.outcome == OUTCOME_ACCEPT;
	if (c->options.json)
		print_records(&c->verdict, accepted);
	else
		print_answer(c, accepted);
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
	return error_status(err);
}

/* Which branch it is about; false where that is none. */
static bool
name_branch(struct checking *c)
{
	static const char heads[] = "refs/heads/";
	const char *name = c->options.ref != NULL ? c->options.ref : "main";

	c->ref = ref_pattern_full(&c->arena, name);
	if (starts_with(c->ref, heads)) {
		c->branch = c->ref + strlen(heads);
		return true;
	}
	fprintf(stderr, "refwarden: %s is no branch\n", name);
	return false;
}

int
check_command(int argc, char **argv)
{
	struct checking c = {0};
	struct error err;
	int status = options_read(&command, argc, argv, &c.options);

	if (status != -1)
		return status;
	c.range = c.options.count > 0 ? c.options.operands[0] : "HEAD";
	if (!name_branch(&c))
		status = options_wrong(&command, NULL);
	else
		status =
		    load(&c, &err) == 0 ? answer(&c) : explain_failure(&err);
	verdict_free(&c.verdict);
	repo_close(c.repo);
	push_free(&c.push);
	layers_free(&c.layers);
	text_free(&c.tracking);
	arena_free(&c.arena);
	if (fflush(stdout) != 0 || ferror(stdout))
		return EXIT_ENVIRONMENT;
	return status;
}
