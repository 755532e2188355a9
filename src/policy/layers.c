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

#include "base/place.h"
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
	}
	if (policy->log_given && !log)
		layers->log = &policy->log;
	if (policy->pusher_given && !pusher)
		layers->pusher = &policy->pusher;
	if (policy->ref_names_given && !names)
		layers->ref_names_strict = policy->ref_names_strict;
	if (first || (policy->namespaces_given && !namespaces))
		layers->namespaces = policy;
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

static const struct rule *
rule_find(const struct policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (strcmp(policy->rules[i].id, id) == 0)
			return &policy->rules[i];
	return NULL;
}

/* The rules of an upper layer that a lower one has by the same id. */
static void
layers_name(struct layers *layers)
{
	struct policy *upper = layers->list[0];

	for (size_t k = 1; k < layers->count; k++)
		for (size_t i = 0; i < upper->rule_count; i++)
			if (rule_find(layers->list[k], upper->rules[i].id) !=
			    NULL)
				upper->rules[i].name =
				    arena_format(&upper->arena, "%s/%s",
					layer_names[upper->layer],
					upper->rules[i].id);
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

static int
first_fault(const struct faults *faults, struct error *err)
{
	const struct fault *fault = NULL;

	for (size_t i = 0; i < faults->count && fault == NULL; i++)
		if (!faults->list[i].warning)
			fault = &faults->list[i];
	if (fault == NULL)
		return error_code(
		    err, "policy.invalid", "%s: invalid policy", faults->file);
	if (faults->errors == 1)
		return error_code(err, "policy.invalid", "%s:%u:%u: %s",
		    faults->file, fault->line, fault->column, fault->text);
	return error_code(err, "policy.invalid", "%s:%u:%u: %s (and %zu more)",
	    faults->file, fault->line, fault->column, fault->text,
	    faults->errors - 1);
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
		return first_fault(faults, err);
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
	layers_name(layers);
	layers_hash(layers);
	if (status == 0 && layers->count == 0)
		status = error_code(err, "policy.missing",
		    "there is no policy: neither %s nor %s", paths[0],
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

bool
layers_allow(const struct layers *layers, const char *ref)
{
	const struct policy *policy = layers->namespaces;

	return policy != NULL &&
	       globs_match(policy->refs, policy->namespaces->number, ref);
}

static int
read_all(int fd, const char *path, char **data, size_t *len, struct error *err)
{
	char *buffer = mem_zero(YAML_FILE_LIMIT + 2);
	ssize_t got = 1;

	*len = 0;
	while (got > 0 && *len <= YAML_FILE_LIMIT) {
		got = read(fd, buffer + *len, YAML_FILE_LIMIT + 1 - *len);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			*len += (size_t)got;
	}
	if (got >= 0 && *len <= YAML_FILE_LIMIT) {
		*data = buffer;
		return 0;
	}
	free(buffer);
	return error_code(err, "policy.invalid", "%s: %s", path,
	    got < 0 ? strerror(errno) : "larger than 256 KiB");
}

int
policy_read(const char *path, char **data, size_t *len, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), status;

	if (fd < 0)
		return errno == ENOENT ? 1
				       : error_code(err, "policy.invalid",
					     "%s: %s", path, strerror(errno));
	status = read_all(fd, path, data, len, err);
	close(fd);
	return status;
}

void
layers_free(struct layers *layers)
{
	for (size_t i = 0; i < layers->count; i++)
		policy_free(layers->list[i]);
	layers_default(layers);
}
