/* Gzip as it comes: whole, in parts, cut off, damaged, and as a bomb. */
#include "delivery/stream.h"

#include "support.h"

static enum bl_status
unpack(struct bl_str packed, size_t step, struct bl_stream_limits limits, struct bl_buf *out,
    struct bl_stream_stats *stats, struct bl_err *err)
{
	struct mem_os os;
	struct bl_file *file = NULL;
	struct bl_stream *stream = NULL;
	struct bl_str piece = {NULL, 1};
	enum bl_status status;

	mem_os_init(&os, packed, step);
	out->len = 0;
	status = bl_os_open(&os.os, "x", BL_OPEN_READ, &file, err);
	if (status == BL_OK)
		status = bl_stream_open(file, limits, &stream, err);
	while (status == BL_OK && piece.len > 0) {
		status = bl_stream_next(stream, &piece, err);
		if (status == BL_OK) {
			assert_true(piece.len <= (size_t)256 << 10);
			assert_int_equal(bl_buf_add(out, piece, err), BL_OK);
		}
	}
	if (status == BL_OK)
		assert_int_equal(bl_stream_next(stream, &piece, err), BL_OK);
	if (status == BL_OK)
		assert_int_equal(piece.len, 0);
	if (stream != NULL)
		assert_int_equal(bl_stream_stats(stream, stats, err), BL_OK);
	bl_stream_close(&stream);
	bl_stream_close(&stream);
	bl_file_close(&file);
	return status;
}

static void
make_text(struct bl_buf *text, size_t len)
{
	uint64_t seed = len;
	struct bl_err err;

	while (text->len < len)
		assert_int_equal(bl_buf_printf(text, &err, "{\"resourceId\":\"%x\"},",
				     (unsigned)next_random(&seed) % 5000),
		    BL_OK);
	text->len = len;
}

static void
check_round(size_t len, size_t members, size_t step)
{
	struct bl_buf text = BL_BUF_INIT(64 << 20), packed = BL_BUF_INIT(64 << 20);
	struct bl_buf out = BL_BUF_INIT(64 << 20);
	struct bl_stream_stats stats;
	struct bl_sha256 sha;
	struct bl_err err;
	size_t part = len / members + 1;

	make_text(&text, len);
	for (size_t i = 0; i < members; i++)
		gzip_into(&packed, bl_str_sub(bl_buf_str(&text), i * part, (i + 1) * part));
	if (unpack(bl_buf_str(&packed), step, (struct bl_stream_limits){0}, &out, &stats, &err) !=
	    BL_OK)
		fail_msg("%zu bytes in %zu members: %s", len, members, err.text);
	assert_true(bl_str_eq(bl_buf_str(&out), bl_buf_str(&text)));
	assert_true(stats.gzip && stats.at_end);
	assert_int_equal(stats.bytes_in, packed.len);
	assert_int_equal(stats.bytes_json, len);
	assert_int_equal(bl_sha256_of(bl_buf_str(&packed), &sha, &err), BL_OK);
	assert_memory_equal(&sha, &stats.sha256, sizeof(sha));
	bl_buf_release(&text);
	bl_buf_release(&packed);
	bl_buf_release(&out);
}

static void
test_whole(void **state)
{
	(void)state;
	check_round(0, 1, 0);
	check_round(1, 1, 1);
	check_round(1000, 1, 1);
	check_round(1000, 5, 1);
	check_round(70000, 3, 7);
	check_round(256 << 10, 1, 0);
	check_round((256 << 10) + 1, 2, 0);
	check_round(3 << 20, 1, 0);
	check_round(3 << 20, 40, 1000);
}

static void
test_plain(void **state)
{
	struct bl_buf text = BL_BUF_INIT(64 << 20), out = BL_BUF_INIT(64 << 20);
	static const size_t sizes[] = {0, 1, 2, 3, 65535, 65536, 65537, 1000000};
	struct bl_stream_stats stats;
	struct bl_sha256 sha;
	struct bl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t step = 0; step < 2000; step += 999) {
			text.len = 0;
			make_text(&text, sizes[i]);
			assert_int_equal(unpack(bl_buf_str(&text), step,
					     (struct bl_stream_limits){0}, &out, &stats, &err),
			    BL_OK);
			assert_true(bl_str_eq(bl_buf_str(&out), bl_buf_str(&text)));
			assert_false(stats.gzip);
			assert_true(stats.at_end);
			assert_int_equal(bl_sha256_of(bl_buf_str(&text), &sha, &err), BL_OK);
			assert_memory_equal(&sha, &stats.sha256, sizeof(sha));
		}
	/* One byte of the mark alone is no gzip. */
	assert_int_equal(
	    unpack(BL_STR("\x1f"), 0, (struct bl_stream_limits){0}, &out, &stats, &err), BL_OK);
	assert_int_equal(out.len, 1);
	bl_buf_release(&text);
	bl_buf_release(&out);
}

static void
test_cut_off_anywhere(void **state)
{
	struct bl_buf text = BL_BUF_INIT(1 << 20), packed = BL_BUF_INIT(1 << 20);
	struct bl_buf out = BL_BUF_INIT(1 << 20);
	struct bl_stream_stats stats;
	struct bl_err err;
	size_t first;

	(void)state;
	make_text(&text, 500);
	gzip_into(&packed, bl_buf_str(&text));
	first = packed.len;
	gzip_into(&packed, bl_buf_str(&text));
	for (size_t len = 2; len < packed.len; len++) {
		struct bl_str cut = bl_str_sub(bl_buf_str(&packed), 0, len);
		enum bl_status status =
		    unpack(cut, len % 3, (struct bl_stream_limits){0}, &out, &stats, &err);

		if (len == first) { /* A whole member is a whole file. */
			assert_int_equal(status, BL_OK);
			continue;
		}
		assert_int_equal(status, BL_EINPUT);
		assert_int_equal(err.offset, len);
		assert_non_null(strstr(err.text, "the gzip file ends early, after "));
	}
	bl_buf_release(&text);
	bl_buf_release(&packed);
	bl_buf_release(&out);
}

/* Each bit of a small file turned: an error, or the same text. */
static void
test_each_bit_turned(void **state)
{
	struct bl_buf text = BL_BUF_INIT(1 << 20), packed = BL_BUF_INIT(1 << 20);
	struct bl_buf out = BL_BUF_INIT(1 << 20);
	struct bl_stream_stats stats;
	struct bl_err err;
	unsigned same = 0, errors = 0;

	(void)state;
	make_text(&text, 300);
	gzip_into(&packed, bl_buf_str(&text));
	for (size_t bit = 16; bit < packed.len * 8; bit++) {
		enum bl_status status;

		packed.ptr[bit / 8] = (char)(packed.ptr[bit / 8] ^ (1 << (bit % 8)));
		status = unpack(
		    bl_buf_str(&packed), 0, (struct bl_stream_limits){0}, &out, &stats, &err);
		packed.ptr[bit / 8] = (char)(packed.ptr[bit / 8] ^ (1 << (bit % 8)));
		if (status == BL_OK) {
			assert_true(bl_str_eq(bl_buf_str(&out), bl_buf_str(&text)));
			same++;
		} else {
			assert_int_equal(status, BL_EINPUT);
			assert_true(err.text[0] != '\0');
			errors++;
		}
	}
	assert_true(same > 0 && errors > same);
	bl_buf_release(&text);
	bl_buf_release(&packed);
	bl_buf_release(&out);
}

static void
test_bytes_behind_the_last_member(void **state)
{
	struct bl_buf packed = BL_BUF_INIT(1 << 20), out = BL_BUF_INIT(1 << 20);
	static const char *const tails[] = {"x", "{\"a\":1}", "\x1f", "\x1f\x8c garbage....."};
	struct bl_stream_stats stats;
	struct bl_err err;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		packed.len = 0;
		gzip_into(&packed, BL_STR("{}"));
		assert_int_equal(bl_buf_add(&packed, bl_str_of(tails[i]), &err), BL_OK);
		assert_int_equal(unpack(bl_buf_str(&packed), 0, (struct bl_stream_limits){0}, &out,
				     &stats, &err),
		    BL_EINPUT);
	}
	bl_buf_release(&packed);
	bl_buf_release(&out);
}

static void
test_bomb(void **state)
{
	struct bl_buf text = BL_BUF_INIT((size_t)200 << 20),
		      packed = BL_BUF_INIT((size_t)300 << 20);
	struct bl_buf out = BL_BUF_INIT((size_t)200 << 20);
	struct bl_stream_stats stats;
	struct bl_err err;

	(void)state;
	assert_int_equal(bl_buf_reserve(&text, (size_t)70 << 20, &err), BL_OK);
	memset(text.ptr, ' ', (size_t)70 << 20);
	text.len = (size_t)70 << 20;
	gzip_into(&packed, bl_buf_str(&text));
	assert_true(text.len / packed.len > 100);
	assert_int_equal(unpack(bl_buf_str(&packed), 0, (struct bl_stream_limits){.max_ratio = 100},
			     &out, &stats, &err),
	    BL_ELIMIT);
	assert_non_null(strstr(err.text, "a gzip bomb (limit max_ratio)"));
	assert_int_equal(unpack(bl_buf_str(&packed), 0,
			     (struct bl_stream_limits){.max_ratio = 1100}, &out, &stats, &err),
	    BL_OK);
	assert_int_equal(
	    unpack(bl_buf_str(&packed), 0,
		(struct bl_stream_limits){.max_ratio = 1100, .max_json_bytes = 1 << 20}, &out,
		&stats, &err),
	    BL_ELIMIT);
	assert_string_equal(err.text, "unpacks to more than 1048576 bytes (limit max_json_bytes)");
	assert_true(out.len <= (1 << 20));
	bl_buf_release(&text);
	bl_buf_release(&packed);
	bl_buf_release(&out);
}

static void
test_drain(void **state)
{
	struct bl_buf packed = BL_BUF_INIT(1 << 20);
	struct mem_os os;
	struct bl_file *file = NULL;
	struct bl_stream *stream = NULL;
	struct bl_stream_stats stats;
	struct bl_sha256 sha;
	struct bl_str piece;
	struct bl_err err, again;

	(void)state;
	gzip_into(&packed, BL_STR("{\"a\":1}"));
	packed.ptr[12] = (char)(packed.ptr[12] ^ 0x10);
	mem_os_init(&os, bl_buf_str(&packed), 5);
	assert_int_equal(bl_os_open(&os.os, "x", BL_OPEN_READ, &file, &err), BL_OK);
	assert_int_equal(bl_stream_open(file, (struct bl_stream_limits){0}, &stream, &err), BL_OK);
	do {
		err.status = bl_stream_next(stream, &piece, &err);
	} while (err.status == BL_OK && piece.len > 0);
	assert_int_equal(err.status, BL_EINPUT);
	/* Broken stays broken, with the same words. */
	assert_int_equal(bl_stream_next(stream, &piece, &again), BL_EINPUT);
	assert_string_equal(again.text, err.text);
	assert_int_equal(bl_stream_drain(stream, &err), BL_OK);
	assert_int_equal(bl_stream_stats(stream, &stats, &err), BL_OK);
	assert_true(stats.at_end);
	assert_int_equal(stats.bytes_in, packed.len);
	assert_int_equal(bl_sha256_of(bl_buf_str(&packed), &sha, &err), BL_OK);
	assert_memory_equal(&sha, &stats.sha256, sizeof(sha));
	bl_stream_close(&stream);
	bl_file_close(&file);
	bl_buf_release(&packed);
}

static void
test_read_failure(void **state)
{
	struct mem_os os;
	struct bl_file *file = NULL;
	struct bl_stream *stream = NULL;
	struct bl_str piece;
	struct bl_err err;

	(void)state;
	mem_os_init(&os, BL_STR("{\"a\":1}{\"b\":2}"), 5);
	os.fail_at = 10;
	assert_int_equal(bl_os_open(&os.os, "x", BL_OPEN_READ, &file, &err), BL_OK);
	assert_int_equal(bl_stream_open(file, (struct bl_stream_limits){0}, &stream, &err), BL_OK);
	do {
		err.status = bl_stream_next(stream, &piece, &err);
	} while (err.status == BL_OK && piece.len > 0);
	assert_int_equal(err.status, BL_EIO);
	bl_stream_close(&stream);
	bl_file_close(&file);
}

static void
test_no_memory(void **state)
{
	struct bl_buf out = BL_BUF_INIT(1 << 20);
	struct bl_stream_stats stats;
	struct bl_err err;
	uint64_t n = 1;

	(void)state;
	assert_int_equal(bl_buf_reserve(&out, 100, &err), BL_OK);
	for (;; n++) {
		enum bl_status status;
		bool hit;

		bl_mem_fail_at(n);
		status = unpack(BL_STR("{}"), 0, (struct bl_stream_limits){0}, &out, &stats, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		assert_int_equal(status, hit ? BL_ENOMEM : BL_OK);
		if (!hit)
			break;
	}
	assert_true(n >= 3);
	bl_buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_cut_off_anywhere),
	    cmocka_unit_test(test_each_bit_turned),
	    cmocka_unit_test(test_bytes_behind_the_last_member),
	    cmocka_unit_test(test_bomb),
	    cmocka_unit_test(test_drain),
	    cmocka_unit_test(test_read_failure),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
