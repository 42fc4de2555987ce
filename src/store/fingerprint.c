/*
 * What stands for a range of versions: a hash over the hashes of their bytes.  Sealing moves
 * versions from the tail into segments and leaves their hashes as they were.
 */
#include <assert.h>
#include <string.h>

#include "store/code.h"
#include "store/store_priv.h"

#define BLOCK 4096u /* Hashes that are hashed together. */
#define HASH 16u

struct print {
	uint32_t from, to; /* Ordinals that count. */
	uint32_t next;	   /* Ordinal that is due. */
	size_t len;
	char bytes[HASH + BLOCK * HASH + 8]; /* The hash of all blocks before, then this one. */
};

static void
close_block(struct print *p)
{
	struct bl_hash128 hash = bl_hash128_of((struct bl_str){p->bytes, p->len}, 0);

	bl_code__put_u64(p->bytes, hash.low);
	bl_code__put_u64(p->bytes + 8, hash.high);
	p->len = HASH;
}

/* Entries of an index or of the tail. */
struct entries {
	const char *table;
	uint32_t first, count;
};

static void
add_items(struct print *p, struct entries e)
{
	for (uint32_t i = 0; i < e.count; i++) {
		struct bl_index_item entry;

		if (e.first + i < p->from || e.first + i >= p->to)
			continue;
		assert(e.first + i == p->next);
		entry = bl_index_item__get(e.table + (size_t)i * BL_ITEM_ENTRY);
		bl_code__put_u64(p->bytes + p->len, entry.hash.low);
		bl_code__put_u64(p->bytes + p->len + 8, entry.hash.high);
		p->len += HASH;
		p->next++;
		if (p->len == HASH + (size_t)BLOCK * HASH)
			close_block(p);
	}
}

static bool
outside(const struct print *p, uint32_t first, uint32_t count)
{
	return first >= p->to || (uint64_t)first + count <= p->from;
}

static enum bl_status
add_segment(const struct bl_store *store, const struct bl_type *type,
    const struct bl_segment *segment, struct bl_buf *index, struct print *p, struct bl_err *reterr)
{
	struct bl_str bytes;
	size_t table;
	bool rebuilt;
	enum bl_status status;

	if (outside(p, segment->first, segment->count))
		return BL_OK;
	status = bl_read__index(store, type, segment, index, &rebuilt, reterr);
	if (status != BL_OK)
		return status;
	bytes = bl_buf_str(index);
	table = BL_INDEX__HEAD + (size_t)bl_index__n_frames(bytes) * BL_INDEX__FRAME;
	add_items(p, (struct entries){bytes.ptr + table, segment->first, segment->count});
	return BL_OK;
}

static enum bl_status
add_block(const struct bl_store *store, const struct bl_block *block, struct bl_buf *record,
    struct print *p, struct bl_err *reterr)
{
	struct bl_log__record head;
	enum bl_status status;

	if (outside(p, block->first, block->n))
		return BL_OK;
	status = bl_log__head_at(&store->tail, block->offset, &head, reterr);
	if (status == BL_OK)
		status = bl_log__payload(&store->tail, &head, record, reterr);
	if (status != BL_OK)
		return status;
	if (head.kind != BL_STORE__ITEMS || head.c != block->n ||
	    record->len < (size_t)block->n * BL_ITEM_ENTRY)
		return bl_fail(reterr, BL_ECORRUPT, "%s: the record at byte %llu has changed",
		    store->tail.path, (unsigned long long)block->offset);
	add_items(p, (struct entries){record->ptr, block->first, block->n});
	return BL_OK;
}

enum bl_status
bl_store_fingerprint(struct bl_store *store, uint32_t type_no, uint32_t first, uint32_t count,
    struct bl_hash128 *ret_print, struct bl_err *reterr)
{
	struct bl_buf bytes = BL_BUF_INIT((size_t)1 << 31);
	struct print p = {.from = first, .next = first, .len = HASH};
	const struct bl_type *type;
	enum bl_status status = BL_OK;

	if (type_no >= store->n_types || first > store->type[type_no].n ||
	    count > store->type[type_no].n - first)
		return bl_fail(reterr, BL_ENOTFOUND, "there are no versions %u to %u of type %u",
		    first, first + count, type_no);
	p.to = first + count;
	type = &store->type[type_no];
	for (uint32_t i = 0; i < type->n_segments && status == BL_OK; i++)
		status = add_segment(store, type, &type->segment[i], &bytes, &p, reterr);
	for (uint32_t i = 0; i < type->n_blocks && status == BL_OK; i++)
		status = add_block(store, &type->block[i], &bytes, &p, reterr);
	bl_buf_release(&bytes);
	if (status != BL_OK)
		return status;
	add_items(&p, (struct entries){type->open_table.ptr, type->open_first,
			  (uint32_t)(type->open_table.len / BL_ITEM_ENTRY)});
	assert(p.next == p.to);
	bl_code__put_u64(p.bytes + p.len, count);
	*ret_print = bl_hash128_of((struct bl_str){p.bytes, p.len + 8}, 0);
	return BL_OK;
}
