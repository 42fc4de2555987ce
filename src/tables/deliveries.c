/*
 * Delivery objects and their items as sources.
 *
 * Bounds on account, region, day, path and kind drop objects before their membership is read; those
 * on the resource type drop items before anything of them is looked at.
 */
#include "tables/deliveries.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/key.h"
#include "store/store.h"
#include "tables/items.h"

#define DAY_NS ((int64_t)86400 * 1000000000)
/* Numbers of dictionaries: those of items are counted from 1. */
#define DICTIONARIES ((uint64_t)1 << 40)
#define DT_TEXT 24

/* One object that is read. */
struct object {
	const struct bl_delivery *delivery;
	struct bl_key key;
	int64_t day; /* Since 1970-01-01. */
	bool latest;
};

struct shared {
	const struct bl_delivery_table *table;
	bool items; /* A row an item, else a row an object. */
};

struct bl_scan {
	const struct shared *shared;
	const struct bl_source *source;
	const struct bl_scan_want *want;
	struct bl_arena *arena;
	struct object *objects; /* [n] */
	uint32_t n, at;
	const struct bl_value **values; /* [n_columns] [n]: a role's values by object, when asked */
	struct bl_items *items;
	uint8_t *type_wanted; /* [store types] */
	/* Items of the object at hand. */
	struct bl_version_id *members;
	size_t n_members, member;
	struct bl_arena *of_object; /* Its members and blocks. */
	struct bl_scan_stats stats;
};

/* ---- Objects. -------------------------------------------------------------------- */

static bool
is_kind(const struct bl_delivery_table *t, const struct bl_delivery *d)
{
	return (t->snapshots && d->kind == BL_DELIVERY_SNAPSHOT) ||
	       (t->histories && d->kind == BL_DELIVERY_HISTORY);
}

static enum bl_status
dt_text(const struct bl_delivery_table *t, int64_t day, struct bl_arena *arena, struct bl_str *ret,
    struct bl_err *reterr)
{
	int year, month, dom;
	char s = t->dt_separator;

	bl_instant_date(day * DAY_NS, &year, &month, &dom);
	return bl_str_printf(arena, ret, reterr, "%d%c%d%c%d", year, s, month, s, dom);
}

/* A role's value of one object. */
static enum bl_status
role_value(const struct bl_delivery_table *t, enum bl_delivery_role role, const struct object *o,
    struct bl_arena *arena, struct bl_value *ret, struct bl_err *reterr)
{
	const struct bl_delivery *d = o->delivery;
	struct bl_str text = {0};
	enum bl_status status = BL_OK;

	switch (role) {
	case BL_ROLE_ACCOUNT: text = d->account; break;
	case BL_ROLE_REGION: text = d->region; break;
	case BL_ROLE_DT: status = dt_text(t, o->day, arena, &text, reterr); break;
	case BL_ROLE_SOURCE:
		text = d->kind == BL_DELIVERY_SNAPSHOT ? BL_STR("ConfigSnapshot")
						       : BL_STR("ConfigHistory");
		break;
	case BL_ROLE_VERSION: text = BL_STR("1.0"); break;
	case BL_ROLE_SNAPSHOT_ID: text = o->key.snapshot_id; break;
	case BL_ROLE_PATH: text = d->key; break;
	case BL_ROLE_LATEST: *ret = bl_value_boolean(o->latest); return BL_OK;
	case BL_ROLE_ITEMS:
	case BL_ROLE_NOTHING: break;
	}
	*ret = bl_value_varchar(text);
	ret->null = text.ptr == NULL;
	return status;
}

/* May a row of the object be kept? */
static enum bl_status
is_wanted(struct bl_scan *s, const struct object *o, bool *ret, struct bl_err *reterr)
{
	const struct bl_delivery_table *t = s->shared->table;
	enum bl_status status = BL_OK;

	*ret = true;
	for (uint32_t i = 0; i < s->want->n_bounds && *ret && status == BL_OK; i++) {
		uint32_t c = s->want->bounds[i].column;
		struct bl_value value;

		if (c >= t->n_columns || t->roles[c] == BL_ROLE_ITEMS)
			continue;
		status = role_value(t, t->roles[c], o, s->arena, &value, reterr);
		if (t->roles[c] == BL_ROLE_DT) /* Bounds on it are dates. */
			value = (struct bl_value){.kind = BL_TYPE_DATE, .i64 = o->day};
		*ret = bl_bounds_allow(s->want, c, &value);
	}
	return status;
}

static void
find_day(struct object *o)
{
	int64_t ns = o->delivery->as_of_ns;

	if (o->key.year > 0)
		ns = bl_instant_civil(o->key.year, o->key.month, o->key.day);
	o->day = ns / DAY_NS - (ns % DAY_NS < 0);
}

/* The newest snapshot of each account and region is the latest. */
static void
mark_latest(struct object *objects, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct object *o = &objects[i];
		bool newest = o->delivery->kind == BL_DELIVERY_SNAPSHOT;

		/* Behind it in the ledger of the same place: few of many are looked at, see below.
		 */
		for (uint32_t k = n; newest && k-- > i + 1;) {
			const struct bl_delivery *d = objects[k].delivery;

			if (d->kind == BL_DELIVERY_SNAPSHOT &&
			    bl_str_eq(d->account, o->delivery->account) &&
			    bl_str_eq(d->region, o->delivery->region) &&
			    d->as_of_ns >= o->delivery->as_of_ns)
				newest = false;
		}
		for (uint32_t k = 0; newest && k < i; k++) {
			const struct bl_delivery *d = objects[k].delivery;

			if (d->kind == BL_DELIVERY_SNAPSHOT &&
			    bl_str_eq(d->account, o->delivery->account) &&
			    bl_str_eq(d->region, o->delivery->region) &&
			    d->as_of_ns > o->delivery->as_of_ns)
				newest = false;
		}
		o->latest = newest;
	}
}

static bool
asks_latest(const struct bl_scan *s)
{
	const struct bl_delivery_table *t = s->shared->table;
	bool asks = false;

	for (uint32_t i = 0; i < s->want->n_bounds; i++) {
		uint32_t c = s->want->bounds[i].column;

		asks = asks || (c < t->n_columns && t->roles[c] == BL_ROLE_LATEST);
	}
	for (uint32_t i = 0; i < s->want->n_outputs; i++) {
		uint32_t c = s->want->outputs[i].column;

		asks = asks || (c < t->n_columns && t->roles[c] == BL_ROLE_LATEST);
	}
	return asks;
}

static enum bl_status
find_objects(struct bl_scan *s, struct bl_err *reterr)
{
	const struct bl_delivery_table *t = s->shared->table;
	struct bl_store *store = t->tables->store;
	uint64_t last = bl_tables__last(t->tables, t->moment.position);
	uint32_t n = 0, kept = 0;
	enum bl_status status = BL_OK;

	for (uint64_t p = 1; p <= last; p++)
		n += is_kind(t, bl_store_delivery(store, p));
	s->objects = bl_new(s->arena, struct object, n);
	if (s->objects == NULL)
		return bl_tables__no_memory(reterr);
	n = 0;
	for (uint64_t p = 1; p <= last && status == BL_OK; p++) {
		const struct bl_delivery *d = bl_store_delivery(store, p);
		struct object *o = &s->objects[n];

		if (!is_kind(t, d))
			continue;
		o->delivery = d;
		/* A name that contradicts itself was refused when it was ingested. */
		status = bl_key_parse(d->key, s->arena, &o->key, reterr);
		find_day(o);
		n++;
	}
	if (status == BL_OK && asks_latest(s))
		mark_latest(s->objects, n);
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		bool wanted = false;

		status = is_wanted(s, &s->objects[i], &wanted, reterr);
		if (wanted)
			s->objects[kept++] = s->objects[i];
		else
			s->stats.rows_pruned += s->objects[i].delivery->n_items;
	}
	s->n = kept;
	return status;
}

/* ---- Columns of objects. --------------------------------------------------------- */

/* A role's values by object: made once, given as a dictionary. */
static enum bl_status
values_of(struct bl_scan *s, uint32_t column_no, struct bl_err *reterr)
{
	const struct bl_delivery_table *t = s->shared->table;
	struct bl_value *values = bl_new(s->arena, struct bl_value, s->n);
	enum bl_status status = BL_OK;

	if (values == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < s->n && status == BL_OK; i++) {
		status = role_value(
		    t, t->roles[column_no], &s->objects[i], s->arena, &values[i], reterr);
		/* Equal neighbours share their text: days and places repeat. */
		if (i > 0 && values[i].kind == BL_TYPE_VARCHAR && !values[i].null &&
		    !values[i - 1].null && bl_str_eq(values[i].str, values[i - 1].str))
			values[i].str = values[i - 1].str;
	}
	s->values[column_no] = values;
	return status;
}

static enum bl_status
object_column(struct bl_scan *s, uint32_t column_no, const uint32_t *row, uint32_t n,
    struct bl_arena *batch, struct bl_vector *ret, struct bl_err *reterr)
{
	uint32_t *codes = bl_new(batch, uint32_t, n);
	enum bl_status status = BL_OK;

	if (codes == NULL)
		return bl_tables__no_memory(reterr);
	if (s->values[column_no] == NULL)
		status = values_of(s, column_no, reterr);
	for (uint32_t i = 0; i < n; i++)
		codes[i] = row[i];
	*ret = (struct bl_vector){.codes = codes,
	    .values = s->values[column_no],
	    .n_values = s->n,
	    .dictionary = DICTIONARIES + column_no};
	return status;
}

/* ---- Items. ---------------------------------------------------------------------- */

static uint32_t
field_of(const struct bl_delivery_table *t, const char *name)
{
	for (uint32_t i = 0; i < t->n_fields; i++)
		if (bl_str_eq_ci(t->fields[i].item, bl_str_of(name)))
			return i;
	return UINT32_MAX;
}

static enum bl_status
choose_types(struct bl_scan *s, struct bl_err *reterr)
{
	const struct bl_delivery_table *t = s->shared->table;
	uint32_t n_types = bl_store_n_types(t->tables->store);
	uint32_t field = field_of(t, "resourceType");

	s->type_wanted = bl_new(s->arena, uint8_t, (size_t)n_types + 1);
	if (s->type_wanted == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n_types; i++) {
		struct bl_value name = bl_value_varchar(bl_store_type_name(t->tables->store, i));

		s->type_wanted[i] = !s->shared->items || field == UINT32_MAX ||
				    bl_bounds_allow(s->want, t->n_columns + field, &name);
	}
	return BL_OK;
}

/* The members of the next object. */
static enum bl_status
next_object(struct bl_scan *s, struct bl_err *reterr)
{
	bl_arena_reset(s->of_object);
	s->member = 0;
	return bl_store_members(s->shared->table->tables->store,
	    s->objects[s->at].delivery->position, s->of_object, &s->members, &s->n_members, reterr);
}

/* The members of one type, from s->member on. */
static enum bl_status
type_block(struct bl_scan *s, struct bl_items_block *ret, struct bl_err *reterr)
{
	uint32_t type_no = s->members[s->member].type_no, n = 0;
	size_t end = s->member;
	uint32_t *ordinal, *row;

	while (end < s->n_members && s->members[end].type_no == type_no)
		end++;
	ordinal = bl_new(s->of_object, uint32_t, end - s->member);
	row = bl_new(s->of_object, uint32_t, end - s->member);
	if (ordinal == NULL || row == NULL)
		return bl_tables__no_memory(reterr);
	for (; s->member < end; s->member++) {
		row[n] = s->at;
		ordinal[n++] = s->members[s->member].ordinal;
	}
	*ret = (struct bl_items_block){.type_no = type_no, .ordinal = ordinal, .row = row, .n = n};
	return BL_OK;
}

/* Objects are read when the rows of the one before are given out. */
static enum bl_status
block(void *ctx, struct bl_items_block *ret_block, bool *ret_end, struct bl_err *reterr)
{
	struct bl_scan *s = ctx;
	enum bl_status status = BL_OK;

	*ret_block = (struct bl_items_block){0};
	*ret_end = false;
	while (status == BL_OK) {
		while (s->members != NULL && s->member < s->n_members &&
		       !s->type_wanted[s->members[s->member].type_no])
			s->member++;
		if (s->members != NULL && s->member < s->n_members)
			return type_block(s, ret_block, reterr);
		if (s->members != NULL)
			s->at++;
		s->members = NULL;
		if (s->at >= s->n) {
			*ret_end = true;
			return BL_OK;
		}
		status = next_object(s, reterr);
	}
	return status;
}

static enum bl_status
column(void *ctx, uint32_t column_no, uint32_t type_no, const uint32_t *row, uint32_t n,
    struct bl_arena *batch, struct bl_vector *ret_vector, struct bl_err *reterr)
{
	(void)type_no;
	return object_column(ctx, column_no, row, n, batch, ret_vector, reterr);
}

/* ---- A row an object. ------------------------------------------------------------ */

/* All items of one object as an ARRAY of rows. */
static enum bl_status
gather(struct bl_scan *s, uint32_t object, struct bl_arena *arena, struct bl_value *ret,
    struct bl_err *reterr)
{
	const struct bl_delivery_table *t = s->shared->table;
	uint64_t most = s->objects[object].delivery->n_items, n = 0;
	struct bl_value *rows = bl_new(arena, struct bl_value, most);
	bool end = false;
	enum bl_status status = rows == NULL ? bl_tables__no_memory(reterr) : BL_OK;

	while (!end && status == BL_OK) {
		struct bl_batch b = {0};

		status = bl_items_next(s->items, arena, &b, &end, reterr);
		for (uint32_t i = 0; i < b.n && status == BL_OK; i++) {
			struct bl_value *fields = bl_new(arena, struct bl_value, t->n_fields);

			if (fields == NULL)
				return bl_tables__no_memory(reterr);
			for (uint32_t k = 0; k < t->n_fields; k++)
				fields[k] = *bl_vector_at(&b.columns[k], i);
			assert(n < most);
			rows[n++] = (struct bl_value){
			    .kind = BL_TYPE_ROW, .elements = fields, .n = t->n_fields};
		}
	}
	*ret = (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = rows, .n = n};
	return status;
}

/* A scan of one object's items, every field. */
static enum bl_status
items_of_object(struct bl_scan *s, uint32_t object, struct bl_arena *arena, struct bl_value *ret,
    struct bl_err *reterr)
{
	static const struct bl_items_maker maker = {block, column};
	const struct bl_delivery_table *t = s->shared->table;
	struct bl_scan_output *outputs = bl_new(s->arena, struct bl_scan_output, t->n_fields);
	struct bl_scan_want *want = bl_new(s->arena, struct bl_scan_want, 1);
	struct bl_source *fields = bl_new(s->arena, struct bl_source, 1);
	struct bl_scan *inner = bl_new(s->arena, struct bl_scan, 1);
	enum bl_status status;

	if (outputs == NULL || want == NULL || fields == NULL || inner == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < t->n_fields; i++)
		outputs[i].column = i;
	*want = (struct bl_scan_want){.outputs = outputs,
	    .n_outputs = t->n_fields,
	    .limit = UINT64_MAX,
	    .go_on = s->want->go_on,
	    .ctx = s->want->ctx};
	*fields = (struct bl_source){
	    .name = s->source->name, .columns = t->fields, .n_columns = t->n_fields};
	*inner = *s;
	inner->objects = &s->objects[object];
	inner->n = 1;
	inner->at = 0;
	inner->members = NULL;
	status =
	    bl_items_open(t->tables, fields, want, &maker, inner, s->arena, &inner->items, reterr);
	return status == BL_OK ? gather(inner, 0, arena, ret, reterr) : status;
}

static enum bl_status
next_objects(struct bl_scan *s, struct bl_arena *batch, struct bl_batch *ret_batch, bool *ret_end,
    struct bl_err *reterr)
{
	const struct bl_delivery_table *t = s->shared->table;
	struct bl_vector *columns = bl_new(batch, struct bl_vector, s->want->n_outputs);
	uint32_t n = s->n - s->at, *row;
	bool whole = false;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < s->want->n_outputs; i++)
		whole = whole || t->roles[s->want->outputs[i].column] == BL_ROLE_ITEMS;
	/* Whole snapshots are large: one at a time. */
	n = whole && n > 1 ? 1 : n > BL_BATCH_ROWS ? BL_BATCH_ROWS : n;
	row = bl_new(batch, uint32_t, n);
	if (columns == NULL || row == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		row[i] = s->at + i;
	for (uint32_t i = 0; i < s->want->n_outputs && status == BL_OK; i++) {
		uint32_t c = s->want->outputs[i].column;
		struct bl_value *value;

		if (t->roles[c] != BL_ROLE_ITEMS) {
			status = object_column(s, c, row, n, batch, &columns[i], reterr);
			continue;
		}
		value = bl_new(batch, struct bl_value, 1);
		if (value == NULL)
			return bl_tables__no_memory(reterr);
		if (n > 0)
			status = items_of_object(s, s->at, batch, value, reterr);
		columns[i] = (struct bl_vector){.values = value, .n_values = 1};
	}
	s->at += n;
	s->stats.rows_read += n;
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = s->want->n_outputs};
	*ret_end = s->at == s->n;
	return status;
}

/* ---- The source. ----------------------------------------------------------------- */

static enum bl_status
open(const struct bl_source *source, const struct bl_scan_want *want, struct bl_arena *arena,
    struct bl_scan **ret_scan, struct bl_err *reterr)
{
	static const struct bl_items_maker maker = {block, column};
	const struct shared *shared = source->ctx;
	const struct bl_delivery_table *t = shared->table;
	struct bl_scan *s = bl_new(arena, struct bl_scan, 1);
	enum bl_status status;

	if (s == NULL)
		return bl_tables__no_memory(reterr);
	*s = (struct bl_scan){.shared = shared, .source = source, .want = want, .arena = arena};
	*ret_scan = s; /* Closed also after a failure. */
	s->of_object = bl_arena_new((size_t)4 << 30);
	s->values = bl_new(arena, const struct bl_value *, t->n_columns);
	if (s->of_object == NULL || s->values == NULL)
		return bl_tables__no_memory(reterr);
	status = find_objects(s, reterr);
	if (status == BL_OK)
		status = choose_types(s, reterr);
	if (status == BL_OK && shared->items)
		status =
		    bl_items_open(t->tables, source, want, &maker, s, arena, &s->items, reterr);
	return status;
}

static enum bl_status
next(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch, bool *ret_end,
    struct bl_err *reterr)
{
	if (scan->shared->items)
		return bl_items_next(scan->items, batch, ret_batch, ret_end, reterr);
	return next_objects(scan, batch, ret_batch, ret_end, reterr);
}

static void
close(struct bl_scan **scan)
{
	if (*scan != NULL)
		bl_arena_free(&(*scan)->of_object);
	*scan = NULL;
}

static void
stats(const struct bl_scan *scan, struct bl_scan_stats *ret_stats)
{
	*ret_stats = scan->stats;
	if (scan->items != NULL)
		bl_items_stats(scan->items, ret_stats);
	ret_stats->rows_pruned = scan->stats.rows_pruned;
}

static enum bl_status unnest(const struct bl_source *source, uint32_t column_no,
    struct bl_arena *arena, const struct bl_source **ret_source, struct bl_err *reterr);

static const struct bl_source_class objects_class = {
    .open = open, .next = next, .close = close, .stats = stats, .unnest = unnest};
static const struct bl_source_class items_class = {
    .open = open, .next = next, .close = close, .stats = stats};

static enum bl_status
unnest(const struct bl_source *source, uint32_t column_no, struct bl_arena *arena,
    const struct bl_source **ret_source, struct bl_err *reterr)
{
	const struct bl_delivery_table *t = ((const struct shared *)source->ctx)->table;
	uint32_t n = t->n_columns + t->n_fields;
	struct bl_source_column *columns = bl_new(arena, struct bl_source_column, n);
	struct bl_source *made = bl_new(arena, struct bl_source, 1);
	struct shared *shared = bl_new(arena, struct shared, 1);

	assert(t->roles[column_no] == BL_ROLE_ITEMS);
	if (columns == NULL || made == NULL || shared == NULL)
		return bl_tables__no_memory(reterr);
	memcpy(columns, t->columns, t->n_columns * sizeof(columns[0]));
	memcpy(columns + t->n_columns, t->fields, t->n_fields * sizeof(columns[0]));
	*shared = (struct shared){t, true};
	*made = (struct bl_source){.name = source->name,
	    .columns = columns,
	    .n_columns = n,
	    .class = &items_class,
	    .ctx = shared};
	*ret_source = made;
	return BL_OK;
}

enum bl_status
bl_delivery_source(const struct bl_delivery_table *table, struct bl_str name,
    struct bl_arena *arena, const struct bl_source **ret_source, struct bl_err *reterr)
{
	struct bl_source *source = bl_new(arena, struct bl_source, 1);
	struct shared *shared = bl_new(arena, struct shared, 1);

	if (source == NULL || shared == NULL)
		return bl_tables__no_memory(reterr);
	*shared = (struct shared){table, false};
	*source = (struct bl_source){.name = name,
	    .columns = table->columns,
	    .n_columns = table->n_columns,
	    .class = &objects_class,
	    .ctx = shared};
	*ret_source = source;
	return BL_OK;
}

/* ---- The built-in ones. ---------------------------------------------------------- */

static enum bl_status
make(struct bl_tables *tables, const struct bl_as_of *as_of, bool snapshots, struct bl_arena *arena,
    const struct bl_source **ret_source, struct bl_err *reterr)
{
	static const struct {
		const char *name;
		enum bl_delivery_role role;
		bool hidden;
	} usual[] = {{"fileversion", BL_ROLE_VERSION, false},
	    {"configsnapshotid", BL_ROLE_SNAPSHOT_ID, false},
	    {"configurationitems", BL_ROLE_ITEMS, false}, {"account_id", BL_ROLE_ACCOUNT, false},
	    {"region", BL_ROLE_REGION, false}, {"dt", BL_ROLE_DT, false},
	    {"accountid", BL_ROLE_ACCOUNT, true}, {"datasource", BL_ROLE_SOURCE, true},
	    {"$path", BL_ROLE_PATH, true}, {"$latest", BL_ROLE_LATEST, true}};
	uint32_t n = sizeof(usual) / sizeof(usual[0]);
	struct bl_delivery_table *t = bl_new(arena, struct bl_delivery_table, 1);
	struct bl_source_column *columns = bl_new(arena, struct bl_source_column, n);
	enum bl_delivery_role *roles = bl_new(arena, enum bl_delivery_role, n);
	enum bl_status status = BL_OK;

	if (t == NULL || columns == NULL || roles == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		roles[i] = usual[i].role;
		columns[i] = (struct bl_source_column){.name = bl_str_of(usual[i].name),
		    .type =
			*bl_type_of(roles[i] == BL_ROLE_LATEST ? BL_TYPE_BOOLEAN : BL_TYPE_VARCHAR),
		    .hidden = usual[i].hidden,
		    .date_text = roles[i] == BL_ROLE_DT};
		if (roles[i] == BL_ROLE_ITEMS)
			status = bl_delivery_items_type(bl_delivery_fields, bl_delivery_n_fields,
			    arena, &columns[i].type, reterr);
	}
	*t = (struct bl_delivery_table){.tables = tables,
	    .moment = bl_tables__moment(tables, as_of),
	    .snapshots = snapshots,
	    .histories = !snapshots,
	    .dt_separator = '/',
	    .roles = roles,
	    .columns = columns,
	    .n_columns = n,
	    .fields = bl_delivery_fields,
	    .n_fields = bl_delivery_n_fields};
	if (status != BL_OK)
		return status;
	return bl_delivery_source(t,
	    snapshots ? BL_STR("config_snapshots") : BL_STR("config_history"), arena, ret_source,
	    reterr);
}

BL_TABLE_MAKE(bl_table__snapshots)
{
	return make(tables, as_of, true, arena, ret_source, reterr);
}

BL_TABLE_MAKE(bl_table__history)
{
	return make(tables, as_of, false, arena, ret_source, reterr);
}
