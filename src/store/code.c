#include "store/code.h"

#include "base/buf.h"

void
bl_code__put_u32(char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(unsigned char)(value >> (8 * i));
}

void
bl_code__put_u64(char *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (char)(unsigned char)(value >> (8 * i));
}

uint32_t
bl_code__u32(const char *at)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value |= (uint32_t)(unsigned char)at[i] << (8 * i);
	return value;
}

uint64_t
bl_code__u64(const char *at)
{
	return (uint64_t)bl_code__u32(at + 4) << 32 | bl_code__u32(at);
}

void
bl_code__add_bytes(struct bl_code__out *out, const void *ptr, size_t len)
{
	if (out->status == BL_OK)
		out->status = bl_buf_add(out->buf, (struct bl_str){ptr, len}, out->err);
}

void
bl_code__add_u64(struct bl_code__out *out, uint64_t value)
{
	char bytes[8];

	bl_code__put_u64(bytes, value);
	bl_code__add_bytes(out, bytes, sizeof(bytes));
}

void
bl_code__add_varint(struct bl_code__out *out, uint64_t value)
{
	char bytes[10];
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		bytes[n++] = (char)(unsigned char)(value | 0x80);
	bytes[n++] = (char)(unsigned char)value;
	bl_code__add_bytes(out, bytes, n);
}

void
bl_code__add_str(struct bl_code__out *out, struct bl_str s)
{
	bl_code__add_varint(out, s.ptr == NULL ? 0 : (uint64_t)s.len + 1);
	bl_code__add_bytes(out, s.ptr, s.len);
}

struct bl_code__in
bl_code__read(struct bl_str bytes)
{
	const char *ptr = bytes.ptr == NULL ? "" : bytes.ptr;

	return (struct bl_code__in){.at = ptr, .end = ptr + bytes.len};
}

size_t
bl_code__left(const struct bl_code__in *in)
{
	return (size_t)(in->end - in->at);
}

struct bl_str
bl_code__get_bytes(struct bl_code__in *in, size_t len)
{
	struct bl_str bytes = {in->at, len};

	if (in->bad || len > bl_code__left(in)) {
		in->bad = true;
		return (struct bl_str){.ptr = NULL};
	}
	in->at += len;
	return bytes;
}

uint64_t
bl_code__get_u64(struct bl_code__in *in)
{
	struct bl_str bytes = bl_code__get_bytes(in, 8);

	return in->bad ? 0 : bl_code__u64(bytes.ptr);
}

uint64_t
bl_code__get_varint(struct bl_code__in *in)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && !in->bad && in->at < in->end; shift += 7) {
		unsigned char byte = (unsigned char)*in->at++;

		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			if (byte == 0 && shift > 0)
				break; /* Not the shortest form. */
			return value;
		}
	}
	in->bad = true;
	return 0;
}

uint64_t
bl_code__get_upto(struct bl_code__in *in, uint64_t max)
{
	uint64_t value = bl_code__get_varint(in);

	if (value <= max)
		return value;
	in->bad = true;
	return 0;
}

struct bl_str
bl_code__get_str(struct bl_code__in *in)
{
	uint64_t len = bl_code__get_varint(in);

	if (in->bad || len == 0)
		return (struct bl_str){.ptr = NULL};
	return bl_code__get_bytes(in, len - 1);
}
