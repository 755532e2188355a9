/* The people of a policy, and finding out which of them a push names. */
#include "people/people.h"

#include <string.h>
#include <strings.h>

#include "people/public_key.h"

enum { LOGIN_LIMIT = 255 };

static const char login_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz"
				  "0123456789._@+-";

const struct field person_fields[] = {
    {"emails", FIELD_TEXTS, offsetof(struct person, emails),
	.summary = "all addresses of this person"},
    {"logins", FIELD_TEXTS, offsetof(struct person, logins),
	.summary =
	    "names the host knows this person by; default: the person's name"},
    {"keys", FIELD_TEXTS, offsetof(struct person, keys),
	.summary = "SSH public keys, as in authorized_keys"},
    {"robot", FIELD_BOOL, offsetof(struct person, robot),
	.summary = "a program: never counts as a reviewer"},
    {"from", FIELD_DATE, offsetof(struct person, from),
	.summary = "the first day this person counts"},
    {"until", FIELD_DATE, offsetof(struct person, until),
	.summary = "the last day this person counts"},
    {0},
};

static const char *
address_fault(const char *address)
{
	const char *at = strchr(address, '@');

	if (at == NULL || at == address || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL)
		return "is not an address; write it as name@example.com";
	if (strpbrk(address, "*?[]!") != NULL)
		return "is a pattern; an address of a person is one address, "
		       "patterns belong in a group";
	if (strpbrk(address, " \t\n\r<>,") != NULL)
		return "is not a bare address; write it as name@example.com";
	return NULL;
}

const char *
login_fault(const char *login)
{
	if (login[0] == '\0')
		return "the name is empty";
	if (strlen(login) > LOGIN_LIMIT)
		return "the name is longer than 255 bytes";
	if (strspn(login, login_bytes) != strlen(login))
		return "the name has other bytes than letters, digits and "
		       "._@+-";
	return NULL;
}

static const char *
listed_login_fault(const char *login)
{
	return login_fault(login) == NULL ? NULL
					  : "can not be a login: those have 1 "
					    "to 255 letters, digits and "
					    "._@+-";
}

static const char *
key_fault(const char *key)
{
	if (strpbrk(key, "\n\r\t\"") != NULL)
		return "is not one SSH public key on one line";
	if (public_key_length(key) > 0)
		return NULL;
	return "is not an SSH public key; it begins like "
	       "\"ssh-ed25519 AAAA...\"";
}

/* Two spellings of one key differ in the comment behind it only. */
static bool
same_key(const char *a, const char *b)
{
	size_t len = strcspn(a, " ");

	len += a[len] == ' ';
	len += strcspn(a + len, " ");
	return strncmp(a, b, len) == 0 && (b[len] == ' ' || b[len] == '\0');
}

static bool
same_text(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool
same_address(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

/* What identifies a person, and may identify one person only. */
static const struct identifier {
	const char *key;
	size_t offset;
	const char *(*fault)(const char *);
	bool (*same)(const char *, const char *);
} identifiers[] = {
    {"emails", offsetof(struct person, emails), address_fault, same_address},
    {"logins", offsetof(struct person, logins), listed_login_fault, same_text},
    {"keys", offsetof(struct person, keys), key_fault, same_key},
};
enum { IDENTIFIER_COUNT = sizeof identifiers / sizeof *identifiers };

static const struct texts *
identifier_texts(const struct identifier *identifier, const struct person *p)
{
	return (const struct texts *)(const void *)((const char *)p +
						    identifier->offset);
}

/* Whose value this is among the first `count` people, or NULL. */
static const struct person *
identifier_owner(const struct identifier *identifier,
    const struct people *people, size_t count, const char *value)
{
	const struct texts *texts;

	for (size_t i = 0; i < count; i++) {
		texts = identifier_texts(identifier, &people->list[i]);
		for (size_t k = 0; k < texts->count; k++)
			if (identifier->same(texts->list[k], value))
				return &people->list[i];
	}
	return NULL;
}

/* The node of one value of a person, for the place of a fault. */
static const struct node *
value_node(const struct node *person, const char *key, size_t index)
{
	const struct node *node = person;

	if (person->kind == NODE_MAP && (node = map_get(person, key)) == NULL)
		return person;
	if (node->kind == NODE_LIST && index < node->count)
		return &node->items[index];
	return node;
}

static void
identifier_check(struct load *load, const struct identifier *identifier,
    const struct people *people, size_t number, const struct node *node)
{
	const struct texts *texts =
	    identifier_texts(identifier, &people->list[number]);
	const struct person *owner;
	const struct node *place;
	const char *fault, *value;
	int shown;

	for (size_t k = 0; k < texts->count; k++) {
		value = texts->list[k];
		shown = (int)strcspn(value, "\n");
		place = value_node(node, identifier->key, k);
		fault = identifier->fault(value);
		owner = identifier_owner(identifier, people, number, value);
		if (fault != NULL)
			fault_at(load->faults, place, "\"%.*s\" %s", shown,
			    value, fault);
		else if (owner != NULL)
			fault_at(load->faults, place,
			    "\"%.*s\" is %s's already; two people can not "
			    "share it",
			    shown, value, owner->name);
	}
}

static void
name_check(struct load *load, const struct node *key)
{
	if (key->text[0] == '\0' || strpbrk(key->text, "@*?[]!,<>\n") != NULL)
		fault_at(load->faults, key,
		    "\"%s\" can not be a person's name: it must tell itself "
		    "from an address and a pattern (no @ * ? [ ] ! , < >)",
		    key->text);
}

static void
default_login(struct load *load, struct person *person)
{
	if (login_fault(person->name) != NULL)
		return;
	person->logins.list =
	    arena_zero(load->arena, sizeof *person->logins.list);
	person->logins.list[0] = person->name;
	person->logins.count = 1;
}

static void
keys_warn(
    struct load *load, const struct person *person, const struct node *node)
{
	const struct texts *keys = &person->keys;

	for (size_t i = 0; load->faults->advice && i < keys->count; i++)
		if (public_key_length(keys->list[i]) > 0 &&
		    !public_key_is_whole(keys->list[i]))
			warning_at(load->faults, value_node(node, "keys", i),
			    "no signature can be by this key: it is cut off, "
			    "or of another type");
}

static void
person_load(struct load *load, const struct node *key, const struct node *node,
    struct person *person)
{
	name_check(load, key);
	person->name = arena_string(load->arena, key->text);
	if (node->kind == NODE_MAP)
		fields_load(load, person_fields, node, person);
	else
		field_load(load, &person_fields[0], node, person);
	if (node->kind != NODE_MAP || map_get(node, "logins") == NULL)
		default_login(load, person);
	keys_warn(load, person, node);
	if (person->from != 0 && person->until != 0 &&
	    person->until < person->from)
		fault_at(load->faults, map_get(node, "until"),
		    "`until` lies before `from`: %s would never count",
		    person->name);
}

void
people_load(struct load *load, const struct node *node, struct people *people)
{
	if (node->kind != NODE_MAP) {
		fault_at(load->faults, node,
		    "`people` is a map from a person's name to their "
		    "addresses");
		return;
	}
	people->list =
	    arena_zero(load->arena, node->count * sizeof *people->list);
	people->count = node->count;
	for (size_t i = 0; i < node->count; i++)
		person_load(
		    load, &node->keys[i], &node->items[i], &people->list[i]);
	for (size_t i = 0; i < node->count; i++)
		for (size_t k = 0; k < IDENTIFIER_COUNT; k++)
			identifier_check(
			    load, &identifiers[k], people, i, &node->items[i]);
}

struct who
who_by_address(const struct people *people, const char *address)
{
	return (struct who){.address = address,
	    .person = identifier_owner(
		&identifiers[0], people, people->count, address)};
}

struct who
who_by_login(const struct people *people, const char *login)
{
	return (struct who){.login = login,
	    .person = identifier_owner(
		&identifiers[1], people, people->count, login)};
}

/*
 * A login and an address that nobody lists can not be compared: they are not
 * the same person for all we know.
 */
bool
who_same(const struct who *a, const struct who *b)
{
	if (a->person != NULL || b->person != NULL)
		return a->person == b->person;
	if (a->address != NULL && b->address != NULL)
		return same_address(a->address, b->address);
	return a->login != NULL && b->login != NULL &&
	       same_text(a->login, b->login);
}

const char *
who_name(const struct who *who)
{
	if (who->person != NULL)
		return who->person->name;
	if (who->address != NULL)
		return who->address;
	return who->login != NULL ? who->login : "unknown";
}

bool
who_counts(const struct who *who, long today)
{
	const struct person *person = who->person;

	return person == NULL ||
	       ((person->from == 0 || person->from <= today) &&
		   (person->until == 0 || today <= person->until));
}
