#include "store/segment.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "os/os.h"
#include "store/code.h"

struct bl_segment_writer {
	struct bl_os *os;
	const char *path, *index_path;
	struct bl_file *file;
	bool finished;
	struct bl_packer *packer;
	struct bl_sha256_run *sha;
	struct bl_buf plain, packed;
	uint32_t plain_items; /* In plain. */
	uint64_t plain_total; /* Of the whole segment. */
	struct bl_segment segment;
	struct bl_index_maker index;
};

void
bl_index_item__put(char at[BL_ITEM_ENTRY], const struct bl_index_item *item)
{
	bl_code__put_u64(at, item->hash.low);
	bl_code__put_u64(at + 8, item->hash.high);
	bl_code__put_u32(at + 16, item->len);
}

struct bl_index_item
bl_index_item__get(const char at[BL_ITEM_ENTRY])
{
	return (struct bl_index_item){
	    .hash = {.low = bl_code__u64(at), .high = bl_code__u64(at + 8)},
	    .len = bl_code__u32(at + 16)};
}

/* A file of that name is what an earlier, failed attempt left: nothing names it yet. */
static enum bl_status
create(struct bl_os *os, const char *path, struct bl_file **ret_file, struct bl_err *reterr)
{
	enum bl_status status = bl_os_unlink(os, path, reterr);

	if (status != BL_OK && status != BL_ENOTFOUND)
		return status;
	return bl_os_open(os, path, BL_OPEN_CREATE, ret_file, reterr);
}

enum bl_status
bl_segment_writer__new(struct bl_os *os, const char *path, const char *index_path, uint32_t first,
    struct bl_segment_writer **ret_writer, struct bl_err *reterr)
{
	struct bl_segment_writer *w = bl_mem_alloc(sizeof(*w));
	enum bl_status status;

	if (w == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to write a segment");
	*w = (struct bl_segment_writer){.os = os,
	    .path = path,
	    .index_path = index_path,
	    .plain = BL_BUF_INIT(BL_SEGMENT__PLAIN_LIMIT),
	    .packed = BL_BUF_INIT(2 * BL_SEGMENT__PLAIN_LIMIT),
	    .index = {.frames = BL_BUF_INIT((size_t)1 << 30),
		.items = BL_BUF_INIT((size_t)1 << 30)},
	    .segment = {.first = first}};
	status = bl_packer__new(&w->packer, reterr);
	if (status == BL_OK)
		status = bl_sha256_run_new(&w->sha, reterr);
	if (status == BL_OK)
		status = create(os, path, &w->file, reterr);
	if (status != BL_OK) {
		bl_segment_writer__free(&w);
		return status;
	}
	*ret_writer = w;
	return BL_OK;
}

void
bl_segment_writer__free(struct bl_segment_writer **writer)
{
	struct bl_segment_writer *w = *writer;
	struct bl_err ignored;

	if (w == NULL)
		return;
	/* What cannot be removed is removed by the next writer's open. */
	if (!w->finished && w->file != NULL) {
		bl_file_close(&w->file);
		if (bl_os_unlink(w->os, w->path, &ignored) == BL_OK)
			w->finished = bl_os_unlink(w->os, w->index_path, &ignored) == BL_OK;
	}
	bl_file_close(&w->file);
	bl_packer__free(&w->packer);
	bl_sha256_run_free(&w->sha);
	bl_buf_release(&w->plain);
	bl_buf_release(&w->packed);
	bl_index_maker__release(&w->index);
	bl_mem_free(w);
	*writer = NULL;
}

/* A frame to the file; its ${n} items are the last ones of the index. */
static enum bl_status
write_frame(struct bl_segment_writer *w, struct bl_str packed, uint32_t plain_len, uint32_t n,
    struct bl_err *reterr)
{
	enum bl_status status;

	status = bl_index_maker__frame(&w->index, w->segment.size, packed, plain_len, n, reterr);
	if (status == BL_OK)
		status = bl_sha256_run_add(w->sha, packed, reterr);
	if (status == BL_OK)
		status = bl_file_write(w->file, packed, reterr);
	if (status == BL_OK)
		w->segment.size += packed.len;
	return status;
}

static enum bl_status
end_frame(struct bl_segment_writer *w, struct bl_err *reterr)
{
	enum bl_status status;

	if (w->plain_items == 0)
		return BL_OK;
	w->packed.len = 0;
	status = bl_packer__pack(w->packer, bl_buf_str(&w->plain), &w->packed, reterr);
	if (status == BL_OK)
		status = write_frame(
		    w, bl_buf_str(&w->packed), (uint32_t)w->plain.len, w->plain_items, reterr);
	if (status != BL_OK)
		return status;
	w->plain.len = 0;
	w->plain_items = 0;
	return BL_OK;
}

enum bl_status
bl_segment_writer__add(struct bl_segment_writer *w, struct bl_str bytes,
    const struct bl_index_item *item, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	assert(bytes.len == item->len);
	if (w->plain.len + bytes.len + 1 > BL_SEGMENT__FRAME)
		status = end_frame(w, reterr);
	if (status == BL_OK)
		status = bl_buf_add(&w->plain, bytes, reterr);
	if (status == BL_OK)
		status = bl_buf_add_byte(&w->plain, '\n', reterr);
	if (status == BL_OK)
		status = bl_index_maker__item(&w->index, item, reterr);
	if (status != BL_OK)
		return status;
	w->plain_items++;
	w->segment.count++;
	w->plain_total += bytes.len + 1;
	return BL_OK;
}

enum bl_status
bl_segment_writer__add_frame(struct bl_segment_writer *w, struct bl_str packed, uint32_t plain_len,
    const char *table, uint32_t n, struct bl_err *reterr)
{
	enum bl_status status = end_frame(w, reterr);

	assert(n > 0 && plain_len <= BL_SEGMENT__PLAIN_LIMIT);
	if (status == BL_OK)
		status = bl_index_maker__items(&w->index, table, n, reterr);
	if (status == BL_OK)
		status = write_frame(w, packed, plain_len, n, reterr);
	if (status != BL_OK)
		return status;
	w->segment.count += n;
	w->plain_total += plain_len;
	return BL_OK;
}

bool
bl_segment_writer__full(const struct bl_segment_writer *w)
{
	return w->plain_total >= BL_SEGMENT__BYTES || w->segment.count >= BL_SEGMENT__ITEMS;
}

enum bl_status
bl_segment_writer__finish(struct bl_segment_writer *w, struct bl_segment *ret_segment,
    bool *ret_sync_failed, struct bl_err *reterr)
{
	struct bl_buf index = BL_BUF_INIT((size_t)1 << 31);
	struct bl_file *file = NULL;
	enum bl_status status;

	status = end_frame(w, reterr);
	if (status == BL_OK)
		status = bl_sha256_run_end(w->sha, &w->segment.sha256, reterr);
	if (status == BL_OK)
		status = bl_index_maker__end(&w->index, &w->segment, &index, reterr);
	if (status == BL_OK)
		status = create(w->os, w->index_path, &file, reterr);
	if (status == BL_OK)
		status = bl_file_write(file, bl_buf_str(&index), reterr);
	if (status != BL_OK)
		goto out;
	status = bl_file_sync(w->file, reterr);
	if (status == BL_OK)
		status = bl_file_sync(file, reterr);
	if (status != BL_OK) {
		*ret_sync_failed = true;
		goto out;
	}
	w->finished = true;
	*ret_segment = w->segment;
out:
	bl_file_close(&file);
	bl_buf_release(&index);
	return status;
}
