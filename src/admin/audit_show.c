/* `refwarden audit show`: all that is on record about one push. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/color.h"
#include "admin/command.h"
#include "checks/code.h"

static const struct audit_command command = {
    .usage = "usage: refwarden audit show [--json] PUSH [REPO | DIR | "
	     "FILE...]\n"
	     "\n"
	     "Show all that is on record about a push, by the id that its "
	     "pusher was told.\n",
    .options = "j",
    .word = "which push",
    .all = true,
    .streams = true,
};

static void
print_field(const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	printf("  %-11s", name);
	print_safe(value, 0);
	putchar('\n');
}

static void
print_names(const char *name, const struct entry_list *list)
{
	if (list->count == 0)
		return;
	printf("  %-11s", name);
	print_list(list);
	putchar('\n');
}

static void
print_pusher(const struct entry *entry)
{
	if (entry->user[0] == '\0')
		return;
	printf("  %-11s", "user");
	print_safe(entry->user, 0);
	if (entry->via[0] != '\0') {
		fputs(", says ", stdout);
		print_safe(entry->via, 0);
	}
	if (entry->addr[0] != '\0') {
		fputs(", from ", stdout);
		print_safe(entry->addr, 0);
	}
	putchar('\n');
}

static void
print_range(const struct entry *entry)
{
	print_field("kind", entry->kind);
	print_field("old", entry->old);
	print_field("new", entry->new);
	if (entry->changes > 0)
		printf("  %-11s%" PRId64 " in %" PRId64 " change%s%s\n",
		    "commits", entry->commits, entry->changes,
		    entry->changes == 1 ? "" : "s",
		    entry->imported ? ", taken without being judged" : "");
}

static void
print_decision(const struct entry *entry)
{
	print_range(entry);
	print_pusher(entry);
	print_names("codes", &entry->codes);
	print_names("rules", &entry->rules);
	print_field("mode", entry->mode);
	print_names("reviewers", &entry->reviewers);
	print_field("proof", entry->proof);
	print_names("exceptions", &entry->exceptions);
	print_field("policy", entry->policy);
	print_field("hook", entry->hook);
}

static void
print_violation(const struct entry *entry)
{
	const struct code *code = code_find(entry->code);

	if (code != NULL)
		print_field("that is", code->title);
	print_field("rule", entry->rule);
	print_field("clause", entry->clause);
	print_field("mode", entry->mode);
	print_field("commit", entry->commit);
	print_field("path", entry->path);
	print_field("need", entry->need);
	print_field("found", entry->found);
	print_field("waived by", entry->exception);
}

/* What one record says in a few words. */
static const char *
headline(const struct line *line)
{
	const struct entry *entry = &line->entry;

	if (entry->event == EVENT_VIOLATION)
		return entry->code;
	if (entry->event != EVENT_DECISION)
		return entry->event_name;
	if (line->superseded)
		return "taken back";
	if (entry->check)
		return "checked only";
	if (strcmp(entry->verdict, "accept") != 0)
		return strcmp(entry->verdict, "refuse") == 0 ? "refused"
							     : "error";
	return entry_landed(entry)
		   ? "accepted"
		   : "not refused, but the push was for another ref";
}

static const char *
headline_color(const struct entry *entry)
{
	if (entry->event == EVENT_VIOLATION)
		return color(stdout, COLOR_YELLOW);
	if (entry->event != EVENT_DECISION)
		return color(stdout, COLOR_CYAN);
	return color(stdout, entry_landed(entry) ? COLOR_GREEN : COLOR_RED);
}

static void
print_block(const struct line *line)
{
	const struct entry *entry = &line->entry;

	print_safe(entry->time, 24);
	printf("  %s", headline_color(entry));
	print_safe(headline(line), 0);
	fputs(color(stdout, COLOR_END), stdout);
	if (entry->ref[0] != '\0') {
		fputs("  ", stdout);
		print_safe(entry->ref, 0);
	}
	putchar('\n');
	if (entry->event == EVENT_DECISION) {
		print_decision(entry);
	} else if (entry->event == EVENT_VIOLATION) {
		print_violation(entry);
	} else {
		print_range(entry);
		print_pusher(entry);
		print_names("refs", &entry->refs);
		print_names("layers", &entry->layers);
		print_field("policy", entry->policy);
	}
	printf("  %-11s", "recorded");
	print_safe(line->source->path, 0);
	printf(":%zu\n\n", line->number);
}

static void
print_title(const struct entry *entry)
{
	fputs("push ", stdout);
	print_safe(entry->id, 0);
	fputs(" to ", stdout);
	print_safe(entry->repo[0] != '\0' ? entry->repo : "-", 0);
	fputs(" on ", stdout);
	print_safe(entry->host[0] != '\0' ? entry->host : "-", 0);
	fputs("\n\n", stdout);
}

/* As it was shown, however it was typed. */
static const char *
push_id(struct audit *audit)
{
	char *id = arena_string(&audit->arena, audit->word);

	for (char *c = id; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return id;
}

int
audit_show_command(int argc, char **argv)
{
	struct audit audit;
	struct line line;
	size_t found = 0;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1)
		return audit_close(&audit, status);
	audit.id = push_id(&audit);
	for (; audit_next(&audit, &line); found++) {
		if (audit.json) {
			print_record(&line);
			continue;
		}
		if (found == 0)
			print_title(&line.entry);
		print_block(&line);
	}
	if (found == 0)
		audit_tell("no push %s here", audit.id);
	return audit_close(&audit, found > 0 ? EXIT_YES : EXIT_NO);
}
