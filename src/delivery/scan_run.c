/*
 * The quick way through a JSON text when only its outline matters.
 *
 * A block of 64 bytes becomes five masks, one bit a byte.  Quotes that are not
 * escaped, combined by a running exclusive-or, give the mask of bytes inside
 * strings; brackets outside of it move the depth.  As long as a block closes
 * fewer brackets than are open, the value cannot end in it and the two counts
 * are enough; single closing brackets are looked at only in blocks where it may end.
 *
 * The masks depend on the machine: each way below is the same loop around other
 * instructions, whole runs at a time, so that nothing is called for a block.  A product without
 * carry by all ones is the running exclusive-or in one instruction.  Which ways the processor has
 * is asked when it runs; the portable way is the measure of the others.
 */
#include <assert.h>
#include <string.h>

#include "delivery/scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define ONES UINT64_C(0x0101010101010101)
#define LOW7 UINT64_C(0x7f7f7f7f7f7f7f7f)
#define EVEN UINT64_C(0x5555555555555555)
#define INLINE static inline __attribute__((always_inline))

/* ---- What is the same in every way; compiled for the processor of its caller ---- */

/* The bytes that follow an escaping backslash; remembers one across blocks. */
INLINE uint64_t
escaped_bytes(struct bl_scan *scan, uint64_t backslash)
{
	uint64_t carried = scan->escaped ? 1 : 0, follows, odd_starts, even_runs;

	/* A run of backslashes escapes what follows it if it is odd: added to its first bit, it
	 * carries to the bit behind it, and the parity of that place tells its length's. */
	backslash &= ~carried;
	follows = backslash << 1 | carried;
	odd_starts = backslash & ~EVEN & ~follows;
	even_runs = odd_starts + backslash;
	scan->escaped = even_runs < odd_starts;
	return (EVEN ^ even_runs << 1) & follows;
}

/* Each bracket in turn, up to the end of the value, when the nesting may pass its limit. */
static void
follow_depth(struct bl_scan *scan, uint64_t open, uint64_t close)
{
	uint64_t depth = scan->depth;

	for (uint64_t all = open | close; all != 0; all &= all - 1) {
		if ((open & all & -all) != 0) {
			if (++depth > scan->max_depth)
				scan->too_deep = true;
		} else if (depth-- <= 1) {
			return;
		}
	}
}

/* The place behind the bracket that ends the value, or 0.  The value can end with its
 * ${depth}-th closing bracket at the earliest. */
INLINE unsigned
find_end(uint64_t depth, uint64_t open, uint64_t close)
{
	uint64_t closed = 1;

	for (; closed < depth; closed++)
		close &= close - 1;
	for (; close != 0; close &= close - 1, closed++) {
		uint64_t before = (close & -close) - 1;

		if (depth + (uint64_t)__builtin_popcountll(open & before) == closed)
			return (unsigned)__builtin_ctzll(close) + 1;
	}
	return 0;
}

/* The quotes that open or close a string, in a block of which ${n} bytes count. */
INLINE uint64_t
real_quotes(struct bl_scan *scan, const struct bl_scan_mask *m, size_t n)
{
	uint64_t escaped;

	if (m->backslash == 0 && !scan->escaped)
		return m->quote;
	escaped = escaped_bytes(scan, m->backslash);
	if (n < 64 && (escaped >> n & 1) != 0)
		scan->escaped = true;
	return m->quote & ~escaped;
}

/* The rest of a block of which ${n} bytes count; the masks have no bit for others.  Returns how
 * many belong to the value.  ${in_string}: opening quotes count as inside, closing ones as
 * outside: no matter here. */
INLINE size_t
step(struct bl_scan *scan, const struct bl_scan_mask *m, uint64_t in_string, size_t n)
{
	uint64_t open, close, space, n_open, n_close;

	in_string ^= scan->in_string ? UINT64_MAX : 0;
	open = m->open & ~in_string;
	close = m->close & ~in_string;
	space = m->space & ~in_string;
	n_open = (uint64_t)__builtin_popcountll(open);
	n_close = (uint64_t)__builtin_popcountll(close);
	if (scan->depth + n_open > scan->max_depth)
		follow_depth(scan, open, close);
	if (n_close >= scan->depth && n_close > 0) {
		unsigned end = find_end(scan->depth, open, close);

		if (end > 0) {
			scan->depth = 0;
			scan->in_string = false;
			scan->has_space |= (space & (UINT64_MAX >> (64 - end))) != 0;
			return end;
		}
	}
	scan->in_string = in_string >> 63 != 0;
	scan->has_space |= space != 0;
	scan->depth += n_open - n_close;
	return n;
}

static void
cut_mask(struct bl_scan_mask *m, size_t n)
{
	uint64_t valid = (UINT64_C(1) << n) - 1;

	assert(n > 0 && n < 64);
	m->quote &= valid;
	m->backslash &= valid;
	m->open &= valid;
	m->close &= valid;
	m->space &= valid;
}

/* One way: ${mask} and ${running} are inline and may use what ${attributes} tell. */
#define DEFINE_RUN(name, attributes, mask, running)                                                \
	attributes static size_t name(struct bl_scan *scan, const char *bytes, size_t n)           \
	{                                                                                          \
		struct bl_scan s = *scan; /* In registers: ${bytes} may be anything. */            \
		struct bl_scan_mask m;                                                             \
		size_t at = 0;                                                                     \
                                                                                                   \
		for (; n - at >= 64; at += 64) {                                                   \
			size_t took;                                                               \
                                                                                                   \
			mask(bytes + at, &m);                                                      \
			took = step(&s, &m, running(real_quotes(&s, &m, 64)), 64);                 \
			if (s.depth == 0) {                                                        \
				*scan = s;                                                         \
				return at + took;                                                  \
			}                                                                          \
		}                                                                                  \
		if (at < n) {                                                                      \
			char last[64] = {0};                                                       \
                                                                                                   \
			memcpy(last, bytes + at, n - at);                                          \
			mask(last, &m);                                                            \
			cut_mask(&m, n - at);                                                      \
			at += step(&s, &m, running(real_quotes(&s, &m, n - at)), n - at);          \
		}                                                                                  \
		*scan = s;                                                                         \
		return at;                                                                         \
	}

/* ---- Everywhere ---- */

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

/* Bit i: the exclusive-or of bits 0 to i. */
INLINE uint64_t
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

DEFINE_RUN(run_portable, , bl_scan__mask_portable, running_xor)

/* ---- x86-64 ---- */

#if defined(__x86_64__)
#define FOR_SSE __attribute__((target("popcnt,pclmul")))
#define FOR_AVX2 __attribute__((target("avx2,bmi,popcnt,pclmul")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,popcnt,pclmul")))

/* The bytes of ${v} that are true, at their place among 64. */
INLINE uint64_t
bits_16(__m128i v, unsigned at)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(v) << at;
}

INLINE void
mask_sse2(const char bytes[64], struct bl_scan_mask *ret_mask)
{
	const __m128i blank = _mm_set1_epi8(0x20);
	struct bl_scan_mask m = {0};

	for (unsigned at = 0; at < 64; at += 16) {
		__m128i x, folded;

		memcpy(&x, bytes + at, sizeof(x));
		folded = _mm_or_si128(x, blank);
		m.quote |= bits_16(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), at);
		m.backslash |= bits_16(_mm_cmpeq_epi8(x, _mm_set1_epi8('\\')), at);
		m.open |= bits_16(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')), at);
		m.close |= bits_16(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}')), at);
		m.space |= bits_16(_mm_cmpeq_epi8(_mm_min_epu8(x, blank), x), at);
	}
	*ret_mask = m;
}

FOR_AVX2 INLINE uint64_t
bits_32(__m256i v, unsigned at)
{
	return (uint64_t)(uint32_t)_mm256_movemask_epi8(v) << at;
}

FOR_AVX2 INLINE void
mask_avx2(const char bytes[64], struct bl_scan_mask *ret_mask)
{
	const __m256i blank = _mm256_set1_epi8(0x20);
	struct bl_scan_mask m = {0};

	for (unsigned at = 0; at < 64; at += 32) {
		__m256i x, folded;

		memcpy(&x, bytes + at, sizeof(x));
		folded = _mm256_or_si256(x, blank);
		m.quote |= bits_32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')), at);
		m.backslash |= bits_32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')), at);
		m.open |= bits_32(_mm256_cmpeq_epi8(folded, _mm256_set1_epi8('{')), at);
		m.close |= bits_32(_mm256_cmpeq_epi8(folded, _mm256_set1_epi8('}')), at);
		m.space |= bits_32(_mm256_cmpeq_epi8(_mm256_min_epu8(x, blank), x), at);
	}
	*ret_mask = m;
}

FOR_AVX512 INLINE void
mask_avx512(const char bytes[64], struct bl_scan_mask *ret_mask)
{
	const __m512i blank = _mm512_set1_epi8(0x20);
	__m512i x, folded;

	memcpy(&x, bytes, sizeof(x));
	folded = _mm512_or_si512(x, blank);
	*ret_mask = (struct bl_scan_mask){
	    .quote = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('"')),
	    .backslash = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\\')),
	    .open = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{')),
	    .close = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}')),
	    .space = _mm512_cmple_epu8_mask(x, blank),
	};
}

FOR_SSE INLINE uint64_t
running_clmul(uint64_t x)
{
	__m128i product =
	    _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)x), _mm_set1_epi8((char)0xff), 0);

	return (uint64_t)_mm_cvtsi128_si64(product);
}

DEFINE_RUN(run_sse2, , mask_sse2, running_xor)
DEFINE_RUN(run_pclmul, FOR_SSE, mask_sse2, running_clmul)
DEFINE_RUN(run_avx2, FOR_AVX2, mask_avx2, running_clmul)
DEFINE_RUN(run_avx512, FOR_AVX512, mask_avx512, running_clmul)
#endif

/* ---- Which way ---- */

static const struct {
	const char *name;
	size_t (*run)(struct bl_scan *, const char *, size_t);
} ways[] = {
    {"portable", run_portable},
#if defined(__x86_64__)
    {"sse2", run_sse2},
    {"pclmul", run_pclmul},
    {"avx2", run_avx2},
    {"avx512", run_avx512},
#endif
};

unsigned
bl_scan__n_ways(void)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("popcnt"))
		return 2;
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi"))
		return 3;
	if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw"))
		return 4;
#endif
	return sizeof(ways) / sizeof(ways[0]);
}

const char *
bl_scan__way_name(unsigned way)
{
	return ways[way].name;
}

void
bl_scan__begin_as(struct bl_scan *scan, uint32_t max_depth, unsigned way)
{
	assert(way < bl_scan__n_ways());
	*scan = (struct bl_scan){.max_depth = max_depth, .way = way};
}

void
bl_scan__begin(struct bl_scan *scan, uint32_t max_depth)
{
	*scan = (struct bl_scan){.max_depth = max_depth, .way = bl_scan__n_ways() - 1};
}

size_t
bl_scan__run(struct bl_scan *scan, const char *bytes, size_t n)
{
	return ways[scan->way].run(scan, bytes, n);
}
