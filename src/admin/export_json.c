/* Records in the schemas of Elastic and of OCSF. */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/export.h"
#include "base/clock.h"
#include "base/version.h"

int64_t
record_moment(const struct entry *entry)
{
	char date[11];
	int64_t seconds;
	long day;

	/* The reader has seen to its form. */
	snprintf(date, sizeof date, "%.10s", entry->time);
	if (!day_parse(date, &day))
		return 0;
	seconds = strtol(entry->time + 11, NULL, 10) * 3600 +
		  strtol(entry->time + 14, NULL, 10) * 60 +
		  strtol(entry->time + 17, NULL, 10);
	return ((int64_t)day * 86400 + seconds) * 1000 +
	       strtol(entry->time + 20, NULL, 10);
}

int
record_severity(const struct entry *entry)
{
	if (entry->event == EVENT_VIOLATION)
		return strcmp(entry->mode, "enforce") == 0 &&
			       entry->exception[0] == '\0'
			   ? 2
			   : 1;
	if (strcmp(entry->verdict, "error") == 0)
		return 3;
	if (strcmp(entry->verdict, "refuse") == 0)
		return 2;
	return entry->mode[0] != '\0' || entry->exceptions.count > 0 ? 1 : 0;
}

static void
set(json_t *object, const char *key, const char *value)
{
	if (value[0] != '\0')
		json_object_set_new(object, key, json_string(value));
}

/* Objects and lists that hold nothing are left out. */
static void
put(json_t *object, const char *key, json_t *value)
{
	if (json_object_size(value) > 0 || json_array_size(value) > 0)
		json_object_set_new(object, key, value);
	else
		json_decref(value);
}

static void
print_line(json_t *json)
{
	json_dumpf(json, stdout,
	    JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(json);
}

/* The record itself, below a key of its own. */
static json_t *
whole(const struct line *line)
{
	json_t *record = json_loadb(line->json, line->json_len, 0, NULL);

	json_object_del(record, "prev");
	return record != NULL ? record : json_object();
}

static bool
is_ip(const char *address)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, address, bytes) == 1 ||
	       inet_pton(AF_INET6, address, bytes) == 1;
}

static json_t *
name_json(const char *name)
{
	json_t *object = json_object();

	set(object, "name", name);
	return object;
}

/* ---- ECS */

static json_t *
ecs_event(const struct entry *entry)
{
	static const int severities[] = {6, 5, 4, 3}; /* those of syslog */
	bool refused = record_severity(entry) > 1;
	json_t *event = json_pack("{s:s, s:[s], s:[s], s:s, s:s, s:s, s:i}",
	    "kind", "event", "category", "configuration", "type",
	    refused || entry->event == EVENT_BEGIN ? "access" : "change",
	    "module", "refwarden", "dataset", "refwarden.audit", "provider",
	    "refwarden", "severity", severities[record_severity(entry)]);

	set(event, "action", entry->event_name);
	if (entry->event == EVENT_DECISION)
		set(event, "outcome", refused ? "failure" : "success");
	set(event, "id", entry->id);
	set(event, "reason", entry->code);
	if (entry->seq >= 0)
		json_object_set_new(
		    event, "sequence", json_integer(entry->seq));
	if (entry->event == EVENT_DECISION)
		json_object_set_new(
		    event, "duration", json_integer(entry->ms * 1000000));
	return event;
}

static json_t *
ecs_source(const struct entry *entry)
{
	json_t *source = json_object();

	set(source, "address", entry->addr);
	if (is_ip(entry->addr))
		set(source, "ip", entry->addr);
	return source;
}

static json_t *
ecs_rule(const struct entry *entry)
{
	json_t *rule = json_object();

	set(rule, "id", entry->rule);
	set(rule, "category", entry->code);
	set(rule, "reference", entry->clause);
	set(rule, "ruleset", entry->policy);
	return rule;
}

void
ecs_record(const struct line *line)
{
	const struct entry *entry = &line->entry;
	json_t *record = json_object();

	set(record, "@timestamp", entry->time);
	put(record, "ecs", json_pack("{s:s}", "version", "8.11.0"));
	put(record, "event", ecs_event(entry));
	put(record, "host", name_json(entry->host));
	put(record, "user", name_json(entry->user));
	put(record, "source", ecs_source(entry));
	put(record, "rule", ecs_rule(entry));
	put(record, "refwarden", whole(line));
	print_line(record);
}

/* ---- OCSF */

enum { /* class_uid */
	OCSF_COMPLIANCE_FINDING = 2003,
	OCSF_API_ACTIVITY = 6003,
};

static json_t *
ocsf_metadata(const struct entry *entry)
{
	json_t *metadata = json_pack("{s:s, s:{s:s, s:s, s:s}}", "version",
	    "1.3.0", "product", "name", "refwarden", "vendor_name", "refwarden",
	    "version", VERSION);

	set(metadata, "uid", entry->id);
	set(metadata, "event_code", entry->event_name);
	if (entry->seq >= 0)
		json_object_set_new(
		    metadata, "sequence", json_integer(entry->seq));
	return metadata;
}

/* Create, Update, Delete; Other. */
static int
ocsf_activity(const struct entry *entry)
{
	static const struct {
		const char *kind;
		int activity;
	} activities[] = {
	    {"create", 1}, {"update", 3}, {"rewrite", 3}, {"delete", 4}};

	for (size_t i = 0; i < sizeof activities / sizeof *activities; i++)
		if (strcmp(activities[i].kind, entry->kind) == 0)
			return activities[i].activity;
	return 99;
}

static json_t *
ocsf_resource(const struct entry *entry)
{
	json_t *resource = json_pack("{s:s}", "type", "git ref");

	set(resource, "name", entry->ref);
	set(resource, "namespace", entry->repo);
	return resource;
}

static json_t *
ocsf_endpoint(const struct entry *entry)
{
	json_t *endpoint = json_object();

	if (is_ip(entry->addr))
		set(endpoint, "ip", entry->addr);
	else
		set(endpoint, "name",
		    entry->addr[0] != '\0' ? entry->addr : "unknown");
	return endpoint;
}

static void
ocsf_head(json_t *record, const struct entry *entry, int category, int class,
    int activity)
{
	static const int severities[] = {
	    1, 2, 3, 4}; /* informational to high */

	json_object_set_new(record, "category_uid", json_integer(category));
	json_object_set_new(record, "class_uid", json_integer(class));
	json_object_set_new(record, "activity_id", json_integer(activity));
	json_object_set_new(
	    record, "type_uid", json_integer(class * 100 + activity));
	json_object_set_new(record, "time", json_integer(record_moment(entry)));
	json_object_set_new(record, "severity_id",
	    json_integer(severities[record_severity(entry)]));
	put(record, "metadata", ocsf_metadata(entry));
}

static void
ocsf_violation(json_t *record, const struct entry *entry)
{
	json_t *compliance = json_object(), *finding = json_object();
	bool fails = record_severity(entry) == 2;

	ocsf_head(record, entry, 2, OCSF_COMPLIANCE_FINDING, 1);
	set(finding, "title", entry->code);
	set(finding, "uid", entry->id);
	set(finding, "desc", entry->found);
	put(record, "finding_info", finding);
	json_object_set_new(
	    compliance, "standards", json_pack("[s]", "refwarden policy"));
	set(compliance, "control",
	    entry->rule[0] != '\0' ? entry->rule : entry->code);
	if (entry->clause[0] != '\0')
		json_object_set_new(compliance, "requirements",
		    json_pack("[s]", entry->clause));
	/* Fail, or Warning where it is not enforced or waived. */
	json_object_set_new(
	    compliance, "status_id", json_integer(fails ? 3 : 2));
	put(record, "compliance", compliance);
	json_object_set_new(
	    record, "resources", json_pack("[o]", ocsf_resource(entry)));
}

static void
ocsf_activity_of(json_t *record, const struct entry *entry)
{
	bool refused = record_severity(entry) > 1;

	ocsf_head(record, entry, 6, OCSF_API_ACTIVITY, ocsf_activity(entry));
	if (entry->event == EVENT_DECISION)
		json_object_set_new(
		    record, "status_id", json_integer(refused ? 2 : 1));
	put(record, "actor",
	    json_pack("{s:o}", "user", name_json(entry->user)));
	put(record, "src_endpoint", ocsf_endpoint(entry));
	put(record, "api", json_pack("{s:s}", "operation", "git push"));
	json_object_set_new(
	    record, "resources", json_pack("[o]", ocsf_resource(entry)));
	if (entry->codes.count > 0)
		set(record, "status_code", entry->codes.first);
}

void
ocsf_record(const struct line *line)
{
	json_t *record = json_object();

	if (line->entry.event == EVENT_VIOLATION)
		ocsf_violation(record, &line->entry);
	else
		ocsf_activity_of(record, &line->entry);
	put(record, "unmapped", whole(line));
	print_line(record);
}
