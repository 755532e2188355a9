/* `refwarden audit gaps`: refs that moved without a decision. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/audit_figures.h"
#include "admin/chain.h"
#include "admin/command.h"
#include "admin/in_force.h"
#include "admin/tally.h"
#include "report/prose.h"

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit gaps [OPTION...] [REPO | DIR | FILE...]\n"
	"\n"
	"Find protected refs that moved without a decision: those whose\n"
	"accepted decisions do not lead from one to the next and to what the\n"
	"ref is now.\n"
	"\n"
	"  --ref PATTERN\n"
	"  --json   one object\n"
	"  --plain  columns between tabs, nothing else\n",
    .options = "rjP",
    .journals = true,
};

enum { BEGINS = 1024 /* pushes that may be judged at the same time */ };

struct gap {
	size_t ref;
	struct oid from, to;
	char after[25], before[25]; /* times; "" for now */
};

/* A ref of a repository. */
struct followed {
	struct chain chain;
	const char *git_dir; /* NULL: its records are not in its journal */
	char *repo, *name;
	char last[25]; /* time of the last record */
	bool passed;   /* by --ref */
	bool landed;   /* post-receive has told of it */
};

struct begin {
	char id[16];
	uint64_t number;
};

struct gaps {
	struct audit *audit;
	struct tally keys; /* row i is of refs[i] */
	struct followed *refs;
	size_t capacity;
	struct gap *list;
	size_t count, list_capacity;
	struct begin begins[BEGINS];
	size_t begin_count; /* all there were */
	uint64_t number;    /* of the record */
	size_t checked, shown;
	json_t *found, *unrecorded, *unclear;
};

static struct followed *
follow(struct gaps *gaps, const struct line *line)
{
	const struct entry *entry = &line->entry;
	const char *git_dir = line->source->git_dir;
	size_t known = gaps->keys.count, at;
	struct text key = {0};

	text_add_format(&key, "%s\t%s", git_dir != NULL ? git_dir : entry->repo,
	    entry->ref);
	at = (size_t)(tally_at(&gaps->keys, key.data) - gaps->keys.rows);
	text_free(&key);
	if (at == known) {
		gaps->refs = mem_grow(
		    gaps->refs, &gaps->capacity, known + 1, sizeof *gaps->refs);
		gaps->refs[at] = (struct followed){.git_dir = git_dir,
		    .repo = mem_string(entry->repo),
		    .name = mem_string(entry->ref)};
	}
	return &gaps->refs[at];
}

static void
add_gap(struct gaps *gaps, const struct followed *ref, const struct oid *from,
    const struct oid *to, const char *before)
{
	struct gap *gap;

	gaps->list = mem_grow(gaps->list, &gaps->list_capacity, gaps->count + 1,
	    sizeof *gaps->list);
	gap = &gaps->list[gaps->count++];
	*gap = (struct gap){
	    .ref = (size_t)(ref - gaps->refs), .from = *from, .to = *to};
	memcpy(gap->after, ref->last, sizeof gap->after);
	snprintf(gap->before, sizeof gap->before, "%s", before);
}

/* With which record the push began; this one, where that is not known. */
static uint64_t
began(const struct gaps *gaps, const char *id)
{
	size_t kept = gaps->begin_count < BEGINS ? gaps->begin_count : BEGINS;

	for (size_t i = 1; i <= kept; i++) {
		const struct begin *begin =
		    &gaps->begins[(gaps->begin_count - i) % BEGINS];

		if (strcmp(begin->id, id) == 0)
			return begin->number;
	}
	return gaps->number;
}

static void
note_begin(struct gaps *gaps, const struct entry *entry)
{
	struct begin *begin = &gaps->begins[gaps->begin_count++ % BEGINS];

	snprintf(begin->id, sizeof begin->id, "%s", entry->id);
	begin->number = gaps->number;
}

static void
note_update(struct gaps *gaps, const struct line *line)
{
	const struct entry *entry = &line->entry;
	struct followed *ref;
	struct oid old, new, from;
	bool leads;

	if (!oid_parse(&old, entry->old, strlen(entry->old)) ||
	    !oid_parse(&new, entry->new, strlen(entry->new)))
		return;
	ref = follow(gaps, line);
	from = ref->chain.value;
	ref->landed = ref->landed || entry->event == EVENT_LANDED;
	if (entry->event == EVENT_LANDED)
		leads = chain_land(&ref->chain, &old, &new, gaps->number);
	else
		leads = chain_see(
		    &ref->chain, &old, began(gaps, entry->id), gaps->number);
	if (!leads)
		add_gap(gaps, ref, &from, &ref->chain.value, entry->time);
	if (entry_landed(entry))
		chain_accept(&ref->chain, &old, &new);
	snprintf(ref->last, sizeof ref->last, "%s", entry->time);
}

static void
take(struct gaps *gaps, const struct line *line)
{
	gaps->number++;
	if (line->entry.event == EVENT_BEGIN)
		note_begin(gaps, &line->entry);
	if (line->entry.event == EVENT_DECISION ||
	    line->entry.event == EVENT_LANDED)
		note_update(gaps, line);
}

/* ---- what the refs are now */

struct present {
	struct gaps *gaps;
	const char *git_dir;
	struct layers *layers; /* NULL: what is protected is not known */
};

static bool
is_protected(const struct present *present, const char *ref)
{
	if (present->layers == NULL)
		return true;
	for (size_t i = 0; i < present->layers->count; i++)
		if (policy_protects(present->layers->list[i], ref))
			return true;
	return false;
}

static bool
is_asked(const struct gaps *gaps, const char *ref)
{
	return gaps->audit->globs == NULL ||
	       globs_match(gaps->audit->globs, 0, ref);
}

static bool
is_followed(const struct gaps *gaps, const char *git_dir, const char *name)
{
	for (size_t i = 0; i < gaps->keys.count; i++)
		if (gaps->refs[i].git_dir != NULL &&
		    strcmp(gaps->refs[i].git_dir, git_dir) == 0 &&
		    strcmp(gaps->refs[i].name, name) == 0)
			return true;
	return false;
}

/* What is no gap, and should be known. */
static void
note(struct gaps *gaps, json_t *list, const char *ref, const char *what)
{
	struct text safe = {0};

	safe_add(&safe, ref, SIZE_MAX);
	json_array_append_new(list, json_string(safe.data));
	if (!gaps->audit->json)
		audit_tell("%s: %s", safe.data, what);
	text_free(&safe);
}

static int
note_unrecorded(
    void *context, const char *name, const struct oid *id, struct error *err)
{
	struct present *present = context;
	struct gaps *gaps = present->gaps;

	(void)id;
	(void)err;
	if (present->layers != NULL && is_protected(present, name) &&
	    is_asked(gaps, name) && !is_followed(gaps, present->git_dir, name))
		note(gaps, gaps->unrecorded, name, "no decision on record");
	return 0;
}

/* What the ref is now.  An alias is followed up to a ref that is protected,
 * too: its own decisions tell of that one. */
static int
read_now(const struct present *present, struct refs *refs, const char *name,
    struct ref *now, struct error *err)
{
	enum { HOPS = 5 }; /* as git follows them */

	for (int i = 0; i <= HOPS; i++) {
		if (refs_read(refs, name, now, err) != 0)
			return -1;
		if (now->kind != REF_SYMBOLIC || now->target[0] == '\0' ||
		    is_protected(present, now->target))
			break;
		name = arena_string(&present->gaps->audit->arena, now->target);
	}
	if (now->kind == REF_ABSENT)
		memset(&now->id, 0, sizeof now->id);
	return 0;
}

static int
look(struct present *present, struct followed *ref, struct refs *refs,
    struct error *err)
{
	struct ref now;

	if (!is_asked(present->gaps, ref->name) ||
	    !is_protected(present, ref->name))
		return 0;
	ref->passed = true;
	present->gaps->checked++;
	if (refs == NULL)
		return 0;
	if (read_now(present, refs, ref->name, &now, err) != 0)
		return -1;
	if (now.kind != REF_SYMBOLIC && !chain_allows(&ref->chain, &now.id))
		add_gap(present->gaps, ref, &ref->chain.value, &now.id, "");
	else if (ref->chain.count > 0 && !ref->landed &&
		 oid_equal(&ref->chain.value, &now.id))
		note(present->gaps, present->gaps->unclear, ref->name,
		    "what was accepted last did not land, or was taken back "
		    "(post-receive would tell)");
	return 0;
}

static int
look_at_repository(struct gaps *gaps, const char *git_dir, struct error *err)
{
	struct layers layers;
	struct present present = {gaps, git_dir, &layers};
	struct repo *repo = repo_open(git_dir, err);
	int result = 0;

	/* A journal that was copied has no repository around it. */
	if (repo == NULL)
		audit_tell("%s: what its refs are now is not known: %s",
		    git_dir, err->text);
	if (layers_in_force(NULL, git_dir, &layers, err) != 0) {
		audit_tell("%s: taking all refs for protected: %s", git_dir,
		    err->text);
		present.layers = NULL;
	}
	for (size_t i = 0; i < gaps->keys.count && result == 0; i++)
		if (gaps->refs[i].git_dir != NULL &&
		    strcmp(gaps->refs[i].git_dir, git_dir) == 0)
			result = look(&present, &gaps->refs[i],
			    repo != NULL ? repo_refs(repo) : NULL, err);
	if (result == 0 && repo != NULL)
		result = refs_each(
		    repo_refs(repo), "refs/", note_unrecorded, &present, err);
	layers_free(&layers);
	repo_close(repo);
	return result;
}

static int
look_at_all(struct gaps *gaps, struct error *err)
{
	struct present elsewhere = {gaps, NULL, NULL};
	const char *last = NULL;
	size_t count;
	const struct source *sources =
	    reader_sources(gaps->audit->reader, &count);

	for (size_t i = 0; i < count; i++) {
		const char *dir = sources[i].git_dir;

		if (dir == NULL || (last != NULL && strcmp(dir, last) == 0))
			continue;
		last = dir;
		if (look_at_repository(gaps, dir, err) != 0)
			return -1;
	}
	for (size_t i = 0; i < gaps->keys.count; i++)
		if (gaps->refs[i].git_dir == NULL &&
		    look(&elsewhere, &gaps->refs[i], NULL, err) != 0)
			return -1;
	return 0;
}

/* ---- the answer */

static json_t *
gap_json(const struct gap *gap, const struct followed *ref, const char *from,
    const char *to)
{
	json_t *object = json_object();

	json_object_set_new(object, "repo", json_string(ref->repo));
	json_object_set_new(object, "ref", json_string(ref->name));
	json_object_set_new(object, "from", json_string(from));
	json_object_set_new(object, "to", json_string(to));
	json_object_set_new(object, "after", json_string(gap->after));
	json_object_set_new(object, "before",
	    gap->before[0] != '\0' ? json_string(gap->before) : json_null());
	return object;
}

static void
print_gap(struct gaps *gaps, const struct gap *gap)
{
	const struct followed *ref = &gaps->refs[gap->ref];
	char from[OID_DIGITS + 1], to[OID_DIGITS + 1];
	const char *tab = gaps->audit->plain ? "\t" : " ";

	if (!ref->passed)
		return;
	gaps->shown++;
	oid_format(&gap->from, from);
	oid_format(&gap->to, to);
	if (gaps->audit->json) {
		json_array_append_new(
		    gaps->found, gap_json(gap, ref, from, to));
		return;
	}
	print_safe(ref->repo, 0);
	fputs(tab, stdout);
	print_safe(ref->name, 0);
	if (gaps->audit->plain)
		printf("\t%s\t%s\t%s\t%s\n", from, to, gap->after, gap->before);
	else
		printf("\n  was     %s\n  became  %s\n  without a decision, "
		       "after %s and before %s\n\n",
		    from, to, gap->after,
		    gap->before[0] != '\0' ? gap->before : "now");
}

static void
print(struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->count; i++)
		print_gap(gaps, &gaps->list[i]);
	if (gaps->audit->json)
		print_json(json_pack("{s:I, s:I, s:O, s:O, s:O}", "refs",
		    (json_int_t)gaps->checked, "gaps", (json_int_t)gaps->shown,
		    "found", gaps->found, "unrecorded", gaps->unrecorded,
		    "unclear", gaps->unclear));
	else if (!gaps->audit->plain)
		printf("%s: %zu ref%s looked at, %zu gap%s\n",
		    gaps->shown == 0 ? "success" : "error", gaps->checked,
		    gaps->checked == 1 ? "" : "s", gaps->shown,
		    gaps->shown == 1 ? "" : "s");
}

static void
gaps_free(struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->keys.count; i++) {
		chain_free(&gaps->refs[i].chain);
		free(gaps->refs[i].repo);
		free(gaps->refs[i].name);
	}
	free(gaps->refs);
	free(gaps->list);
	tally_free(&gaps->keys);
	json_decref(gaps->found);
	json_decref(gaps->unrecorded);
	json_decref(gaps->unclear);
	free(gaps);
}

/* All records are read, whatever --ref says: begins have no ref.  0, or -1 once
 * it was told why not. */
static int
find_gaps(struct gaps *gaps)
{
	struct audit *audit = gaps->audit;
	struct globs *globs = audit->globs;
	struct line line;
	struct error err;

	audit->globs = NULL;
	while (audit_next(audit, &line))
		take(gaps, &line);
	audit->globs = globs;
	if (audit->failed)
		return -1;
	if (look_at_all(gaps, &err) == 0)
		return 0;
	audit_tell("%s", err.text);
	return -1;
}

static struct gaps *
gaps_new(struct audit *audit)
{
	struct gaps *gaps = mem_zero(sizeof *gaps);

	gaps->audit = audit;
	gaps->found = json_array();
	gaps->unrecorded = json_array();
	gaps->unclear = json_array();
	return gaps;
}

int
audit_gaps_command(int argc, char **argv)
{
	struct audit audit;
	struct gaps *gaps;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1)
		return audit_close(&audit, status);
	gaps = gaps_new(&audit);
	status = EXIT_ENVIRONMENT;
	if (find_gaps(gaps) == 0) {
		print(gaps);
		status = gaps->shown == 0 ? EXIT_YES : EXIT_NO;
	}
	gaps_free(gaps);
	return audit_close(&audit, status);
}

/* ---- for the report */

static void
keep(struct figures *figures, const struct gap *gap, const struct followed *ref)
{
	struct moved *moved = &figures->gaps[figures->gap_count++];

	moved->repo = mem_string(ref->repo);
	moved->ref = mem_string(ref->name);
	oid_format(&gap->from, moved->from);
	oid_format(&gap->to, moved->to);
	memcpy(moved->after, gap->after, sizeof moved->after);
	memcpy(moved->before, gap->before, sizeof moved->before);
}

void
figures_take_gaps(struct figures *figures, int argc, char **argv)
{
	struct audit audit;
	struct gaps *gaps;

	if (audit_open(&audit, &command, argc, argv) != -1) {
		audit_close(&audit, EXIT_ENVIRONMENT);
		return;
	}
	gaps = gaps_new(&audit);
	if (find_gaps(gaps) == 0) {
		figures->gaps_examined = true;
		figures->refs_examined = (int64_t)gaps->checked;
		figures->gaps = mem_array(gaps->count, sizeof *figures->gaps);
		for (size_t i = 0; i < gaps->count; i++)
			if (gaps->refs[gaps->list[i].ref].passed)
				keep(figures, &gaps->list[i],
				    &gaps->refs[gaps->list[i].ref]);
	}
	gaps_free(gaps);
	audit_close(&audit, EXIT_YES);
}
