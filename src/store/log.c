/*
 * Writing is buffered and reading looks into the buffer too, so that the writer sees its own work.
 * A failed write leaves bytes of unknown number in the file: they are cut off at
 * once; when even that fails the log is stuck and takes nothing more.
 */
#include "store/log.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "os/os.h"
#include "store/code.h"

#define MAGIC 0x31724c42u /* "BLr1" */
#define BUF_LIMIT ((size_t)BL_LOG__PAYLOAD_LIMIT + (64u << 20))
#define WINDOW ((size_t)256 << 10)
#define KEEP ((size_t)4 << 20) /* A larger buffer is given back after writing. */

static uint32_t
head_check(const char bytes[28], uint64_t offset)
{
	char all[36];

	memcpy(all, bytes, 28);
	bl_code__put_u64(all + 28, offset);
	return (uint32_t)bl_hash64_of((struct bl_str){all, sizeof(all)});
}

static size_t
padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

enum bl_status
bl_log__create(
    struct bl_os *os, const char *path, const char magic[8], uint64_t number, struct bl_err *reterr)
{
	char head[BL_LOG__FILE_HEAD];
	struct bl_file *file = NULL;
	struct bl_err ignored;
	enum bl_status status;

	status = bl_os_unlink(os, path, reterr);
	if (status != BL_OK && status != BL_ENOTFOUND)
		return status;
	status = bl_os_open(os, path, BL_OPEN_CREATE, &file, reterr);
	if (status != BL_OK)
		return status;
	memcpy(head, magic, 8);
	bl_code__put_u64(head + 8, number);
	status = bl_file_write(file, (struct bl_str){head, sizeof(head)}, reterr);
	if (status == BL_OK)
		status = bl_file_sync(file, reterr);
	bl_file_close(&file);
	if (status != BL_OK && bl_os_unlink(os, path, &ignored) != BL_OK)
		return status; /* The first failure is the one to tell. */
	return status;
}

enum bl_status
bl_log__open(struct bl_log *log, struct bl_os *os, const char *path, const char magic[8],
    uint64_t number, bool write, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	struct bl_file_info info;
	char head[BL_LOG__FILE_HEAD];
	enum bl_status status;

	status = bl_os_open(os, path, write ? BL_OPEN_APPEND : BL_OPEN_READ, &file, reterr);
	if (status != BL_OK)
		return status;
	status = bl_file_info(file, &info, reterr);
	if (status == BL_OK)
		status = bl_file_pread(file, 0, head, sizeof(head), reterr);
	if (status == BL_OK && (memcmp(head, magic, 8) != 0 || bl_code__u64(head + 8) != number))
		status = bl_fail_at(
		    reterr, BL_ECORRUPT, 0, "%s does not begin as this file of a store must", path);
	if (status != BL_OK) {
		bl_file_close(&file);
		return status;
	}
	*log = (struct bl_log){.os = os,
	    .file = file,
	    .path = path,
	    .written = info.size_bytes,
	    .buf = BL_BUF_INIT(BUF_LIMIT)};
	return BL_OK;
}

void
bl_log__close(struct bl_log *log)
{
	bl_file_close(&log->file);
	bl_buf_release(&log->buf);
}

uint64_t
bl_log__size(const struct bl_log *log)
{
	return log->written + log->buf.len;
}

enum bl_status
bl_log__add(struct bl_log *log, struct bl_log__record record, const struct bl_str *part,
    size_t n_parts, uint64_t *ret_offset, struct bl_err *reterr)
{
	uint64_t offset = bl_log__size(log);
	enum bl_status status;
	size_t len = 0, total;
	char *head, *at;

	for (size_t i = 0; i < n_parts; i++)
		len += part[i].len;
	if (len > BL_LOG__PAYLOAD_LIMIT)
		return bl_fail(reterr, BL_ELIMIT,
		    "a record of %zu bytes for %s; at most %u are allowed", len, log->path,
		    BL_LOG__PAYLOAD_LIMIT);
	assert(offset % 8 == 0);
	total = BL_LOG__HEAD + padded(len);
	status = bl_buf_reserve(&log->buf, total, reterr);
	if (status != BL_OK)
		return status;
	head = log->buf.ptr + log->buf.len;
	at = head + BL_LOG__HEAD;
	for (size_t i = 0; i < n_parts; i++) {
		if (part[i].len > 0)
			memcpy(at, part[i].ptr, part[i].len);
		at += part[i].len;
	}
	memset(at, 0, padded(len) - len);
	bl_code__put_u32(head, MAGIC);
	bl_code__put_u32(head + 4, record.kind);
	bl_code__put_u32(head + 8, (uint32_t)len);
	bl_code__put_u32(head + 12, record.a);
	bl_code__put_u32(head + 16, record.b);
	bl_code__put_u32(head + 20, record.c);
	bl_code__put_u32(head + 24, record.d);
	bl_code__put_u32(head + 28, head_check(head, offset));
	bl_code__put_u64(head + 32, bl_hash64_of((struct bl_str){head + BL_LOG__HEAD, len}));
	log->buf.len += total;
	*ret_offset = offset;
	return BL_OK;
}

enum bl_status
bl_log__write(struct bl_log *log, struct bl_err *reterr)
{
	struct bl_err ignored;
	enum bl_status status;

	assert(!log->stuck);
	if (log->buf.len == 0)
		return BL_OK;
	log->unsynced = true;
	status = bl_file_write(log->file, bl_buf_str(&log->buf), reterr);
	if (status != BL_OK) {
		if (bl_file_truncate(log->file, log->written, &ignored) != BL_OK)
			log->stuck = true;
		return status;
	}
	log->written += log->buf.len;
	log->buf.len = 0;
	if (log->buf.cap > KEEP)
		bl_buf_release(&log->buf);
	return BL_OK;
}

enum bl_status
bl_log__sync(struct bl_log *log, struct bl_err *reterr)
{
	enum bl_status status;

	assert(log->buf.len == 0);
	if (!log->unsynced)
		return BL_OK;
	status = bl_file_sync(log->file, reterr);
	if (status == BL_OK)
		log->unsynced = false;
	return status;
}

enum bl_status
bl_log__cut(struct bl_log *log, uint64_t size, struct bl_err *reterr)
{
	enum bl_status status;

	assert(size >= BL_LOG__FILE_HEAD && size <= bl_log__size(log));
	if (size >= log->written) {
		log->buf.len = (size_t)(size - log->written);
		return BL_OK;
	}
	log->buf.len = 0;
	log->unsynced = true;
	status = bl_file_truncate(log->file, size, reterr);
	if (status != BL_OK) {
		log->stuck = true;
		return status;
	}
	log->written = size;
	return BL_OK;
}

enum bl_status
bl_log__pread(
    const struct bl_log *log, uint64_t offset, char *to, size_t len, struct bl_err *reterr)
{
	size_t from_file = 0;
	enum bl_status status;

	if (offset > bl_log__size(log) || len > bl_log__size(log) - offset)
		return bl_fail_at(reterr, BL_ECORRUPT, offset, "%s ends before byte %llu",
		    log->path, (unsigned long long)(offset + len));
	if (offset < log->written)
		from_file = log->written - offset < len ? (size_t)(log->written - offset) : len;
	if (from_file > 0) {
		status = bl_file_pread(log->file, offset, to, from_file, reterr);
		if (status != BL_OK)
			return status;
	}
	if (len > from_file)
		memcpy(to + from_file, log->buf.ptr + (offset + from_file - log->written),
		    len - from_file);
	return BL_OK;
}

bool
bl_log__parse_head(const char bytes[BL_LOG__HEAD], uint64_t offset, struct bl_log__record *ret)
{
	if (bl_code__u32(bytes) != MAGIC || bl_code__u32(bytes + 28) != head_check(bytes, offset))
		return false;
	*ret = (struct bl_log__record){
	    .kind = bl_code__u32(bytes + 4),
	    .len = bl_code__u32(bytes + 8),
	    .a = bl_code__u32(bytes + 12),
	    .b = bl_code__u32(bytes + 16),
	    .c = bl_code__u32(bytes + 20),
	    .d = bl_code__u32(bytes + 24),
	    .check = bl_code__u64(bytes + 32),
	    .offset = offset,
	};
	return ret->len <= BL_LOG__PAYLOAD_LIMIT;
}

enum bl_status
bl_log__head_at(
    const struct bl_log *log, uint64_t offset, struct bl_log__record *ret, struct bl_err *reterr)
{
	char head[BL_LOG__HEAD];
	enum bl_status status = bl_log__pread(log, offset, head, sizeof(head), reterr);

	if (status != BL_OK)
		return status;
	if (!bl_log__parse_head(head, offset, ret))
		return bl_fail_at(reterr, BL_ECORRUPT, offset,
		    "%s: the record at byte %llu is damaged", log->path,
		    (unsigned long long)offset);
	return BL_OK;
}

enum bl_status
bl_log__payload(const struct bl_log *log, const struct bl_log__record *record, struct bl_buf *buf,
    struct bl_err *reterr)
{
	enum bl_status status;

	/* Nothing is reserved for a length that the file cannot hold. */
	if (record->offset + BL_LOG__HEAD + record->len > bl_log__size(log))
		return bl_fail_at(reterr, BL_ECORRUPT, record->offset,
		    "%s ends within the record at byte %llu", log->path,
		    (unsigned long long)record->offset);
	buf->len = 0;
	status = bl_buf_reserve(buf, record->len > 0 ? record->len : 1, reterr);
	if (status == BL_OK)
		status = bl_log__pread(
		    log, record->offset + BL_LOG__HEAD, buf->ptr, record->len, reterr);
	if (status != BL_OK)
		return status;
	buf->len = record->len;
	if (bl_hash64_of(bl_buf_str(buf)) != record->check)
		return bl_fail_at(reterr, BL_ECORRUPT, record->offset,
		    "%s: the record at byte %llu fails its checksum", log->path,
		    (unsigned long long)record->offset);
	return BL_OK;
}

void
bl_log__walk_begin(struct bl_log__walk *walk, const struct bl_log *log, bool payloads)
{
	*walk = (struct bl_log__walk){.log = log,
	    .offset = BL_LOG__FILE_HEAD,
	    .end = bl_log__size(log),
	    .payloads = payloads,
	    .win = BL_BUF_INIT(BUF_LIMIT)};
}

void
bl_log__walk_end(struct bl_log__walk *walk)
{
	bl_buf_release(&walk->win);
}

/* Have [offset, offset + len) in the window; the caller knows that it is before walk->end. */
static enum bl_status
need(struct bl_log__walk *walk, uint64_t offset, size_t len, struct bl_err *reterr)
{
	size_t want = len < WINDOW ? WINDOW : len;
	enum bl_status status;

	assert(offset + len <= walk->end);
	if (offset >= walk->win_offset && offset + len <= walk->win_offset + walk->win.len)
		return BL_OK;
	if (want > walk->end - offset)
		want = (size_t)(walk->end - offset);
	walk->win.len = 0;
	if (walk->win.cap > KEEP && want <= WINDOW)
		bl_buf_release(&walk->win);
	status = bl_buf_reserve(&walk->win, want, reterr);
	if (status == BL_OK)
		status = bl_log__pread(walk->log, offset, walk->win.ptr, want, reterr);
	if (status != BL_OK)
		return status;
	walk->win.len = want;
	walk->win_offset = offset;
	return BL_OK;
}

enum bl_status
bl_log__walk_next(struct bl_log__walk *walk, bool *ret_found, struct bl_log__record *ret,
    struct bl_str *ret_payload, struct bl_err *reterr)
{
	uint64_t offset = walk->offset, left = walk->end - offset;
	struct bl_log__record record;
	struct bl_str payload = {.ptr = NULL};
	enum bl_status status;

	walk->whole = left == 0;
	*ret_found = false;
	if (left < BL_LOG__HEAD)
		return BL_OK;
	status = need(walk, offset, BL_LOG__HEAD, reterr);
	if (status != BL_OK)
		return status;
	if (!bl_log__parse_head(walk->win.ptr + (offset - walk->win_offset), offset, &record))
		return BL_OK;
	if (padded(record.len) > left - BL_LOG__HEAD)
		return BL_OK;
	if (walk->payloads) {
		status = need(walk, offset, BL_LOG__HEAD + record.len, reterr);
		if (status != BL_OK)
			return status;
		payload.ptr = walk->win.ptr + (offset - walk->win_offset) + BL_LOG__HEAD;
		payload.len = record.len;
		if (bl_hash64_of(payload) != record.check)
			return BL_OK;
	}
	walk->offset += BL_LOG__HEAD + padded(record.len);
	*ret = record;
	*ret_payload = payload;
	*ret_found = true;
	return BL_OK;
}
