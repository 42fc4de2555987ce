/*
 * Bytes that a damaged or hostile store may hold, through every reader of them.  The first byte
 * chooses: 0 a delivery's record, 1 a list of members, 2 a manifest, 3 the marker, 4 an index, 5 a
 * segment, 6 a head, 7 a block of the tail.  What is accepted must come out the same when it is
 * written again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "store/code.h"
#include "store/store_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
record(struct bl_str bytes)
{
	struct bl_buf again = BL_BUF_INIT((size_t)1 << 26), third = BL_BUF_INIT((size_t)1 << 26);
	struct bl_record a, b;
	struct bl_err err;

	if (bl_catalogue__decode(bytes, &a, &err) != BL_OK)
		return;
	/* Sections may be skipped and in any order, so the second writing is the one to compare
	 * with. */
	must(bl_catalogue__encode(&a, &again, &err) == BL_OK);
	must(bl_catalogue__decode(bl_buf_str(&again), &b, &err) == BL_OK);
	must(bl_catalogue__encode(&b, &third, &err) == BL_OK);
	must(bl_str_eq(bl_buf_str(&again), bl_buf_str(&third)));
	must(a.n_members == b.n_members && a.d.position == b.d.position);
	bl_buf_release(&again);
	bl_buf_release(&third);
}

static void
members(struct bl_str bytes)
{
	struct bl_toggles set = {.at = NULL};
	struct bl_buf again = BL_BUF_INIT((size_t)1 << 26);
	struct bl_err err;
	struct bl_code__out out = {.buf = &again, .err = &err};

	if (bl_toggles__decode(bytes, &set, &err) == BL_OK) {
		bl_toggles__encode(&set, &out);
		must(out.status == BL_OK && bl_str_eq(bl_buf_str(&again), bytes));
	}
	bl_toggles__release(&set);
	bl_buf_release(&again);
}

/* The last line is made right, so that the others are reached. */
static void
manifest(struct bl_str bytes)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 24);
	struct bl_buf text = BL_BUF_INIT((size_t)1 << 26);
	struct bl_manifest m;
	struct bl_err err;

	must(arena != NULL && bl_buf_add(&text, bytes, &err) == BL_OK);
	must(bl_buf_printf(
		 &text, &err, "check %016llx\n", (unsigned long long)bl_hash64_of(bytes)) == BL_OK);
	if (bl_manifest__parse(bl_buf_str(&text), arena, &m, &err) == BL_OK) {
		struct bl_buf again = BL_BUF_INIT((size_t)1 << 26);

		must(bl_manifest__format(&m, &again, &err) == BL_OK);
		bl_buf_release(&again);
	}
	bl_buf_release(&text);
	bl_arena_free(&arena);
}

/* As an index whose head and checksum are right. */
static void
index_of(struct bl_str bytes)
{
	struct bl_buf whole = BL_BUF_INIT((size_t)1 << 26);
	struct bl_segment segment = {.first = 3, .count = 2, .size = 100};
	struct bl_err err;

	if (bytes.len < BL_INDEX__HEAD)
		return;
	must(bl_buf_add(&whole, bytes, &err) == BL_OK);
	memcpy(whole.ptr, "BLindex2", 8);
	bl_code__put_u32(whole.ptr + 8, segment.first);
	segment.count = bl_code__u32(whole.ptr + 12);
	segment.size = bl_code__u64(whole.ptr + 24);
	memcpy(segment.sha256.byte, whole.ptr + 32, BL_SHA256_BYTES);
	{
		char check[8];

		bl_code__put_u64(check, bl_hash64_of(bl_buf_str(&whole)));
		must(bl_buf_add(&whole, (struct bl_str){check, 8}, &err) == BL_OK);
	}
	if (bl_index__check(bl_buf_str(&whole), &segment, &err) == BL_OK)
		for (uint32_t i = 0; i < segment.count; i++) {
			uint32_t f = bl_index__find(bl_buf_str(&whole), i);
			struct bl_index_frame frame = bl_index__frame(bl_buf_str(&whole), f);

			must(i >= frame.first && i - frame.first < frame.count);
			(void)bl_index__item(bl_buf_str(&whole), i);
		}
	bl_buf_release(&whole);
}

/* As a segment whose SHA-256 is right. */
static void
segment(struct bl_str bytes)
{
	struct bl_segment s = {.first = 0, .count = 1, .size = bytes.len};
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 28);
	struct bl_err err;

	must(bl_sha256_of(bytes, &s.sha256, &err) == BL_OK);
	for (s.count = 1; s.count < 4; s.count++)
		if (bl_index__rebuild(bytes, &s, 7, &out, &err) == BL_OK)
			must(bl_index__check(bl_buf_str(&out), &s, &err) == BL_OK);
	bl_buf_release(&out);
}

static void
block(struct bl_str bytes)
{
	struct bl_unpacker *unpacker = NULL;
	struct bl_buf plain = BL_BUF_INIT((size_t)1 << 28);
	struct bl_err err;

	if (bytes.len < 4)
		return;
	must(bl_unpacker__new(&unpacker, &err) == BL_OK);
	if (bl_unpacker__unpack(unpacker, bl_str_sub(bytes, 4, bytes.len), bl_code__u32(bytes.ptr),
		&plain, &err) == BL_OK)
		must(plain.len == bl_code__u32(bytes.ptr));
	bl_unpacker__free(&unpacker);
	bl_buf_release(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_str bytes = {(const char *)data + 1, size - 1};
	struct bl_log__record head;
	struct bl_err err;
	uint64_t key;

	if (size == 0)
		return 0;
	switch (data[0] % 8) {
	case 0: record(bytes); break;
	case 1: members(bytes); break;
	case 2: manifest(bytes); break;
	case 3:
		if (bl_layout__key(bytes, &key, &err) != BL_OK)
			must(err.status != BL_OK);
		break;
	case 4: index_of(bytes); break;
	case 5: segment(bytes); break;
	case 6:
		if (bytes.len >= BL_LOG__HEAD && bl_log__parse_head(bytes.ptr, 16, &head))
			must(head.len <= BL_LOG__PAYLOAD_LIMIT);
		break;
	default: block(bytes); break;
	}
	return 0;
}
