/*
 * Rows to bytes and back.  Nothing in a file is believed: sizes, offsets and counts are checked
 * before they are used, codes before a text is looked up by them.
 */
#include "columns/derived.h"

#include <assert.h>
#include <string.h>

static const char magic[8] = {'B', 'L', 'd', 'e', 'r', 'i', 'v', '1'};

static void
put_u32(char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(unsigned char)(value >> (8 * i));
}

static void
put_u64(char *at, uint64_t value)
{
	put_u32(at, (uint32_t)value);
	put_u32(at + 4, (uint32_t)(value >> 32));
}

static uint32_t
get_u32(const char *at)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value |= (uint32_t)(unsigned char)at[i] << (8 * i);
	return value;
}

static uint64_t
get_u64(const char *at)
{
	return (uint64_t)get_u32(at + 4) << 32 | get_u32(at);
}

/* Numbers of ${width} bytes from the machine's order to the file's, or back: the same work. */
static void
turn(char *to, const char *from, size_t n, uint8_t width)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(to, from, n * width);
#else
	for (size_t i = 0; i < n; i++)
		for (uint8_t k = 0; k < width; k++)
			to[i * width + k] = from[i * width + (width - 1u - k)];
#endif
}

/* ---- Writing. ------------------------------------------------------------ */

struct section {
	const char *tag;
	struct bl_str bytes;
	uint8_t width;
};

static size_t
padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

static uint32_t
sections_of(const struct bl_derived *derived, const struct bl_part *part,
    struct section section[BL_DERIVED__SECTIONS])
{
	uint32_t n = 0;

	section[n++] = (struct section){"TYPE", derived->type, 1};
	section[n++] = (struct section){"PATH", derived->path, 1};
	for (uint32_t i = 0; i < part->layout->n_arrays; i++)
		section[n++] = (struct section){part->layout->array[i].tag,
		    bl_buf_str(&part->array[i]), part->layout->array[i].width};
	section[n++] = (struct section){"ENDS", bl_buf_str(&part->ends), 8};
	section[n++] = (struct section){"TEXT", bl_buf_str(&part->bytes), 1};
	assert(n <= BL_DERIVED__SECTIONS);
	return n;
}

static void
put_head(char *at, const struct bl_derived *derived, const struct bl_part *part, uint64_t total,
    uint32_t n)
{
	memcpy(at, magic, sizeof(magic));
	put_u32(at + 8, BL_DERIVED__FORMAT);
	put_u32(at + 12, (uint32_t)derived->kind);
	put_u32(at + 16, derived->first);
	put_u32(at + 20, derived->count);
	put_u64(at + 24, derived->print.low);
	put_u64(at + 32, derived->print.high);
	put_u64(at + 40, total);
	put_u32(at + 48, part->n);
	put_u32(at + 52, part->n_texts);
	put_u32(at + 56, n);
}

enum bl_status
bl_derived__encode(const struct bl_derived *derived, const struct bl_part *part, struct bl_buf *out,
    struct bl_err *reterr)
{
	struct section section[BL_DERIVED__SECTIONS];
	uint32_t n = sections_of(derived, part, section);
	size_t at = BL_DERIVED__HEAD + (size_t)n * BL_DERIVED__SECTION, total = at + 8;
	enum bl_status status;

	assert(derived->kind == part->layout->kind && out->len == 0);
	for (uint32_t i = 0; i < n; i++)
		total += padded(section[i].bytes.len);
	status = bl_buf_reserve(out, total, reterr);
	if (status != BL_OK)
		return status;
	memset(out->ptr, 0, total);
	put_head(out->ptr, derived, part, total, n);
	for (uint32_t i = 0; i < n; i++) {
		char *entry = out->ptr + BL_DERIVED__HEAD + (size_t)i * BL_DERIVED__SECTION;
		struct bl_str bytes = section[i].bytes;

		memcpy(entry, section[i].tag, 4);
		put_u64(entry + 8, at);
		put_u64(entry + 16, bytes.len);
		if (bytes.len > 0)
			turn(out->ptr + at, bytes.ptr, bytes.len / section[i].width,
			    section[i].width);
		at += padded(bytes.len);
	}
	assert(at + 8 == total);
	put_u64(out->ptr + at, bl_hash64_of((struct bl_str){out->ptr, at}));
	out->len = total;
	return BL_OK;
}

/* ---- Reading. ------------------------------------------------------------ */

/* Section ${i}, which must be ${tag} and begin at *at; *at moves behind it. */
static bool
section_at(struct bl_str bytes, uint32_t i, const char *tag, uint64_t *at, struct bl_str *ret)
{
	const char *entry = bytes.ptr + BL_DERIVED__HEAD + (size_t)i * BL_DERIVED__SECTION;
	uint64_t len = get_u64(entry + 16), end = bytes.len - 8;

	if (memcmp(entry, tag, 4) != 0 || get_u32(entry + 4) != 0 || get_u64(entry + 8) != *at ||
	    len > end - *at || padded((size_t)len) > end - *at)
		return false;
	*ret = (struct bl_str){bytes.ptr + *at, (size_t)len};
	*at += padded((size_t)len);
	return true;
}

/* A whole file of ours, whatever it is about. */
static bool
is_whole(struct bl_str bytes)
{
	uint32_t n;

	if (bytes.len < BL_DERIVED__HEAD + 8 || memcmp(bytes.ptr, magic, sizeof(magic)) != 0)
		return false;
	n = get_u32(bytes.ptr + 56);
	return get_u32(bytes.ptr + 8) == BL_DERIVED__FORMAT && n >= 4 &&
	       n <= BL_DERIVED__SECTIONS &&
	       bytes.len >= BL_DERIVED__HEAD + (size_t)n * BL_DERIVED__SECTION + 8 &&
	       get_u64(bytes.ptr + 40) == bytes.len && get_u32(bytes.ptr + 60) == 0 &&
	       get_u64(bytes.ptr + bytes.len - 8) ==
		   bl_hash64_of((struct bl_str){bytes.ptr, bytes.len - 8});
}

bool
bl_derived__about(struct bl_str bytes, struct bl_derived *ret_derived)
{
	struct bl_derived d;
	uint64_t at;

	if (!is_whole(bytes))
		return false;
	at = BL_DERIVED__HEAD + (uint64_t)get_u32(bytes.ptr + 56) * BL_DERIVED__SECTION;
	d.kind = (enum bl_part_kind)get_u32(bytes.ptr + 12);
	d.first = get_u32(bytes.ptr + 16);
	d.count = get_u32(bytes.ptr + 20);
	d.print = (struct bl_hash128){get_u64(bytes.ptr + 24), get_u64(bytes.ptr + 32)};
	if (get_u32(bytes.ptr + 12) < BL_PART_HEADS || get_u32(bytes.ptr + 12) > BL_PART_ELEMENTS ||
	    !section_at(bytes, 0, "TYPE", &at, &d.type) ||
	    !section_at(bytes, 1, "PATH", &at, &d.path))
		return false;
	*ret_derived = d;
	return true;
}

static bool
head_is(struct bl_str bytes, const struct bl_derived *want, const struct bl_part *part)
{
	struct bl_derived d;

	return bl_derived__about(bytes, &d) && d.kind == want->kind && d.first == want->first &&
	       d.count == want->count && d.print.low == want->print.low &&
	       d.print.high == want->print.high && bl_str_eq(d.type, want->type) &&
	       bl_str_eq(d.path, want->path) && get_u32(bytes.ptr + 48) <= BL_PART_ROWS &&
	       get_u32(bytes.ptr + 52) < BL_PART_NONE &&
	       get_u32(bytes.ptr + 56) == part->layout->n_arrays + 4;
}

static enum bl_status
take_array(struct bl_buf *buf, struct bl_str bytes, uint8_t width, struct bl_err *reterr)
{
	enum bl_status status;

	if (bytes.len == 0)
		return BL_OK;
	status = bl_buf_reserve(buf, bytes.len, reterr);
	if (status != BL_OK)
		return status;
	turn(buf->ptr, bytes.ptr, bytes.len / width, width);
	buf->len = bytes.len;
	return BL_OK;
}

/* Do the texts follow on one another, each with its NUL, and fill their section? */
static bool
texts_are_sound(const struct bl_part *part)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < part->n_texts; i++) {
		uint64_t end;

		memcpy(&end, part->ends.ptr + (size_t)i * 8, 8);
		if (end < at || end >= part->bytes.len || part->bytes.ptr[end] != '\0')
			return false;
		at = end + 1;
	}
	return at == part->bytes.len;
}

static bool
codes_are_sound(const struct bl_part *part)
{
	for (uint32_t i = 0; i < part->layout->n_arrays; i++) {
		const uint32_t *code;

		if (!part->layout->array[i].code)
			continue;
		code = bl_part__u32(part, i);
		for (uint32_t k = 0; k < part->n; k++)
			if (code[k] != BL_PART_NONE && code[k] >= part->n_texts)
				return false;
	}
	return true;
}

static enum bl_status
unsound(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ECORRUPT, "it is no derived file of these versions");
}

static enum bl_status
take_sections(struct bl_str bytes, struct bl_part *part, struct bl_err *reterr)
{
	uint32_t n = part->layout->n_arrays, n_texts = get_u32(bytes.ptr + 52);
	uint64_t at = BL_DERIVED__HEAD + (uint64_t)(n + 4) * BL_DERIVED__SECTION;
	struct bl_str type, path, array, ends, text;
	enum bl_status status = BL_OK;

	if (!section_at(bytes, 0, "TYPE", &at, &type) || !section_at(bytes, 1, "PATH", &at, &path))
		return unsound(reterr);
	part->n = get_u32(bytes.ptr + 48);
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		const struct bl_part_array *a = &part->layout->array[i];

		if (!section_at(bytes, 2 + i, a->tag, &at, &array) ||
		    array.len != (size_t)part->n * a->width)
			return unsound(reterr);
		status = take_array(&part->array[i], array, a->width, reterr);
	}
	if (status == BL_OK &&
	    (!section_at(bytes, 2 + n, "ENDS", &at, &ends) || ends.len != (size_t)n_texts * 8 ||
		!section_at(bytes, 3 + n, "TEXT", &at, &text) || at != bytes.len - 8 ||
		text.len > BL_PART_TEXTS))
		return unsound(reterr);
	if (status == BL_OK)
		status = take_array(&part->ends, ends, 8, reterr);
	if (status == BL_OK)
		status = take_array(&part->bytes, text, 1, reterr);
	if (status == BL_OK)
		part->n_texts = n_texts;
	return status;
}

enum bl_status
bl_derived__decode(
    struct bl_str bytes, const struct bl_derived *want, struct bl_part *part, struct bl_err *reterr)
{
	const struct bl_part_layout *layout = part->layout;
	enum bl_status status;

	assert(part->n == 0 && part->n_texts == 0 && layout->kind == want->kind);
	if (!head_is(bytes, want, part))
		return unsound(reterr);
	status = take_sections(bytes, part, reterr);
	if (status == BL_OK &&
	    !(texts_are_sound(part) && codes_are_sound(part) && layout->sound(part)))
		status = unsound(reterr);
	if (status != BL_OK) {
		bl_part__release(part);
		bl_part__init(part, layout);
	}
	return status;
}
