/*
 * Everything wrong with one file, in the order of the file.
 *
 * A fault is lower case, has no full stop, says what is wrong and quotes the
 * word.  A file with very many keeps the first FAULTS_LIMIT; `errors` counts
 * them all, so a file without errors is one where it is 0.
 */
#ifndef YAML_FAULTS_H
#define YAML_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

enum { FAULTS_LIMIT = 500 };

struct node;

struct faults {
	char *file; /* the name shown */
	struct fault {
		unsigned line, column; /* from 1 */
		bool warning;
		char *text; /* UTF-8 if what it quotes is; may be cut */
	} * list;
	size_t count, capacity, errors;
	bool advice; /* false: do not search for mere warnings */
};

void faults_init(struct faults *, const char *file);
void faults_free(struct faults *);
void fault_at(struct faults *, const struct node *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void warning_at(struct faults *, const struct node *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void fault_line(struct faults *, unsigned line, unsigned column,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void faults_sort(struct faults *);

#endif
