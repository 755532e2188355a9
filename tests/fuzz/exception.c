/* The reader of exception records. */
#include "fuzz.h"

#include "waiver/exception.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exception exception;
	struct faults faults;
	struct arena arena = {0};
	int result;

	faults_init(&faults, "EX-1.yml");
	result = exception_parse(
	    (const char *)data, size, &arena, &exception, &faults);
	must_hold((result == 0) == (faults.errors == 0));
	if (result == 0) {
		must_hold(exception_id_valid(exception.id));
		must_hold(exception.rules.count > 0);
		must_hold(exception.expires >= exception.approved_on);
	}
	arena_free(&arena);
	faults_free(&faults);
	return 0;
}
