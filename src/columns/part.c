/* Rows in memory.  Invariant: outside of put ... row_end each array holds n values. */
#include "columns/part.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"

/* An empty buffer has no address, and memory is asked for an array of nothing too. */
static const uint64_t nothing[1] = {0};

void
bl_part__init(struct bl_part *part, const struct bl_part_layout *layout)
{
	*part = (struct bl_part){.layout = layout,
	    .bytes = BL_BUF_INIT(BL_PART_TEXTS),
	    .ends = BL_BUF_INIT(SIZE_MAX / 2),
	    .slots = BL_BUF_INIT(SIZE_MAX / 2),
	    .views = BL_BUF_INIT(SIZE_MAX / 2)};
	for (uint32_t i = 0; i < layout->n_arrays; i++)
		part->array[i] = (struct bl_buf)BL_BUF_INIT((size_t)BL_PART_ROWS * 8);
}

void
bl_part__release(struct bl_part *part)
{
	for (uint32_t i = 0; i < BL_PART_ARRAYS; i++)
		bl_buf_release(&part->array[i]);
	bl_buf_release(&part->bytes);
	bl_buf_release(&part->ends);
	bl_buf_release(&part->slots);
	bl_buf_release(&part->views);
}

enum bl_status
bl_part__put(struct bl_part *part, uint32_t i_array, uint64_t value, struct bl_err *reterr)
{
	struct bl_buf *buf = &part->array[i_array];
	uint8_t width = part->layout->array[i_array].width;
	uint32_t u32 = (uint32_t)value;
	uint8_t u8 = (uint8_t)value;

	assert(i_array < part->layout->n_arrays && buf->len == (size_t)part->n * width);
	if (buf->cap - buf->len < width) {
		enum bl_status status = bl_buf_reserve(buf, width, reterr);

		if (status != BL_OK)
			return status;
	}
	memcpy(buf->ptr + buf->len,
	    width == 1	 ? (void *)&u8
	    : width == 4 ? (void *)&u32
			 : &value,
	    width);
	buf->len += width;
	return BL_OK;
}

enum bl_status
bl_part__row_end(struct bl_part *part, struct bl_err *reterr)
{
	if (part->n == BL_PART_ROWS)
		return bl_fail(
		    reterr, BL_ELIMIT, "more than %u rows in one derived table", BL_PART_ROWS);
	part->n++;
	return BL_OK;
}

void
bl_part__cut(struct bl_part *part, uint32_t n)
{
	assert(n <= part->n);
	part->n = n;
	for (uint32_t i = 0; i < part->layout->n_arrays; i++)
		part->array[i].len = (size_t)n * part->layout->array[i].width;
}

/* ---- Texts. -------------------------------------------------------------- */

static uint64_t
end_of(const struct bl_part *part, uint32_t i)
{
	uint64_t end;

	memcpy(&end, part->ends.ptr + (size_t)i * 8, 8);
	return end;
}

struct bl_str
bl_part__text_at(const struct bl_part *part, uint32_t code)
{
	uint64_t from = code == 0 ? 0 : end_of(part, code - 1) + 1;

	assert(code < part->n_texts);
	return (struct bl_str){part->bytes.ptr + from, (size_t)(end_of(part, code) - from)};
}

/* A table twice as large as the texts want, all of them in it. */
static enum bl_status
rehash(struct bl_part *part, struct bl_err *reterr)
{
	uint64_t n = 64;
	uint32_t *slot;
	enum bl_status status;

	while (n < (uint64_t)part->n_texts * 4)
		n *= 2;
	if (n > UINT32_MAX)
		return bl_fail(reterr, BL_ELIMIT, "too many different texts in one derived table");
	part->slots.len = 0;
	part->n_slots = 0;
	status = bl_buf_reserve(&part->slots, n * sizeof(*slot), reterr);
	if (status != BL_OK)
		return status;
	slot = (uint32_t *)(void *)part->slots.ptr;
	memset(slot, 0, n * sizeof(*slot));
	for (uint32_t i = 0; i < part->n_texts; i++) {
		uint64_t at = bl_hash64_of(bl_part__text_at(part, i)) & (n - 1);

		while (slot[at] != 0)
			at = (at + 1) & (n - 1);
		slot[at] = i + 1;
	}
	part->n_slots = (uint32_t)n;
	return BL_OK;
}

static enum bl_status
add_text(struct bl_part *part, struct bl_str s, struct bl_err *reterr)
{
	uint64_t end = part->bytes.len + s.len;
	enum bl_status status = bl_buf_reserve(&part->ends, 8, reterr);

	if (status == BL_OK && s.len < BL_PART_TEXTS)
		status = bl_buf_reserve(&part->bytes, s.len + 1, reterr);
	if (status != BL_OK)
		return status;
	if (s.len > 0)
		memcpy(part->bytes.ptr + part->bytes.len, s.ptr, s.len);
	part->bytes.ptr[end] = '\0';
	part->bytes.len = end + 1;
	memcpy(part->ends.ptr + part->ends.len, &end, 8);
	part->ends.len += 8;
	part->n_texts++;
	return BL_OK;
}

enum bl_status
bl_part__text(struct bl_part *part, struct bl_str s, uint32_t *ret_code, struct bl_err *reterr)
{
	uint32_t *slot;
	uint64_t at;
	enum bl_status status = BL_OK;

	if (s.ptr == NULL) {
		*ret_code = BL_PART_NONE;
		return BL_OK;
	}
	if (part->n_slots / 2 <= part->n_texts)
		status = rehash(part, reterr);
	if (status != BL_OK)
		return status;
	slot = (uint32_t *)(void *)part->slots.ptr;
	at = bl_hash64_of(s) & (part->n_slots - 1);
	while (slot[at] != 0 && !bl_str_eq(bl_part__text_at(part, slot[at] - 1), s))
		at = (at + 1) & (part->n_slots - 1);
	if (slot[at] == 0) {
		status = add_text(part, s, reterr);
		if (status != BL_OK)
			return status;
		slot[at] = part->n_texts;
	}
	*ret_code = slot[at] - 1;
	return BL_OK;
}

/* ---- Together. ----------------------------------------------------------- */

static enum bl_status
append_texts(struct bl_part *part, const struct bl_part *more, uint32_t *map, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < more->n_texts && status == BL_OK; i++)
		status = bl_part__text(part, bl_part__text_at(more, i), &map[i], reterr);
	return status;
}

static enum bl_status
append_arrays(
    struct bl_part *part, const struct bl_part *more, const uint32_t *map, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < part->layout->n_arrays && status == BL_OK; i++) {
		size_t at = part->array[i].len;
		uint32_t *code;

		status = bl_buf_add(&part->array[i], bl_buf_str(&more->array[i]), reterr);
		if (status != BL_OK || !part->layout->array[i].code)
			continue;
		code = (uint32_t *)(void *)(part->array[i].ptr + at);
		for (uint32_t k = 0; k < more->n; k++)
			if (code[k] != BL_PART_NONE)
				code[k] = map[code[k]];
	}
	return status;
}

enum bl_status
bl_part__append(struct bl_part *part, const struct bl_part *more, struct bl_err *reterr)
{
	struct bl_buf map = BL_BUF_INIT(SIZE_MAX / 2);
	enum bl_status status;

	assert(part->layout == more->layout);
	if (more->n > BL_PART_ROWS - part->n)
		return bl_fail(
		    reterr, BL_ELIMIT, "more than %u rows in one derived table", BL_PART_ROWS);
	if (more->n == 0)
		return BL_OK;
	status = bl_buf_reserve(&map, (size_t)more->n_texts * 4 + 4, reterr);
	if (status == BL_OK)
		status = append_texts(part, more, (uint32_t *)(void *)map.ptr, reterr);
	if (status == BL_OK)
		status = append_arrays(part, more, (const uint32_t *)(void *)map.ptr, reterr);
	bl_buf_release(&map);
	if (status == BL_OK)
		part->n += more->n;
	else
		bl_part__cut(part, part->n);
	return status;
}

enum bl_status
bl_part__finish(struct bl_part *part, struct bl_err *reterr)
{
	struct bl_str *view;
	enum bl_status status;

	bl_buf_release(&part->slots);
	part->n_slots = 0;
	part->views.len = 0;
	status = bl_buf_reserve(&part->views, ((size_t)part->n_texts + 1) * sizeof(*view), reterr);
	if (status != BL_OK)
		return status;
	view = (struct bl_str *)(void *)part->views.ptr;
	for (uint32_t i = 0; i < part->n_texts; i++)
		view[i] = bl_part__text_at(part, i);
	return BL_OK;
}

const struct bl_str *
bl_part__texts(const struct bl_part *part)
{
	return (const struct bl_str *)(const void *)part->views.ptr;
}

static const void *
values(const struct bl_part *part, uint32_t i_array, uint8_t width)
{
	assert(i_array < part->layout->n_arrays && part->layout->array[i_array].width == width);
	return part->array[i_array].ptr == NULL ? (const void *)nothing : part->array[i_array].ptr;
}

const uint8_t *
bl_part__u8(const struct bl_part *part, uint32_t i_array)
{
	return values(part, i_array, 1);
}

const uint32_t *
bl_part__u32(const struct bl_part *part, uint32_t i_array)
{
	return values(part, i_array, 4);
}

const int64_t *
bl_part__i64(const struct bl_part *part, uint32_t i_array)
{
	return values(part, i_array, 8);
}
