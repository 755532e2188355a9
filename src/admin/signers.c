/* Keys by ssh-keygen, one a person, made when the person first signs. */
#include "admin/signers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/layers.h"

static const char program[] = "/usr/bin/ssh-keygen";

void
signers_open(struct signers *signers, struct policy *policy)
{
	*signers = (struct signers){.policy = policy};
	signers->made = mem_array(policy->people.count, sizeof(bool));
}

void
signers_close(struct signers *signers)
{
	workdir_remove(signers->dir);
	free(signers->made);
	*signers = (struct signers){0};
}

struct person *
signers_find(const struct signers *signers, const char *name)
{
	const struct people *people = &signers->policy->people;

	for (size_t i = 0; i < people->count; i++)
		if (strcmp(people->list[i].name, name) == 0)
			return &people->list[i];
	return NULL;
}

static void
key_add(struct arena *arena, struct person *person, const char *key)
{
	struct texts *keys = &person->keys;
	const char **list = arena_zero(arena, (keys->count + 1) * sizeof *list);

	for (size_t i = 0; i < keys->count; i++)
		list[i] = keys->list[i];
	list[keys->count] = key;
	*keys = (struct texts){list, keys->count + 1};
}

static int
key_make(struct signers *signers, struct person *person, const char *path,
    struct error *err)
{
	const char *const argv[] = {program, "-q", "-t", "ed25519", "-N", "",
	    "-C", "", "-f", path, NULL};
	struct arena *arena = &signers->policy->arena;
	char *key;
	size_t len;

	if (workdir_run(argv, NULL, 0, NULL, err) == -1)
		return -1;
	if (policy_read(arena_format(arena, "%s.pub", path), &key, &len, err) !=
	    0)
		return error_set(err, "%s.pub can not be read", path);
	key_add(arena, person, arena_bytes(arena, key, strcspn(key, "\n")));
	free(key);
	return 0;
}

int
signers_sign(struct signers *signers, const char *name, const char *name_space,
    const char *data, size_t len, struct text *signature, struct error *err)
{
	struct person *person = signers_find(signers, name);
	char path[WORKDIR_SIZE + 24];
	const char *const argv[] = {
	    program, "-q", "-Y", "sign", "-n", name_space, "-f", path, NULL};
	size_t which;

	if (person == NULL)
		return error_set(err, "the policy knows no \"%s\"", name);
	which = (size_t)(person - signers->policy->people.list);
	if (signers->dir[0] == '\0' && workdir_make(signers->dir, err) == -1)
		return -1;
	snprintf(path, sizeof path, "%s/%zu", signers->dir, which);
	if (!signers->made[which] && key_make(signers, person, path, err) == -1)
		return -1;
	signers->made[which] = true;
	return workdir_run(argv, data, len, signature, err);
}
