#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "store/store_priv.h"

uint32_t
bl_type__find(const struct bl_store *store, struct bl_str name)
{
	uint64_t cursor = 0, no;

	while (
	    (no = bl_lookup__next(&store->type_by_name, bl_hash64_of(name), &cursor)) != UINT64_MAX)
		if (bl_str_eq(store->type[no].name, name))
			return (uint32_t)no;
	return UINT32_MAX;
}

/* The length of the UTF-8 sequence at ${s}, or 0 when it is none. */
static size_t
utf8_len(struct bl_str s)
{
	unsigned char c = (unsigned char)s.ptr[0];
	size_t len = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : 4;
	uint32_t code = len == 1 ? c : c & (0x7fu >> len);

	if ((c >= 0x80 && c < 0xc2) || c > 0xf4 || len > s.len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		unsigned char next = (unsigned char)s.ptr[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (next & 0x3f);
	}
	if ((len == 3 && code < 0x800) || (len == 4 && (code < 0x10000 || code > 0x10ffff)) ||
	    (code >= 0xd800 && code < 0xe000))
		return 0;
	return len;
}

/* The folder's name: "type=" and the name, escaped. */
static bool
folder_name(struct bl_str name, char out[BL_STORE__FOLDER_LIMIT + 1])
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 5;

	memcpy(out, "type=", n);
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || c == '_' || c == '.' || c == '-';

		if (n + (plain ? 1 : 3) > BL_STORE__FOLDER_LIMIT)
			return false;
		if (plain) {
			out[n++] = (char)c;
		} else {
			out[n++] = '%';
			out[n++] = digits[c >> 4];
			out[n++] = digits[c & 15];
		}
	}
	out[n] = '\0';
	return true;
}

enum bl_status
bl_type__check_name(struct bl_str name, struct bl_err *reterr)
{
	char folder[BL_STORE__FOLDER_LIMIT + 1];

	if (name.len == 0)
		return bl_fail(reterr, BL_EINPUT, "the resource type is empty");
	if (name.len > BL_STORE__TYPE_LIMIT || !folder_name(name, folder))
		return bl_fail(reterr, BL_ELIMIT,
		    "a resource type of %zu bytes is too long: at most %d, and %d escaped as a "
		    "folder",
		    name.len, BL_STORE__TYPE_LIMIT, BL_STORE__FOLDER_LIMIT - 5);
	for (size_t i = 0; i < name.len;) {
		size_t len = utf8_len(bl_str_sub(name, i, name.len));

		if (len == 0 || (unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f)
			return bl_fail_at(reterr, BL_EINPUT, i,
			    "the resource type \"%.*s\" holds a control byte or is not UTF-8",
			    BL_STR_ARG(name));
		i += len;
	}
	return BL_OK;
}

static void
release(struct bl_type *type)
{
	char *name; /* Ours, though a view cannot say so. */

	memcpy(&name, &type->name.ptr, sizeof(name));
	bl_mem_free(name);
	bl_mem_free(type->segment);
	bl_mem_free(type->block);
	bl_buf_release(&type->open);
	bl_buf_release(&type->open_table);
	bl_bitmap__release(&type->members);
}

enum bl_status
bl_type__add(struct bl_store *store, struct bl_str name, uint32_t *ret_no, struct bl_err *reterr)
{
	struct bl_type *type;
	uint64_t cap = store->cap_types;
	enum bl_status status = bl_type__check_name(name, reterr);
	char *copy;

	if (status != BL_OK)
		return status;
	if (store->n_types == BL_STORE__TYPES_LIMIT)
		return bl_fail(reterr, BL_ELIMIT, "more than %d resource types in one store",
		    BL_STORE__TYPES_LIMIT);
	status = bl_store__grow(
	    (void **)&store->type, &cap, store->n_types, sizeof(*store->type), reterr);
	store->cap_types = (uint32_t)cap;
	if (status == BL_OK)
		status = bl_lookup__reserve(&store->type_by_name, reterr);
	if (status != BL_OK)
		return status;
	copy = bl_store__dup(name.ptr, name.len);
	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a resource type");
	type = &store->type[store->n_types];
	*type = (struct bl_type){.name = {copy, name.len},
	    .open = BL_BUF_INIT(BL_SEGMENT__PLAIN_LIMIT),
	    .open_table = BL_BUF_INIT(BL_SEGMENT__PLAIN_LIMIT * (BL_ITEM_ENTRY / 2))};
	(void)folder_name(name, type->folder); /* check_name has said that it fits. */
	bl_lookup__add(&store->type_by_name, bl_hash64_of(name), store->n_types);
	*ret_no = store->n_types++;
	return BL_OK;
}

void
bl_type__keep(struct bl_store *store, uint32_t n)
{
	assert(n <= store->n_types);
	if (n == store->n_types)
		return;
	for (uint32_t i = n; i < store->n_types; i++)
		release(&store->type[i]);
	store->n_types = n;
	bl_lookup__clear(&store->type_by_name);
	for (uint32_t i = 0; i < n; i++)
		bl_lookup__add(&store->type_by_name, bl_hash64_of(store->type[i].name), i);
}

enum bl_status
bl_type__reserve_block(struct bl_type *type, struct bl_err *reterr)
{
	uint64_t cap = type->cap_blocks;
	enum bl_status status = bl_store__grow(
	    (void **)&type->block, &cap, type->n_blocks, sizeof(*type->block), reterr);

	type->cap_blocks = (uint32_t)cap;
	return status;
}

enum bl_status
bl_type__reserve_segments(struct bl_type *type, uint32_t more, struct bl_err *reterr)
{
	struct bl_segment *segment;
	uint32_t cap = type->n_segments + more;

	if (cap <= type->cap_segments)
		return BL_OK;
	cap += cap / 2;
	segment = bl_mem_realloc(type->segment, sizeof(*segment) * cap);
	if (segment == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the list of segments");
	type->segment = segment;
	type->cap_segments = cap;
	return BL_OK;
}
