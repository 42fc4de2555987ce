/* The bytes of a derived file: written and read back, and refused in every damaged form. */
#include "support/test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "columns/columns_priv.h"

static void
fill(struct bl_part *part)
{
	static const struct {
		enum bl_cell kind;
		const char *text;
	} rows[] = {{BL_CELL_MISSING, NULL}, {BL_CELL_NUMBER, "1e5"}, {BL_CELL_STRING, ""},
	    {BL_CELL_TRUE, NULL}, {BL_CELL_STRING, "1e5"}, {BL_CELL_OBJECT, "{\"a\":1}"}};
	struct bl_err err;

	bl_part__init(part, &bl_column__layout);
	for (size_t i = 0; i < 6; i++) {
		uint32_t code = 7;

		assert_ok(bl_part__text(part, bl_str_of(rows[i].text), &code, &err), err);
		assert_ok(bl_part__put(part, 0, rows[i].kind, &err), err);
		assert_ok(bl_part__put(part, 1, code, &err), err);
		assert_ok(bl_part__row_end(part, &err), err);
	}
	assert_int_equal(part->n_texts, 3);
}

static struct bl_derived
about(void)
{
	return (struct bl_derived){.kind = BL_PART_COLUMN,
	    .first = 3,
	    .count = 6,
	    .print = {1, 2},
	    .type = BL_STR("AWS::Made::Thing"),
	    .path = BL_STR("configuration.a")};
}

static void
what_was_written_is_read(void **state)
{
	struct bl_buf bytes = BL_BUF_INIT((size_t)1 << 20), again = BL_BUF_INIT((size_t)1 << 20);
	struct bl_derived d = about(), told;
	struct bl_part part, back;
	struct bl_err err;

	(void)state;
	fill(&part);
	assert_ok(bl_derived__encode(&d, &part, &bytes, &err), err);
	assert_true(bl_derived__about(bl_buf_str(&bytes), &told));
	assert_bytes(told.path, "configuration.a");
	assert_int_equal(told.count, 6);
	bl_part__init(&back, &bl_column__layout);
	assert_ok(bl_derived__decode(bl_buf_str(&bytes), &d, &back, &err), err);
	assert_int_equal(back.n, 6);
	assert_bytes(bl_part__text_at(&back, bl_part__u32(&back, 1)[5]), "{\"a\":1}");
	assert_ok(bl_derived__encode(&d, &back, &again, &err), err);
	assert_true(bl_str_eq(bl_buf_str(&bytes), bl_buf_str(&again)));
	bl_part__release(&part);
	bl_part__release(&back);
	bl_buf_release(&bytes);
	bl_buf_release(&again);
}

static void
refuse(struct bl_str bytes, const struct bl_derived *want)
{
	struct bl_part part;
	struct bl_err err;

	bl_part__init(&part, &bl_column__layout);
	assert_err(bl_derived__decode(bytes, want, &part, &err), err, BL_ECORRUPT,
	    "it is no derived file of these versions");
	assert_int_equal(part.n, 0);
	assert_int_equal(part.n_texts, 0);
	bl_part__release(&part);
}

/* A damaged byte whose checksum is right again: what a reader must find by itself. */
static void
sign(struct bl_buf *bytes)
{
	uint64_t sum = bl_hash64_of((struct bl_str){bytes->ptr, bytes->len - 8});

	for (size_t i = 0; i < 8; i++)
		bytes->ptr[bytes->len - 8 + i] = (char)(unsigned char)(sum >> (8 * i));
}

static void
damage_is_refused(void **state)
{
	struct bl_buf bytes = BL_BUF_INIT((size_t)1 << 20);
	struct bl_derived d = about(), other;
	size_t taken = 0;
	struct bl_part part;
	struct bl_err err;

	(void)state;
	fill(&part);
	assert_ok(bl_derived__encode(&d, &part, &bytes, &err), err);
	for (size_t i = 0; i < bytes.len; i++) {
		struct bl_part back;

		refuse((struct bl_str){bytes.ptr, i}, &d);
		bytes.ptr[i] = (char)(bytes.ptr[i] ^ 0x40);
		refuse(bl_buf_str(&bytes), &d);
		/* With a right checksum: refused, or rows that can be looked at. */
		sign(&bytes);
		bl_part__init(&back, &bl_column__layout);
		if (bl_derived__decode(bl_buf_str(&bytes), &d, &back, &err) == BL_OK) {
			taken++;
			for (uint32_t r = 0; r < back.n; r++)
				if (bl_part__u32(&back, 1)[r] != BL_PART_NONE)
					(void)bl_part__text_at(&back, bl_part__u32(&back, 1)[r]);
		}
		bl_part__release(&back);
		bytes.ptr[i] = (char)(bytes.ptr[i] ^ 0x40);
		sign(&bytes);
	}
	/* Letters of the texts, the padding: little else. */
	assert_true(taken > 5 && taken < 60);
	other = d;
	other.print.high++;
	refuse(bl_buf_str(&bytes), &other);
	other = d;
	other.first++;
	refuse(bl_buf_str(&bytes), &other);
	other = d;
	other.path = BL_STR("configuration.b");
	refuse(bl_buf_str(&bytes), &other);
	other = d;
	other.type = BL_STR("AWS::Made::Thinh");
	refuse(bl_buf_str(&bytes), &other);
	bl_part__release(&part);
	bl_buf_release(&bytes);
}

/* Texts have the numbers of their first appearance, in one part or in many. */
static void
parts_put_together_are_as_one(void **state)
{
	struct bl_part one, two, more;
	struct bl_err err;

	(void)state;
	fill(&one);
	fill(&more);
	assert_ok(bl_part__append(&one, &more, &err), err);
	fill(&two);
	for (uint32_t i = 0; i < 6; i++) {
		uint32_t code = bl_part__u32(&more, 1)[i];

		if (code != BL_PART_NONE)
			assert_ok(
			    bl_part__text(&two, bl_part__text_at(&more, code), &code, &err), err);
		assert_ok(bl_part__put(&two, 0, bl_part__u8(&more, 0)[i], &err), err);
		assert_ok(bl_part__put(&two, 1, code, &err), err);
		assert_ok(bl_part__row_end(&two, &err), err);
	}
	assert_int_equal(one.n, 12);
	assert_int_equal(one.n_texts, 3);
	assert_memory_equal(bl_part__u32(&one, 1), bl_part__u32(&two, 1), 12 * 4);
	assert_memory_equal(bl_part__u8(&one, 0), bl_part__u8(&two, 0), 12);
	assert_true(bl_str_eq(bl_buf_str(&one.bytes), bl_buf_str(&two.bytes)));
	bl_part__cut(&one, 6);
	assert_int_equal(one.n, 6);
	bl_part__release(&one);
	bl_part__release(&two);
	bl_part__release(&more);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_written_is_read),
	    cmocka_unit_test(damage_is_refused), cmocka_unit_test(parts_put_together_are_as_one)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
