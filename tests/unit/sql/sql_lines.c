/*
 * Statements from standard input, one a line, over tables from a file of JSON:
 * {"t": {"columns": [...], "rows": [...]}, ...} (kit.h).  Of each statement one line:
 * {"rows": [[...], ...]} or {"error": "EINPUT", "text": "..."}.
 * usage: sql_lines TABLES SEED < STATEMENTS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "os/os.h"
#include "sql/ast.h"

static enum bl_status
run(const char *line, const struct bl_catalog *catalog, struct bl_arena *arena, struct bl_buf *out,
    struct bl_err *err)
{
	struct bl_bind_options options = {
	    .catalog = catalog, .now_ns = INT64_C(1767225600) * 1000000000};
	struct bl_exec_options run_options = {
	    .memory = (size_t)256 << 20, .timeout_ns = INT64_C(20000000000)};
	struct bl_statement *statement = NULL;
	struct bl_bound_query bound = {0};
	struct bl_exec *exec = NULL;
	struct bl_str rest = {0};
	enum bl_status status;

	status = bl_sql_parse(bl_str_of(line), options.now_ns, arena, &statement, &rest, err);
	if (status)
		return status;
	if (statement->query == NULL)
		return bl_fail(err, BL_EUNSUPPORTED, "no query");
	status = bl_sql_bind(statement->query, &options, arena, &bound, err);
	if (!status)
		status = bl_exec_open(&bound, &run_options, &exec, err);
	if (!status)
		status = kit_rows(exec, true, out, err);
	bl_exec_close(&exec);
	return status;
}

static void
tell(enum bl_status status, struct bl_buf *out, const struct bl_err *err)
{
	struct bl_json text = {.kind = BL_JSON_STRING, .text = bl_str_of(err->text)};

	if (status == BL_OK) {
		(void)printf("{\"rows\": [");
		for (size_t i = 0; i < out->len; i++)
			(void)putchar(out->ptr[i] != '\n' ? out->ptr[i]
				      : i + 1 < out->len  ? ','
							  : ' ');
		(void)printf("]}\n");
		return;
	}
	out->len = 0;
	if (bl_json_dump(&text, out, NULL))
		exit(2);
	(void)printf("{\"error\": \"%s\", \"text\": %.*s}\n", bl_status_name(status),
	    BL_STR_ARG(bl_buf_str(out)));
}

int
main(int argc, char **argv)
{
	struct kit_catalog tables = {0};
	struct bl_catalog catalog = kit_catalog(&tables);
	struct bl_buf out = BL_BUF_INIT((size_t)256 << 20);
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	const struct bl_json *root = NULL;
	struct bl_err err = {0};
	struct bl_str text;
	char line[16384];
	struct kit kit;

	if (argc != 3 || arena == NULL)
		return 2;
	kit_open(&kit, strtoull(argv[2], NULL, 10));
	kit.layout = KIT_MIXED;
	if (bl_os_read_file(bl_os_posix(), kit.arena, argv[1], (size_t)64 << 20, &text, &err) ||
	    bl_json_parse(kit.parser, text, kit.arena, &root, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	for (const struct bl_json *t = root->first; t != NULL && tables.n < 16; t = t->next)
		tables.tables[tables.n++] = kit_table(&kit, t->key, t);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		out.len = 0;
		err = (struct bl_err){0};
		tell(run(line, &catalog, arena, &out, &err), &out, &err);
		(void)fflush(stdout);
		bl_arena_reset(arena);
	}
	bl_buf_release(&out);
	bl_arena_free(&arena);
	kit_close(&kit);
	return 0;
}
