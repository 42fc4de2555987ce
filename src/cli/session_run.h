#ifndef BL_CLI_SESSION_RUN_H
#define BL_CLI_SESSION_RUN_H

#include "base/status.h"
#include "sql/plan.h"

struct bl_arena;
struct bl_exec;
struct bl_rows_out;
struct bl_session;
struct bl_statement;

/* One statement of a session under way: what session.c and session_show.c share. */
struct bl_session_run {
	struct bl_session *session;
	struct bl_arena *arena;
	const struct bl_statement *statement;
	struct bl_bound_query bound;
	struct bl_exec *exec;
	struct bl_rows_out *out;
};

/* SHOW TABLES; SHOW COLUMNS, DESCRIBE; SHOW CREATE. */
BL_STATUS bl_session_show_tables(struct bl_session_run *r);
BL_STATUS bl_session_show_columns(struct bl_session_run *r);
BL_STATUS bl_session_show_create(struct bl_session_run *r);

#endif
