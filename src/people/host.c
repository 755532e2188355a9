/* Ask the hosting software, by its environment, who is pushing and where. */
#include "people/host.h"

#include <stdlib.h>
#include <string.h>

#include "people/account.h"
#include "people/people.h"
#include "yaml/field.h"

enum {
	REPOSITORY_LIMIT = 1024,
	ADDRESS_LIMIT = 45, /* the longest IPv6 address in text */
};

#define ALPHANUMERIC \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const char repository_bytes[] = ALPHANUMERIC "._@+~/-";
static const char address_bytes[] = "0123456789abcdefABCDEF.:";

/*
 * In the order `pusher: auto` asks.  A host with an `owner` variable names a
 * repository by two, "owner/repository".
 */
static const struct host {
	const char *name, *user, *owner, *repository;
} hosts[] = {
    {"gitolite", "GL_USER", NULL, "GL_REPO"},
    {"gitlab", "GL_USERNAME", NULL, "GL_PROJECT_PATH"},
    {"gitea", "GITEA_PUSHER_NAME", "GITEA_REPO_USER_NAME", "GITEA_REPO_NAME"},
    {"github", "GITHUB_USER_LOGIN", NULL, "GITHUB_REPO_NAME"},
    {"bitbucket", "BB_USER_NAME", "BB_PROJECT_KEY", "BB_REPO_SLUG"},
    {"soft-serve", "SOFT_SERVE_USERNAME", NULL, "SOFT_SERVE_REPO_NAME"},
    {"wrapper", "REFWARDEN_USER", NULL, "REFWARDEN_REPO"},
    {"http", "REMOTE_USER", NULL, NULL},
};
enum { HOST_COUNT = sizeof hosts / sizeof *hosts };

static const struct host *
host_find(const char *name)
{
	for (size_t i = 0; i < HOST_COUNT; i++)
		if (strcmp(hosts[i].name, name) == 0)
			return &hosts[i];
	return NULL;
}

static bool
consists_of(const char *value, const char *bytes, size_t limit)
{
	size_t len = strlen(value);

	return len > 0 && len <= limit && strspn(value, bytes) == len;
}

static void
take_login(struct pusher *pusher, const char *value, struct arena *arena)
{
	pusher->fault = login_fault(value);
	if (pusher->fault == NULL)
		pusher->login = arena_string(arena, value);
}

/* True if the variable is there, whatever its value is worth. */
static bool
ask_variable(struct pusher *pusher, const char *variable, const char *via,
    struct arena *arena)
{
	const char *value = getenv(variable);

	if (value == NULL)
		return false;
	pusher->via = via;
	pusher->proven = true;
	take_login(pusher, value, arena);
	return true;
}

static bool
ask_hosts(struct pusher *pusher, struct arena *arena)
{
	for (size_t i = 0; i < HOST_COUNT; i++)
		if (ask_variable(pusher, hosts[i].user, hosts[i].name, arena))
			return true;
	return false;
}

static void
ask_account(struct pusher *pusher, bool proven, struct arena *arena)
{
	const char *name = account_name(arena);

	if (name == NULL)
		return;
	pusher->via = "account";
	pusher->proven = proven;
	take_login(pusher, name, arena);
}

static const char *
network_address(struct arena *arena)
{
	static const char *const variables[] = {
	    "SSH_CONNECTION", "SSH_CLIENT", "REMOTE_ADDR"};
	const char *value, *address;

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if ((value = getenv(variables[i])) == NULL)
			continue;
		address = arena_bytes(arena, value, strcspn(value, " "));
		if (consists_of(address, address_bytes, ADDRESS_LIMIT))
			return address;
	}
	return NULL;
}

struct pusher
pusher_from_environment(
    const struct pusher_setting *setting, struct arena *arena)
{
	struct pusher pusher = {.address = network_address(arena)};
	const struct host *host;

	switch (setting->kind) {
	case PUSHER_AUTO:
		if (!ask_hosts(&pusher, arena))
			ask_account(&pusher, false, arena);
		break;
	case PUSHER_ACCOUNT:
		ask_account(&pusher, true, arena);
		break;
	case PUSHER_ENV:
		ask_variable(&pusher, setting->name, "env", arena);
		break;
	case PUSHER_HOST:
		if ((host = host_find(setting->name)) != NULL)
			ask_variable(&pusher, host->user, host->name, arena);
		break;
	case PUSHER_NONE:
		break;
	}
	pusher.proven = pusher.proven && pusher.login != NULL;
	return pusher;
}

const char *
host_repository(struct arena *arena)
{
	const char *name, *owner;

	for (size_t i = 0; i < HOST_COUNT; i++) {
		if (hosts[i].repository == NULL ||
		    (name = getenv(hosts[i].repository)) == NULL)
			continue;
		if (hosts[i].owner != NULL) {
			if ((owner = getenv(hosts[i].owner)) == NULL)
				continue;
			name = arena_format(arena, "%s/%s", owner, name);
		}
		if (consists_of(name, repository_bytes, REPOSITORY_LIMIT))
			return arena_string(arena, name);
	}
	return NULL;
}

static bool
variable_name_valid(const char *name)
{
	return strspn(name, ALPHANUMERIC "_") == strlen(name) &&
	       name[0] != '\0' && (name[0] < '0' || name[0] > '9');
}

static void
read_variable(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const char **name = member;

	(void)field;
	if (node->kind != NODE_SCALAR || !variable_name_valid(node->text)) {
		fault_at(load->faults, node,
		    "`env` is the name of an environment variable, "
		    "such as GL_USER");
		return;
	}
	*name = arena_string(load->arena, node->text);
}

const struct field pusher_fields[] = {
    {"env", FIELD_OWN, offsetof(struct pusher_setting, name),
	"the environment variable that holds the user's name", .required = true,
	.read = read_variable},
    {0},
};

static void
unknown_source(struct load *load, const struct node *node)
{
	const char *words[HOST_COUNT + 3] = {"auto", "account", "none"};
	const char *meant;

	for (size_t i = 0; i < HOST_COUNT; i++)
		words[3 + i] = hosts[i].name;
	meant = did_you_mean(node->text, words, HOST_COUNT + 3);
	if (meant != NULL)
		fault_at(load->faults, node,
		    "unknown pusher \"%s\", did you mean \"%s\"?", node->text,
		    meant);
	else
		fault_at(load->faults, node,
		    "unknown pusher \"%s\": it is auto, account, none, "
		    "{env: NAME}, or one of the hosts gitolite, gitlab, "
		    "gitea, github, bitbucket, soft-serve, wrapper, http",
		    node->text);
}

void
pusher_setting_load(
    struct load *load, const struct node *node, struct pusher_setting *setting)
{
	const struct host *host;

	if (node->kind != NODE_SCALAR) {
		setting->kind = PUSHER_ENV;
		fields_load(load, pusher_fields, node, setting);
	} else if (strcmp(node->text, "auto") == 0) {
		setting->kind = PUSHER_AUTO;
	} else if (strcmp(node->text, "account") == 0) {
		setting->kind = PUSHER_ACCOUNT;
	} else if (strcmp(node->text, "none") == 0) {
		setting->kind = PUSHER_NONE;
	} else if ((host = host_find(node->text)) != NULL) {
		setting->kind = PUSHER_HOST;
		setting->name = host->name;
	} else {
		unknown_source(load, node);
	}
}
