/* Flat JSON objects read in place. */
#include "record/entry.h"

#include <string.h>

#include "base/text.h"

enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_TRUTH, FIELD_LIST };

struct known {
	const char *key;
	size_t len, offset;
	enum field_kind kind;
};

#define KNOWN(key, member, kind)                                           \
	{                                                                  \
		key, sizeof(key) - 1, offsetof(struct entry, member), kind \
	}
#define TEXT(name)   KNOWN(#name, name, FIELD_TEXT)
#define NUMBER(name) KNOWN(#name, name, FIELD_NUMBER)
#define TRUTH(name)  KNOWN(#name, name, FIELD_TRUTH)
#define LIST(name)   KNOWN(#name, name, FIELD_LIST)

/* In the order in which they are written: the next key is mostly the next. */
static const struct known known[] = {
    NUMBER(v),
    KNOWN("event", event_name, FIELD_TEXT),
    TEXT(id),
    TEXT(time),
    TEXT(host),
    NUMBER(seq),
    TEXT(prev),
    TEXT(repo),
    TEXT(ref),
    TEXT(kind),
    TEXT(old),
    TEXT(new),
    NUMBER(commits),
    NUMBER(changes),
    TRUTH(imported),
    TEXT(user),
    TEXT(via),
    TEXT(addr),
    TEXT(verdict),
    TEXT(push),
    TRUTH(check),
    TEXT(rule),
    TEXT(clause),
    TEXT(code),
    TEXT(mode),
    LIST(codes),
    LIST(rules),
    TEXT(proof),
    LIST(reviewers),
    LIST(exceptions),
    TEXT(commit),
    TEXT(path),
    TEXT(need),
    TEXT(found),
    TEXT(exception),
    TEXT(policy),
    LIST(layers),
    NUMBER(rule_count),
    TEXT(process),
    LIST(refs),
    TEXT(hook),
    NUMBER(ms),
    NUMBER(more),
    KNOWN("MESSAGE", message, FIELD_TEXT),
    KNOWN("msg", message, FIELD_TEXT),
    KNOWN("message", message, FIELD_TEXT),
};
enum { KNOWN_COUNT = sizeof known / sizeof *known };

struct cursor {
	char *at, *end;
	size_t likely; /* the field that is looked for first */
	uint64_t seen;
};

static void
skip_blanks(struct cursor *c)
{
	while (*c->at == ' ' || *c->at == '\t')
		c->at++;
}

static bool
take(struct cursor *c, char byte)
{
	skip_blanks(c);
	if (c->at == c->end || *c->at != byte)
		return false;
	c->at++;
	skip_blanks(c);
	return true;
}

/* Four digits; -1 where there are not as many. */
static long
read_hex(const char *at)
{
	long value = 0;

	for (int i = 0; i < 4; i++) {
		char c = at[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			value = value * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return value;
}

/* Behind `\u`: a rune, and `*at` behind it; -1 for NUL and half a pair. */
static long
read_rune(const char **at)
{
	long high = read_hex(*at), low;

	if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
		return -1;
	*at += 4;
	if (high < 0xd800 || high > 0xdbff)
		return high;
	if ((*at)[0] != '\\' || (*at)[1] != 'u')
		return -1;
	low = read_hex(*at + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	*at += 6;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* At most as many bytes as the escape took. */
static char *
put_rune(char *out, long rune)
{
	if (rune < 0x80) {
		*out++ = (char)rune;
		return out;
	}
	if (rune < 0x800) {
		*out++ = (char)(0xc0 | rune >> 6);
	} else {
		if (rune < 0x10000) {
			*out++ = (char)(0xe0 | rune >> 12);
		} else {
			*out++ = (char)(0xf0 | rune >> 18);
			*out++ = (char)(0x80 | (rune >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (rune >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (rune & 0x3f));
	return out;
}

/* Behind a backslash; returns the end of what was put, or NULL. */
static char *
read_escape(const char **at, char *out)
{
	static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	long rune;

	if (**at == 'u') {
		++*at;
		rune = read_rune(at);
		return rune < 0 ? NULL : put_rune(out, rune);
	}
	if (**at == '\0' || (letter = strchr(letters, **at)) == NULL)
		return NULL;
	++*at;
	*out++ = bytes[letter - letters];
	return out;
}

/* The string at the cursor, ended by a NUL where its quote was, or NULL.  The
 * bytes are known to hold no control characters. */
static char *
read_string(struct cursor *c, size_t *len)
{
	char *start, *out;
	const char *at;

	if (*c->at != '"')
		return NULL;
	at = start = c->at + 1;
	at += strcspn(at, "\"\\");
	out = start + (at - start);
	while (*at == '\\') {
		size_t plain;

		at++;
		if ((out = read_escape(&at, out)) == NULL)
			return NULL;
		plain = strcspn(at, "\"\\");
		memmove(out, at, plain);
		out += plain;
		at += plain;
	}
	if (*at != '"')
		return NULL;
	c->at += at + 1 - c->at;
	*out = '\0';
	*len = (size_t)(out - start);
	return start;
}

static bool
read_number(struct cursor *c, int64_t *number)
{
	enum { DIGITS = 18 }; /* fit in 63 bits */
	size_t n = strspn(c->at, "0123456789");
	int64_t value = 0;

	if (n == 0 || n > DIGITS)
		return false;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (c->at[i] - '0');
	c->at += n;
	*number = value;
	return true;
}

static bool
read_truth(struct cursor *c, bool *truth)
{
	size_t n = starts_with(c->at, "true") ? 4 : 5;

	if (n == 5 && !starts_with(c->at, "false"))
		return false;
	*truth = n == 4;
	c->at += n;
	return true;
}

/* The strings are moved together. */
static bool
read_list(struct cursor *c, struct entry_list *list)
{
	char *out = c->at, *string;
	size_t len;

	*list = (struct entry_list){.first = out};
	if (!take(c, '['))
		return false;
	if (take(c, ']'))
		return true;
	do {
		if ((string = read_string(c, &len)) == NULL)
			return false;
		memmove(out, string, len + 1);
		out += len + 1;
		list->count++;
	} while (take(c, ','));
	return take(c, ']');
}

/* Any value, to its end. */
static bool
skip_value(struct cursor *c)
{
	size_t depth = 0, len;

	do {
		skip_blanks(c);
		if (c->at == c->end)
			return false;
		if (*c->at == '"') {
			if (read_string(c, &len) == NULL)
				return false;
		} else if (*c->at == '[' || *c->at == '{') {
			depth++;
			c->at++;
		} else if (*c->at == ']' || *c->at == '}') {
			if (depth == 0)
				return false;
			depth--;
			c->at++;
		} else {
			len = strcspn(c->at, "\"[]{}, \t");
			c->at += len > 0 ? len : 1;
			if (len == 0 && depth == 0)
				return false;
		}
	} while (depth > 0);
	return true;
}

static const struct known *
find_known(struct cursor *c, const char *key, size_t len)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		size_t at = c->likely + i;
		const struct known *k =
		    &known[at < KNOWN_COUNT ? at : at - KNOWN_COUNT];

		if (k->len == len && memcmp(k->key, key, len) == 0) {
			c->likely = (size_t)(k - known) + 1;
			return k;
		}
	}
	return NULL;
}

static bool
read_known(struct cursor *c, const struct known *k, struct entry *entry)
{
	void *member = (char *)entry + k->offset;
	size_t len;

	switch (k->kind) {
	case FIELD_TEXT:
		return (*(const char **)member = read_string(c, &len)) != NULL;
	case FIELD_NUMBER:
		return read_number(c, member);
	case FIELD_TRUTH:
		return read_truth(c, member);
	case FIELD_LIST:
		return read_list(c, member);
	}
	return false;
}

static const char *
read_member(struct cursor *c, struct entry *entry)
{
	const struct known *k;
	const char *key;
	size_t len;

	if ((key = read_string(c, &len)) == NULL)
		return "a key is no string";
	k = find_known(c, key, len);
	if (!take(c, ':'))
		return "no colon after a key";
	if (k == NULL)
		return skip_value(c) ? NULL : "a value has no end";
	if ((c->seen >> (k - known) & 1) != 0)
		return "a key twice";
	c->seen |= (uint64_t)1 << (k - known);
	return read_known(c, k, entry) ? NULL : "a value of another kind";
}

static enum event
event_named(const char *name)
{
	static const char *const names[] = {[EVENT_BEGIN] = "begin",
	    [EVENT_DECISION] = "decision",
	    [EVENT_VIOLATION] = "violation",
	    [EVENT_LANDED] = "landed",
	    [EVENT_POLICY] = "policy"};

	for (size_t i = EVENT_BEGIN; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return (enum event)i;
	return EVENT_OTHER;
}

/* May the bytes, which are to be one line, reach a terminal as they are? */
static bool
is_safe(const char *json, size_t len)
{
	uint32_t rune;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = 1;
		if (json[i] >= 0x20 && json[i] < 0x7f)
			continue;
		n = utf8_decode(json + i, len - i, &rune);
		if (n == 0 || rune_is_unsafe(rune))
			return false;
	}
	return true;
}

/* None, or as clock_format() has it. */
static bool
time_is_plain(const char *time)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";

	if (*time == '\0')
		return true;
	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] !=
		    (time[i] >= '0' && time[i] <= '9' ? '0' : time[i]))
			return false;
	return true;
}

static void
entry_clear(struct entry *entry)
{
	memset(entry, 0, sizeof *entry);
	entry->seq = -1;
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (known[i].kind == FIELD_TEXT)
			*(const char **)((char *)entry + known[i].offset) = "";
}

const char *
entry_parse(char *json, size_t len, struct entry *entry)
{
	struct cursor c = {.at = json, .end = json + len};
	const char *fault;

	entry_clear(entry);
	if (!is_safe(json, len))
		return "bytes that no record has";
	if (!take(&c, '{'))
		return "not an object";
	if (!take(&c, '}')) {
		do {
			if ((fault = read_member(&c, entry)) != NULL)
				return fault;
		} while (take(&c, ','));
		if (!take(&c, '}'))
			return "the object has no end";
	}
	skip_blanks(&c);
	if (c.at != c.end)
		return "something after the object";
	if (!time_is_plain(entry->time))
		return "a time of another form";
	entry->event = event_named(entry->event_name);
	return NULL;
}

const char *
entry_list_next(const struct entry_list *list, const char *name)
{
	const char *at = list->first;

	for (size_t i = 0; i + 1 < list->count; i++) {
		const char *next = at + strlen(at) + 1;

		if (at == name)
			return next;
		at = next;
	}
	return NULL;
}

bool
entry_list_has(const struct entry_list *list, const char *name)
{
	const char *at = list->first;

	for (size_t i = 0; i < list->count; i++, at += strlen(at) + 1)
		if (strcmp(at, name) == 0)
			return true;
	return false;
}
