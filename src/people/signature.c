/* Signatures are judged by ssh-keygen, which is told everything in files. */
#include "people/signature.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "people/public_key.h"

/* A hundred times what it takes. */
enum { TIME_LIMIT = 5000 };

static const char program[] = "/usr/bin/ssh-keygen";

/* The one name in the list of signers: whose keys they are, we know. */
static const char principal[] = "signer";

/* The private directory of one verification. */
struct place {
	char directory[32], signers[64], signature[64];
};

static int
place_make(struct place *place, struct error *err)
{
	*place = (struct place){.directory = "/tmp/refwarden-XXXXXX"};
	if (mkdtemp(place->directory) == NULL) {
		place->directory[0] = '\0';
		return error_set(err, "can not make a directory in /tmp: %s",
		    strerror(errno));
	}
	snprintf(place->signers, sizeof place->signers, "%s/signers",
	    place->directory);
	snprintf(place->signature, sizeof place->signature, "%s/signature",
	    place->directory);
	return 0;
}

static void
place_remove(const struct place *place)
{
	if (place->directory[0] == '\0')
		return;
	unlink(place->signers);
	unlink(place->signature);
	rmdir(place->directory);
}

static int
file_write(const char *path, const char *data, size_t len, struct error *err)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result;

	if (fd < 0)
		return error_set(
		    err, "can not write %s: %s", path, strerror(errno));
	if ((result = write_all(fd, data, len)) == -1)
		error_set(err, "can not write %s: %s", path, strerror(errno));
	close(fd);
	return result;
}

/* The list of signers (ssh-keygen(1), ALLOWED SIGNERS); false if empty. */
static bool
signers_list(
    const struct texts *keys, const char *name_space, struct text *list)
{
	size_t len;

	for (size_t i = 0; i < keys->count; i++) {
		if ((len = public_key_length(keys->list[i])) == 0)
			continue;
		text_add_format(
		    list, "%s namespaces=\"%s\" ", principal, name_space);
		text_add_bytes(list, keys->list[i], len);
		text_add_char(list, '\n');
	}
	return list->len > 0;
}

/* Exit status of ssh-keygen, and the first line it said in `said`. */
static int
ask(const char *const argv[], const char *data, size_t len, char *said,
    size_t room, struct error *err)
{
	struct text output = {0};
	int status = process_run(argv, data, len, TIME_LIMIT, &output, err);

	text_add(&output, "");
	snprintf(
	    said, room, "%.*s", (int)strcspn(output.data, "\r\n"), output.data);
	text_free(&output);
	return status;
}

static int
verify(const struct place *place, const char *name_space, const char *data,
    size_t len, struct error *err)
{
	const char *const known[] = {program, "-Y", "verify", "-f",
	    place->signers, "-I", principal, "-n", name_space, "-s",
	    place->signature, NULL};
	const char *const any[] = {program, "-Y", "check-novalidate", "-n",
	    name_space, "-s", place->signature, NULL};
	char said[200];
	int status = ask(known, data, len, said, sizeof said, err);

	if (status <= 0)
		return status < 0 ? -1 : 1;
	status = ask(any, data, len, said, sizeof said, err);
	if (status == 0)
		error_code(err, "signature.signer", "of another key: %s", said);
	else if (status > 0)
		error_code(err, "signature.invalid",
		    "the signature is not good: %s", said);
	return status < 0 ? -1 : 0;
}

int
signature_verify(const char *data, size_t len, const char *signature,
    size_t signature_len, const char *name_space, const struct texts *keys,
    struct error *err)
{
	struct place place = {0};
	struct text signers = {0};
	int result = -1;

	if (!signers_list(keys, name_space, &signers)) {
		error_code(err, "signature.signer", "no key is known");
		return 0;
	}
	if (place_make(&place, err) == 0 &&
	    file_write(place.signers, signers.data, signers.len, err) == 0 &&
	    file_write(place.signature, signature, signature_len, err) == 0)
		result = verify(&place, name_space, data, len, err);
	place_remove(&place);
	text_free(&signers);
	return result;
}
