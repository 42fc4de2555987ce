#ifndef TESTS_UNIT_EVIDENCE_RUN_H
#define TESTS_UNIT_EVIDENCE_RUN_H

/* run(argv, in, out): a program of the system, its standard input from the file ${in} and its
 * standard output and error into the file ${out} (NULL: nothing).  Its exit code; 127 when it
 * cannot be run. */
int run(const char *const *argv, const char *in, const char *out);

/* scratch(): a new empty folder; scratch_path(folder, name, path [cap]); scratch_free(folder)
 * removes all of it. */
char *scratch(void);
const char *scratch_path(const char *folder, const char *name, char *path, unsigned long cap);
void scratch_free(char *folder);

#endif
