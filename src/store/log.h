#ifndef BL_STORE_LOG_H
#define BL_STORE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"

struct bl_file;
struct bl_os;

/*
 * An append-only file of checksummed records.
 *
 *   0  magic of the file, 8 bytes    8  u64 number of the file
 *   16 records, each at a multiple of 8:
 *      0  u32 magic "BLr1"           4  u32 kind       8  u32 payload bytes
 *      12 u32 a   16 u32 b   20 u32 c   24 u32 d       (meaning depends on kind)
 *      28 u32 header check: low half of XXH3-64 of bytes 0..27 and the u64 offset of the record
 *      32 u64 XXH3-64 of the payload
 *      40 payload, zeros up to the next multiple of 8
 *
 * The header check covers the offset, so that a record is only valid where it was written.
 */
#define BL_LOG__FILE_HEAD 16
#define BL_LOG__HEAD 40
#define BL_LOG__PAYLOAD_LIMIT ((uint32_t)1 << 30)

struct bl_log__record {
	uint32_t kind;
	uint32_t len; /* Of the payload. */
	uint32_t a, b, c, d;
	uint64_t check;
	uint64_t offset; /* In the file. */
};

struct bl_log {
	struct bl_os *os;
	struct bl_file *file;
	const char *path;  /* Owned by the caller; outlives the log. */
	uint64_t written;  /* Bytes in the file. */
	struct bl_buf buf; /* What comes behind them and is not written yet. */
	bool unsynced;	   /* Bytes were written since the last sync. */
	bool stuck;	   /* A failed write or cut could not be taken back. */
};

/* bl_log__create(os, path, magic, number): a new file that holds its head only, synced.  A file
 * that is there already is replaced.  The folder is not synced. */
BL_STATUS bl_log__create(struct bl_os *os, const char *path, const char magic[8], uint64_t number,
    struct bl_err *reterr);

/* bl_log__open: checks the head.  ${write}: for appending. */
BL_STATUS bl_log__open(struct bl_log *log, struct bl_os *os, const char *path, const char magic[8],
    uint64_t number, bool write, struct bl_err *reterr);
void bl_log__close(struct bl_log *log);

/* bl_log__size(log): where the next record will stand. */
uint64_t bl_log__size(const struct bl_log *log);

/* bl_log__add(log, record, part, n_parts, &offset): a record to the buffer; kind, a, b, c, d are
 * the caller's, the rest is worked out.  On failure nothing was added. */
BL_STATUS bl_log__add(struct bl_log *log, struct bl_log__record record, const struct bl_str *part,
    size_t n_parts, uint64_t *ret_offset, struct bl_err *reterr);

/* bl_log__write(log): the buffer to the file.  On failure the file is cut back to what it held (or
 * the log is stuck) and the buffer is as it was.  bl_log__sync: the file is on the disk. */
BL_STATUS bl_log__write(struct bl_log *log, struct bl_err *reterr);
BL_STATUS bl_log__sync(struct bl_log *log, struct bl_err *reterr);

/* bl_log__cut(log, size): forget everything from ${size} on. */
BL_STATUS bl_log__cut(struct bl_log *log, uint64_t size, struct bl_err *reterr);

/* bl_log__pread(log, offset, to, len): also what is still in the buffer.  Behind the end:
 * BL_ECORRUPT. */
BL_STATUS bl_log__pread(
    const struct bl_log *log, uint64_t offset, char *to, size_t len, struct bl_err *reterr);

/* bl_log__parse_head(bytes, offset, &record): false when it is no head of a record at ${offset}. */
bool bl_log__parse_head(
    const char bytes[BL_LOG__HEAD], uint64_t offset, struct bl_log__record *ret);

/* bl_log__payload(log, record, buf): its payload, checked (BL_ECORRUPT), replaces what ${buf} held.
 */
BL_STATUS bl_log__payload(const struct bl_log *log, const struct bl_log__record *record,
    struct bl_buf *buf, struct bl_err *reterr);

/* bl_log__head_at(log, offset, &record): the head there, or BL_ECORRUPT. */
BL_STATUS bl_log__head_at(
    const struct bl_log *log, uint64_t offset, struct bl_log__record *ret, struct bl_err *reterr);

/*
 * Walking over a log from record to record.  ${end} is where the walk must stop; next() gives
 * found == false at the end (whole) or at something that is no whole record (not whole).
 */
struct bl_log__walk {
	const struct bl_log *log;
	uint64_t offset; /* Of the next record. */
	uint64_t end;
	bool payloads;	   /* Read and check each payload; else only heads. */
	bool whole;	   /* After found == false: nothing but whole records up to end. */
	struct bl_buf win; /* Bytes of the log from win_offset on. */
	uint64_t win_offset;
};
void bl_log__walk_begin(struct bl_log__walk *walk, const struct bl_log *log, bool payloads);
void bl_log__walk_end(struct bl_log__walk *walk);
BL_STATUS bl_log__walk_next(struct bl_log__walk *walk, bool *ret_found, struct bl_log__record *ret,
    struct bl_str *ret_payload, struct bl_err *reterr);

#endif
