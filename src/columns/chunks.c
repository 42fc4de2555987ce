/*
 * The derived files of a type: STORE/derived/type=AWS%3A%3AEC2%3A%3AVolume/KIND-HASH-FIRST-COUNT.
 *
 * A table is the rows of one file after another, as far as they follow on one another from version
 * 0.  Names only help to find them: what a file is about, it says itself.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "columns/columns_priv.h"
#include "os/os.h"
#include "store/store.h"

#define SUFFIX ".bld"

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
}

/* ---- Names. -------------------------------------------------------------- */

void
bl_chunks__stem(const struct bl_part_layout *layout, struct bl_str path, char out[BL_CHUNKS__STEM])
{
	(void)snprintf(out, BL_CHUNKS__STEM, "%s-%016" PRIx64, layout->name, bl_hash64_of(path));
}

void
bl_chunks__folder(const struct bl_columns *columns, uint32_t type_no, char out[BL_COLUMNS__PATH])
{
	static const char digits[] = "0123456789ABCDEF";
	struct bl_str name = bl_store_type_name(columns->store, type_no);
	int n = snprintf(out, BL_COLUMNS__PATH, "%s/derived/type=", bl_store_root(columns->store));
	size_t at = n > 0 ? (size_t)n : 0;

	/* A store's path has 3000 bytes at most, a type's name escaped 255. */
	for (size_t i = 0; i < name.len && at + 4 < BL_COLUMNS__PATH; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    c == '_' || c == '.' || c == '-') {
			out[at++] = (char)c;
			continue;
		}
		out[at++] = '%';
		out[at++] = digits[c >> 4];
		out[at++] = digits[c & 15];
	}
	out[at] = '\0';
}

/* "column-0123456789abcdef-FIRST-COUNT.bld" */
static bool
parse_name(struct bl_str name, struct bl_chunk *ret)
{
	struct bl_str rest = name, kind, hash, first, count;
	uint64_t from, n;

	if (!bl_str_ends(name, BL_STR(SUFFIX)))
		return false;
	rest.len -= sizeof(SUFFIX) - 1;
	if (!bl_str_split(&rest, '-', &kind) || !bl_str_split(&rest, '-', &hash) ||
	    !bl_str_split(&rest, '-', &first) || !bl_str_split(&rest, '-', &count) ||
	    rest.ptr != NULL || !bl_str_to_u64(first, &from) || !bl_str_to_u64(count, &n) ||
	    n == 0 || from > UINT32_MAX || n > UINT32_MAX - from)
		return false;
	*ret = (struct bl_chunk){.name = name,
	    .stem = {name.ptr, kind.len + 1 + hash.len},
	    .first = (uint32_t)from,
	    .count = (uint32_t)n};
	return true;
}

enum bl_status
bl_chunks__list(struct bl_columns *columns, uint32_t type_no, struct bl_err *reterr)
{
	struct bl_columns__type *type = &columns->type[type_no];
	char folder[BL_COLUMNS__PATH];
	struct bl_dir_entry *entry = NULL;
	size_t n = 0;
	enum bl_status status;

	if (type->listed)
		return BL_OK;
	bl_chunks__folder(columns, type_no, folder);
	status = bl_os_list(columns->os, columns->arena, folder, &entry, &n, reterr);
	if (status == BL_ENOMEM)
		return status;
	if (status != BL_OK)
		n = 0;
	type->chunk = bl_new(columns->arena, struct bl_chunk, n);
	if (type->chunk == NULL)
		return no_memory(reterr);
	type->n_chunks = 0;
	for (size_t i = 0; i < n; i++)
		if (parse_name(entry[i].name, &type->chunk[type->n_chunks]))
			type->n_chunks++;
	type->listed = true;
	return BL_OK;
}

/* ---- Fingerprints, each worked out once. --------------------------------- */

enum bl_status
bl_chunks__print(struct bl_columns *columns, uint32_t type_no, uint32_t first, uint32_t count,
    struct bl_hash128 *ret_print, struct bl_err *reterr)
{
	struct bl_columns__type *type = &columns->type[type_no];
	struct bl_print *print;
	enum bl_status status;

	for (print = type->prints; print != NULL; print = print->next)
		if (print->first == first && print->count == count) {
			*ret_print = print->print;
			return BL_OK;
		}
	print = bl_new(columns->arena, struct bl_print, 1);
	if (print == NULL)
		return no_memory(reterr);
	*print = (struct bl_print){.next = type->prints, .first = first, .count = count};
	status = bl_store_fingerprint(columns->store, type_no, first, count, &print->print, reterr);
	if (status != BL_OK)
		return status;
	type->prints = print;
	*ret_print = print->print;
	return BL_OK;
}

/* ---- Reading. ------------------------------------------------------------ */

enum bl_status
bl_chunks__read(
    const struct bl_columns *columns, const char *path, struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	struct bl_file_info info;
	enum bl_status status = bl_os_open(columns->os, path, BL_OPEN_READ, &file, reterr);

	if (status != BL_OK)
		return status;
	out->len = 0;
	status = bl_file_info(file, &info, reterr);
	if (status == BL_OK && info.size_bytes > BL_COLUMNS__FILE_LIMIT)
		status = bl_fail(reterr, BL_ECORRUPT, "%s is too large", path);
	if (status == BL_OK)
		status = bl_buf_reserve(out, (size_t)info.size_bytes + 1, reterr);
	if (status == BL_OK)
		status = bl_file_pread(file, 0, out->ptr, (size_t)info.size_bytes, reterr);
	if (status == BL_OK)
		out->len = (size_t)info.size_bytes;
	bl_file_close(&file);
	return status;
}

/* Best effort: another process was quicker, or nobody may. */
static void
remove_file(const struct bl_columns *columns, uint32_t type_no, const struct bl_chunk *chunk)
{
	char folder[BL_COLUMNS__PATH], file[2 * BL_COLUMNS__PATH];

	bl_chunks__folder(columns, type_no, folder);
	(void)snprintf(file, sizeof(file), "%s/%.*s", folder, BL_STR_ARG(chunk->name));
	if (bl_os_unlink(columns->os, file, NULL) != BL_OK)
		return;
}

/* What is looked for. */
struct quest {
	struct bl_columns *columns;
	uint32_t type_no;
	struct bl_str path;
	bool per_version;
};

/* One file's rows into ${part}, which is empty. */
static enum bl_status
load_file(const struct quest *q, const struct bl_chunk *chunk, struct bl_part *part,
    struct bl_err *reterr)
{
	struct bl_columns *columns = q->columns;
	uint32_t type_no = q->type_no;
	struct bl_derived want = {.kind = part->layout->kind,
	    .first = chunk->first,
	    .count = chunk->count,
	    .type = bl_store_type_name(columns->store, type_no),
	    .path = q->path};
	struct bl_buf bytes = BL_BUF_INIT(BL_COLUMNS__FILE_LIMIT);
	char folder[BL_COLUMNS__PATH], file[2 * BL_COLUMNS__PATH];
	enum bl_status status;

	status =
	    bl_chunks__print(columns, type_no, chunk->first, chunk->count, &want.print, reterr);
	if (status != BL_OK)
		return status;
	bl_chunks__folder(columns, type_no, folder);
	(void)snprintf(file, sizeof(file), "%s/%.*s", folder, BL_STR_ARG(chunk->name));
	status = bl_chunks__read(columns, file, &bytes, reterr);
	if (status == BL_OK)
		status = bl_derived__decode(bl_buf_str(&bytes), &want, part, reterr);
	bl_buf_release(&bytes);
	if (status == BL_OK && q->per_version && part->n != chunk->count) {
		bl_part__release(part);
		bl_part__init(part, part->layout);
		status = bl_fail(reterr, BL_ECORRUPT, "%s has not a row for each version", file);
	}
	return status;
}

/* The longest file that begins at ${first}, ends by ${n} and is shorter than ${below}; NULL. */
static const struct bl_chunk *
longest(const struct bl_columns__type *type, struct bl_str stem, uint32_t first, uint32_t n,
    uint32_t below)
{
	const struct bl_chunk *best = NULL;

	for (size_t i = 0; i < type->n_chunks; i++) {
		const struct bl_chunk *c = &type->chunk[i];

		if (c->first == first && c->count <= n - first && c->count < below &&
		    bl_str_eq(c->stem, stem) && (best == NULL || c->count > best->count))
			best = c;
	}
	return best;
}

/* The rows of the next file behind *upto; *ret_found is false when there is no sound one. */
static enum bl_status
load_next(const struct quest *q, struct bl_part *part, uint32_t *upto, bool *ret_found,
    struct bl_err *reterr)
{
	uint32_t n = bl_store_n_versions(q->columns->store, q->type_no), below = UINT32_MAX;
	char stem[BL_CHUNKS__STEM];
	const struct bl_chunk *chunk;
	struct bl_part more;
	enum bl_status status;

	*ret_found = false;
	bl_chunks__stem(part->layout, q->path, stem);
	while ((chunk = longest(&q->columns->type[q->type_no], bl_str_of(stem), *upto, n, below)) !=
	       NULL) {
		bl_part__init(&more, part->layout);
		status = load_file(q, chunk, *upto == 0 ? part : &more, reterr);
		if (status == BL_OK && *upto > 0)
			status = bl_part__append(part, &more, reterr);
		bl_part__release(&more);
		if (status == BL_OK) {
			*upto += chunk->count;
			*ret_found = true;
			return BL_OK;
		}
		if (status == BL_ENOMEM || status == BL_ELIMIT)
			return status;
		/* Files come whole under their names: it will never be one again, and what is made
		 * in its place may have another name. */
		if (status == BL_ECORRUPT)
			remove_file(q->columns, q->type_no, chunk);
		below = chunk->count;
	}
	return BL_OK;
}

enum bl_status
bl_chunks__load(struct bl_columns *columns, uint32_t type_no, struct bl_str path, bool per_version,
    struct bl_part *part, struct bl_loaded *ret_loaded, struct bl_err *reterr)
{
	struct quest q = {columns, type_no, path, per_version};
	struct bl_loaded loaded = {.upto = 0};
	bool found = true;
	enum bl_status status = BL_OK;

	if (columns->mode == BL_COLUMNS_FILES)
		status = bl_chunks__list(columns, type_no, reterr);
	while (status == BL_OK && found && columns->mode == BL_COLUMNS_FILES) {
		status = load_next(&q, part, &loaded.upto, &found, reterr);
		loaded.n_chunks += status == BL_OK && found ? 1 : 0;
	}
	*ret_loaded = loaded;
	return status;
}

/* ---- Writing. ------------------------------------------------------------ */

/* Under a name of its own first: a reader sees whole files only, and two writers do not meet. */
static enum bl_status
write_file(
    const struct bl_columns *columns, const char *path, struct bl_str bytes, struct bl_err *reterr)
{
	char temporary[2 * BL_COLUMNS__PATH];
	struct bl_file *file = NULL;
	uint64_t random = 0;
	enum bl_status status = bl_os_random(columns->os, &random, sizeof(random), reterr);

	if (status != BL_OK)
		return status;
	(void)snprintf(temporary, sizeof(temporary), "%.4400s.%016" PRIx64 ".tmp", path, random);
	status = bl_os_open(columns->os, temporary, BL_OPEN_CREATE, &file, reterr);
	if (status != BL_OK)
		return status;
	status = bl_file_write(file, bytes, reterr);
	bl_file_close(&file);
	if (status == BL_OK)
		status = bl_os_rename(columns->os, temporary, path, reterr);
	if (status != BL_OK && bl_os_unlink(columns->os, temporary, NULL) != BL_OK)
		return status; /* It is in nobody's way. */
	return status;
}

/* The other files whose rows one of [first, first + count) holds now, sound or not. */
static void
remove_others(const struct bl_columns *columns, uint32_t type_no, const char *stem, uint32_t first,
    uint32_t count)
{
	const struct bl_columns__type *type = &columns->type[type_no];

	for (size_t i = 0; i < type->n_chunks; i++) {
		const struct bl_chunk *c = &type->chunk[i];

		/* Neither sum overflows: names with more are not in the list. */
		if (bl_str_eq(c->stem, bl_str_of(stem)) && c->first >= first &&
		    c->first + c->count <= first + count &&
		    (c->first != first || c->count != count))
			remove_file(columns, type_no, c);
	}
}

void
bl_chunks__save(struct bl_columns *columns, uint32_t type_no, struct bl_str path,
    const struct bl_part *part, uint32_t first, uint32_t count)
{
	struct bl_derived derived = {.kind = part->layout->kind,
	    .first = first,
	    .count = count,
	    .type = bl_store_type_name(columns->store, type_no),
	    .path = path};
	struct bl_buf bytes = BL_BUF_INIT(BL_COLUMNS__FILE_LIMIT);
	char folder[BL_COLUMNS__PATH], file[2 * BL_COLUMNS__PATH], stem[BL_CHUNKS__STEM];
	struct bl_columns__type *type = &columns->type[type_no];
	struct bl_err *err = &columns->unwritten;
	enum bl_status status;

	if (columns->mode != BL_COLUMNS_FILES || err->status != BL_OK || count == 0)
		return;
	status = bl_chunks__print(columns, type_no, first, count, &derived.print, err);
	if (status == BL_OK)
		status = bl_derived__encode(&derived, part, &bytes, err);
	bl_chunks__folder(columns, type_no, folder);
	if (status == BL_OK && !type->made_folder)
		status = bl_os_mkdirs(columns->os, folder, err);
	type->made_folder = type->made_folder || status == BL_OK;
	bl_chunks__stem(part->layout, path, stem);
	(void)snprintf(file, sizeof(file), "%s/%s-%012" PRIu32 "-%012" PRIu32 SUFFIX, folder, stem,
	    first, count);
	if (status == BL_OK)
		status = write_file(columns, file, bl_buf_str(&bytes), err);
	if (status == BL_OK)
		remove_others(columns, type_no, stem, first, count);
	bl_buf_release(&bytes);
	err->status = status;
}
