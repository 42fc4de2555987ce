/*
 * The quick way through a JSON text when only its outline matters.
 *
 * A block of 64 bytes becomes five masks, one bit a byte.  Quotes that are not
 * escaped, combined by a running exclusive-or, give the mask of bytes inside
 * strings; brackets outside of it move the depth.  As long as a block closes
 * fewer brackets than are open, the value cannot end in it and the two counts
 * are enough; single bits are looked at only in blocks where it may end.
 */
#include "delivery/scan.h"

#include <assert.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define ONES UINT64_C(0x0101010101010101)
#define LOW7 UINT64_C(0x7f7f7f7f7f7f7f7f)

/* One bit for each of eight bytes whose high bit is set in ${m} (and no other). */
static uint64_t
gather(uint64_t m)
{
	return ((m >> 7) * UINT64_C(0x0102040810204080)) >> 56;
}

/* The high bit of each byte of ${x} that equals ${c}; exact, no borrow between bytes. */
static uint64_t
equal(uint64_t x, unsigned char c)
{
	uint64_t d = x ^ (ONES * c);

	return ~(((d & LOW7) + LOW7) | d | LOW7);
}

void
bl_scan__mask_portable(const char bytes[64], struct bl_scan_mask *ret_mask)
{
	struct bl_scan_mask m = {0};

	for (unsigned i = 0; i < 8; i++) {
		uint64_t x = 0, folded;

		/* The first byte must be the lowest one, whatever the machine's order. */
		for (unsigned k = 0; k < 8; k++)
			x |= (uint64_t)(unsigned char)bytes[i * 8 + k] << (k * 8);
		/* '[' and ']' differ from '{' and '}' in this bit alone. */
		folded = x | (ONES * 0x20);
		m.quote |= gather(equal(x, '"')) << (i * 8);
		m.backslash |= gather(equal(x, '\\')) << (i * 8);
		m.open |= gather(equal(folded, '{')) << (i * 8);
		m.close |= gather(equal(folded, '}')) << (i * 8);
		/* c <= 0x20: no high bit, and c + 0x5f stays below 0x80. */
		m.space |= gather(~(((x & LOW7) + ONES * 0x5f) | x) & ~LOW7) << (i * 8);
	}
	*ret_mask = m;
}

#if defined(__SSE2__)
/* The bytes of ${v} that are true, at their place among 64. */
static inline uint64_t
bits(__m128i v, unsigned at)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(v) << at;
}

static inline void
add_sixteen(const char *bytes, unsigned at, struct bl_scan_mask *m)
{
	const __m128i blank = _mm_set1_epi8(0x20);
	__m128i x, folded;

	memcpy(&x, bytes + at, sizeof(x));
	folded = _mm_or_si128(x, blank);
	m->quote |= bits(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), at);
	m->backslash |= bits(_mm_cmpeq_epi8(x, _mm_set1_epi8('\\')), at);
	m->open |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')), at);
	m->close |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}')), at);
	m->space |= bits(_mm_cmpeq_epi8(_mm_min_epu8(x, blank), x), at);
}

/* By value and inline: the masks stay in registers. */
static inline struct bl_scan_mask
mask_of(const char *bytes)
{
	struct bl_scan_mask m = {0};

	add_sixteen(bytes, 0, &m);
	add_sixteen(bytes, 16, &m);
	add_sixteen(bytes, 32, &m);
	add_sixteen(bytes, 48, &m);
	return m;
}
#else
static inline struct bl_scan_mask
mask_of(const char *bytes)
{
	struct bl_scan_mask m;

	bl_scan__mask_portable(bytes, &m);
	return m;
}
#endif

void
bl_scan__mask(const char bytes[64], struct bl_scan_mask *ret_mask)
{
	*ret_mask = mask_of(bytes);
}

void
bl_scan__begin(struct bl_scan *scan, uint32_t max_depth)
{
	*scan = (struct bl_scan){.max_depth = max_depth};
}

/* The bytes that follow an escaping backslash; remembers one across blocks. */
static uint64_t
escaped_bytes(struct bl_scan *scan, uint64_t backslash)
{
	uint64_t escaped = scan->escaped ? 1 : 0;

	backslash &= ~escaped;
	scan->escaped = false;
	while (backslash != 0) {
		uint64_t bit = backslash & -backslash;

		if (bit == UINT64_C(1) << 63) {
			scan->escaped = true;
			break;
		}
		escaped |= bit << 1;
		backslash &= ~(bit | bit << 1);
	}
	return escaped;
}

/* Bit i: the exclusive-or of bits 0 to i. */
static inline uint64_t
running_xor(uint64_t x)
{
	x ^= x << 1;
	x ^= x << 2;
	x ^= x << 4;
	x ^= x << 8;
	x ^= x << 16;
	x ^= x << 32;
	return x;
}

static inline unsigned
count_bits(uint64_t x)
{
	x -= (x >> 1) & UINT64_C(0x5555555555555555);
	x = (x & UINT64_C(0x3333333333333333)) + ((x >> 2) & UINT64_C(0x3333333333333333));
	x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)((x * ONES) >> 56);
}

/* Bracket by bracket.  Returns the place behind the one that ends the value, or 64. */
static unsigned
follow_brackets(struct bl_scan *scan, uint64_t open, uint64_t close)
{
	uint64_t all = open | close;

	while (all != 0) {
		uint64_t bit = all & -all;

		if (open & bit) {
			scan->depth++;
			if (scan->depth > scan->max_depth)
				scan->too_deep = true;
		} else if (scan->depth <= 1) {
			scan->depth = 0;
			return (unsigned)__builtin_ctzll(bit) + 1;
		} else {
			scan->depth--;
		}
		all &= all - 1;
	}
	return 64;
}

/* One block, of which ${n} bytes count.  Returns the bytes that belong to the value. */
static inline size_t
block(struct bl_scan *scan, const char bytes[64], size_t n)
{
	uint64_t valid = n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
	struct bl_scan_mask m = mask_of(bytes);
	uint64_t in_string, open, close;
	unsigned n_open, n_close, end;

	m.quote &= valid;
	m.backslash &= valid;
	if (m.backslash != 0 || scan->escaped) {
		uint64_t escaped = escaped_bytes(scan, m.backslash);

		if (n < 64 && (escaped >> n & 1))
			scan->escaped = true;
		m.quote &= ~escaped;
	}
	/* Opening quotes count as inside, closing ones as outside: no matter here. */
	in_string = running_xor(m.quote) ^ (scan->in_string ? UINT64_MAX : 0);
	open = m.open & valid & ~in_string;
	close = m.close & valid & ~in_string;
	n_open = count_bits(open);
	n_close = count_bits(close);
	if (n_close < scan->depth && scan->depth + n_open <= scan->max_depth) {
		scan->depth += n_open;
		scan->depth -= n_close;
	} else {
		end = follow_brackets(scan, open, close);
		if (scan->depth == 0 && end < 64)
			valid = (UINT64_C(1) << end) - 1;
		if (scan->depth == 0 && end <= n)
			n = end;
	}
	if (m.space & valid & ~in_string)
		scan->has_space = true;
	scan->in_string = (in_string >> (n - 1)) & 1;
	return n;
}

size_t
bl_scan__run(struct bl_scan *scan, const char *bytes, size_t n)
{
	size_t at = 0;

	while (n - at >= 64) {
		at += block(scan, bytes + at, 64);
		if (scan->depth == 0)
			return at;
	}
	if (at < n) {
		char last[64] = {0};

		memcpy(last, bytes + at, n - at);
		at += block(scan, last, n - at);
	}
	return at;
}

size_t
bl_scan__string(const char *bytes, size_t n, bool *escaped)
{
	size_t at = 0;

	if (*escaped && n > 0) {
		*escaped = false;
		at = 1;
	}
	for (; at < n; at++) {
		if (bytes[at] == '"')
			return at + 1;
		if (bytes[at] != '\\')
			continue;
		if (++at == n)
			*escaped = true;
	}
	return SIZE_MAX;
}

bool
bl_scan__walk(struct bl_str text, struct bl_scan_walk *ret_walk)
{
	if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '['))
		return false;
	*ret_walk = (struct bl_scan_walk){text, 1, text.ptr[0] == '{', true};
	return true;
}

static bool
skip_space(struct bl_scan_walk *walk)
{
	while (walk->at < walk->text.len && bl_scan__is_space(walk->text.ptr[walk->at]))
		walk->at++;
	return walk->at < walk->text.len;
}

/* The string that begins at walk->at, without its quotes. */
static bool
take_string(struct bl_scan_walk *walk, struct bl_str *ret)
{
	size_t from = walk->at + 1, len;
	bool escaped = false;

	if (walk->text.ptr[walk->at] != '"')
		return false;
	len = bl_scan__string(walk->text.ptr + from, walk->text.len - from, &escaped);
	if (len == SIZE_MAX)
		return false;
	*ret = (struct bl_str){walk->text.ptr + from, len - 1};
	walk->at = from + len;
	return true;
}

static bool
take_value(struct bl_scan_walk *walk, struct bl_str *ret)
{
	size_t from = walk->at;
	const char *p = walk->text.ptr;
	struct bl_str string;

	if (p[from] == '"') {
		if (!take_string(walk, &string))
			return false;
	} else if (p[from] == '{' || p[from] == '[') {
		struct bl_scan scan;

		bl_scan__begin(&scan, UINT32_MAX);
		walk->at += bl_scan__run(&scan, p + from, walk->text.len - from);
		if (scan.depth != 0)
			return false;
	} else {
		while (walk->at < walk->text.len && !bl_scan__is_space(p[walk->at]) &&
		       p[walk->at] != ',' && p[walk->at] != '}' && p[walk->at] != ']')
			walk->at++;
	}
	*ret = (struct bl_str){p + from, walk->at - from};
	return walk->at > from;
}

bool
bl_scan__next(struct bl_scan_walk *walk, struct bl_str *ret_key, struct bl_str *ret_value)
{
	struct bl_str key = {NULL, 0}, value;

	if (!skip_space(walk))
		return false;
	if (!walk->first) {
		if (walk->text.ptr[walk->at] != ',')
			return false;
		walk->at++;
		if (!skip_space(walk))
			return false;
	}
	walk->first = false;
	if (walk->object) {
		if (!take_string(walk, &key) || !skip_space(walk) ||
		    walk->text.ptr[walk->at] != ':')
			return false;
		walk->at++;
		if (!skip_space(walk))
			return false;
	}
	if (!take_value(walk, &value))
		return false;
	*ret_key = key;
	*ret_value = value;
	return true;
}

bool
bl_scan__member(struct bl_str text, struct bl_str key, struct bl_str *ret_value)
{
	struct bl_scan_walk walk;
	struct bl_str name, value;

	if (!bl_scan__walk(text, &walk) || !walk.object)
		return false;
	while (bl_scan__next(&walk, &name, &value)) {
		if (!bl_str_eq(name, key))
			continue;
		*ret_value = value;
		return true;
	}
	return false;
}
