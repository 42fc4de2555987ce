/* Property: any tree, written and read, is the same tree; and its text, with
 * white space strewn in, is read as the same tree and compacted to the same text. */
#include "support/test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "json/json.h"

static struct bl_err err;

static uint32_t
rnd(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

/* A code point at ${p}: mostly ASCII, now and then from the far corners. */
static size_t
random_char(uint64_t *seed, char *p)
{
	static const char *const odd[] = {"\"", "\\", "\n", "\x01", "\x7f", "\xc2\x80", "\xdf\xbf",
	    "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
	    "/"};
	const char *z;

	if (rnd(seed, 8) > 0) {
		*p = (char)(' ' + (int)rnd(seed, 95));
		return 1;
	}
	if (rnd(seed, 10) == 0) {
		*p = '\0';
		return 1;
	}
	z = odd[rnd(seed, sizeof(odd) / sizeof(*odd))];
	memcpy(p, z, strlen(z));
	return strlen(z);
}

static struct bl_str
random_string(uint64_t *seed, struct bl_arena *arena)
{
	uint32_t n = rnd(seed, 20) == 0 ? rnd(seed, 300) : rnd(seed, 12);
	char *p = bl_new(arena, char, (size_t)n * 4 + 1);
	size_t len = 0;

	assert_non_null(p);
	for (uint32_t i = 0; i < n; i++)
		len += random_char(seed, p + len);
	return (struct bl_str){p, len};
}

static struct bl_str
random_number(uint64_t *seed, struct bl_arena *arena)
{
	struct bl_str s = {NULL, 0};
	static const char *const tails[] = {"", "", "", ".0", ".250", "e5", "E-03", ".5e+0"};

	assert_ok(
	    bl_str_printf(arena, &s, &err, "%s%u%s", rnd(seed, 3) == 0 ? "-" : "",
		rnd(seed, 2) == 0 ? rnd(seed, 10) : rnd(seed, 2000000000), tails[rnd(seed, 8)]),
	    err);
	return s;
}

static struct bl_json *
random_tree(uint64_t *seed, struct bl_arena *arena, uint32_t depth)
{
	struct bl_json *node = bl_new(arena, struct bl_json, 1), *last = NULL;

	assert_non_null(node);
	node->kind = (enum bl_json_kind)rnd(seed, depth > 0 ? 6 : 4);
	if (node->kind == BL_JSON_BOOL)
		node->boolean = rnd(seed, 2) == 1;
	if (node->kind == BL_JSON_NUMBER)
		node->text = random_number(seed, arena);
	if (node->kind == BL_JSON_STRING)
		node->text = random_string(seed, arena);
	if (node->kind < BL_JSON_ARRAY)
		return node;
	for (uint32_t n = rnd(seed, rnd(seed, 10) == 0 ? 40 : 6); n > 0; n--) {
		struct bl_json *child = random_tree(seed, arena, depth - 1);

		if (node->kind == BL_JSON_OBJECT) {
			child->key = random_string(seed, arena);
			if (bl_json_get(node, child->key) != NULL)
				continue;
		}
		if (last == NULL)
			node->first = child;
		else
			last->next = child;
		last = child;
		node->n++;
	}
	return node;
}

static void
assert_same(const struct bl_json *a, const struct bl_json *b)
{
	const struct bl_json *x, *y;

	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->boolean, b->boolean);
	assert_int_equal(a->n, b->n);
	assert_true(bl_str_eq(a->text, b->text));
	assert_true(bl_str_eq(a->key, b->key));
	for (x = a->first, y = b->first; x != NULL && y != NULL; x = x->next, y = y->next)
		assert_same(x, y);
	assert_true(x == NULL && y == NULL);
}

/* ${in} with white space before and behind each structural byte, at random. */
static void
strew(uint64_t *seed, struct bl_str in, struct bl_buf *out)
{
	static const char *const blanks[] = {"", "", " ", "\n\t", "  \r\n"};
	bool in_string = false;

	out->len = 0;
	for (size_t i = 0; i < in.len; i++) {
		bool structural = !in_string && strchr("{}[]:,", in.ptr[i]) != NULL;

		if (structural)
			assert_ok(bl_buf_add(out, bl_str_of(blanks[rnd(seed, 5)]), &err), err);
		assert_ok(bl_buf_add_byte(out, in.ptr[i], &err), err);
		if (structural)
			assert_ok(bl_buf_add(out, bl_str_of(blanks[rnd(seed, 5)]), &err), err);
		if (in_string && in.ptr[i] == '\\')
			assert_ok(bl_buf_add_byte(out, in.ptr[++i], &err), err);
		else if (in.ptr[i] == '"')
			in_string = !in_string;
	}
}

static void
any_tree_survives(void **state)
{
	struct bl_arena *made = bl_arena_new(1 << 24), *read = bl_arena_new(1 << 24);
	struct bl_json_parser *parser = NULL;
	struct bl_buf text = BL_BUF_INIT(1 << 22), again = BL_BUF_INIT(1 << 22),
		      blank = BL_BUF_INIT(1 << 23);
	uint64_t seed = 1;
	size_t bytes = 0;

	(void)state;
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	for (int round = 0; round < 3000; round++) {
		const struct bl_json *tree, *back = NULL;

		bl_arena_reset(made);
		bl_arena_reset(read);
		text.len = again.len = 0;
		tree = random_tree(&seed, made, 6);
		assert_ok(bl_json_dump(tree, &text, &err), err);
		assert_ok(bl_json_parse(parser, bl_buf_str(&text), read, &back, &err), err);
		assert_same(tree, back);
		assert_ok(bl_json_dump(back, &again, &err), err);
		assert_true(bl_str_eq(bl_buf_str(&text), bl_buf_str(&again)));

		strew(&seed, bl_buf_str(&text), &blank);
		assert_ok(bl_json_parse(parser, bl_buf_str(&blank), read, &back, &err), err);
		assert_same(tree, back);
		again.len = 0;
		assert_ok(bl_json_compact(bl_buf_str(&blank), &again, &err), err);
		assert_true(bl_str_eq(bl_buf_str(&text), bl_buf_str(&again)));
		bytes += text.len;
	}
	assert_true(bytes > 100000);
	bl_buf_release(&text);
	bl_buf_release(&again);
	bl_buf_release(&blank);
	bl_json_parser_free(&parser);
	bl_arena_free(&made);
	bl_arena_free(&read);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_tree_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
