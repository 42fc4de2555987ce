#include "cli/value_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/instant.h"
#include "json/json.h"

#define DAY_NS ((int64_t)86400 * 1000000000)
#define NUMBER_TEXT 64

/* The shortest text that reads back as the same double. */
static struct bl_str
double_text(const struct bl_value *v, char text[NUMBER_TEXT])
{
	if (v->str.ptr != NULL)
		return v->str;
	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, NUMBER_TEXT, "%.*g", digits, v->dbl);
		if (strtod(text, NULL) == v->dbl)
			break;
	}
	return bl_str_of(text);
}

/* "2 03:04:05.678", "-1-02": as Trino writes intervals. */
static struct bl_str
interval_text(const struct bl_value *v, char text[NUMBER_TEXT])
{
	uint64_t n = v->i64 < 0 ? 0 - (uint64_t)v->i64 : (uint64_t)v->i64;
	const char *sign = v->i64 < 0 ? "-" : "";
	uint64_t s = n / 1000000000;

	if (v->kind == BL_TYPE_MONTHS)
		(void)snprintf(text, NUMBER_TEXT, "%s%" PRIu64 "-%" PRIu64, sign, n / 12, n % 12);
	else
		(void)snprintf(text, NUMBER_TEXT,
		    "%s%" PRIu64 " %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%03" PRIu64, sign,
		    s / 86400, s / 3600 % 24, s / 60 % 60, s % 60, n / 1000000 % 1000);
	return bl_str_of(text);
}

/* Of a scalar that is no JSON; absent: it is none. */
static struct bl_str
scalar_text(const struct bl_value *v, char text[NUMBER_TEXT])
{
	int year, month, day;

	switch (v->kind) {
	case BL_TYPE_BOOLEAN: return v->boolean ? BL_STR("true") : BL_STR("false");
	case BL_TYPE_BIGINT:
		(void)snprintf(text, NUMBER_TEXT, "%" PRId64, v->i64);
		return bl_str_of(text);
	case BL_TYPE_DOUBLE: return double_text(v, text);
	case BL_TYPE_VARCHAR: return v->str;
	case BL_TYPE_DATE:
		bl_instant_date(v->i64 * DAY_NS, &year, &month, &day);
		(void)snprintf(text, NUMBER_TEXT, "%04d-%02d-%02d", year, month, day);
		return bl_str_of(text);
	case BL_TYPE_TIMESTAMP: return bl_str_of(bl_instant_format(v->i64, text));
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS: return interval_text(v, text);
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_JSON:
	case BL_TYPE_ARRAY:
	case BL_TYPE_MAP:
	case BL_TYPE_ROW: break;
	}
	return (struct bl_str){0};
}

static void
out_tree(struct bl_json_w *w, const struct bl_json *json)
{
	switch (json->kind) {
	case BL_JSON_NULL: bl_json_w_null(w); return;
	case BL_JSON_BOOL: bl_json_w_bool(w, json->boolean); return;
	case BL_JSON_NUMBER: bl_json_w_raw(w, json->text); return;
	case BL_JSON_STRING: bl_json_w_str(w, json->text); return;
	case BL_JSON_ARRAY:
	case BL_JSON_OBJECT: break;
	}
	/* The writer's nesting has a limit, a tree's is larger: as text. */
	{
		struct bl_buf text = BL_BUF_INIT((size_t)1 << 30);
		enum bl_status status = bl_json_dump(json, &text, &w->err);

		if (status == BL_OK)
			bl_json_w_raw(w, bl_buf_str(&text));
		bl_buf_release(&text);
	}
}

static void
out_map(struct bl_json_w *w, const struct bl_datatype *type, const struct bl_value *v)
{
	const struct bl_datatype *element = type != NULL ? type->element : NULL;
	char text[NUMBER_TEXT];

	if (v->json != NULL) {
		out_tree(w, v->json);
		return;
	}
	bl_json_w_object(w);
	for (uint64_t i = 0; i < v->n; i++) {
		bl_json_w_key_str(w, scalar_text(&v->elements[2 * i], text));
		bl_value_out_json(w, element, &v->elements[2 * i + 1]);
	}
	bl_json_w_close(w);
}

static void
out_row(struct bl_json_w *w, const struct bl_datatype *type, const struct bl_value *v)
{
	char text[NUMBER_TEXT];

	bl_json_w_object(w);
	for (uint64_t i = 0; i < v->n; i++) {
		bool typed = type != NULL && i < type->n_fields;
		struct bl_str name = typed ? type->fields[i].name : (struct bl_str){NULL, 0};

		if (name.ptr == NULL) {
			(void)snprintf(text, sizeof(text), "field%" PRIu64, i);
			name = bl_str_of(text);
		}
		bl_json_w_key_str(w, name);
		bl_value_out_json(w, typed ? &type->fields[i].type : NULL, &v->elements[i]);
	}
	bl_json_w_close(w);
}

void
bl_value_out_json(struct bl_json_w *w, const struct bl_datatype *type, const struct bl_value *value)
{
	char text[NUMBER_TEXT];

	if (value->null || value->kind == BL_TYPE_UNKNOWN) {
		bl_json_w_null(w);
		return;
	}
	/* ARRAY[ARRAY[...]]: deeper than the writer goes. */
	if (w->depth + 1 >= BL_JSON_W_DEPTH) {
		bl_json_w_null(w);
		if (w->err.status == BL_OK)
			(void)!bl_fail(&w->err, BL_ELIMIT, "a value is nested more than %d deep",
			    BL_JSON_W_DEPTH - 2);
		return;
	}
	switch (value->kind) {
	case BL_TYPE_BOOLEAN: bl_json_w_bool(w, value->boolean); return;
	case BL_TYPE_BIGINT:
	case BL_TYPE_DOUBLE: bl_json_w_raw(w, scalar_text(value, text)); return;
	case BL_TYPE_VARCHAR:
	case BL_TYPE_DATE:
	case BL_TYPE_TIMESTAMP:
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS: bl_json_w_str(w, scalar_text(value, text)); return;
	case BL_TYPE_JSON: out_tree(w, value->json); return;
	case BL_TYPE_ARRAY:
		bl_json_w_array(w);
		for (uint64_t i = 0; i < value->n; i++)
			bl_value_out_json(
			    w, type != NULL ? type->element : NULL, &value->elements[i]);
		bl_json_w_close(w);
		return;
	case BL_TYPE_MAP: out_map(w, type, value); return;
	case BL_TYPE_ROW: out_row(w, type, value); return;
	case BL_TYPE_UNKNOWN: break;
	}
}

enum bl_status
bl_value_out(const struct bl_datatype *type, const struct bl_value *value, struct bl_buf *out,
    struct bl_err *reterr)
{
	struct bl_value plain = bl_value_plain(*value);
	char text[NUMBER_TEXT];
	struct bl_json_w w;
	struct bl_str scalar;

	if (plain.null)
		return BL_OK;
	scalar = scalar_text(&plain, text);
	if (scalar.ptr != NULL)
		return bl_buf_add(out, scalar, reterr);
	bl_json_w_begin(&w, out, 0);
	bl_value_out_json(&w, type, &plain);
	return bl_json_w_end(&w, reterr);
}
