/* The kit of kit.h. */
#include "kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "query/node.h"

#define NS_A_DAY INT64_C(86400000000000)

static void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "kit: %s: %s\n", what, why);
	exit(2);
}

void
kit_open(struct kit *kit, uint64_t seed)
{
	struct bl_json_limits limits = {0};

	*kit = (struct kit){.arena = bl_arena_new((size_t)1 << 30), .random = seed * 2 + 1};
	if (kit->arena == NULL || bl_json_parser_new(limits, &kit->parser, NULL))
		die("open", "no memory");
	/* Tests let allocations fail while this is written to. */
	kit->out = (struct bl_buf)BL_BUF_INIT((size_t)64 << 20);
	if (bl_buf_reserve(&kit->out, (size_t)1 << 20, NULL))
		die("open", "no memory");
}

void
kit_close(struct kit *kit)
{
	bl_arena_free(&kit->arena);
	bl_json_parser_free(&kit->parser);
	bl_buf_release(&kit->out);
}

uint64_t
kit_random(struct kit *kit)
{
	kit->random = kit->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return kit->random >> 33;
}

/* A table: columns of values, and of some their codes. */
struct table {
	struct kit *kit;
	uint32_t n_rows;
	struct bl_value **values; /* [n_columns] FLAT: [n_rows]; CODED: the dictionary */
	uint32_t **codes;	  /* [n_columns] NULL: FLAT */
	uint32_t *n_values;
};

static struct bl_datatype
type_of(struct kit *kit, struct bl_str name)
{
	static const struct {
		const char *name;
		enum bl_type_kind kind;
	} kinds[] = {{"boolean", BL_TYPE_BOOLEAN}, {"bigint", BL_TYPE_BIGINT},
	    {"double", BL_TYPE_DOUBLE}, {"varchar", BL_TYPE_VARCHAR}, {"date", BL_TYPE_DATE},
	    {"timestamp", BL_TYPE_TIMESTAMP}, {"json", BL_TYPE_JSON}};
	struct bl_datatype *element;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (bl_str_eq(name, bl_str_of(kinds[i].name)))
			return *bl_type_of(kinds[i].kind);
	if (bl_str_starts(name, BL_STR("array("))) {
		element = bl_new(kit->arena, struct bl_datatype, 1);
		*element = type_of(kit, bl_str_sub(name, 6, name.len - 1));
		return bl_type_array(element);
	}
	if (bl_str_starts(name, BL_STR("map(")))
		return bl_type_map(bl_type_of(BL_TYPE_VARCHAR), bl_type_of(BL_TYPE_VARCHAR));
	die("no such type", "see kit.h");
	return *bl_type_of(BL_TYPE_UNKNOWN);
}

static struct bl_value
value_of(struct kit *kit, struct bl_datatype type, const struct bl_json *json)
{
	struct bl_value v = bl_value_json(json), *elements;
	const struct bl_json *child;
	int64_t ns;

	if (v.null)
		return bl_value_null(type.kind);
	if (type.kind == BL_TYPE_JSON)
		return v;
	if (type.kind == BL_TYPE_MAP)
		return (struct bl_value){.kind = BL_TYPE_MAP, .json = json};
	if (type.kind == BL_TYPE_ARRAY) {
		elements = bl_new(kit->arena, struct bl_value, json->n);
		child = json->first;
		for (uint32_t i = 0; i < json->n; i++, child = child->next)
			elements[i] = value_of(kit, *type.element, child);
		return (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = elements, .n = json->n};
	}
	v = bl_value_plain(v);
	v.json = NULL;
	if (type.kind == BL_TYPE_DOUBLE) {
		v.dbl = v.kind == BL_TYPE_BIGINT ? (double)v.i64 : v.dbl;
		v.kind = BL_TYPE_DOUBLE;
		v.str = (struct bl_str){0};
	} else if (type.kind == BL_TYPE_DATE || type.kind == BL_TYPE_TIMESTAMP) {
		if (!bl_instant_parse(v.str, &ns))
			die("not an instant", v.str.ptr);
		v = (struct bl_value){
		    .kind = type.kind, .i64 = type.kind == BL_TYPE_DATE ? ns / NS_A_DAY : ns};
	}
	if (v.kind != type.kind)
		die("a value is not of its column's type", "see kit.h");
	return v;
}

/* The same value as one of the dictionary?  By its text as JSON. */
static bool
same_text(const struct bl_value *a, const struct bl_value *b)
{
	struct bl_buf x = BL_BUF_INIT(1 << 20), y = BL_BUF_INIT(1 << 20);
	bool same;

	kit_value(a, true, &x);
	kit_value(b, true, &y);
	same = bl_str_eq(bl_buf_str(&x), bl_buf_str(&y));
	bl_buf_release(&x);
	bl_buf_release(&y);
	return same;
}

static void
encode(struct kit *kit, struct table *t, uint32_t column)
{
	struct bl_value *flat = t->values[column];
	struct bl_value *values = bl_new(kit->arena, struct bl_value, t->n_rows);
	uint32_t *codes = bl_new(kit->arena, uint32_t, t->n_rows), n = 0, code;

	for (uint32_t r = 0; r < t->n_rows; r++) {
		for (code = 0; code < n && !same_text(&flat[r], &values[code]); code++)
			;
		/* Now and then a value has two codes, as dictionaries may. */
		if (code < n && kit_random(kit) % 16 == 0)
			code = n;
		if (code == n)
			values[n++] = flat[r];
		codes[r] = code;
	}
	t->values[column] = values;
	t->codes[column] = codes;
	t->n_values[column] = n;
}

struct scan {
	const struct table *table;
	const struct bl_scan_want *want;
	uint32_t row;
};

static BL_STATUS
scan_open(const struct bl_source *source, const struct bl_scan_want *want, struct bl_arena *arena,
    struct bl_scan **ret_scan, struct bl_err *reterr)
{
	struct scan *s = bl_new(arena, struct scan, 1);

	if (s == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to scan");
	*s = (struct scan){.table = source->ctx, .want = want};
	*ret_scan = (struct bl_scan *)s;
	return BL_OK;
}

static BL_STATUS
scan_next(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch, bool *ret_end,
    struct bl_err *reterr)
{
	struct scan *s = (struct scan *)scan;
	const struct table *t = s->table;
	uint32_t left = t->n_rows - s->row;
	uint32_t n = (uint32_t)(kit_random(t->kit) % (t->n_rows > 2000 ? 4097 : 9));
	struct bl_vector *columns = bl_new(batch, struct bl_vector, s->want->n_outputs);

	if (columns == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to scan");
	n = n > left ? left : n;
	for (uint32_t i = 0; i < s->want->n_outputs; i++) {
		uint32_t c = s->want->outputs[i].column;

		if (c == UINT32_MAX)
			die("an expression over the item", "tables of the kit have none");
		columns[i] = (struct bl_vector){.values = t->values[c] + s->row, .n_values = n};
		if (t->codes[c] != NULL)
			columns[i] = (struct bl_vector){.codes = t->codes[c] + s->row,
			    .values = t->values[c],
			    .n_values = t->n_values[c],
			    .dictionary = 1 + c};
	}
	s->row += n;
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = s->want->n_outputs};
	*ret_end = s->row == t->n_rows;
	return s->want->go_on(s->want->ctx, reterr);
}

static void
scan_close(struct bl_scan **scan)
{
	*scan = NULL;
}

static void
scan_stats(const struct bl_scan *scan, struct bl_scan_stats *ret_stats)
{
	*ret_stats = (struct bl_scan_stats){.rows_read = ((const struct scan *)scan)->row};
}

static const struct bl_source_class kit_class = {
    scan_open, scan_next, scan_close, scan_stats, NULL};

const struct bl_source *
kit_table(struct kit *kit, struct bl_str name, const struct bl_json *json)
{
	const struct bl_json *columns = bl_json_get(json, BL_STR("columns"));
	const struct bl_json *rows = bl_json_get(json, BL_STR("rows")), *row, *cell;
	struct bl_source *source = bl_new(kit->arena, struct bl_source, 1);
	struct bl_source_column *list = bl_new(kit->arena, struct bl_source_column, columns->n);
	struct table *t = bl_new(kit->arena, struct table, 1);
	uint32_t c = 0, r;

	*t = (struct table){.kit = kit,
	    .n_rows = rows->n,
	    .values = bl_new(kit->arena, struct bl_value *, columns->n),
	    .codes = bl_new(kit->arena, uint32_t *, columns->n),
	    .n_values = bl_new(kit->arena, uint32_t, columns->n)};
	for (const struct bl_json *at = columns->first; at != NULL; at = at->next, c++) {
		list[c].name = bl_json_str(bl_json_at(at, 0));
		list[c].type = type_of(kit, bl_json_str(bl_json_at(at, 1)));
		t->values[c] = bl_new(kit->arena, struct bl_value, rows->n + (size_t)1);
	}
	for (row = rows->first, r = 0; row != NULL; row = row->next, r++)
		for (cell = row->first, c = 0; cell != NULL; cell = cell->next, c++)
			t->values[c][r] = value_of(kit, list[c].type, cell);
	for (c = 0; c < columns->n; c++)
		if (kit->layout == KIT_CODED ||
		    (kit->layout == KIT_MIXED && kit_random(kit) % 2 == 0))
			encode(kit, t, c);
	*source = (struct bl_source){
	    .name = name, .columns = list, .n_columns = columns->n, .class = &kit_class, .ctx = t};
	return source;
}

const struct bl_source *
kit_table_text(struct kit *kit, const char *json)
{
	const struct bl_json *root = NULL;
	struct bl_err err = {0};

	if (bl_json_parse(kit->parser, bl_str_of(json), kit->arena, &root, &err))
		die(json, err.text);
	return kit_table(kit, BL_STR("t"), root);
}

static BL_STATUS
find(void *ctx, struct bl_str schema, struct bl_str name, const struct bl_as_of *as_of,
    struct bl_arena *arena, struct bl_found *ret_found, struct bl_err *reterr)
{
	const struct kit_catalog *tables = ctx;

	(void)schema;
	(void)as_of;
	(void)arena;
	for (uint32_t i = 0; i < tables->n; i++)
		if (bl_str_eq_ci(tables->tables[i]->name, name)) {
			*ret_found = (struct bl_found){.source = tables->tables[i]};
			return BL_OK;
		}
	return bl_fail(reterr, BL_ENOTFOUND, "there is no table %.*s", BL_STR_ARG(name));
}

struct bl_catalog
kit_catalog(struct kit_catalog *tables)
{
	return (struct bl_catalog){.find = find, .ctx = tables};
}

/* Names c0, c1, ... become slots. */
static void
to_slots(struct bl_node *node, const struct bl_datatype *types, uint32_t n)
{
	uint64_t slot = 0;

	for (uint32_t i = 0; i < node->n_kids; i++)
		to_slots(node->kids[i], types, n);
	if (node->kind != BL_NODE_NAME || node->text.len < 2 || node->text.ptr[0] != 'c' ||
	    !bl_str_to_u64(bl_str_sub(node->text, 1, node->text.len), &slot))
		return;
	if (slot >= n)
		die("no such slot", node->text.ptr);
	node->kind = BL_NODE_SLOT;
	node->slot = (uint32_t)slot;
	node->type = types[slot];
}

static const struct bl_expr *
expr_of(struct kit *kit, const struct bl_datatype *types, uint32_t n, struct bl_str text)
{
	struct bl_node *root = NULL;
	struct bl_expr *expr = NULL;
	struct bl_err err = {0};

	if (bl_parser_tree(text, NULL, kit->arena, &root, &err))
		die(text.ptr, err.text);
	to_slots(root, types, n);
	if (bl_expr_of_tree(root, false, NULL, 0, BL_TYPE_UNKNOWN, kit->arena, &expr, &err))
		die(text.ptr, err.text);
	return expr;
}

const struct bl_expr *
kit_expr(struct kit *kit, const struct bl_datatype *types, uint32_t n, const char *text)
{
	return expr_of(kit, types, n, bl_str_of(text));
}

const struct bl_expr *const *
kit_exprs(struct kit *kit, const struct bl_plan *input, const char *texts)
{
	struct bl_str rest = bl_str_of(texts), part;
	const struct bl_expr **list = bl_new(kit->arena, const struct bl_expr *, strlen(texts) + 1);
	uint32_t n = 0;

	while (bl_str_split(&rest, ';', &part))
		list[n++] = expr_of(kit, input == NULL ? NULL : input->types,
		    input == NULL ? 0 : input->n_slots, bl_str_trim(part));
	return list;
}

struct bl_plan *
kit_plan(struct kit *kit, enum bl_plan_kind kind, const char *types, struct bl_plan *input,
    struct bl_plan *right)
{
	static const char letters[] = "bidsDtj";
	static const enum bl_type_kind kinds[] = {BL_TYPE_BOOLEAN, BL_TYPE_BIGINT, BL_TYPE_DOUBLE,
	    BL_TYPE_VARCHAR, BL_TYPE_DATE, BL_TYPE_TIMESTAMP, BL_TYPE_JSON};
	struct bl_plan *plan = bl_new(kit->arena, struct bl_plan, 1);
	struct bl_datatype *list = bl_new(kit->arena, struct bl_datatype, strlen(types) + 1);

	for (size_t i = 0; types[i] != '\0'; i++)
		list[i] = *bl_type_of(kinds[strchr(letters, types[i]) - letters]);
	*plan = (struct bl_plan){.kind = kind,
	    .line = 1,
	    .column = 1,
	    .types = list,
	    .n_slots = (uint32_t)strlen(types),
	    .input = input,
	    .right = right,
	    .id = kit->n_plans++,
	    .limit = UINT64_MAX};
	return plan;
}

struct bl_plan *
kit_scan(struct kit *kit, const struct bl_source *source)
{
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_SCAN, "", NULL, NULL);
	struct bl_datatype *types = bl_new(kit->arena, struct bl_datatype, source->n_columns);
	struct bl_scan_output *outputs =
	    bl_new(kit->arena, struct bl_scan_output, source->n_columns);

	for (uint32_t i = 0; i < source->n_columns; i++) {
		types[i] = source->columns[i].type;
		outputs[i].column = i;
	}
	plan->types = types;
	plan->n_slots = source->n_columns;
	plan->source = source;
	plan->want = (struct bl_scan_want){
	    .outputs = outputs, .n_outputs = source->n_columns, .limit = UINT64_MAX};
	return plan;
}

static void add(struct bl_buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
add(struct bl_buf *out, const char *fmt, ...)
{
	char text[1200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (bl_buf_add(out, bl_str_of(text), NULL))
		die("add", "no memory");
}

static void
add_text(struct bl_str s, bool as_json, struct bl_buf *out)
{
	struct bl_json json = {.kind = BL_JSON_STRING, .text = s};

	if (as_json ? bl_json_dump(&json, out, NULL) : bl_buf_add(out, s, NULL))
		die("add_text", "no memory");
}

static void
add_elements(const struct bl_value *v, bool as_json, struct bl_buf *out)
{
	const struct bl_json *member = v->json == NULL ? NULL : v->json->first;
	bool map = v->kind == BL_TYPE_MAP;
	uint64_t n = map && v->json != NULL ? v->json->n : map ? 2 * v->n : v->n;
	struct bl_value one;

	add(out, map && !as_json ? "{" : "[");
	for (uint64_t i = 0; i < n; i++) {
		add(out, "%s", i == 0 ? "" : ", ");
		if (member != NULL) {
			add_text(member->key, as_json, out);
			add(out, as_json ? ", " : "=");
			one = bl_value_json(member);
			member = member->next;
		} else {
			one = v->elements[i];
		}
		kit_value(&one, as_json, out);
	}
	add(out, map && !as_json ? "}" : "]");
}

void
kit_value(const struct bl_value *given, bool as_json, struct bl_buf *out)
{
	struct bl_value v = bl_value_plain(*given);
	char text[BL_INSTANT_TEXT];

	if (v.null) {
		add(out, as_json ? "null" : "NULL");
		return;
	}
	switch (v.kind) {
	case BL_TYPE_BOOLEAN: add(out, v.boolean ? "true" : "false"); break;
	case BL_TYPE_BIGINT:
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS: add(out, "%lld", (long long)v.i64); break;
	case BL_TYPE_DOUBLE: add(out, as_json ? "%.17g" : "%.10g", v.dbl); break;
	case BL_TYPE_VARCHAR: add_text(v.str, as_json, out); break;
	case BL_TYPE_DATE:
		(void)bl_instant_format(v.i64 * NS_A_DAY, text);
		add_text((struct bl_str){text, 10}, as_json, out);
		break;
	case BL_TYPE_TIMESTAMP:
		add_text(bl_str_of(bl_instant_format(v.i64, text)), as_json, out);
		break;
	case BL_TYPE_JSON:
		if (bl_json_dump(v.json, out, NULL))
			die("dump", "no memory");
		break;
	case BL_TYPE_ARRAY:
	case BL_TYPE_MAP:
	case BL_TYPE_ROW: add_elements(&v, as_json, out); break;
	case BL_TYPE_UNKNOWN: add(out, "unknown"); break;
	}
}

enum bl_status
kit_rows(struct bl_exec *exec, bool as_json, struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_batch batch;
	bool end = false;
	enum bl_status status = BL_OK;

	while (!status && !end) {
		status = bl_exec_next(exec, &batch, &end, reterr);
		for (uint32_t r = 0; !status && r < batch.n; r++) {
			add(out, "%s", as_json ? "[" : "");
			for (uint32_t c = 0; c < batch.n_columns; c++) {
				add(out, "%s", c == 0 ? "" : as_json ? ", " : "|");
				kit_value(bl_vector_at(&batch.columns[c], r), as_json, out);
			}
			add(out, as_json ? "]\n" : "\n");
		}
	}
	return status;
}

enum bl_status
kit_run(struct kit *kit, struct bl_plan *plan, const struct bl_exec_options *options,
    struct bl_str *ret_text, struct bl_err *reterr)
{
	struct bl_bound_query bound = {.plan = plan, .n_plans = kit->n_plans};
	struct bl_exec_options none = {0};
	struct bl_exec *exec = NULL;
	enum bl_status status =
	    bl_exec_open(&bound, options == NULL ? &none : options, &exec, reterr);

	kit->out.len = 0;
	if (!status)
		status = kit_rows(exec, false, &kit->out, reterr);
	if (!status)
		*ret_text = bl_buf_str(&kit->out);
	bl_exec_close(&exec);
	return status;
}

static int
by_bytes(const void *a, const void *b)
{
	return bl_str_cmp(*(const struct bl_str *)a, *(const struct bl_str *)b);
}

struct bl_str
kit_sorted(struct kit *kit, struct bl_str text)
{
	struct bl_str *lines = bl_new(kit->arena, struct bl_str, text.len + 1), rest = text;
	char *out = bl_new(kit->arena, char, text.len + 2);
	size_t n = 0, at = 0;

	while (bl_str_split(&rest, '\n', &lines[n]))
		n++;
	n -= n > 0 && lines[n - 1].len == 0 ? 1 : 0;
	qsort(lines, n, sizeof(*lines), by_bytes);
	for (size_t i = 0; i < n; i++) {
		memcpy(out + at, lines[i].ptr, lines[i].len);
		at += lines[i].len;
		out[at++] = '\n';
	}
	return (struct bl_str){out, at};
}
