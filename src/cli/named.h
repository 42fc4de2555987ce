#ifndef BL_CLI_NAMED_H
#define BL_CLI_NAMED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/str.h"

struct bl_cli;

/*
 * The queries that beleg carries: the files of queries/.  Comment lines at the head of a file tell
 * what a person must know:
 *
 *	-- Title: one line
 *	-- Question: what an auditor asks
 *	-- Controls: NIS2 Art. 21(2)(h); ISO 27001 A.8.24
 *	-- Language: sql | advanced
 *	-- Parameter: name=default, what it is
 */
struct bl_named_query {
	struct bl_str name; /* The file's, without its end. */
	struct bl_str text; /* Whole. */
	struct bl_str title, question, controls;
	bool advanced; /* AWS's language; else SQL. */
};

/* bl_named_get(i, &query): the ith file, by name. */
void bl_named_get(size_t i, struct bl_named_query *ret_query);

/* bl_named_find(cli, name, &query): BL_ENOTFOUND with the nearest. */
BL_STATUS bl_named_find(struct bl_cli *cli, const char *name, struct bl_named_query *ret_query);

/* bl_named_default(query, n, &name, &value): the nth parameter and its default; false: no more. */
bool bl_named_default(const struct bl_named_query *query, size_t n, struct bl_str *ret_name,
    struct bl_str *ret_value);

/* bl_named_list(cli): all of them, by --format. */
BL_STATUS bl_named_list(struct bl_cli *cli);

#endif
