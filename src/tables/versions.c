/* versions: every version of every resource, with the interval in which it held. */
#include "base/arena.h"
#include "base/instant.h"
#include "store/store.h"
#include "tables/items.h"
#include "tables/moment.h"
#include "tables/tables_priv.h"
#include "timeline/timeline.h"

enum {
	COL_VERSION_ID = BL_ITEM_COLUMNS,
	COL_VALID_FROM,
	COL_VALID_TO,
	COL_ENDED,
	COL_VANISHED,
	COL_POSITION,
	N_COLUMNS
};

/* What the time line says of one version. */
struct span {
	int64_t from_ns, to_ns; /* from BL_INSTANT_MIN: it never held */
	uint8_t end;		/* enum bl_state_end */
	bool vanished;		/* Behind it nothing is known for a time. */
	uint64_t position;	/* Of the delivery that told it first. */
};

struct table {
	struct bl_tables *tables;
	struct bl_tables_moment moment;
};

struct bl_scan {
	const struct table *table;
	const struct bl_scan_want *want;
	struct bl_arena *arena;
	struct bl_items *items;
	uint32_t *type_nos; /* [n_types] */
	const uint32_t *n_known;
	size_t n_types, at;
	bool spans_wanted;
	struct span *spans;    /* [versions of the block's type], by ordinal */
	uint64_t **first_seen; /* [store types] [versions] position; NULL: not needed */
};

static void
take_states(const struct bl_resource *r, struct span *spans)
{
	for (size_t i = 0; i < r->n_states; i++) {
		const struct bl_state *s = &r->states[i];
		struct span *span = &spans[s->version.ordinal];

		if (s->kind == BL_STATE_VANISHED) {
			span->vanished = true;
			continue;
		}
		/* A version may hold, vanish and be seen again: from its first hold to its last
		 * end. */
		if (span->from_ns == BL_INSTANT_MIN)
			span->from_ns = s->from_ns;
		span->to_ns = s->to_ns;
		span->end = (uint8_t)s->end;
	}
}

static enum bl_status
make_spans(struct bl_scan *s, uint32_t type_no, struct bl_err *reterr)
{
	struct bl_tables *t = s->table->tables;
	uint32_t n = bl_store_n_versions(t->store, type_no);
	const struct bl_timeline *timeline = NULL;
	struct bl_tables_world *world = NULL;
	enum bl_status status = bl_tables__world(t, s->table->moment.position, &world, reterr);

	if (status == BL_OK)
		status = bl_world__timeline(t, world, type_no, &timeline, reterr);
	if (status != BL_OK)
		return status;
	s->spans = bl_new(s->arena, struct span, n);
	if (s->spans == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		s->spans[i].from_ns = BL_INSTANT_MIN;
	for (size_t i = 0; i < timeline->n; i++)
		take_states(&timeline->resources[i], s->spans);
	return BL_OK;
}

/* The delivery that told each version first: versions are numbered as they came. */
static enum bl_status
find_first_seen(struct bl_scan *s, struct bl_err *reterr)
{
	struct bl_tables *t = s->table->tables;
	uint32_t n_types = bl_store_n_types(t->store);
	uint32_t *done = bl_new(s->arena, uint32_t, (size_t)n_types + 1);
	uint64_t last = bl_tables__last(t, s->table->moment.position);
	enum bl_status status = BL_OK;

	s->first_seen = bl_new(s->arena, uint64_t *, (size_t)n_types + 1);
	if (done == NULL || s->first_seen == NULL)
		return bl_tables__no_memory(reterr);
	for (size_t i = 0; i < s->n_types; i++) {
		uint32_t no = s->type_nos[i];

		s->first_seen[no] = bl_new(s->arena, uint64_t, s->n_known[no]);
		if (s->first_seen[no] == NULL)
			return bl_tables__no_memory(reterr);
	}
	for (uint64_t p = 1; p <= last && status == BL_OK; p++) {
		const struct bl_version_run *grown = NULL;
		size_t n = 0;

		if (bl_store_delivery(t->store, p)->n_new == 0)
			continue;
		bl_arena_reset(t->scratch);
		status = bl_store_growth(t->store, p, t->scratch, &grown, &n, reterr);
		for (size_t i = 0; status == BL_OK && i < n; i++) {
			uint32_t no = grown[i].type_no;

			for (; s->first_seen[no] != NULL && done[no] < grown[i].n; done[no]++)
				s->first_seen[no][done[no]] = p;
		}
	}
	return status;
}

static enum bl_status
block(void *ctx, struct bl_items_block *ret_block, bool *ret_end, struct bl_err *reterr)
{
	struct bl_scan *s = ctx;
	uint32_t *rows, type_no;
	enum bl_status status = BL_OK;

	*ret_block = (struct bl_items_block){0};
	*ret_end = s->at + 1 >= s->n_types;
	if (s->at == s->n_types)
		return BL_OK;
	type_no = s->type_nos[s->at++];
	if (s->spans_wanted)
		status = make_spans(s, type_no, reterr);
	rows = bl_new(s->arena, uint32_t, s->n_known[type_no]);
	if (status == BL_OK && rows == NULL)
		status = bl_tables__no_memory(reterr);
	for (uint32_t i = 0; status == BL_OK && i < s->n_known[type_no]; i++)
		rows[i] = i;
	*ret_block = (struct bl_items_block){
	    .type_no = type_no, .ordinal = rows, .row = rows, .n = s->n_known[type_no]};
	return status;
}

static struct bl_value
instant(int64_t ns)
{
	return (struct bl_value){.kind = BL_TYPE_TIMESTAMP,
	    .null = ns == BL_INSTANT_MIN || ns == BL_INSTANT_MAX,
	    .i64 = ns};
}

static struct bl_str
end_text(const struct span *span)
{
	if (span->from_ns == BL_INSTANT_MIN)
		return BL_STR("superseded");
	switch ((enum bl_state_end)span->end) {
	case BL_STATE_OPEN: break;
	case BL_STATE_OBSERVED: return BL_STR("observed");
	case BL_STATE_INFERRED: return BL_STR("inferred");
	}
	return BL_STR("open");
}

static enum bl_status
value_of(const struct bl_scan *s, uint32_t column_no, uint32_t type_no, uint32_t row,
    struct bl_arena *batch, struct bl_value *ret, struct bl_err *reterr)
{
	struct bl_str type = bl_store_type_name(s->table->tables->store, type_no);
	const struct span *span = s->spans == NULL ? NULL : &s->spans[row];

	switch (column_no) {
	case COL_VERSION_ID:
		*ret = bl_value_varchar((struct bl_str){0});
		return bl_str_printf(batch, &ret->str, reterr, "%.*s:%u", BL_STR_ARG(type), row);
	case COL_VALID_FROM: *ret = instant(span->from_ns); break;
	case COL_VALID_TO:
		*ret = instant(span->from_ns == BL_INSTANT_MIN ? BL_INSTANT_MIN : span->to_ns);
		break;
	case COL_ENDED: *ret = bl_value_varchar(end_text(span)); break;
	case COL_VANISHED: *ret = bl_value_boolean(span->vanished); break;
	default: *ret = bl_value_bigint((int64_t)s->first_seen[type_no][row]); break;
	}
	return BL_OK;
}

static enum bl_status
column(void *ctx, uint32_t column_no, uint32_t type_no, const uint32_t *row, uint32_t n,
    struct bl_arena *batch, struct bl_vector *ret_vector, struct bl_err *reterr)
{
	struct bl_value *values = bl_new(batch, struct bl_value, n);
	enum bl_status status = BL_OK;

	if (values == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n && status == BL_OK; i++)
		status = value_of(ctx, column_no, type_no, row[i], batch, &values[i], reterr);
	*ret_vector = (struct bl_vector){.values = values, .n_values = n};
	return status;
}

/* ---- The source. ----------------------------------------------------------------- */

static enum bl_status
open(const struct bl_source *source, const struct bl_scan_want *want, struct bl_arena *arena,
    struct bl_scan **ret_scan, struct bl_err *reterr)
{
	static const struct bl_items_maker maker = {block, column};
	const struct table *t = source->ctx;
	struct bl_scan *s = bl_new(arena, struct bl_scan, 1);
	bool position = false;
	enum bl_status status;

	if (s == NULL)
		return bl_tables__no_memory(reterr);
	*s = (struct bl_scan){.table = t, .want = want, .arena = arena};
	for (uint32_t i = 0; i < want->n_outputs; i++) {
		uint32_t c = want->outputs[i].column;

		position = position || c == COL_POSITION;
		s->spans_wanted = s->spans_wanted || (c >= COL_VALID_FROM && c <= COL_VANISHED);
	}
	status = bl_items_types(t->tables, want, BL_ITEM_TYPE, t->moment.position, arena,
	    &s->type_nos, &s->n_types, &s->n_known, reterr);
	if (status == BL_OK && position)
		status = find_first_seen(s, reterr);
	if (status == BL_OK)
		status =
		    bl_items_open(t->tables, source, want, &maker, s, arena, &s->items, reterr);
	*ret_scan = s;
	return status;
}

static enum bl_status
next(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch, bool *ret_end,
    struct bl_err *reterr)
{
	return bl_items_next(scan->items, batch, ret_batch, ret_end, reterr);
}

static void
close(struct bl_scan **scan)
{
	*scan = NULL; /* All of it is the statement's arena. */
}

static void
stats(const struct bl_scan *scan, struct bl_scan_stats *ret_stats)
{
	bl_items_stats(scan->items, ret_stats);
}

static const struct bl_source_class class = {
    .open = open, .next = next, .close = close, .stats = stats};

BL_TABLE_MAKE(bl_table__versions)
{
	static const struct {
		const char *name;
		enum bl_type_kind kind;
	} own[] = {{"versionId", BL_TYPE_VARCHAR}, {"validFrom", BL_TYPE_TIMESTAMP},
	    {"validTo", BL_TYPE_TIMESTAMP}, {"ended", BL_TYPE_VARCHAR},
	    {"vanished", BL_TYPE_BOOLEAN}, {"position", BL_TYPE_BIGINT}};
	struct bl_source_column *columns = bl_new(arena, struct bl_source_column, N_COLUMNS);
	struct bl_source *source = bl_new(arena, struct bl_source, 1);
	struct table *t = bl_new(arena, struct table, 1);

	if (columns == NULL || source == NULL || t == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < BL_ITEM_COLUMNS; i++)
		columns[i] = bl_item_columns[i];
	for (uint32_t i = BL_ITEM_COLUMNS; i < N_COLUMNS; i++)
		columns[i] =
		    (struct bl_source_column){.name = bl_str_of(own[i - BL_ITEM_COLUMNS].name),
			.type = *bl_type_of(own[i - BL_ITEM_COLUMNS].kind)};
	*t = (struct table){tables, bl_tables__moment(tables, as_of)};
	*source = (struct bl_source){.name = BL_STR("versions"),
	    .columns = columns,
	    .n_columns = N_COLUMNS,
	    .class = &class,
	    .ctx = t};
	*ret_source = source;
	return BL_OK;
}
