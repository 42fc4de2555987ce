#ifndef BL_CLI_SESSION_H
#define BL_CLI_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "cli/rows_out.h"
#include "query/value.h"

struct bl_arena;
struct bl_catalog;
struct bl_cli;
struct bl_store;
struct bl_tables;

/*
 * SQL on one store: statements in, rows out.  What `beleg sql` and its prompt share.  Errors go to
 * cli->err; those of a statement are told with its line and a mark below the place.
 */
struct bl_session {
	struct bl_cli *cli;
	struct bl_store *store;
	struct bl_tables *tables;
	const struct bl_catalog *catalog;
	int64_t at_ns;		 /* BL_INSTANT_MAX: the last known */
	uint64_t known_position; /* 0: all */
	int64_t now_ns;
	size_t memory;
	int64_t timeout_ns;
	const volatile bool *cancel; /* NULL: never */
	enum bl_rows_form form;
	const char *output; /* NULL: standard output */
	bool timing, keep;
	const struct bl_value *params; /* [n_params], varchar */
	const struct bl_str *param_names;
	uint32_t n_params;
};

/* bl_session_open(cli, session): the store and what the options of `beleg sql` say.  Close it also
 * after a failure. */
BL_STATUS bl_session_open(struct bl_cli *cli, struct bl_session *ret_session);
/* bl_session_moment(session, at_ns): the same store at another moment. */
BL_STATUS bl_session_moment(struct bl_session *session, int64_t at_ns);
void bl_session_close(struct bl_session *session);

/* bl_session_run(session, name, text): every statement of a text, one after the other; ends at the
 * first that fails.  ${name} stands before line and column in messages ("query.sql", or absent). */
BL_STATUS bl_session_run(struct bl_session *session, struct bl_str name, struct bl_str text);

/* bl_session_tell(session, name, text): cli->err on standard error, with the line of ${text} that
 * it is about and a mark below the column. */
void bl_session_tell(const struct bl_session *session, struct bl_str name, struct bl_str text);

/* bl_session_bytes(text, &n): "512MB", "2G"; false when it is no size.
 * bl_session_time(text, &ns): "30s", "5m", "250ms". */
bool bl_session_bytes(const char *text, size_t *ret_n);
bool bl_session_time(const char *text, int64_t *ret_ns);

/* bl_session_params(cli, &names, &values, &n): --param NAME=VALUE,... as texts. */
BL_STATUS bl_session_params(struct bl_cli *cli, const struct bl_str **ret_names,
    const struct bl_value **ret_values, uint32_t *ret_n);

#endif
