#ifndef TESTS_UNIT_QUERY_EXPR_SUPPORT_H
#define TESTS_UNIT_QUERY_EXPR_SUPPORT_H

/* One item, three parameters, and expressions over them as text in and text out. */
#include "support/test.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "query/expr.h"
#include "json/json.h"

static const char fixture_item[] =
    "{\"configurationItemVersion\":\"1.3\",\"awsAccountId\":\"111122223333\","
    "\"awsRegion\":\"eu-central-1\",\"resourceType\":\"AWS::EC2::Volume\",\"resourceId\":\"vol-1\","
    "\"ARN\":\"arn:aws:ec2:eu-central-1:111122223333:volume/vol-1\","
    "\"configurationItemCaptureTime\":\"2026-01-31T12:00:00.000Z\","
    "\"configurationItemStatus\":\"OK\",\"configurationStateId\":1769860800000,"
    "\"tags\":{\"Owner\":\"platform\",\"a b\":\"c\",\"empty\":\"\"},"
    "\"supplementaryConfiguration\":{\"Policy\":\"{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Deny\\\"}"
    "]}\"},"
    "\"relationships\":[{\"resourceType\":\"AWS::EC2::Instance\",\"resourceId\":\"i-1\",\"name\":"
    "\"Is attached to\"}],"
    "\"configuration\":{\"yes\":true,\"no\":false,\"nil\":null,\"text\":\"true\",\"int\":16,"
    "\"dec\":16.0,\"frac\":1.5,\"big\":18446744073709551616,\"huge\":1e400,\"name\":\"Grün\","
    "\"list\":[1,2,3],\"words\":[\"a\",\"b\"],\"holes\":[1,null],\"none\":[],\"mixed\":[1,\"x\"],"
    "\"flags\":[true,false],\"obj\":{\"a\":{\"b\":\"deep\"},\"odd.key\":7},"
    "\"state\":{\"code\":16,\"name\":\"running\"},\"when\":\"2026-01-01T00:00:00Z\","
    "\"sg\":[{\"port\":22,\"cidr\":\"0.0.0.0/0\"},{\"port\":443,\"cidr\":\"10.0.0.0/8\"}],"
    "\"json\":\"{\\\"k\\\":[10,20]}\",\"enc\":\"a%20b%2Fc+d\"}}";

struct fixture {
	struct bl_arena *arena;
	struct bl_json_parser *parser;
	struct bl_item item;
	struct bl_value params[4];
};

static const struct bl_expr_param fixture_params[4] = {
    {{"text", 4}, BL_TYPE_VARCHAR, BL_TYPE_UNKNOWN},
    {{"num", 3}, BL_TYPE_BIGINT, BL_TYPE_UNKNOWN},
    {{"csv", 3}, BL_TYPE_ARRAY, BL_TYPE_VARCHAR},
    {{"unset", 5}, BL_TYPE_VARCHAR, BL_TYPE_UNKNOWN},
};

static void
fixture_begin(struct fixture *f)
{
	static const struct bl_value words[2] = {
	    {.kind = BL_TYPE_VARCHAR, .str = {"x", 1}}, {.kind = BL_TYPE_VARCHAR, .str = {"y", 1}}};
	struct bl_err err = {0};

	*f = (struct fixture){.arena = bl_arena_new((size_t)8 << 20)};
	assert_non_null(f->arena);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &f->parser, &err), err);
	assert_ok(bl_item_parse(f->parser, bl_str_of(fixture_item), f->arena, &f->item, &err), err);
	f->params[0] = (struct bl_value){.kind = BL_TYPE_VARCHAR, .str = BL_STR("x")};
	f->params[1] = (struct bl_value){.kind = BL_TYPE_BIGINT, .i64 = 22};
	f->params[2] = (struct bl_value){
	    .kind = BL_TYPE_ARRAY, .element = BL_TYPE_VARCHAR, .elements = words, .n = 2};
	f->params[3] = (struct bl_value){.null = true};
}

static void
fixture_end(struct fixture *f)
{
	bl_json_parser_free(&f->parser);
	bl_arena_free(&f->arena);
}

/* A value as text: NULL, true, 12, 1.5, 'text', {json}, [a, b]. */
static inline void
show(const struct bl_value *v, char *out, size_t cap)
{
	char instant[BL_INSTANT_TEXT];
	size_t len;

	if (v->null) {
		(void)snprintf(out, cap, "NULL");
	} else if (v->kind == BL_TYPE_BOOLEAN) {
		(void)snprintf(out, cap, "%s", v->boolean ? "true" : "false");
	} else if (v->kind == BL_TYPE_BIGINT) {
		(void)snprintf(out, cap, "%lld", (long long)v->i64);
	} else if (v->kind == BL_TYPE_DOUBLE) {
		(void)snprintf(out, cap, "%.15g", v->dbl);
	} else if (v->kind == BL_TYPE_VARCHAR) {
		(void)snprintf(out, cap, "'%.*s'", BL_STR_ARG(v->str));
	} else if (v->kind == BL_TYPE_TIMESTAMP) {
		(void)snprintf(out, cap, "%s", bl_instant_format(v->i64, instant));
	} else if (v->kind == BL_TYPE_ARRAY) {
		(void)snprintf(out, cap, "[");
		for (uint64_t i = 0; i < v->n; i++) {
			len = strlen(out);
			if (i > 0)
				(void)snprintf(out + len, cap - len, ", ");
			len = strlen(out);
			if (v->elements[i].kind !=
			    BL_TYPE_ARRAY) /* Arrays of arrays do not occur. */
				show(&v->elements[i], out + len, cap - len);
		}
		len = strlen(out);
		(void)snprintf(out + len, cap - len, "]");
	} else {
		struct bl_buf buf = BL_BUF_INIT((size_t)1 << 20);
		struct bl_err err = {0};

		assert_ok(bl_json_dump(v->json, &buf, &err), err);
		(void)snprintf(out, cap, "{%.*s}", (int)buf.len, buf.ptr);
		bl_buf_release(&buf);
	}
}

/* Compiles and evaluates; the value's text, or "STATUS line:column: words". */
static inline void
run_text(struct fixture *f, struct bl_str text, enum bl_type_kind wanted, char *out, size_t cap)
{
	struct bl_arena_mark mark = bl_arena_mark(f->arena);
	struct bl_expr_scope scope = {.item = &f->item, .params = f->params, .parser = f->parser};
	struct bl_expr *expr = NULL;
	struct bl_value value;
	struct bl_err err = {0};
	enum bl_status status =
	    bl_expr_compile(text, fixture_params, 4, wanted, f->arena, &expr, &err);
	const char *when = status ? "" : "eval ";

	if (!status)
		status = bl_expr_eval(expr, &scope, f->arena, &value, &err);
	if (status)
		(void)snprintf(out, cap, "%s%s %u:%u: %s", when, bl_status_name(status), err.line,
		    err.column, err.text);
	else
		show(&value, out, cap);
	bl_arena_rewind(f->arena, mark);
}

struct row {
	const char *text, *want;
};

static inline void
check_rows(const struct row *rows, size_t n)
{
	struct fixture f;
	char got[2048];
	int wrong = 0;

	fixture_begin(&f);
	for (size_t i = 0; i < n; i++) {
		run_text(&f, bl_str_of(rows[i].text), BL_TYPE_UNKNOWN, got, sizeof(got));
		if (strcmp(got, rows[i].want) != 0) {
			print_error(
			    "%s\n  gives %s\n  not   %s\n", rows[i].text, got, rows[i].want);
			wrong++;
		}
	}
	fixture_end(&f);
	assert_int_equal(wrong, 0);
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#endif
