/*
 * The record of a hook that can not go on: without memory, or out of time.
 */
#ifndef HOOK_LAST_WORDS_H
#define HOOK_LAST_WORDS_H

/* Make the record now and send it when memory is exhausted or the processor
 * time is used up; the program then exits 1.  All arguments are borrowed until
 * last_words_forget(). */
void last_words_prepare(const char *id, const char *hook, const char *git_dir);
void last_words_forget(void);

#endif
