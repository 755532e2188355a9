/* The tables of plain settings, and what they can not say. */
#include "policy/settings.h"

#include <string.h>
#include <syslog.h>

#include "git/ref_name.h"
#include "policy/guarded.h"
#include "policy/sets.h"

enum { PARENTS_LIMIT = 64, DAYS_LIMIT = 3660 };

const char *const mode_names[] = {"enforce", "warn", "observe", NULL};

const struct log_setting default_log = {LOG_AUTHPRIV, LOG_REFUSE, true};

static const char *const create_names[] = {"trusted", "anything", NULL};
static const char *const proof_choices[] = {"signature", "sign-off", NULL};
static const char *const failure_names[] = {"refuse", "spool", NULL};

#define HISTORY(member) offsetof(struct history_setting, member)

const struct field history_fields[] = {
    {"first_parent", FIELD_BOOL, HISTORY(first_parent),
	.summary = "old tips stay on the first-parent chain"},
    {"max_parents", FIELD_NUMBER, HISTORY(max_parents),
	.summary = "parents a commit may have", .min = 1, .max = PARENTS_LIMIT},
    {"roots", FIELD_BOOL, HISTORY(roots),
	.summary = "a push may bring root commits"},
    {"create", FIELD_CHOICE, HISTORY(create),
	.summary = "what a new protected branch may start from",
	.choices = create_names},
    {0},
};

#define EXCEPTION(member) offsetof(struct exception_setting, member)

const struct field exception_setting_fields[] = {
    {"directory", FIELD_TEXT, EXCEPTION(directory),
	.summary = "the directory of the records"},
    {"repository", FIELD_TEXT, EXCEPTION(place.repository),
	.summary = "a repository that keeps the records; with ref and path"},
    {"ref", FIELD_TEXT, EXCEPTION(place.ref),
	.summary = "the branch that holds the records; with path"},
    {"path", FIELD_TEXT, EXCEPTION(place.path),
	.summary = "the directory of the records on that branch"},
    {"approved_by", FIELD_GROUP, EXCEPTION(approved_by),
	.summary = "who may approve", .required = true},
    {"proof", FIELD_CHOICE, EXCEPTION(proof),
	.summary = "how approval is proven", .choices = proof_choices},
    {"max_days", FIELD_NUMBER, EXCEPTION(max_days),
	.summary = "days an exception may last", .min = 1, .max = DAYS_LIMIT},
    {"waivable", FIELD_BOOL, EXCEPTION(waivable),
	.summary = "default of the key of that name in rules"},
    {0},
};

#define EVIDENCE(member) offsetof(struct evidence_setting, member)

const struct field evidence_setting_fields[] = {
    {"ref", FIELD_TEXT, EVIDENCE(ref),
	.summary = "the ref of the notes, by its full name"},
    {"pushers", FIELD_GROUP, EVIDENCE(pushers),
	.summary = "who may push that ref", .required = true},
    {0},
};

#define DEADLINE(which) ((which) * sizeof(int64_t))

static const struct field deadline_fields[] = {
    {"critical", FIELD_DURATION, DEADLINE(0),
	.summary = "time for a critical finding"},
    {"high", FIELD_DURATION, DEADLINE(1), .summary = "time for a high finding"},
    {"medium", FIELD_DURATION, DEADLINE(2),
	.summary = "time for a medium finding"},
    {"low", FIELD_DURATION, DEADLINE(3), .summary = "time for a low finding"},
    {0},
};

#define REGISTER(member) offsetof(struct register_setting, member)

const struct field register_setting_fields[] = {
    {"repository", FIELD_TEXT, REGISTER(place.repository),
	.summary = "a repository that keeps the findings; default: this one"},
    {"ref", FIELD_TEXT, REGISTER(place.ref),
	.summary = "the branch that holds the findings; default: HEAD's"},
    {"path", FIELD_TEXT, REGISTER(place.path),
	.summary = "the directory of the findings on that branch",
	.required = true},
    {"deadlines", FIELD_TABLE, REGISTER(deadlines),
	.summary = "time for a finding, by its severity",
	.fields = deadline_fields},
    {0},
};

static const char *const facility_names[] = {"auth", "authpriv", "daemon",
    "user", "local0", "local1", "local2", "local3", "local4", "local5",
    "local6", "local7", NULL};
static const int facilities[] = {LOG_AUTH, LOG_AUTHPRIV, LOG_DAEMON, LOG_USER,
    LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3, LOG_LOCAL4, LOG_LOCAL5,
    LOG_LOCAL6, LOG_LOCAL7};
enum { FACILITY_COUNT = sizeof facilities / sizeof *facilities };

static void
read_facility(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	int *facility = member;

	(void)field;
	if (node->kind != NODE_SCALAR) {
		fault_at(load->faults, node, "a facility is one word");
		return;
	}
	for (size_t i = 0; i < FACILITY_COUNT; i++) {
		if (strcmp(facility_names[i], node->text) != 0)
			continue;
		*facility = facilities[i];
		return;
	}
	fault_unknown(load, node, "syslog facility", facility_names,
	    FACILITY_COUNT,
	    "it is auth, authpriv, daemon, user or local0 to local7");
}

const struct field log_fields[] = {
    {"facility", FIELD_OWN, offsetof(struct log_setting, facility),
	.summary = "syslog's facility", .item = FIELD_CHOICE,
	.choices = facility_names, .read = read_facility},
    {"on_failure", FIELD_CHOICE, offsetof(struct log_setting, on_failure),
	.summary = "when syslog does not take a record",
	.choices = failure_names},
    {"journal", FIELD_BOOL, offsetof(struct log_setting, journal),
	.summary = "keep a journal in each repository"},
    {0},
};

#define LIMIT(member) offsetof(struct limits, member)

const struct field limit_fields[] = {
    {"refs", FIELD_NUMBER, LIMIT(refs), .summary = "updates in one push",
	.min = 1},
    {"commits", FIELD_NUMBER, LIMIT(commits),
	.summary = "new commits judged in one push", .min = 1},
    {"commit_size", FIELD_SIZE, LIMIT(commit_size),
	.summary = "bytes of a commit"},
    {"trailers", FIELD_NUMBER, LIMIT(trailers),
	.summary = "trailers in one commit", .min = 1},
    {"tree_size", FIELD_SIZE, LIMIT(tree_size), .summary = "bytes of a tree"},
    {"tree_depth", FIELD_NUMBER, LIMIT(tree_depth),
	.summary = "directories below each other", .min = 1},
    {"tree_entries", FIELD_NUMBER, LIMIT(tree_entries),
	.summary = "tree entries compared in one push", .min = 1},
    {"paths", FIELD_NUMBER, LIMIT(paths),
	.summary = "changed paths in one push", .min = 1},
    {"blob_size", FIELD_SIZE, LIMIT(blob_size),
	.summary = "bytes of a file read for a check"},
    {"time", FIELD_DURATION, LIMIT(time), .summary = "time for one push"},
    {"memory", FIELD_SIZE, LIMIT(memory), .summary = "memory for one push"},
    {"exceptions", FIELD_NUMBER, LIMIT(exceptions),
	.summary = "exceptions one push may name", .min = 1},
    {0},
};

static int64_t *
limit_of(struct limits *limits, const struct field *field)
{
	return (int64_t *)(void *)((char *)limits + field->offset);
}

static int64_t
limit_value(const struct limits *limits, const struct field *field)
{
	return *(const int64_t *)(const void *)((const char *)limits +
						field->offset);
}

void
limits_apply(struct limits *limits, const struct limits *by)
{
	for (const struct field *f = limit_fields; f->key != NULL; f++)
		if (limit_value(by, f) > 0)
			*limit_of(limits, f) = limit_value(by, f);
}

void
limits_tighten(struct limits *limits, const struct limits *by)
{
	for (const struct field *f = limit_fields; f->key != NULL; f++)
		if (limit_value(by, f) > 0 &&
		    limit_value(by, f) < limit_value(limits, f))
			*limit_of(limits, f) = limit_value(by, f);
}

void
settings_default(struct policy *policy)
{
	policy->name = policy->document = policy->contact = "";
	policy->mode = MODE_ENFORCE;
	policy->ref_names_strict = true;
	policy->history = (struct history_setting){
	    .first_parent = true, .max_parents = 2, .create = CREATE_TRUSTED};
	policy->exceptions = (struct exception_setting){
	    .proof = EXCEPTION_SIGNATURE, .max_days = 90, .waivable = true};
	policy->evidence.ref = "refs/notes/evidence";
	policy->log = default_log;
}

/* A limit that was written and read without a fault is zero only if so put. */
static void
limits_check(
    struct load *load, const struct node *node, const struct policy *policy)
{
	const struct node *value;

	for (const struct field *f = limit_fields; f->key != NULL; f++) {
		if (f->type == FIELD_NUMBER ||
		    (value = map_get(node, f->key)) == NULL ||
		    value->kind != NODE_SCALAR || value->text[0] != '0')
			continue;
		if (limit_value(&policy->limits, f) == 0)
			fault_at(load->faults, value,
			    "`%s` must be more than 0", f->key);
	}
}

static void
log_check(
    struct load *load, const struct node *node, const struct policy *policy)
{
	if (policy->log.on_failure == LOG_SPOOL && !policy->log.journal)
		fault_at(load->faults, map_get(node, "on_failure"),
		    "spooled records are kept in the journal: leave out "
		    "`journal: false`, or `on_failure: spool`");
}

static bool
is_absolute(const char *path)
{
	return path[0] == '/';
}

static void
place_check(struct load *load, const struct node *node,
    const struct exception_setting *setting)
{
	const struct tree_place *place = &setting->place;

	if (setting->directory != NULL &&
	    (place->repository != NULL || place->ref != NULL ||
		place->path != NULL))
		fault_at(load->faults, node,
		    "exceptions live in one place: `directory`, or `ref` and "
		    "`path`, not both");
	else if (setting->directory == NULL && place->ref == NULL)
		fault_at(load->faults, node,
		    "where are the exceptions? add `directory`, or `ref` and "
		    "`path`");
	else if (place->ref != NULL && place->path == NULL)
		fault_at(load->faults, map_get(node, "ref"),
		    "`ref` needs `path`: the directory of the records on "
		    "that branch");
	if (setting->proof == EXCEPTION_SIGN_OFF && place->repository != NULL)
		fault_at(load->faults, map_get(node, "proof"),
		    "`proof: sign-off` is not allowed with `repository`: who "
		    "writes there is not to be seen from here; use signature");
}

static void
one_ref_check(struct load *load, const struct node *node, const char *ref)
{
	const char *full = ref_pattern_full(load->arena, ref), *fault;

	if (pattern_is_glob(ref))
		fault_at(load->faults, node,
		    "`ref` \"%s\": it is a pattern; write one branch", ref);
	else if ((fault = ref_name_fault(full, strlen(full))) != NULL)
		fault_at(load->faults, node,
		    "`ref` \"%s\": no ref can have such a name: it %s", ref,
		    fault);
}

/* Names of a place in a tree; its ref is a full one from here on. */
static void
tree_place_check(struct load *load, const struct node *node,
    struct tree_place *place, const char *example)
{
	if (place->repository != NULL && !is_absolute(place->repository))
		fault_at(load->faults, map_get(node, "repository"),
		    "`repository` must begin with /");
	if (place->path != NULL && (pattern_is_glob(place->path) ||
				       path_pattern_fault(place->path) != NULL))
		fault_at(load->faults, map_get(node, "path"),
		    "`path` is one directory in the tree, such as %s", example);
	if (place->ref == NULL)
		return;
	one_ref_check(load, map_get(node, "ref"), place->ref);
	place->ref = ref_pattern_full(load->arena, place->ref);
}

static void
exceptions_check(
    struct load *load, const struct node *node, struct policy *policy)
{
	struct exception_setting *setting = &policy->exceptions;

	setting->configured = true;
	place_check(load, node, setting);
	if (setting->directory != NULL && !is_absolute(setting->directory))
		fault_at(load->faults, map_get(node, "directory"),
		    "`directory` must begin with /");
	tree_place_check(load, node, &setting->place, ".refwarden/exceptions");
}

static void
tree_path_check(struct load *load, const struct node *node, const char *path)
{
	if (path == NULL)
		return;
	if (pattern_is_glob(path) || path_pattern_fault(path) != NULL)
		fault_at(load->faults, node,
		    "`repository_policy` is the path of one file in the tree, "
		    "such as .refwarden/policy.yml");
}

/* Notes are no branch, so that no rule of branches is in the way of them. */
static void
evidence_check(
    struct load *load, const struct node *node, struct policy *policy)
{
	static const char prefix[] = "refs/notes/";
	const char *ref = policy->evidence.ref;
	const struct node *at = map_get(node, "ref");

	policy->evidence.configured = true;
	if (at == NULL)
		return;
	one_ref_check(load, at, ref);
	if (!starts_with(ref, prefix))
		fault_at(load->faults, at,
		    "`ref` is the full name of a ref of notes, such as "
		    "refs/notes/evidence");
}

static void
deadlines_check(struct load *load, const struct node *deadlines,
    const struct register_setting *setting)
{
	for (size_t i = 0; i < SEVERITIES; i++) {
		const struct node *at =
		    map_get(deadlines, deadline_fields[i].key);

		if (at != NULL && at->kind == NODE_SCALAR &&
		    at->text[0] == '0' && setting->deadlines[i] == 0)
			fault_at(
			    load->faults, at, "a deadline must be more than 0");
	}
}

static void
register_check(
    struct load *load, const struct node *node, struct policy *policy)
{
	struct register_setting *setting = &policy->findings;
	struct tree_place *place = &setting->place;
	const struct node *deadlines = map_get(node, "deadlines");

	setting->configured = true;
	tree_place_check(load, node, place, "findings");
	if (deadlines != NULL && deadlines->kind == NODE_MAP)
		deadlines_check(load, deadlines, setting);
	if (place->ref != NULL && place->repository == NULL &&
	    load->faults->errors == 0 && !policy_protects(policy, place->ref))
		warning_at(load->faults, map_get(node, "ref"),
		    "\"%s\" is not protected here: whoever may push it "
		    "decides what the findings are",
		    ref_shown(place->ref));
}

void
settings_check_sign_off(
    struct load *load, const struct node *node, const struct policy *policy)
{
	const struct exception_setting *setting = &policy->exceptions;
	const char *missing = NULL;

	if (setting->configured && setting->proof == EXCEPTION_SIGN_OFF &&
	    setting->directory == NULL)
		missing = place_unguarded(policy, load->arena);
	if (missing != NULL)
		fault_at(load->faults, map_get(node, "proof"),
		    "`proof: sign-off` needs a guarded place, or anyone could "
		    "write it: %s",
		    missing);
}

void
settings_check(
    struct load *load, const struct node *root, struct policy *policy)
{
	const struct node *node;

	if ((node = map_get(root, "limits")) != NULL)
		limits_check(load, node, policy);
	if ((node = map_get(root, "log")) != NULL)
		log_check(load, node, policy);
	if ((node = map_get(root, "exceptions")) != NULL &&
	    node->kind == NODE_MAP)
		exceptions_check(load, node, policy);
	if ((node = map_get(root, "evidence")) != NULL &&
	    node->kind == NODE_MAP)
		evidence_check(load, node, policy);
	if ((node = map_get(root, "findings")) != NULL &&
	    node->kind == NODE_MAP)
		register_check(load, node, policy);
	if ((node = map_get(root, "repository_policy")) != NULL)
		tree_path_check(load, node, policy->repository_policy);
	policy->log_given = map_get(root, "log") != NULL;
	policy->pusher_given = map_get(root, "pusher") != NULL;
	policy->namespaces_given = map_get(root, "namespaces") != NULL;
	policy->ref_names_given = map_get(root, "ref_names") != NULL;
}
