/*
 * Marks on states, as accepted pushes leave them for later ones: the file
 * `states` beside the journal, a line for each (refwarden.log(5), "STATES"):
 *
 *   waived LAYER/RULE PATTERN... COMMIT   landed under an exception
 *   foxtrot BEFORE BRANCH COMMIT          the branch was not at its parent
 */
#ifndef RECORD_STATES_H
#define RECORD_STATES_H

#include "judge/verdict.h"

/* Add these, all on disk.  0, or -1 with "log.unavailable". */
int states_add(const char *git_dir, const struct state_marks *, struct error *);

/*
 * All there are; none where there is no such file.  Their texts are in the
 * arena, the caller frees the array.  0, or -1 with "log.unavailable", also
 * where a line that was counted on can not be read.
 */
int states_read(
    const char *git_dir, struct arena *, struct state_marks *, struct error *);

#endif
