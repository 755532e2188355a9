/* Records of verdicts: every field, in order, and always of bounded size. */
#include "record/sinks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "record/journal.h"
#include "record/recall.h"
#include "record/spool.h"

static const struct oid old_id = {{1, 2, 3}}, new_id = {{4, 5, 6}};
static const struct commit commit = {.id = {{7}}};
static const struct exception exception = {.id = "EX-2026-014"};
static struct rule review = {.name = "peer-review", .clause = "2b"};
static struct rule tests_too = {.name = "tests-with-code", .clause = "2a"};
static struct policy system_layer = {
    .layer = LAYER_SYSTEM, .rules = &review, .rule_count = 1};
static struct layers layers = {
    .list = {&system_layer}, .count = 1, .hash = "0123456789ab"};

static struct violation
broken(const char *code, const struct rule *rule, enum mode mode)
{
	return (struct violation){
	    .finding = {.code = code,
		.commit = &commit,
		.path = "src/a.c",
		.need = "1 review by maintainers",
		.found = "0"},
	    .rule = rule,
	    .policy = &system_layer,
	    .mode = mode,
	};
}

static const struct ref_update update = {
    .ref = "refs/heads/main", .new = {{4, 5, 6}}};

static struct ref_verdict
judged(struct violation *violations, size_t count, enum outcome outcome)
{
	return (struct ref_verdict){
	    .update = &update,
	    .old = old_id,
	    .kind = UPDATE_FORWARD,
	    .outcome = outcome,
	    .commits = 3,
	    .changes = 1,
	    .violations = violations,
	    .violation_count = count,
	};
}

static struct verdict
verdict_of(struct ref_verdict *refs, size_t count, enum outcome outcome)
{
	return (struct verdict){
	    .id = "7K3M-Q2XD",
	    .refs = refs,
	    .count = count,
	    .outcome = outcome,
	    .hook = "pre-receive",
	    .repository = "platform/api",
	    .pusher = {.login = "bob",
		.via = "gitolite",
		.address = "192.0.2.7"},
	    .layers = &layers,
	    .milliseconds = 4,
	};
}

/* Without the two members that are never the same. */
static char *
steady(const char *json)
{
	char *copy = strdup(json);
	char *time = strstr(copy, ",\"time\":"), *end;

	assert_non_null(time);
	end = strstr(time, ",\"repo\":");
	if (end == NULL)
		end = strstr(time, ",\"ref\":");
	assert_non_null(end);
	memmove(time, end, strlen(end) + 1);
	return copy;
}

static void
assert_record(const struct record *record, int severity, const char *expected)
{
	json_t *parsed = json_loads(record->json, JSON_REJECT_DUPLICATES, NULL);
	char *got = steady(record->json);

	assert_non_null(parsed);
	assert_string_equal(got, expected);
	assert_int_equal(record->severity, severity);
	assert_null(strchr(record->json, '\n'));
	json_decref(parsed);
	free(got);
}

#define HEAD(event)                                              \
	"{\"v\":1,\"event\":\"" event "\",\"id\":\"7K3M-Q2XD\"," \
	"\"repo\":\"platform/api\",\"ref\":\"refs/heads/main\","
#define OLD_NEW                                                 \
	"\"old\":\"0102030000000000000000000000000000000000\"," \
	"\"new\":\"0405060000000000000000000000000000000000\"," \
	"\"commits\":3,\"changes\":1,"
#define USER "\"user\":\"bob\",\"via\":\"gitolite\",\"addr\":\"192.0.2.7\","
#define TAIL "\"policy\":\"0123456789ab\",\"hook\":\"pre-receive\",\"ms\":4}"

static void
an_accepted_push_is_one_decision(void **state)
{
	const char *reviewers[] = {"ada"};
	struct ref_verdict ref = judged(NULL, 0, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	struct records records = {0};

	(void)state;
	ref.witnesses.proof = PROOF_CONTENT;
	ref.witnesses.names = reviewers;
	ref.witnesses.count = 1;
	records_make(&verdict, true, &records);
	assert_int_equal(records.count, 1);
	assert_record(&records.list[0], LOG_INFO,
	    HEAD("decision") "\"kind\":\"update\"," OLD_NEW USER
			     "\"verdict\":\"accept\",\"push\":\"accept\","
			     "\"proof\":\"content\",\"reviewers\":[\"ada\"]"
			     "," TAIL);
	records_free(&records);
}

static void
a_refusal_is_a_decision_and_a_violation_for_each_rule(void **state)
{
	struct violation violations[] = {
	    broken("review.missing", &review, MODE_ENFORCE),
	    broken("review.missing", &review, MODE_ENFORCE),
	    broken("touches.missing", &tests_too, MODE_WARN),
	    broken("history.foxtrot", NULL, MODE_ENFORCE),
	};
	struct ref_verdict ref = judged(violations, 4, OUTCOME_REFUSE);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_REFUSE);
	struct records records = {0};

	(void)state;
	records_make(&verdict, false, &records);
	assert_int_equal(records.count, 4);
	assert_record(&records.list[0], LOG_WARNING,
	    HEAD("decision") "\"kind\":\"update\"," OLD_NEW USER
			     "\"verdict\":\"refuse\",\"push\":\"refuse\","
			     "\"codes\":[\"review.missing\","
			     "\"touches.missing\",\"history.foxtrot\"],"
			     "\"rules\":[\"peer-review\"]," TAIL);
	assert_record(&records.list[1], LOG_WARNING,
	    HEAD("violation") "\"user\":\"bob\",\"rule\":\"peer-review\","
			      "\"clause\":\"2b\",\"code\":\"review.missing\","
			      "\"mode\":\"enforce\",\"commit\":"
			      "\"0700000000000000000000000000000000000000\","
			      "\"path\":\"src/a.c\","
			      "\"need\":\"1 review by maintainers\","
			      "\"found\":\"0\"}");
	assert_int_equal(records.list[2].severity, LOG_NOTICE);
	assert_non_null(strstr(records.list[2].json, "\"mode\":\"warn\""));
	assert_null(strstr(records.list[3].json, "\"rule\""));
	records_free(&records);
}

static void
a_broken_rule_that_is_not_enforced_shows_its_mode(void **state)
{
	struct violation violations[] = {
	    broken("touches.missing", &tests_too, MODE_OBSERVE),
	    broken("review.missing", &review, MODE_WARN),
	};
	struct ref_verdict ref = judged(violations, 2, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	struct records records = {0};

	(void)state;
	records_make(&verdict, true, &records);
	assert_record(&records.list[0], LOG_NOTICE,
	    HEAD("decision") "\"kind\":\"update\"," OLD_NEW USER
			     "\"verdict\":\"accept\",\"push\":\"accept\","
			     "\"mode\":\"warn\",\"codes\":"
			     "[\"touches.missing\",\"review.missing\"]," TAIL);
	records_free(&records);
}

static void
a_waived_finding_shows_its_exception(void **state)
{
	struct violation violation =
	    broken("touches.missing", &tests_too, MODE_ENFORCE);
	struct ref_verdict ref = judged(&violation, 1, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	struct records records = {0};

	(void)state;
	violation.waived_by = &exception;
	records_make(&verdict, true, &records);
	assert_int_equal(records.count, 2);
	assert_record(&records.list[0], LOG_NOTICE,
	    HEAD("decision") "\"kind\":\"update\"," OLD_NEW USER
			     "\"verdict\":\"accept\",\"push\":\"accept\","
			     "\"exceptions\":[\"EX-2026-014\"]," TAIL);
	assert_int_equal(records.list[1].severity, LOG_NOTICE);
	assert_non_null(
	    strstr(records.list[1].json, ",\"exception\":\"EX-2026-014\"}"));
	records_free(&records);
}

static void
a_push_without_refs_or_layers_leaves_a_decision(void **state)
{
	struct verdict verdict = verdict_of(NULL, 0, OUTCOME_ERROR);
	struct records records = {0};

	(void)state;
	verdict.layers = NULL;
	verdict.pusher = (struct pusher){0};
	records_make(&verdict, false, &records);
	assert_int_equal(records.count, 1);
	assert_record(&records.list[0], LOG_ERR,
	    "{\"v\":1,\"event\":\"decision\",\"id\":\"7K3M-Q2XD\","
	    "\"repo\":\"platform/api\",\"verdict\":\"error\","
	    "\"push\":\"refuse\",\"hook\":\"pre-receive\",\"ms\":4}");
	records_free(&records);
}

static void
a_check_and_an_import_say_so(void **state)
{
	struct ref_verdict ref = judged(NULL, 0, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	struct records records = {0};

	(void)state;
	ref.imported = true;
	verdict.check = true;
	records_make(&verdict, false, &records);
	assert_non_null(strstr(records.list[0].json, "\"imported\":true,"));
	assert_non_null(strstr(
	    records.list[0].json, "\"push\":\"refuse\",\"check\":true,"));
	records_free(&records);
}

/* With the largest number it can be given. */
static void
assert_stamped_fits(const struct record *record)
{
	const struct journal_line line = {record->json, record->seam};
	struct writer writer = {0};

	journal_stamp(&line, INT64_MAX, NULL, &writer);
	assert_true(writer.text.len <= RECORD_SIZE_LIMIT);
	assert_non_null(
	    strstr(writer.text.data, ",\"seq\":9223372036854775807"));
	text_free(&writer.text);
}

/* Everything at its maximum, made of one byte. */
static void
assert_everything_fits(char byte)
{
	enum { LONG = 5000, MANY = 30 };
	char text[LONG + 1], ref_name[REF_NAME_LIMIT + 1];
	const char *reviewers[MANY];
	struct ref_update long_update = {.ref = ref_name, .new = new_id};
	struct ref_update updates[MANY];
	struct push push;
	struct judge_input input;
	struct violation violations[MANY];
	struct rule rules[MANY];
	struct exception long_exception = {.id = text};
	struct ref_verdict ref = judged(violations, MANY, OUTCOME_REFUSE);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_REFUSE);
	struct records records = {0};
	bool plain = byte == 'a';

	memset(text, byte, LONG);
	text[LONG] = '\0';
	memset(ref_name, byte, REF_NAME_LIMIT);
	ref_name[REF_NAME_LIMIT] = '\0';
	for (size_t i = 0; i < MANY; i++) {
		reviewers[i] = text;
		rules[i] = (struct rule){.name = text + i, .clause = text};
		violations[i] = broken(i % 2 ? text + i : "review.missing",
		    &rules[i], i % 3 ? MODE_ENFORCE : MODE_OBSERVE);
		violations[i].finding.path = text;
		violations[i].finding.need = text;
		violations[i].finding.found = text;
		if (i % 7 == 0)
			violations[i].waived_by = &long_exception;
	}
	ref.update = &long_update;
	ref.commits = ref.changes = SIZE_MAX / 2;
	ref.imported = true;
	ref.witnesses.proof = PROOF_CLAIMED;
	ref.witnesses.names = reviewers;
	ref.witnesses.count = MANY;
	verdict.check = true;
	verdict.repository = text;
	verdict.milliseconds = INT64_MAX;
	verdict.pusher =
	    (struct pusher){.login = text, .via = text, .address = text};
	for (size_t i = 0; i < MANY; i++)
		updates[i] = long_update;
	push = (struct push){.updates = updates, .count = MANY};
	input = (struct judge_input){.id = "7K3M-Q2XD",
	    .push = &push,
	    .repository = text,
	    .pusher = verdict.pusher};
	records_make(&verdict, false, &records);
	records_make_begin(&input, text, &records);
	records_make_landed(&input, "7K3M-Q2XD", &long_update, &records);
	assert_true(records.count > MANY);
	for (size_t i = 0; i < records.count; i++) {
		json_t *parsed = json_loads(
		    records.list[i].json, JSON_REJECT_DUPLICATES, NULL);

		assert_non_null(parsed);
		assert_stamped_fits(&records.list[i]);
		if (plain && json_object_get(parsed, "ref") != NULL)
			assert_string_equal(
			    json_string_value(json_object_get(parsed, "ref")),
			    ref_name);
		json_decref(parsed);
	}
	records_free(&records);
}

static void
every_record_fits_whatever_was_pushed(void **state)
{
	static const char bytes[] = "a\x01\n\"\\\x7f\x80\xc3\xe2\xff";

	(void)state;
	for (size_t i = 0; i < sizeof bytes - 1; i++)
		assert_everything_fits(bytes[i]);
}

/* The repository, and the root below which the socket is looked for. */
static char git_dir[40], socket_path[64];

static int
sinks_setup(void **state)
{
	(void)state;
	snprintf(git_dir, sizeof git_dir, "/tmp/record-test-XXXXXX");
	if (mkdtemp(git_dir) == NULL)
		return -1;
	snprintf(socket_path, sizeof socket_path, "%s/log", git_dir);
	return setenv("REFWARDEN_TEST_ROOT", git_dir, 1);
}

static int
sinks_teardown(void **state)
{
	char path[96];

	static const char *const names[] = {"journal.jsonl", "unsent"};

	(void)state;
	unlink(socket_path);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(
		    path, sizeof path, "%s/refwarden/%s", git_dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/refwarden", git_dir);
	if (rmdir(path) != 0)
		unlink(path);
	return rmdir(git_dir);
}

static int
daemon_start(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, socket_path, sizeof socket_path);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

/* A record, `prev` and the line feed. */
enum { LINE_SIZE = RECORD_SIZE_LIMIT + 80 };

/* Lines of the journal, the last one in `line`. */
static int
journal_read(char *line, int size)
{
	char path[96];
	FILE *in;
	int count = 0;

	*line = '\0';
	snprintf(path, sizeof path, "%s/refwarden/journal.jsonl", git_dir);
	if ((in = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(line, size, in) != NULL)
		count++;
	fclose(in);
	return count;
}

/* The answer for an accepted push, by what works. */
static int
write_accepted(bool journal, int on_failure, struct error *err)
{
	const struct log_setting log = {.facility = LOG_AUTHPRIV,
	    .on_failure = on_failure,
	    .journal = journal};
	struct ref_verdict ref = judged(NULL, 0, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	struct records records = {0};
	int result;

	records_make(&verdict, true, &records);
	result = records_write(&records, &(struct sinks){&log, git_dir}, err);
	records_free(&records);
	return result;
}

static void
both_sinks_get_every_record(void **state)
{
	enum { PREV_SIZE = sizeof ",\"prev\":\"\"" - 1 + 64 };
	int daemon = daemon_start();
	char line[LINE_SIZE], got[RECORD_SIZE_LIMIT + 200], *prev;
	struct error err;
	ssize_t n;

	(void)state;
	assert_int_equal(write_accepted(true, LOG_REFUSE, &err), 0);
	assert_int_equal(journal_read(line, sizeof line), 1);
	n = recv(daemon, got, sizeof got - 1, MSG_DONTWAIT);
	assert_true(n > 0);
	got[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	prev = strstr(line, ",\"prev\":\"");
	assert_non_null(prev);
	memmove(prev, prev + PREV_SIZE, strlen(prev + PREV_SIZE) + 1);
	assert_string_equal(strchr(got, '{'), line);
	assert_non_null(strstr(got, ",\"seq\":1,\"repo\":"));
	close(daemon);
}

static void
without_syslog_an_accept_is_taken_back(void **state)
{
	char line[LINE_SIZE];
	struct error err;

	(void)state;
	assert_int_equal(write_accepted(true, LOG_REFUSE, &err), -1);
	assert_string_equal(err.code, "log.unavailable");
	assert_int_equal(journal_read(line, sizeof line), 3);
	assert_non_null(
	    strstr(line, "\"code\":\"log.unavailable\",\"mode\":\"enforce\","
			 "\"found\":\"can not reach syslog at /"));
}

static void
without_syslog_the_journal_is_enough_to_spool(void **state)
{
	char line[LINE_SIZE];
	struct error err;

	(void)state;
	assert_int_equal(write_accepted(true, LOG_SPOOL, &err), 0);
	assert_int_equal(journal_read(line, sizeof line), 1);
	assert_int_equal(write_accepted(false, LOG_SPOOL, &err), -1);
	assert_int_equal(journal_read(line, sizeof line), 1);
}

static void
without_the_journal_syslog_hears_of_the_refusal_only(void **state)
{
	int daemon = daemon_start();
	char path[96], got[RECORD_SIZE_LIMIT + 200];
	struct error err;
	ssize_t n;

	(void)state;
	snprintf(path, sizeof path, "%s/refwarden", git_dir);
	assert_int_equal(symlink("/nonexistent", path), 0);
	for (int on_failure = LOG_REFUSE; on_failure <= LOG_SPOOL;
	     on_failure++) {
		assert_int_equal(write_accepted(true, on_failure, &err), -1);
		n = recv(daemon, got, sizeof got - 1, MSG_DONTWAIT);
		assert_true(n > 0);
		got[n] = '\0';
		assert_non_null(strstr(got, "\"verdict\":\"error\""));
		n = recv(daemon, got, sizeof got - 1, MSG_DONTWAIT);
		assert_true(n > 0);
		got[n] = '\0';
		assert_non_null(strstr(got, "\"found\":\"the journal's "));
		assert_int_equal(recv(daemon, got, 1, MSG_DONTWAIT), -1);
	}
	close(daemon);
}

static void
without_a_journal_syslog_alone_is_enough(void **state)
{
	int daemon = daemon_start();
	char line[LINE_SIZE];
	struct error err;

	(void)state;
	assert_int_equal(write_accepted(false, LOG_REFUSE, &err), 0);
	assert_int_equal(journal_read(line, sizeof line), 0);
	close(daemon);
}

static void
what_syslog_did_not_take_is_marked(void **state)
{
	struct spool_mark *marks;
	struct error err;
	size_t count;

	(void)state;
	assert_int_equal(write_accepted(true, LOG_SPOOL, &err), 0);
	assert_int_equal(write_accepted(true, LOG_REFUSE, &err), -1);
	assert_int_equal(spool_read(git_dir, &marks, &count, &err), 0);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(marks[i].seq, i + 1);
	assert_int_equal(marks[0].priority, LOG_AUTHPRIV | LOG_INFO);
	assert_int_equal(marks[2].priority, LOG_AUTHPRIV | LOG_ERR);
	free(marks);
}

static void
without_a_mark_nothing_is_spooled(void **state)
{
	char path[96];
	struct error err;

	(void)state;
	snprintf(path, sizeof path, "%s/refwarden", git_dir);
	assert_int_equal(mkdir(path, 0750), 0);
	snprintf(path, sizeof path, "%s/refwarden/unsent", git_dir);
	assert_int_equal(symlink("/nonexistent", path), 0);
	assert_int_equal(write_accepted(true, LOG_SPOOL, &err), -1);
	assert_string_equal(err.code, "log.unavailable");
}

/* What the journal says of the past.  Records are written as a hook would. */
static const struct log_setting quiet = {
    .facility = LOG_USER, .on_failure = LOG_SPOOL, .journal = true};

static void
write_records(struct records *records)
{
	struct error err;

	assert_int_equal(
	    records_write(records, &(struct sinks){&quiet, git_dir}, &err), 0);
	records_free(records);
}

static void
write_push(const char *id, const char *process, struct violation *violation,
    bool accepted)
{
	struct ref_verdict ref =
	    judged(violation, violation != NULL, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	const struct push push = {
	    .updates = (struct ref_update *)&update, .count = 1};
	struct judge_input input = {.push = &push, .pusher = verdict.pusher};
	struct records records = {0};
	struct error err;

	memcpy(verdict.id, id, PUSH_ID_SIZE);
	memcpy(input.id, id, PUSH_ID_SIZE);
	records_make_begin(&input, process, &records);
	assert_int_equal(
	    records_journal(&records, &(struct sinks){&quiet, git_dir}, &err),
	    0);
	records_free(&records);
	records_make(&verdict, accepted, &records);
	records.accepted = false;
	write_records(&records);
}

static void
an_accept_is_recalled_for_the_same_push_only(void **state)
{
	const struct ref_update same = {update.ref, old_id, new_id};
	const struct ref_update other_ref = {"refs/heads/x", old_id, new_id};
	const struct ref_update other_old = {update.ref, new_id, new_id};
	const struct ref_update other_new = {update.ref, old_id, old_id};
	static const char process[] = "4711/22", policy[] = "0123456789ab";
	const struct {
		struct recall_question ask;
		int answer;
	} rows[] = {
	    {{&same, "bob", policy, process}, 1},
	    {{&other_ref, "bob", policy, process}, 0},
	    {{&other_old, "bob", policy, process}, 0},
	    {{&other_new, "bob", policy, process}, 0},
	    {{&same, "bo", policy, process}, 0},
	    {{&same, NULL, policy, process}, 0},
	    {{&same, "bob", "0123456789ac", process}, 0},
	    {{&same, "bob", policy, "4711/23"}, 0},
	    {{&same, "bob", policy, "711/22"}, 0},
	};
	char id[PUSH_ID_SIZE];
	struct error err;

	(void)state;
	assert_int_equal(recall_accepted(git_dir, &rows[0].ask, id, &err), 0);
	write_push("AAAA-AAAA", process, NULL, true);
	write_push("BBBB-BBBB", "4711/23", NULL, true);
	assert_int_equal(recall_accepted(git_dir, &rows[0].ask, id, &err), 0);
	write_push("CCCC-CCCC", process, NULL, true);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
		    recall_accepted(git_dir, &rows[i].ask, id, &err),
		    rows[i].answer);
	assert_string_equal(id, "CCCC-CCCC");
	write_push("CCCC-CCCC", process, NULL, false);
	assert_int_equal(recall_accepted(git_dir, &rows[0].ask, id, &err), 0);
}

static void
what_landed_is_recalled_by_its_push(void **state)
{
	const struct ref_update landed[] = {{"refs/heads/x", old_id, new_id},
	    {update.ref, old_id, new_id}, {update.ref, old_id, old_id}};
	char ids[3][PUSH_ID_SIZE];
	struct error err;

	(void)state;
	assert_int_equal(recall_landed(git_dir, landed, 3, ids, &err), 0);
	assert_string_equal(ids[1], "");
	write_push("AAAA-AAAA", NULL, NULL, true);
	write_push("BBBB-BBBB", NULL, NULL, true);
	write_push("CCCC-CCCC", NULL, NULL, false);
	assert_int_equal(recall_landed(git_dir, landed, 2, ids, &err), 0);
	assert_string_equal(ids[0], "");
	assert_string_equal(ids[1], "BBBB-BBBB");
}

static void
uses_are_pushes_that_were_accepted(void **state)
{
	struct violation waived =
	    broken("review.missing", &review, MODE_ENFORCE);
	struct ref_verdict ref = judged(NULL, 0, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	struct records records = {0};
	struct error err;

	(void)state;
	waived.waived_by = &exception;
	assert_int_equal(recall_uses(git_dir, exception.id, 0, &err), 0);
	write_push("AAAA-AAAA", NULL, &waived, true);
	write_push("AAAA-AAAA", NULL, &waived, true);
	write_push("BBBB-BBBB", NULL, &waived, true);
	write_push("CCCC-CCCC", NULL, &waived, false);
	write_push("DDDD-DDDD", NULL, NULL, true);
	write_push("EEEE-EEEE", NULL, &waived, true);
	assert_int_equal(recall_uses(git_dir, exception.id, 0, &err), 3);
	assert_int_equal(recall_uses(git_dir, "EX-2026-01", 0, &err), 0);
	assert_int_equal(recall_uses(git_dir, exception.id, 99999, &err), 0);

	memcpy(verdict.id, "EEEE-EEEE", PUSH_ID_SIZE);
	error_code(&err, "log.unavailable", "no log");
	records_make_unlogged(&verdict, &err, &records);
	write_records(&records);
	assert_int_equal(recall_uses(git_dir, exception.id, 0, &err), 2);
}

static void
a_policy_is_new_until_it_is_recorded(void **state)
{
	struct ref_verdict ref = judged(NULL, 0, OUTCOME_ACCEPT);
	struct verdict verdict = verdict_of(&ref, 1, OUTCOME_ACCEPT);
	struct records records = {0};
	struct error err;

	(void)state;
	assert_int_equal(recall_policy(git_dir, layers.hash, &err), 0);
	system_layer.file = "/etc/refwarden/policy.yml";
	records_make_policy(&verdict, &records);
	assert_record(&records.list[0], LOG_NOTICE,
	    "{\"v\":1,\"event\":\"policy\",\"id\":\"7K3M-Q2XD\","
	    "\"repo\":\"platform/api\",\"policy\":\"0123456789ab\","
	    "\"layers\":[\"/etc/refwarden/policy.yml\"],\"rule_count\":1}");
	write_records(&records);
	assert_int_equal(recall_policy(git_dir, layers.hash, &err), 1);
	assert_int_equal(recall_policy(git_dir, "0123456789ac", &err), 0);
}

#define SINKS_TEST(name) \
	cmocka_unit_test_setup_teardown(name, sinks_setup, sinks_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_accepted_push_is_one_decision),
	    cmocka_unit_test(
		a_refusal_is_a_decision_and_a_violation_for_each_rule),
	    cmocka_unit_test(a_broken_rule_that_is_not_enforced_shows_its_mode),
	    cmocka_unit_test(a_waived_finding_shows_its_exception),
	    cmocka_unit_test(a_push_without_refs_or_layers_leaves_a_decision),
	    cmocka_unit_test(a_check_and_an_import_say_so),
	    cmocka_unit_test(every_record_fits_whatever_was_pushed),
	    SINKS_TEST(both_sinks_get_every_record),
	    SINKS_TEST(without_syslog_an_accept_is_taken_back),
	    SINKS_TEST(without_syslog_the_journal_is_enough_to_spool),
	    SINKS_TEST(without_the_journal_syslog_hears_of_the_refusal_only),
	    SINKS_TEST(without_a_journal_syslog_alone_is_enough),
	    SINKS_TEST(what_syslog_did_not_take_is_marked),
	    SINKS_TEST(without_a_mark_nothing_is_spooled),
	    SINKS_TEST(an_accept_is_recalled_for_the_same_push_only),
	    SINKS_TEST(what_landed_is_recalled_by_its_push),
	    SINKS_TEST(uses_are_pushes_that_were_accepted),
	    SINKS_TEST(a_policy_is_new_until_it_is_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
