/* Find the policy files of a repository and say whose word counts. */
#include "policy/layers.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"
#include "policy/in_tree.h"
#include "policy/settings.h"

static const struct pusher_setting default_pusher = {PUSHER_AUTO, NULL};

static void
layers_default(struct layers *layers)
{
	*layers = (struct layers){.log = &default_log,
	    .pusher = &default_pusher,
	    .limits = default_limits,
	    .ref_names_strict = true,
	    .contact = "",
	    .document = ""};
}

static bool
has_rule(const struct policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (strcmp(policy->rules[i].id, id) == 0)
			return true;
	return false;
}

/* The rules of an upper layer that a lower one has by the same id. */
static void
layer_name(struct policy *upper, const struct policy *lower)
{
	for (size_t i = 0; i < upper->rule_count; i++)
		if (has_rule(lower, upper->rules[i].id))
			upper->rules[i].name =
			    arena_format(&upper->arena, "%s/%s",
				layer_names[upper->layer], upper->rules[i].id);
}

/* The upper layers come first: they speak before the lower ones. */
static void
layers_add(struct layers *layers, struct policy *policy)
{
	bool first = layers->count == 0;
	bool log = false, pusher = false, names = false, namespaces = false;

	for (size_t i = 0; i < layers->count; i++) {
		log = log || layers->list[i]->log_given;
		pusher = pusher || layers->list[i]->pusher_given;
		names = names || layers->list[i]->ref_names_given;
		namespaces = namespaces || layers->list[i]->namespaces_given;
		layer_name(layers->list[i], policy);
	}
	if (policy->log_given && !log)
		layers->log = &policy->log;
	if (policy->pusher_given && !pusher)
		layers->pusher = &policy->pusher;
	if (policy->ref_names_given && !names)
		layers->ref_names_strict = policy->ref_names_strict;
	if (first || (policy->namespaces_given && !namespaces))
		layers->namespaces = policy;
	if (layers->repository_policy == NULL)
		layers->repository_policy = policy->repository_policy;
	if (first)
		limits_apply(&layers->limits, &policy->limits);
	else
		limits_tighten(&layers->limits, &policy->limits);
	if (layers->contact[0] == '\0')
		layers->contact = policy->contact;
	if (layers->document[0] == '\0')
		layers->document = policy->document;
	layers->list[layers->count++] = policy;
}

static void
layers_hash(struct layers *layers)
{
	unsigned char hashes[LAYER_LIMIT * 32] = {0}, hash[32];

	for (size_t i = 0; i < layers->count; i++)
		memcpy(hashes + i * 32, layers->list[i]->hash, 32);
	if (layers->count == 1)
		memcpy(hash, hashes, sizeof hash);
	else
		crypto_hash_sha256(hash, hashes, layers->count * 32);
	for (size_t i = 0; i < 6; i++)
		snprintf(layers->hash + 2 * i, 3, "%02x", hash[i]);
}

typedef int reader(const char *path, char **data, size_t *len, struct error *);

/* 0, 1 if there is no such file, or -1. */
static int
layer_load(reader *read_file, const char *path, enum layer_kind kind,
    struct layers *layers, struct faults *faults, struct error *err)
{
	struct policy *policy;
	char *data = NULL;
	size_t len;
	int status = read_file(path, &data, &len, err);

	if (status != 0)
		return status;
	policy = policy_load(data, len, kind, faults);
	free(data);
	if (policy == NULL)
		return policy_first_fault(faults, err);
	layers_add(layers, policy);
	return 0;
}

/*
 * Both layers are read even if the first has a fault: what the second says of
 * the log still counts for the record of the refusal.
 */
int
layers_load(const char *git_dir, struct layers *layers, struct faults *faults,
    struct error *err)
{
	struct faults own[LAYER_LIMIT];
	struct faults *each = faults != NULL ? faults : own;
	struct error other, *next = err;
	struct arena arena = {0};
	const char *paths[] = {
	    arena_format(&arena, "%s/refwarden/policy.yml", place_sysconf()),
	    arena_format(&arena, "%s/refwarden.yml", git_dir)};
	int status = 0;

	layers_default(layers);
	for (size_t i = 0; i < LAYER_LIMIT; i++)
		faults_init(&each[i], i < 2 ? paths[i] : "");
	for (size_t i = 0; i < 2; i++) {
		if (layer_load(trusted_read, paths[i], (enum layer_kind)i,
			layers, &each[i], next) >= 0)
			continue;
		status = -1;
		next = &other;
	}
	layers_hash(layers);
	if (status == 0 && layers->count == 0)
		status = error_code(err, "policy.missing",
		    "there is no policy: neither %s nor %s exists", paths[0],
		    paths[1]);
	for (size_t i = 0; faults == NULL && i < LAYER_LIMIT; i++)
		faults_free(&own[i]);
	arena_free(&arena);
	return status;
}

int
layers_load_file(const char *path, struct layers *layers, struct faults *faults,
    struct error *err)
{
	struct faults own = {0}, *all = faults != NULL ? faults : &own;
	int status;

	layers_default(layers);
	faults_init(all, path);
	status = layer_load(policy_read, path, LAYER_SYSTEM, layers, all, err);
	if (status == 1)
		status = error_code(
		    err, "policy.missing", "%s: there is no such file", path);
	layers_hash(layers);
	if (faults == NULL)
		faults_free(&own);
	return status;
}

int
layers_add_tree(struct layers *layers, struct repo *repo, const char *branch,
    const struct oid *tip, struct error *err)
{
	struct budget budget = budget_new(&layers->limits);
	struct policy *policy = NULL;
	struct faults faults;
	struct error cause;
	int result;

	free(layers->tree_branch);
	layers->tree_branch = mem_string(branch);
	if (oid_is_zero(tip))
		return 0;
	faults_init(&faults, layers->repository_policy);
	result = in_tree_load(repo, tip, layers->repository_policy, &budget,
	    &faults, &policy, &cause);
	faults_free(&faults);
	if (result == -1)
		return error_code(err, "policy.invalid", "%s: %s",
		    ref_shown(branch), cause.text);
	if (policy != NULL)
		layers_add(layers, policy);
	layers_hash(layers);
	return 0;
}

static bool
layers_protect(const struct layers *layers, const char *ref)
{
	for (size_t i = 0; i < layers->count; i++)
		if (policy_protects(layers->list[i], ref))
			return true;
	return false;
}

struct looking {
	const struct layers *layers;
	bool found;
};

static int
look(void *context, const char *name, const struct oid *id, struct error *err)
{
	struct looking *looking = context;

	(void)id;
	(void)err;
	looking->found =
	    looking->found || layers_protect(looking->layers, name);
	return 0;
}

/* No branch has begun that a policy on the server protects. */
static int
is_empty(const struct layers *layers, struct repo *repo, bool *empty,
    struct error *err)
{
	struct looking looking = {layers, false};
	int result =
	    refs_each(repo_refs(repo), "refs/heads/", look, &looking, err);

	*empty = !looking.found;
	return result;
}

int
layers_load_tree(struct layers *layers, struct repo *repo, struct error *err)
{
	char branch[REF_NAME_LIMIT + 1];
	struct ref ref = {.kind = REF_ABSENT};
	bool empty;

	if (layers->repository_policy == NULL)
		return 0;
	if (refs_head(repo_refs(repo), branch, err) == -1 ||
	    (branch[0] != '\0' &&
		refs_read(repo_refs(repo), branch, &ref, err) == -1))
		return -1;
	if (ref.kind == REF_DIRECT && layers_protect(layers, branch))
		return layers_add_tree(layers, repo, branch, &ref.id, err);
	if (ref.kind == REF_ABSENT) {
		if (is_empty(layers, repo, &empty, err) == -1)
			return -1;
		if (empty)
			return layers_add_tree(
			    layers, repo, branch, &ref.id, err);
	}
	return error_code(err, "policy.missing",
	    "`repository_policy` is set, but %s",
	    branch[0] == '\0'        ? "HEAD is no branch"
	    : ref.kind != REF_DIRECT ? "HEAD's branch does not exist"
				     : "HEAD's branch is not protected by a "
				       "policy on the server");
}

bool
layers_allow(const struct layers *layers, const char *ref)
{
	const struct policy *policy = layers->namespaces;

	return policy != NULL &&
	       globs_match(policy->refs, policy->namespaces->number, ref);
}

int
policy_read(const char *path, char **data, size_t *len, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), status;
	struct text text = {0};

	if (fd < 0)
		return errno == ENOENT ? 1
				       : error_code(err, "policy.invalid",
					     "%s: %s", path, strerror(errno));
	if ((status = read_all(fd, YAML_FILE_LIMIT, &text)) != 0) {
		status = error_code(err, "policy.invalid", "%s: %s", path,
		    status == 1 ? "larger than 256 KiB" : strerror(errno));
		text_free(&text);
	}
	close(fd);
	*data = text.data;
	*len = text.len;
	return status;
}

void
layers_free(struct layers *layers)
{
	for (size_t i = 0; i < layers->count; i++)
		policy_free(layers->list[i]);
	free(layers->tree_branch);
	layers_default(layers);
}
