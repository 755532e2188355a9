/* Records in ArcSight's Common Event Format. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/export.h"
#include "base/version.h"
#include "checks/code.h"
#include "report/prose.h"

/* A backslash before what would end the field; line ends are `?` by then. */
static void
put_escaped(const char *value, const char *ends)
{
	struct text safe = {0};

	text_add(&safe, "");
	safe_add(&safe, value, SIZE_MAX);
	for (const char *c = safe.data; *c != '\0'; c++) {
		if (strchr(ends, *c) != NULL)
			putchar('\\');
		putchar(*c);
	}
	text_free(&safe);
}

static void
put(const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	printf(" %s=", key);
	put_escaped(value, "\\=");
}

static void
put_custom(const char *key, const char *label, const char *value)
{
	if (value[0] == '\0')
		return;
	put(key, value);
	printf(" %sLabel=%s", key, label);
}

static void
put_list(const char *key, const char *label, const struct entry_list *list)
{
	const char *name = list->count > 0 ? list->first : NULL;
	struct text all = {0};

	text_add(&all, "");
	for (; name != NULL; name = entry_list_next(list, name)) {
		if (all.len > 0)
			text_add_char(&all, ',');
		text_add(&all, name);
	}
	put_custom(key, label, all.data);
	text_free(&all);
}

static void
put_address(const char *address)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		put("src", address);
	else if (inet_pton(AF_INET6, address, bytes) == 1)
		put_custom("c6a2", "Source IPv6 Address", address);
	else
		put("shost", address);
}

static void
put_header(const struct entry *entry)
{
	static const int severities[] = {1, 3, 6, 8}; /* of 0 to 10 */
	const struct code *code = code_find(entry->code);

	printf("CEF:0|refwarden|refwarden|%s|", VERSION);
	put_escaped(
	    entry->code[0] != '\0' ? entry->code : entry->event_name, "\\|");
	putchar('|');
	if (entry->event == EVENT_DECISION) {
		fputs("push: ", stdout);
		put_escaped(entry->verdict, "\\|");
	} else if (code != NULL) {
		put_escaped(code->title, "\\|");
	} else {
		put_escaped(entry->event_name, "\\|");
	}
	printf("|%d|", severities[record_severity(entry)]);
}

void
cef_record(const struct line *line)
{
	const struct entry *entry = &line->entry;

	put_header(entry);
	printf("rt=%" PRId64, record_moment(entry));
	put("externalId", entry->id);
	put("cat", entry->event_name);
	put("dvchost", entry->host);
	put("suser", entry->user);
	put_address(entry->addr);
	put("act", entry->push);
	put("outcome", entry->verdict);
	put("reason", entry->code);
	put("fname", entry->path);
	put("fileHash", entry->new);
	put("oldFileHash", entry->old);
	put("msg", entry->found);
	put_custom("cs1", "repository", entry->repo);
	put_custom("cs2", "ref", entry->ref);
	if (entry->event == EVENT_VIOLATION)
		put_custom("cs3", "rule", entry->rule);
	else
		put_list("cs3", "rules", &entry->rules);
	if (entry->event == EVENT_VIOLATION)
		put_custom("cs4", "clause", entry->clause);
	else
		put_list("cs4", "codes", &entry->codes);
	put_custom("cs5", "policy", entry->policy);
	if (entry->event == EVENT_VIOLATION)
		put_custom("cs6", "exception", entry->exception);
	else
		put_list("cs6", "exceptions", &entry->exceptions);
	put_custom("flexString1", "commit", entry->commit);
	put_custom("flexString2", "proof", entry->proof);
	if (entry->seq >= 0)
		printf(" cn1=%" PRId64 " cn1Label=seq", entry->seq);
	putchar('\n');
}
