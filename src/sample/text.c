#include <assert.h>
#include <string.h>

#include "base/instant.h"
#include "sample/sample_priv.h"

/* Source: the finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
uint64_t
bl_sample__mix(uint64_t a, uint64_t b)
{
	uint64_t x = a + (b + 1) * UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint32_t
bl_sample__below(uint64_t draw, uint32_t n)
{
	assert(n > 0);
	return (uint32_t)(((draw >> 32) * n) >> 32);
}

void
bl_sample__put(struct bl_sample_out *out, const char *bytes, size_t len)
{
	assert(len <= out->cap - out->len);
	memcpy(out->buf + out->len, bytes, len);
	out->len += len;
}

void
bl_sample__put_z(struct bl_sample_out *out, const char *z)
{
	bl_sample__put(out, z, strlen(z));
}

void
bl_sample__put_u64(struct bl_sample_out *out, uint64_t value)
{
	char digit[20];
	size_t n = sizeof(digit);

	do {
		digit[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	bl_sample__put(out, digit + n, sizeof(digit) - n);
}

/* ${n} digits of ${bits} bits each, a fresh draw whenever one is used up. */
static void
put_digits(struct bl_sample_out *out, uint64_t key, uint32_t n, uint32_t bits, const char *alphabet)
{
	uint64_t draw = 0;
	uint32_t n_left = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (n_left == 0) {
			draw = bl_sample__mix(key, i);
			n_left = 64 / bits;
		}
		bl_sample__put(out, &alphabet[draw & ((1u << bits) - 1)], 1);
		draw >>= bits;
		n_left--;
	}
}

void
bl_sample__put_hex(struct bl_sample_out *out, uint64_t key, uint32_t n_digits)
{
	put_digits(out, key, n_digits, 4, "0123456789abcdef");
}

void
bl_sample__put_base32(struct bl_sample_out *out, uint64_t key, uint32_t n_digits)
{
	put_digits(out, key, n_digits, 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

void
bl_sample__put_uuid(struct bl_sample_out *out, uint64_t key)
{
	bl_sample__put_hex(out, bl_sample__mix(key, 101), 8);
	bl_sample__put(out, "-", 1);
	bl_sample__put_hex(out, bl_sample__mix(key, 102), 4);
	bl_sample__put(out, "-4", 2);
	bl_sample__put_hex(out, bl_sample__mix(key, 103), 3);
	bl_sample__put(out, "-a", 2);
	bl_sample__put_hex(out, bl_sample__mix(key, 104), 3);
	bl_sample__put(out, "-", 1);
	bl_sample__put_hex(out, bl_sample__mix(key, 105), 12);
}

static void
put_padded(char *at, uint32_t value, int n_digits)
{
	for (int i = n_digits - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
bl_sample__put_iso(struct bl_sample_out *out, int64_t ms)
{
	char text[] = "0000-00-00T00:00:00.000Z";
	uint32_t of_day;
	int year, month, day;

	assert(ms >= 0);
	bl_instant_date(ms * 1000000, &year, &month, &day);
	of_day = (uint32_t)(ms % MS_PER_DAY);
	put_padded(text, (uint32_t)year, 4);
	put_padded(text + 5, (uint32_t)month, 2);
	put_padded(text + 8, (uint32_t)day, 2);
	put_padded(text + 11, of_day / 3600000, 2);
	put_padded(text + 14, of_day / 60000 % 60, 2);
	put_padded(text + 17, of_day / 1000 % 60, 2);
	put_padded(text + 20, of_day % 1000, 3);
	bl_sample__put(out, text, sizeof(text) - 1);
}

void
bl_sample__put_compact(struct bl_sample_out *out, int64_t ms)
{
	char text[] = "00000000T000000Z";
	uint32_t of_day;
	int year, month, day;

	assert(ms >= 0);
	bl_instant_date(ms * 1000000, &year, &month, &day);
	of_day = (uint32_t)(ms % MS_PER_DAY);
	put_padded(text, (uint32_t)year, 4);
	put_padded(text + 4, (uint32_t)month, 2);
	put_padded(text + 6, (uint32_t)day, 2);
	put_padded(text + 9, of_day / 3600000, 2);
	put_padded(text + 11, of_day / 60000 % 60, 2);
	put_padded(text + 13, of_day / 1000 % 60, 2);
	bl_sample__put(out, text, sizeof(text) - 1);
}
