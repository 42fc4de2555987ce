#include "evidence/wire.h"

#include <assert.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
bl_wire__put(struct bl_wire_w *w, const void *bytes, size_t len)
{
	assert(w->len <= w->cap);
	if (w->full || len > w->cap - w->len) {
		w->full = true;
		return;
	}
	if (len > 0)
		memcpy(w->ptr + w->len, bytes, len);
	w->len += len;
}

void
bl_wire__put_u32(struct bl_wire_w *w, uint32_t value)
{
	const uint8_t byte[4] = {
	    (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};

	bl_wire__put(w, byte, sizeof(byte));
}

void
bl_wire__put_str(struct bl_wire_w *w, struct bl_str s)
{
	assert(s.len <= UINT32_MAX);
	bl_wire__put_u32(w, (uint32_t)s.len);
	bl_wire__put(w, s.ptr, s.len);
}

void
bl_wire__put_key(struct bl_wire_w *w, const uint8_t public_key[32])
{
	bl_wire__put_str(w, BL_STR("ssh-ed25519"));
	bl_wire__put_u32(w, 32);
	bl_wire__put(w, public_key, 32);
}

bool
bl_wire__u32(struct bl_str *rest, uint32_t *ret_value)
{
	uint32_t value = 0;

	if (rest->len < 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		value = value << 8 | (uint8_t)rest->ptr[i];
	*rest = bl_str_sub(*rest, 4, rest->len);
	*ret_value = value;
	return true;
}

bool
bl_wire__str(struct bl_str *rest, struct bl_str *ret_s)
{
	struct bl_str behind = *rest;
	uint32_t len;

	if (!bl_wire__u32(&behind, &len) || len > behind.len)
		return false;
	*ret_s = bl_str_sub(behind, 0, len);
	*rest = bl_str_sub(behind, len, behind.len);
	return true;
}

void
bl_wire__base64(struct bl_wire_w *w, struct bl_str bytes, size_t wrap)
{
	size_t column = 0;

	for (size_t i = 0; i < bytes.len; i += 3) {
		uint32_t group = 0;
		size_t n = bytes.len - i < 3 ? bytes.len - i : 3;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (j < n ? (uint8_t)bytes.ptr[i + j] : 0);
		for (size_t j = 0; j < 4; j++) {
			const char *c = j > n ? "=" : &alphabet[group >> (18 - 6 * j) & 63];

			bl_wire__put(w, c, 1);
			if (wrap > 0 && ++column == wrap) {
				bl_wire__put(w, "\n", 1);
				column = 0;
			}
		}
	}
	if (column > 0)
		bl_wire__put(w, "\n", 1);
}

static int
digit_of(char c)
{
	const char *p = c == '\0' ? NULL : strchr(alphabet, c);

	return p == NULL ? -1 : (int)(p - alphabet);
}

bool
bl_wire__unbase64(struct bl_wire_w *w, struct bl_str text)
{
	uint32_t group = 0;
	size_t n = 0, n_pad = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		int digit = digit_of(c);

		if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
			continue;
		if (c == '=' && n >= 2 && n + n_pad < 4) {
			n_pad++;
			continue;
		}
		if (digit < 0 || n_pad > 0)
			return false;
		group = group << 6 | (uint32_t)digit;
		if (++n < 4)
			continue;
		bl_wire__put(w,
		    (const uint8_t[]){
			(uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group},
		    3);
		group = 0;
		n = 0;
	}
	if (n == 0)
		return n_pad == 0 && !w->full;
	if (n + n_pad != 4)
		return false;
	group <<= 6 * n_pad;
	/* The bits behind the last byte must be zero, or two texts would be one key. */
	if ((group & (n_pad == 2 ? 0xffffu : 0xffu)) != 0)
		return false;
	bl_wire__put(w, (const uint8_t[]){(uint8_t)(group >> 16), (uint8_t)(group >> 8)}, n - 1);
	return !w->full;
}
