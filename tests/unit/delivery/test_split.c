/* What the splitter gives, in every cut of the text into pieces. */
#include "delivery/split.h"

#include "support.h"

/* The log of what was given: "I0@12:{...} D@0+:{...} R..." */
struct log {
	struct bl_buf out;
	enum bl_status fail_with;
	unsigned n_calls;
	unsigned fail_at;
};

static enum bl_status
on_value(void *ctx, const struct bl_split_value *v, struct bl_err *reterr)
{
	struct log *log = ctx;

	if (++log->n_calls == log->fail_at)
		return bl_fail(reterr, log->fail_with, "the sink is full");
	assert_int_equal(v->bytes.len, v->had_items ? v->bytes.len : v->length);
	if (v->item)
		assert_int_equal(bl_buf_printf(&log->out, reterr, "I%d", (int)v->index), BL_OK);
	assert_int_equal(bl_buf_printf(&log->out, reterr, "%s%s@%d:%.*s ", v->item ? "" : "D",
			     v->had_items ? "+" : "", (int)v->offset, BL_STR_ARG(v->bytes)),
	    BL_OK);
	return BL_OK;
}

static enum bl_status
on_refused(
    void *ctx, const struct bl_split_value *v, enum bl_split_refusal why, struct bl_err *reterr)
{
	struct log *log = ctx;

	assert_null(v->bytes.ptr);
	return bl_buf_printf(&log->out, reterr, "%s%s@%d+%d ", v->item ? "item" : "doc",
	    why == BL_SPLIT_TOO_DEEP ? " too deep" : " too large", (int)v->offset, (int)v->length);
}

static enum bl_status
run(struct log *log, struct bl_split_limits limits, struct bl_str text, size_t step,
    struct bl_err *err)
{
	struct bl_split *split = NULL;
	enum bl_status status =
	    bl_split_new(limits, (struct bl_split_sink){log, on_value, on_refused}, &split, err);

	log->out.len = 0;
	log->n_calls = 0;
	for (size_t at = 0; at < text.len && status == BL_OK; at += step) {
		/* A copy of the exact size: sanitizers see each look beyond it. */
		size_t n = text.len - at < step ? text.len - at : step;
		char *piece = malloc(n);

		assert_non_null(piece);
		memcpy(piece, text.ptr + at, n);
		status = bl_split_feed(split, (struct bl_str){piece, n}, err);
		free(piece);
	}
	if (status == BL_OK)
		status = bl_split_end(split, err);
	bl_split_free(&split);
	return status;
}

/* The same log, whatever the pieces. */
static void
check_limited(struct bl_split_limits limits, const char *text, const char *want)
{
	struct log log = {.out = BL_BUF_INIT(1 << 20)};
	struct bl_str s = bl_str_of(text);
	struct bl_err err;

	for (size_t step = 1; step <= s.len + 1; step++) {
		enum bl_status status = run(&log, limits, s, step, &err);

		if (status != BL_OK)
			fail_msg("%s in steps of %zu: %s", text, step, err.text);
		if (!bl_str_eq(bl_buf_str(&log.out), bl_str_of(want)))
			fail_msg("%s in steps of %zu gave %.*s", text, step,
			    BL_STR_ARG(bl_buf_str(&log.out)));
	}
	bl_buf_release(&log.out);
}

static void
check(const char *text, const char *want)
{
	check_limited((struct bl_split_limits){0}, text, want);
}

static void
check_fails(const char *text, const char *given, const char *message)
{
	struct log log = {.out = BL_BUF_INIT(1 << 20)};
	struct bl_str s = bl_str_of(text);
	struct bl_err err;

	for (size_t step = 1; step <= s.len; step++) {
		assert_int_equal(run(&log, (struct bl_split_limits){0}, s, step, &err), BL_EINPUT);
		assert_string_equal(err.text, message);
		if (!bl_str_eq(bl_buf_str(&log.out), bl_str_of(given)))
			fail_msg("%s gave %.*s", text, BL_STR_ARG(bl_buf_str(&log.out)));
	}
	bl_buf_release(&log.out);
}

static void
test_delivered_file(void **state)
{
	(void)state;
	check("{\"fileVersion\":\"1.0\",\"configurationItems\":[{\"a\":1},{\"b\":[2,{}]}],\"x\":"
	      "null}",
	    "I0@43:{\"a\":1} I1@51:{\"b\":[2,{}]} "
	    "D+@0:{\"fileVersion\":\"1.0\",\"configurationItems\":[],\"x\":null} ");
	check(" { \"configurationItems\" : [ { \"a\" : 1 } , 7 ,\"s\" ] } \n",
	    "I0@28:{ \"a\" : 1 } I1@42:7 I2@45:\"s\" D+@1:{ \"configurationItems\" : [] } ");
	check("{\"configurationItems\":[]}", "D+@0:{\"configurationItems\":[]} ");
	check("{\"baseConfigurationItems\":[[]],\"ConfigurationItems\":[{}]}",
	    "I0@27:[] I1@53:{} D+@0:{\"baseConfigurationItems\":[],\"ConfigurationItems\":[]} ");
}

static void
test_recording(void **state)
{
	(void)state;
	check("{\"status_code\":200,\"data\":{\"configurationItems\":[{\"a\":1}],\"nextToken\":"
	      "\"\"}}",
	    "I0@49:{\"a\":1} "
	    "D+@0:{\"status_code\":200,\"data\":{\"configurationItems\":[],\"nextToken\":\"\"}} ");
	/* Not below anything else, and not two levels down. */
	check("{\"dat\":{\"configurationItems\":[{}]}}",
	    "D@0:{\"dat\":{\"configurationItems\":[{}]}} ");
	check("{\"data\":{\"data\":{\"configurationItems\":[{}]}}}",
	    "D@0:{\"data\":{\"data\":{\"configurationItems\":[{}]}}} ");
}

static void
test_several_documents(void **state)
{
	(void)state;
	check("{\"a\":1}\n{\"b\":\"}{\"}{\"c\":[]}",
	    "D@0:{\"a\":1} D@8:{\"b\":\"}{\"} D@18:{\"c\":[]} ");
	check(
	    "[{\"a\":1},[2],\"x\\\"]\",null]", "D@1:{\"a\":1} D@9:[2] D@13:\"x\\\"]\" D@20:null ");
	check("[]", "");
	check("12", "D@0:12 ");
	check("true -1.5e+3 \"a b\"", "D@0:true D@5:-1.5e+3 D@13:\"a b\" ");
	check("", "");
	check(" \t\r\n", "");
}

static void
test_keys(void **state)
{
	(void)state;
	/* Never folded by case, never taken for each other by a common beginning. */
	check("{\"configurationitems\":[1],\"configurationItemsX\":[2],\"configurationItem\":[3]}",
	    "D@0:{\"configurationitems\":[1],\"configurationItemsX\":[2],\"configurationItem\":[3]}"
	    " ");
	check("{\"a-name-of-more-than-thirty-two-bytes-indeed\":[1],\"\":{}}",
	    "D@0:{\"a-name-of-more-than-thirty-two-bytes-indeed\":[1],\"\":{}} ");
	check("{\"configurationItems\":null}", "D@0:{\"configurationItems\":null} ");
	check("{\"configurationItems\":{\"a\":[1]}}", "D@0:{\"configurationItems\":{\"a\":[1]}} ");
	check("{\"a\":\"configurationItems\",\"b\":[1]}",
	    "D@0:{\"a\":\"configurationItems\",\"b\":[1]} ");
}

static void
test_broken(void **state)
{
	(void)state;
	check_fails("{\"configurationItems\":[{\"a\":1} {\"b\":2}]}", "I0@23:{\"a\":1} ",
	    "broken JSON at byte 31: ',' or ']' behind an item expected, not '{'");
	check_fails("{\"configurationItems\":[{\"a\":1},]}", "I0@23:{\"a\":1} ",
	    "broken JSON at byte 31: a value expected, not ']'");
	check_fails("{\"configurationItems\":[{\"a\":1}}", "I0@23:{\"a\":1} ",
	    "broken JSON at byte 30: ',' or ']' behind an item expected, not '}'");
	check_fails(
	    "{\"a\":1,}", "", "broken JSON at byte 7: the name of a member expected, not '}'");
	check_fails("{\"a\" 1}", "", "broken JSON at byte 5: ':' expected, not '1'");
	check_fails("{\"a\":1 2}", "", "broken JSON at byte 7: ',' or '}' expected, not '2'");
	check_fails("[1 2]", "D@1:1 ", "broken JSON at byte 3: ',' or ']' expected, not '2'");
	check_fails("{\"a\":1}\x01", "D@0:{\"a\":1} ",
	    "broken JSON at byte 7: a value expected, not byte 0x01");
	check_fails("]", "", "broken JSON at byte 0: a value expected, not ']'");
}

static void
test_cut_off(void **state)
{
	struct bl_str whole = BL_STR(
	    "{\"configurationItems\":[{\"a\":\"\\\"\"},12,\"x\"],\"data\":{\"b\":[]},\"c\":tru}");
	struct log log = {.out = BL_BUF_INIT(1 << 20)};
	struct bl_err err;

	(void)state;
	for (size_t len = 1; len < whole.len; len++)
		for (size_t step = 1; step <= 40; step += 13) {
			struct bl_str s = bl_str_sub(whole, 0, len);

			assert_int_equal(
			    run(&log, (struct bl_split_limits){0}, s, step, &err), BL_EINPUT);
			assert_non_null(strstr(err.text, "the JSON text ends within a value"));
			assert_int_equal(err.offset, len);
		}
	assert_int_equal(run(&log, (struct bl_split_limits){0}, whole, 7, &err), BL_OK);
	bl_buf_release(&log.out);
}

static void
test_too_large(void **state)
{
	struct bl_split_limits limits = {.max_item_bytes = 8, .max_document_bytes = 40};

	(void)state;
	/* Exactly the limit is allowed; the items behind a refused one arrive. */
	check_limited(limits, "{\"configurationItems\":[{\"a\":12},{\"a\":123},{}]}",
	    "I0@23:{\"a\":12} item too large@32+9 I2@42:{} D+@0:{\"configurationItems\":[]} ");
	check_limited(
	    limits, "[\"123456\",\"1234567\",1]", "D@1:\"123456\" doc too large@10+9 D@20:1 ");
	check_limited(limits, "{\"aaaaaaaaaaaaaaaa\":\"aaaaaaaaaaaaaaaaaaaaaaaaa\"}{\"b\":1}",
	    "doc too large@0+48 D@48:{\"b\":1} ");
	/* Items do not count for the document around them. */
	check_limited(limits, "{\"configurationItems\":[{},{},{},{},{},{},{},{}],\"abcdefg\":1}",
	    "I0@23:{} I1@26:{} I2@29:{} I3@32:{} I4@35:{} I5@38:{} I6@41:{} I7@44:{} "
	    "D+@0:{\"configurationItems\":[],\"abcdefg\":1} ");
}

static void
test_too_deep(void **state)
{
	struct bl_split_limits limits = {.max_depth = 3};

	(void)state;
	check_limited(limits, "{\"configurationItems\":[[[[1]]],[[[[1]]]],{\"a\":1}]}",
	    "I0@23:[[[1]]] item too deep@31+9 I2@41:{\"a\":1} D+@0:{\"configurationItems\":[]} ");
	check_limited(limits, "{\"a\":[[1]]}{\"a\":[[[1]]]}{}",
	    "D@0:{\"a\":[[1]]} doc too deep@11+13 D@24:{} ");
	check_limited(limits, "[[[[1]]],[[[[]]]]]", "D@1:[[[1]]] doc too deep@9+8 ");
}

static void
test_very_deep(void **state)
{
	/* 100,000 brackets in one item: counted, not recursed into. */
	static char text[200100];
	struct log log = {.out = BL_BUF_INIT(1 << 20)};
	size_t n = 0;
	struct bl_err err;

	(void)state;
	n = strlen("{\"configurationItems\":[");
	memcpy(text, "{\"configurationItems\":[", n);
	memset(text + n, '[', 100000);
	memset(text + n + 100000, ']', 100000);
	memcpy(text + n + 200000, ",{}]}", 6);
	assert_int_equal(
	    run(&log, (struct bl_split_limits){0}, bl_str_of(text), 4096, &err), BL_OK);
	assert_true(bl_str_eq(bl_buf_str(&log.out),
	    BL_STR("item too deep@23+200000 I1@200024:{} D+@0:{\"configurationItems\":[]} ")));
	bl_buf_release(&log.out);
}

static void
test_sink_failure_stops(void **state)
{
	struct log log = {.out = BL_BUF_INIT(1 << 20), .fail_with = BL_EIO, .fail_at = 2};
	struct bl_err err;

	(void)state;
	assert_int_equal(run(&log, (struct bl_split_limits){0},
			     BL_STR("{\"configurationItems\":[1,2,3]}"), 5, &err),
	    BL_EIO);
	assert_string_equal(err.text, "the sink is full");
	assert_int_equal(log.n_calls, 2);
	bl_buf_release(&log.out);
}

static void
test_whole_values_are_views(void **state)
{
	struct bl_str text = BL_STR("{\"configurationItems\":[{\"a\":1}]}");
	struct log log = {.out = BL_BUF_INIT(1 << 20)};
	struct bl_split *split = NULL;
	struct bl_err err;

	(void)state;
	/* After bl_split_new, an item within one piece needs no memory but the log's. */
	assert_int_equal(bl_buf_reserve(&log.out, 4096, &err), BL_OK);
	assert_int_equal(bl_split_new((struct bl_split_limits){0},
			     (struct bl_split_sink){&log, on_value, on_refused}, &split, &err),
	    BL_OK);
	bl_mem_fail_at(1);
	assert_int_equal(bl_split_feed(split, bl_str_sub(text, 22, 22), &err), BL_OK);
	bl_mem_fail_at(0);
	assert_int_equal(bl_split_feed(split, bl_str_sub(text, 0, 23), &err), BL_OK);
	bl_mem_fail_at(1);
	assert_int_equal(bl_split_feed(split, bl_str_sub(text, 23, 30), &err), BL_OK);
	assert_false(bl_mem_fail_hit());
	bl_mem_fail_at(0);
	bl_split_free(&split);
	bl_split_free(&split);
	bl_buf_release(&log.out);
}

static void
test_no_memory(void **state)
{
	struct bl_str text = BL_STR("{\"a\":{\"b\":\"c\"},\"configurationItems\":[{\"a\":1},[2]]}");
	struct bl_err err;
	uint64_t n = 1;

	(void)state;
	for (;; n++) {
		struct log log = {.out = BL_BUF_INIT(1 << 20)};
		enum bl_status status;

		assert_int_equal(bl_buf_reserve(&log.out, 4096, &err), BL_OK);
		bl_mem_fail_at(n);
		status = run(&log, (struct bl_split_limits){0}, text, 4, &err);
		if (!bl_mem_fail_hit()) {
			bl_mem_fail_at(0);
			assert_int_equal(status, BL_OK);
			bl_buf_release(&log.out);
			break;
		}
		bl_mem_fail_at(0);
		assert_int_equal(status, BL_ENOMEM);
		bl_buf_release(&log.out);
	}
	assert_true(n >= 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_delivered_file),
	    cmocka_unit_test(test_recording),
	    cmocka_unit_test(test_several_documents),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_broken),
	    cmocka_unit_test(test_cut_off),
	    cmocka_unit_test(test_too_large),
	    cmocka_unit_test(test_too_deep),
	    cmocka_unit_test(test_very_deep),
	    cmocka_unit_test(test_sink_failure_stops),
	    cmocka_unit_test(test_whole_values_are_views),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
