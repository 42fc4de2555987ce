/*
 * The catalogue: names to sources, and what several of them share.
 */
#include "tables/tables.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "columns/columns.h"
#include "store/store.h"
#include "tables/tables_priv.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"

#define KEPT_BYTES ((size_t)64 << 30)

enum table { VERSIONS, RESOURCES, RESOURCES_UNKNOWN, N_TABLES };
static const struct bl_str schemas[N_TABLES];
static const struct bl_str names[N_TABLES] = {[VERSIONS] = BL_STR_INIT("versions"),
    [RESOURCES] = BL_STR_INIT("resources"),
    [RESOURCES_UNKNOWN] = BL_STR_INIT("resources_unknown")};

/* ---- Worlds. ------------------------------------------------------------------------ */

/* Versions are numbered as they came: those that are known at a position are the first ones. */
static enum bl_status
count_known(struct bl_tables *t, struct bl_tables_world *w, struct bl_err *reterr)
{
	uint32_t n_types = bl_store_n_types(t->store);
	uint32_t *n_known = bl_new(t->arena, uint32_t, (size_t)n_types + 1);
	enum bl_status status = BL_OK;

	if (n_known == NULL)
		return bl_items__no_memory(reterr);
	for (uint32_t i = 0; w->position == 0 && i < n_types; i++)
		n_known[i] = bl_store_n_versions(t->store, i);
	for (uint64_t p = 1; p <= w->position && status == BL_OK; p++) {
		struct bl_arena_mark mark = bl_arena_mark(t->arena);
		const struct bl_version_run *grown;
		size_t n = 0;

		status = bl_store_growth(t->store, p, t->arena, &grown, &n, reterr);
		for (size_t i = 0; status == BL_OK && i < n; i++)
			n_known[grown[i].type_no] = grown[i].n;
		bl_arena_rewind(t->arena, mark);
	}
	w->n_known = n_known;
	return status;
}

enum bl_status
bl_tables__world(struct bl_tables *tables, uint64_t position,
    const struct bl_tables_world **ret_world, struct bl_err *reterr)
{
	struct bl_tables_world *w;
	uint32_t n = bl_store_n_types(tables->store), known = 0, *type_nos;
	enum bl_status status;

	for (w = tables->worlds; w != NULL; w = w->next)
		if (w->position == position) {
			*ret_world = w;
			return BL_OK;
		}
	if (position > bl_store_n_deliveries(tables->store))
		return bl_fail(reterr, BL_ENOTFOUND, "the store's ledger positions are 1 to %llu",
		    (unsigned long long)bl_store_n_deliveries(tables->store));
	w = bl_new(tables->arena, struct bl_tables_world, 1);
	type_nos = bl_new(tables->arena, uint32_t, (size_t)n + 1);
	if (w == NULL || type_nos == NULL)
		return bl_items__no_memory(reterr);
	w->position = position;
	status = count_known(tables, w, reterr);
	for (uint32_t i = 0; status == BL_OK && i < n; i++)
		if (w->n_known[i] > 0)
			type_nos[known++] = i;
	if (status == BL_OK)
		status = bl_timeline_build(tables->columns, type_nos, known, position,
		    tables->arena, &w->timeline, reterr);
	if (status == BL_OK)
		status = bl_coverage_build(
		    tables->columns, position, tables->arena, &w->coverage, reterr);
	if (status != BL_OK)
		return status;
	w->next = tables->worlds;
	tables->worlds = w;
	*ret_world = w;
	return BL_OK;
}

/* ---- The catalogue. ------------------------------------------------------------------ */

static enum bl_status
source_of(struct bl_tables *t, enum table table, const struct bl_as_of *as_of,
    struct bl_arena *arena, const struct bl_source **ret, struct bl_err *reterr)
{
	switch (table) {
	case VERSIONS: return bl_versions__source(t, as_of, arena, ret, reterr);
	case RESOURCES:
	case RESOURCES_UNKNOWN:
		return bl_resources__source(
		    t, table == RESOURCES_UNKNOWN, as_of, arena, ret, reterr);
	case N_TABLES: break;
	}
	assert(false);
	return BL_ENOTFOUND;
}

static enum bl_status
find(void *ctx, struct bl_str schema, struct bl_str name, const struct bl_as_of *as_of,
    struct bl_arena *arena, struct bl_found *ret_found, struct bl_err *reterr)
{
	struct bl_tables *t = ctx;
	struct bl_as_of when = {
	    .known_position = t->options.known_position, .at_ns = t->options.at_ns};
	struct bl_found found = {0};
	enum bl_status status;

	if (as_of != NULL && as_of->has_at)
		when.at_ns = as_of->at_ns;
	if (as_of != NULL && as_of->has_known)
		when.known_position = as_of->known_position;
	for (int i = 0; i < N_TABLES; i++) {
		if (schema.ptr != NULL || !bl_str_eq_ci(name, names[i]))
			continue;
		status = source_of(t, (enum table)i, &when, arena, &found.source, reterr);
		if (status == BL_OK)
			*ret_found = found;
		return status;
	}
	return bl_fail(reterr, BL_ENOTFOUND,
	    "no table %.*s%s%.*s; there are versions, resources and resources_unknown",
	    BL_STR_ARG(schema), schema.ptr == NULL ? "" : ".", BL_STR_ARG(name));
}

static enum bl_status
list(void *ctx, struct bl_arena *arena, struct bl_name_list *ret_list, struct bl_err *reterr)
{
	(void)ctx;
	(void)arena;
	(void)reterr;
	*ret_list = (struct bl_name_list){.schemas = schemas, .names = names, .n = N_TABLES};
	return BL_OK;
}

enum bl_status
bl_tables_new(struct bl_store *store, const struct bl_tables_options *options,
    struct bl_tables **ret_tables, struct bl_err *reterr)
{
	struct bl_tables *t = bl_mem_alloc(sizeof(*t));
	enum bl_status status;

	assert(store != NULL && options != NULL);
	if (t == NULL)
		return bl_items__no_memory(reterr);
	*t = (struct bl_tables){
	    .store = store, .options = *options, .arena = bl_arena_new(KEPT_BYTES)};
	t->catalog = (struct bl_catalog){.find = find, .list = list, .ctx = t};
	status = t->arena == NULL ? bl_items__no_memory(reterr)
				  : bl_columns_new(store, BL_COLUMNS_FILES, &t->columns, reterr);
	if (status != BL_OK) {
		bl_tables_free(&t);
		return status;
	}
	*ret_tables = t;
	return BL_OK;
}

void
bl_tables_free(struct bl_tables **tables)
{
	if (*tables == NULL)
		return;
	bl_columns_free(&(*tables)->columns);
	bl_arena_free(&(*tables)->arena);
	bl_mem_free(*tables);
	*tables = NULL;
}

const struct bl_catalog *
bl_tables_catalog(struct bl_tables *tables)
{
	return &tables->catalog;
}
