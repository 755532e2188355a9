/* Standard input of the hook. */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "git/refs.h"
#include "judge/push.h"

enum { LIMIT = 100 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct push push = {0};
	struct error err;
	int fd = memfd_create("push", MFD_CLOEXEC);

	must_hold(fd >= 0);
	must_hold(write(fd, data, size) == (ssize_t)size);
	must_hold(lseek(fd, 0, SEEK_SET) == 0);
	if (push_read(fd, LIMIT, &push, &err) == 0) {
		must_hold(push.count <= LIMIT);
		must_hold(size == 0 || data[size - 1] == '\n');
	}
	for (size_t i = 0; i < push.count; i++) {
		const char *ref = push.updates[i].ref;

		must_hold(ref_name_fault(ref, strlen(ref)) == NULL);
		must_hold(!oid_is_zero(&push.updates[i].old) ||
			  !oid_is_zero(&push.updates[i].new));
	}
	push_free(&push);
	close(fd);
	return 0;
}
