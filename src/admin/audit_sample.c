/* `refwarden audit sample`: accepted changes, drawn so that anybody can draw
 * the same. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/command.h"

static const char *options_fault(const struct audit *);

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit sample --seed TEXT [OPTION...] [REPO | DIR |\n"
	"                              FILE...]\n"
	"\n"
	"Draw a sample of the accepted decisions that brought changes.  The\n"
	"same records and seed give the same sample.\n"
	"\n"
	"  --count N  how many (25)\n"
	"  --seed TEXT\n"
	"  --since DAY, --until DAY   2026-11-22, or 90d or 12w before today\n"
	"  --ref PATTERN --user USER --repo NAME\n"
	"  --json   one object\n"
	"  --plain  columns between tabs, no heading\n",
    .options = "nSsurUpjP",
    .fault = options_fault,
};

struct drawn {
	unsigned char hash[crypto_hash_sha256_BYTES];
	char *json;
	size_t len;
};

/* Those of the smallest hashes, sorted by them. */
struct sample {
	struct drawn *list;
	size_t count, limit;
	uint64_t population;
};

static void
hash_entry(const char *seed, const struct entry *entry, unsigned char *hash)
{
	struct text text = {0};

	text_add_format(
	    &text, "%s\n%s\n%s\n%s", seed, entry->repo, entry->id, entry->ref);
	crypto_hash_sha256(hash, (const unsigned char *)text.data, text.len);
	text_free(&text);
}

/* How many of the sample come before. */
static size_t
place_of(const struct sample *sample, const unsigned char *hash)
{
	size_t low = 0, high = sample->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(sample->list[middle].hash, hash,
			crypto_hash_sha256_BYTES) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
draw(struct sample *sample, const char *seed, const struct line *line)
{
	struct drawn drawn = {.len = line->json_len};
	size_t at;

	if (!entry_landed(&line->entry) || line->entry.changes == 0)
		return;
	sample->population++;
	hash_entry(seed, &line->entry, drawn.hash);
	at = place_of(sample, drawn.hash);
	if (at == sample->limit)
		return;
	if (sample->count == sample->limit)
		free(sample->list[--sample->count].json);
	memmove(&sample->list[at + 1], &sample->list[at],
	    (sample->count - at) * sizeof *sample->list);
	drawn.json = mem_bytes(line->json, line->json_len);
	sample->list[at] = drawn;
	sample->count++;
}

static void
print_row(const struct audit *audit, const struct entry *entry)
{
	const char *cells[] = {entry->time, entry->id, entry->user, entry->repo,
	    entry->ref, entry->new};
	static const size_t widths[] = {24, 9, 12, 16, 24, 40};

	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		print_safe(cells[i][0] != '\0' ? cells[i] : "-",
		    audit->plain ? 0 : widths[i]);
		fputs(audit->plain ? "\t" : "  ", stdout);
	}
	print_list(&entry->reviewers);
	putchar('\n');
}

static void
print_sample_json(const struct audit *audit, const struct sample *sample)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sample->count; i++)
		json_array_append_new(list, json_loadb(sample->list[i].json,
						sample->list[i].len, 0, NULL));
	print_json(json_pack("{s:s, s:I, s:I, s:o}", "seed", audit->seed,
	    "population", (json_int_t)sample->population, "count",
	    (json_int_t)sample->count, "sample", list));
}

static void
print(const struct audit *audit, const struct sample *sample)
{
	struct entry entry;

	if (audit->json) {
		print_sample_json(audit, sample);
		return;
	}
	audit_tell("%zu of %" PRIu64 " accepted changes, seed \"%s\"",
	    sample->count, sample->population, audit->seed);
	if (!audit->plain)
		printf("%-24s  %-9s  %-12s  %-16s  %-24s  %-40s  %s\n", "TIME",
		    "PUSH", "USER", "REPOSITORY", "REF", "NEW", "REVIEWERS");
	for (size_t i = 0; i < sample->count; i++)
		if (entry_parse(sample->list[i].json, sample->list[i].len,
			&entry) == NULL)
			print_row(audit, &entry);
}

static const char *
options_fault(const struct audit *audit)
{
	return audit->seed == NULL ? "which --seed?" : NULL;
}

int
audit_sample_command(int argc, char **argv)
{
	struct sample sample = {0};
	struct audit audit;
	struct line line;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1)
		return audit_close(&audit, status);
	sample.limit = audit.count;
	sample.list = mem_array(sample.limit + 1, sizeof *sample.list);
	while (audit_next(&audit, &line))
		draw(&sample, audit.seed, &line);
	print(&audit, &sample);
	for (size_t i = 0; i < sample.count; i++)
		free(sample.list[i].json);
	free(sample.list);
	return audit_close(&audit, EXIT_YES);
}
