/* Evidence for declared pushes: made by ssh-keygen and kept by git. */
#include "admin/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "checks/statement.h"
#include "policy/layers.h"

enum { TIME_LIMIT = 30000 /* milliseconds */ };

static const char git[] = "/usr/bin/git";
static const char keygen[] = "/usr/bin/ssh-keygen";

/* The program's output, which the caller frees. */
static int
run(const char *const argv[], const struct text *input, struct text *output,
    struct error *err)
{
	int status = process_run(argv, input != NULL ? input->data : "",
	    input != NULL ? input->len : 0, TIME_LIMIT, output, err);

	return status > 0 ? error_set(err, "%s: %.200s", argv[0],
				output->data != NULL ? output->data : "failed")
			  : status;
}

static struct person *
person_find(struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->people.count; i++)
		if (strcmp(policy->people.list[i].name, name) == 0)
			return &policy->people.list[i];
	return NULL;
}

static void
key_add(struct policy *policy, struct person *person, const char *line)
{
	struct texts *keys = &person->keys;
	const char **list =
	    arena_zero(&policy->arena, (keys->count + 1) * sizeof *list);

	if (keys->count > 0)
		memcpy(list, keys->list, keys->count * sizeof *list);
	list[keys->count++] =
	    arena_bytes(&policy->arena, line, strcspn(line, "\n"));
	keys->list = list;
}

/* A new key in the file `path`; the person has it too. */
static int
key_make(const char *path, struct policy *policy, struct person *person,
    struct error *err)
{
	const char *const argv[] = {keygen, "-q", "-t", "ed25519", "-N", "",
	    "-C", "", "-f", path, NULL};
	struct text output = {0}, public = {0};
	char *line = NULL;
	size_t len;
	int result;

	text_add_format(&public, "%s.pub", path);
	unlink(path);
	unlink(public.data);
	result = run(argv, NULL, &output, err);
	if (result == 0)
		result = policy_read(public.data, &line, &len, err);
	if (result == 0)
		key_add(policy, person, line);
	free(line);
	text_free(&output);
	text_free(&public);
	return result;
}

static void
statement_write(const struct scene_statement *statement,
    const struct oid *commit, struct text *text)
{
	char digits[OID_DIGITS + 1], made[25];

	oid_format(commit, digits);
	clock_format(clock_now() - statement->age, made);
	text_add_format(text,
	    "kind: %s\nresult: %s\ntool: policy-test\nsubject: %s\n"
	    "made: %.19sZ\n",
	    statement->kind, scene_results[statement->result], digits, made);
}

static int
statement_sign(const char *key, struct text *statement, struct error *err)
{
	const char *const argv[] = {keygen, "-q", "-Y", "sign", "-n",
	    STATEMENT_NAME_SPACE, "-f", key, NULL};
	struct text signature = {0};
	int result = run(argv, statement, &signature, err);

	if (result == 0)
		text_add(statement, signature.data);
	text_free(&signature);
	return result;
}

static int
note_add(const char *dir, const struct policy *policy, const struct oid *commit,
    const struct text *note, struct error *err)
{
	char digits[OID_DIGITS + 1];
	const char *const argv[] = {git, "--git-dir", dir, "-c",
	    "user.name=Maker", "-c", "user.email=maker@example.com", "notes",
	    "--ref", policy->evidence.ref, "append", "-F", "-", digits, NULL};
	struct text output = {0};
	int result;

	oid_format(commit, digits);
	result = run(argv, note, &output, err);
	text_free(&output);
	return result;
}

static int
state_one(const char *dir, const struct scene_statement *statement,
    const struct oid *commit, struct policy *policy, struct error *err)
{
	struct person *person = person_find(policy, statement->by);
	struct text key = {0}, text = {0};
	int result = -1;

	if (person == NULL)
		return error_set(
		    err, "the policy knows no \"%s\"", statement->by);
	text_add_format(&key, "%s/witness", dir);
	statement_write(statement, commit, &text);
	if (key_make(key.data, policy, person, err) == 0 &&
	    statement_sign(key.data, &text, err) == 0)
		result = note_add(dir, policy, commit, &text, err);
	text_free(&key);
	text_free(&text);
	return result;
}

int
witness_state(const char *dir, const struct scenario *scenario,
    const struct oid *commit, struct policy *policy, struct error *err)
{
	if (scenario->statement_count > 0 && !policy->evidence.configured)
		return error_set(err, "the policy keeps no evidence");
	for (size_t i = 0; i < scenario->statement_count; i++)
		if (state_one(dir, &scenario->statements[i], commit, policy,
			err) != 0)
			return -1;
	return 0;
}
