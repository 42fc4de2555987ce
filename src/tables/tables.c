/* The handle, the catalogue of built-in tables, moments, notes. */
#include "tables/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "columns/columns.h"
#include "query/node.h"
#include "store/store.h"
#include "tables/notes.h"
#include "tables/tables_priv.h"
#include "timeline/gaps.h"
#include "json/json.h"

#define HANDLE_BYTES ((size_t)16 << 30)
#define SCRATCH_BYTES ((size_t)4 << 30)
#define NOTE_BYTES 400

static const struct bl_table_def defs[] = {
    {"aws_config", "config_history", bl_table__history},
    {"aws_config", "config_snapshots", bl_table__snapshots},
    {NULL, "accounts", bl_table__accounts},
    {NULL, "coverage", bl_table__coverage},
    {NULL, "deliveries", bl_table__deliveries},
    {NULL, "findings", bl_table__findings},
    {NULL, "recorders", bl_table__recorders},
    {NULL, "resources", bl_table__resources},
    {NULL, "resources_unknown", bl_table__resources_unknown},
    {NULL, "verdicts", bl_table__verdicts},
    {NULL, "versions", bl_table__versions},
};
#define N_DEFS (sizeof(defs) / sizeof(defs[0]))

enum bl_status
bl_tables__no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for a table");
}

struct bl_tables_moment
bl_tables__moment(const struct bl_tables *tables, const struct bl_as_of *as_of)
{
	return (struct bl_tables_moment){
	    .position = as_of->has_known ? as_of->known_position : tables->options.known_position,
	    .at_ns = as_of->has_at ? as_of->at_ns : tables->options.at_ns};
}

uint64_t
bl_tables__last(const struct bl_tables *tables, uint64_t position)
{
	uint64_t n = bl_store_n_deliveries(tables->store);

	return position == 0 || position > n ? n : position;
}

/* ---- Names. ---------------------------------------------------------------------- */

static bool
fits(const struct bl_table_def *def, struct bl_str schema, struct bl_str name)
{
	if (!bl_str_eq_ci(name, bl_str_of(def->name)))
		return false;
	return schema.ptr == NULL ||
	       (def->schema != NULL && bl_str_eq_ci(schema, bl_str_of(def->schema)));
}

bool
bl_tables__is_builtin(struct bl_str name)
{
	for (size_t i = 0; i < N_DEFS; i++)
		if (bl_str_eq_ci(name, bl_str_of(defs[i].name)))
			return true;
	return false;
}

static enum bl_status
not_found(struct bl_tables *t, struct bl_str schema, struct bl_str name, struct bl_arena *arena,
    struct bl_err *reterr)
{
	struct bl_name_list list = {0};
	struct bl_str best = {0};
	size_t least = name.len / 2 + 1;
	enum bl_status status = t->catalog.list(t, arena, &list, reterr);

	if (status != BL_OK)
		return status;
	for (size_t i = 0; i < list.n; i++) {
		size_t d = bl_path_distance(name, list.names[i]);

		if (d < least) {
			least = d;
			best = list.names[i];
		}
	}
	if (best.ptr != NULL)
		return bl_fail(reterr, BL_ENOTFOUND, "there is no table %.*s%s%.*s; is %.*s meant?",
		    BL_STR_ARG(schema), schema.ptr != NULL ? "." : "", BL_STR_ARG(name),
		    BL_STR_ARG(best));
	return bl_fail(reterr, BL_ENOTFOUND,
	    "there is no table %.*s%s%.*s (SHOW TABLES names them)", BL_STR_ARG(schema),
	    schema.ptr != NULL ? "." : "", BL_STR_ARG(name));
}

static enum bl_status
find(void *ctx, struct bl_str schema, struct bl_str name, const struct bl_as_of *as_of,
    struct bl_arena *arena, struct bl_found *ret_found, struct bl_err *reterr)
{
	struct bl_tables *t = ctx;
	enum bl_status status;

	*ret_found = (struct bl_found){0};
	if (as_of->has_known &&
	    (as_of->known_position == 0 || as_of->known_position > bl_store_n_deliveries(t->store)))
		return bl_fail(reterr, BL_ENOTFOUND,
		    "the ledger has the positions 1 to %" PRIu64 ", not %" PRIu64,
		    bl_store_n_deliveries(t->store), as_of->known_position);
	status = bl_definitions__find(t, schema, name, as_of, arena, ret_found, reterr);
	if (status != BL_ENOTFOUND)
		return status;
	for (size_t i = 0; i < N_DEFS; i++)
		if (fits(&defs[i], schema, name))
			return defs[i].make(t, as_of, arena, &ret_found->source, reterr);
	return not_found(t, schema, name, arena, reterr);
}

static enum bl_status
list(void *ctx, struct bl_arena *arena, struct bl_name_list *ret_list, struct bl_err *reterr)
{
	struct bl_tables *t = ctx;
	struct bl_name_list own = {0};
	struct bl_str *schemas, *names;
	enum bl_status status = bl_definitions__list(t, arena, &own, reterr);

	if (status != BL_OK)
		return status;
	schemas = bl_new(arena, struct bl_str, N_DEFS + own.n);
	names = bl_new(arena, struct bl_str, N_DEFS + own.n);
	if (schemas == NULL || names == NULL)
		return bl_tables__no_memory(reterr);
	for (size_t i = 0; i < N_DEFS; i++) {
		schemas[i] = bl_str_of(defs[i].schema);
		names[i] = bl_str_of(defs[i].name);
	}
	for (size_t i = 0; i < own.n; i++) {
		schemas[N_DEFS + i] = own.schemas[i];
		names[N_DEFS + i] = own.names[i];
	}
	*ret_list = (struct bl_name_list){schemas, names, N_DEFS + own.n};
	return BL_OK;
}

static enum bl_status
define(void *ctx, const struct bl_statement *statement, struct bl_str text, struct bl_str *ret_note,
    struct bl_err *reterr)
{
	return bl_definitions__define(ctx, statement, text, ret_note, reterr);
}

/* ---- Notes. ---------------------------------------------------------------------- */

enum bl_status
bl_notes__add(struct bl_tables *tables, struct bl_str text, struct bl_err *reterr)
{
	struct bl_tables_note **at = &tables->notes, *note;

	for (; *at != NULL; at = &(*at)->next)
		if (bl_str_eq((*at)->text, text))
			return BL_OK;
	note = bl_new(tables->arena, struct bl_tables_note, 1);
	if (note == NULL || bl_str_dup(tables->arena, text, &note->text) != BL_OK)
		return bl_tables__no_memory(reterr);
	*at = note;
	return BL_OK;
}

enum bl_status
bl_notes__unknown(struct bl_tables *tables, uint64_t n, const uint64_t *whys, struct bl_err *reterr)
{
	char text[NOTE_BYTES];
	int len = snprintf(text, sizeof(text),
	    "of %" PRIu64
	    " resource%s it is not known whether %s there (table resources_unknown): ",
	    n, n == 1 ? "" : "s", n == 1 ? "it was" : "they were");
	bool any = false;

	for (int i = 0; i < BL_N_GAPS; i++) {
		if (whys[i] == 0 || len < 0 || (size_t)len >= sizeof(text))
			continue;
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%" PRIu64 " %s",
		    any ? ", " : "", whys[i], bl_gap_code((enum bl_gap_why)i));
		any = true;
	}
	return bl_notes__add(tables, bl_str_of(text), reterr);
}

const struct bl_tables_note *
bl_tables_notes(struct bl_tables *tables)
{
	const struct bl_tables_note *notes = tables->notes;

	tables->notes = NULL;
	return notes;
}

/* ---- The handle. ----------------------------------------------------------------- */

enum bl_status
bl_tables_new(struct bl_store *store, const struct bl_tables_options *options,
    struct bl_tables **ret_tables, struct bl_err *reterr)
{
	struct bl_tables *t = bl_mem_alloc(sizeof(*t));
	enum bl_status status;

	if (t == NULL)
		return bl_tables__no_memory(reterr);
	*t = (struct bl_tables){.store = store,
	    .options = *options,
	    .arena = bl_arena_new(HANDLE_BYTES),
	    .scratch = bl_arena_new(SCRATCH_BYTES),
	    .catalog = {.find = find, .list = list, .define = define, .ctx = t}};
	status = t->arena == NULL || t->scratch == NULL ? bl_tables__no_memory(reterr) : BL_OK;
	if (status == BL_OK)
		status = bl_json_parser_new((struct bl_json_limits){0}, &t->parser, reterr);
	if (status == BL_OK)
		status = bl_columns_new(store, BL_COLUMNS_FILES, &t->columns, reterr);
	if (status == BL_OK)
		status = bl_definitions__open(t, reterr);
	if (status == BL_OK)
		*ret_tables = t;
	else
		bl_tables_free(&t);
	return status;
}

void
bl_tables_free(struct bl_tables **tables)
{
	struct bl_tables *t = *tables;

	if (t == NULL)
		return;
	bl_columns_free(&t->columns);
	bl_json_parser_free(&t->parser);
	bl_arena_free(&t->scratch);
	bl_arena_free(&t->arena);
	bl_mem_free(t);
	*tables = NULL;
}

const struct bl_catalog *
bl_tables_catalog(struct bl_tables *tables)
{
	return &tables->catalog;
}
