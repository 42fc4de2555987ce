/* Attachments, and every name in the store's folder that nothing in force accounts for. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "os/os.h"
#include "store/fsck_priv.h"

#define PIECE ((size_t)256 << 10)

/* ---- Attachments. ---------------------------------------------------------- */

static enum bl_status
hash_file(struct bl_fsck *f, const char *path, struct bl_sha256 *ret, struct bl_err *reterr)
{
	struct bl_sha256_run *run = NULL;
	struct bl_file *file = NULL;
	size_t n = 1;
	enum bl_status status;

	f->file.len = 0;
	status = bl_buf_reserve(&f->file, PIECE, reterr);
	if (status == BL_OK)
		status = bl_os_open(f->os, path, BL_OPEN_READ, &file, reterr);
	if (status == BL_OK)
		status = bl_sha256_run_new(&run, reterr);
	while (status == BL_OK && n > 0) {
		status = bl_file_read(file, f->file.ptr, PIECE, &n, reterr);
		if (status == BL_OK && n > 0)
			status = bl_sha256_run_add(run, (struct bl_str){f->file.ptr, n}, reterr);
		if (status == BL_OK)
			bl_fsck__progress(f, n);
	}
	if (status == BL_OK)
		status = bl_sha256_run_end(run, ret, reterr);
	bl_sha256_run_free(&run);
	bl_file_close(&file);
	return status;
}

enum bl_status
bl_fsck__attachments(struct bl_fsck *f, struct bl_err *reterr)
{
	char path[BL_STORE__PATH], hex[BL_SHA256_HEX], found[BL_SHA256_HEX], name[80];
	struct bl_file_info info;

	for (uint64_t i = 0; i < f->n_attached; i++) {
		bl_store__path(f->bare, path, "evidence/%s", bl_sha256_hex(&f->attached[i], hex));
		if (bl_os_info(f->os, path, &info, NULL) == BL_OK)
			f->totals.bytes_total += info.size_bytes;
	}
	for (uint64_t i = 0; i < f->n_attached; i++) {
		struct bl_fsck_place at = bl_fsck__place((struct bl_str){name, 73});
		struct bl_sha256 sha256;
		struct bl_err err;
		enum bl_status status;

		(void)snprintf(
		    name, sizeof(name), "evidence/%s", bl_sha256_hex(&f->attached[i], hex));
		bl_store__path(f->bare, path, "%s", name);
		f->totals.attachments++;
		status = hash_file(f, path, &sha256, &err);
		if (bl_fsck__fatal(status))
			return bl_fail(reterr, status, "%s", err.text);
		if (status == BL_ENOTFOUND)
			bl_fsck__say(
			    f, BL_FSCK_ATTACHMENT, at, "it is missing, and the catalogue names it");
		else if (status != BL_OK)
			bl_fsck__say(f, BL_FSCK_UNREADABLE, at, "%s", err.text);
		else if (memcmp(sha256.byte, f->attached[i].byte, BL_SHA256_BYTES) != 0)
			bl_fsck__say(f, BL_FSCK_ATTACHMENT, at, "its SHA-256 is %s, not its name",
			    bl_sha256_hex(&sha256, found));
	}
	return BL_OK;
}

static bool
is_attached(const struct bl_fsck *f, struct bl_str name)
{
	struct bl_sha256 sha256;
	uint64_t hash, cursor = 0, k;

	if (!bl_sha256_parse(name, &sha256))
		return false;
	memcpy(&hash, sha256.byte, sizeof(hash));
	while ((k = bl_lookup__next(&f->by_sha, hash, &cursor)) != UINT64_MAX)
		if (memcmp(f->attached[k].byte, sha256.byte, BL_SHA256_BYTES) == 0)
			return true;
	return false;
}

/* ---- Names. ---------------------------------------------------------------- */

/* What may stand in the store's folder.  Folders of other parts of beleg are theirs to check. */
static const struct {
	const char *name;
	bool derived;
} known[] = {
    {"beleg-store.json", false},
    {"catalogue.log", false},
    {"derived", true},
    {"evidence", false},
    {"lock", false},
    {"manifest", false},
    {"tail", false},
    {"versions", false},
};

static void __attribute__((format(printf, 3, 4)))
say_leftover(struct bl_fsck *f, const char *what, const char *fmt, ...)
{
	char name[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	bl_fsck__say(f, BL_FSCK_NAME, bl_fsck__place(bl_str_of(name)), "%s", what);
}

/* A folder's entries; one that is not there has none. */
static enum bl_status
list(struct bl_fsck *f, const char *name, struct bl_dir_entry **ret, size_t *ret_n,
    struct bl_err *reterr)
{
	char path[BL_STORE__PATH];
	struct bl_err err;
	enum bl_status status;

	bl_store__path(f->bare, path, "%s", name);
	status = bl_os_list(f->os, f->arena, path, ret, ret_n, &err);
	if (status == BL_OK)
		return BL_OK;
	*ret_n = 0;
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err.text);
	if (status != BL_ENOTFOUND)
		bl_fsck__say(
		    f, BL_FSCK_UNREADABLE, bl_fsck__place(bl_str_of(name)), "%s", err.text);
	return BL_OK;
}

/* Does the manifest name a segment of this folder whose file or index has that name? */
static bool
in_force(
    const struct bl_manifest *m, const struct bl_fsck *f, struct bl_str folder, struct bl_str name)
{
	for (uint64_t i = 0; i < m->n_segments; i++) {
		const struct bl_manifest_segment *s = &m->segment[i];
		const char *of = s->type_no < f->n_types ? f->type[s->type_no].folder : NULL;
		char segment[40], index[40];

		if (of == NULL || !bl_str_eq(folder, bl_str_of(of)))
			continue;
		(void)snprintf(segment, sizeof(segment), "%012u.ndjson.zst", s->first);
		(void)snprintf(index, sizeof(index), "_%012u.idx", s->first);
		if (bl_str_eq(name, bl_str_of(segment)) || bl_str_eq(name, bl_str_of(index)))
			return true;
	}
	return false;
}

static enum bl_status
version_names(struct bl_fsck *f, const struct bl_manifest *m, struct bl_err *reterr)
{
	struct bl_dir_entry *folder, *entry;
	size_t n_folders, n;
	enum bl_status status = list(f, "versions", &folder, &n_folders, reterr);

	for (size_t i = 0; i < n_folders && status == BL_OK; i++) {
		struct bl_arena_mark mark = bl_arena_mark(f->arena);
		char name[600];

		if (folder[i].kind != BL_FILE_FOLDER) {
			say_leftover(
			    f, "no folder of a resource type", "versions/%s", folder[i].name.ptr);
			continue;
		}
		(void)snprintf(name, sizeof(name), "versions/%s", folder[i].name.ptr);
		status = list(f, name, &entry, &n, reterr);
		for (size_t k = 0; k < n && status == BL_OK; k++)
			if (!in_force(m, f, folder[i].name, entry[k].name))
				say_leftover(
				    f, "no manifest names it", "%s/%s", name, entry[k].name.ptr);
		bl_arena_rewind(f->arena, mark);
	}
	return status;
}

/* Derived files are counted, not examined: they say nothing that cannot be made again. */
static enum bl_status
count_derived(struct bl_fsck *f, const char *name, int depth, struct bl_err *reterr)
{
	struct bl_dir_entry *entry;
	size_t n;
	enum bl_status status = list(f, name, &entry, &n, reterr);

	for (size_t i = 0; i < n && status == BL_OK; i++) {
		char below[1024], path[BL_STORE__PATH];
		struct bl_file_info info;

		if (snprintf(below, sizeof(below), "%s/%s", name, entry[i].name.ptr) >=
		    (int)sizeof(below))
			continue;
		bl_store__path(f->bare, path, "%s", below);
		if (entry[i].kind == BL_FILE_FOLDER && depth < 4) {
			status = count_derived(f, below, depth + 1, reterr);
		} else if (bl_os_linfo(f->os, path, &info, NULL) == BL_OK) {
			f->totals.derived_files++;
			f->totals.derived_bytes += info.size_bytes;
		}
	}
	return status;
}

static enum bl_status
root_names(struct bl_fsck *f, struct bl_err *reterr)
{
	struct bl_dir_entry *entry;
	size_t n;
	enum bl_status status;

	status = bl_os_list(f->os, f->arena, f->bare->root, &entry, &n, reterr);
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		size_t k = 0;

		while (k < sizeof(known) / sizeof(known[0]) &&
		       !bl_str_eq(entry[i].name, bl_str_of(known[k].name)))
			k++;
		if (k == sizeof(known) / sizeof(known[0]))
			say_leftover(
			    f, "no part of a store has this name", "%s", entry[i].name.ptr);
		else if (known[k].derived)
			status = count_derived(f, known[k].name, 0, reterr);
	}
	return status;
}

enum bl_status
bl_fsck__names(struct bl_fsck *f, struct bl_err *reterr)
{
	struct bl_manifest now = f->manifest;
	struct bl_dir_entry *entry;
	char mine[40] = "";
	size_t n;
	enum bl_status status = root_names(f, reterr);

	/* A seal may have made new files since: what is in force now is no leftover. */
	if (status == BL_OK && f->has_manifest) {
		struct bl_err err;
		enum bl_status again = bl_manifest__load(f->bare, f->arena, &now, &err);

		if (bl_fsck__fatal(again))
			status = bl_fail(reterr, again, "%s", err.text);
		else if (again != BL_OK)
			now = f->manifest;
	}
	if (f->has_manifest)
		(void)snprintf(mine, sizeof(mine), "%" PRIu64 ".log", now.tail_no);
	if (status == BL_OK)
		status = list(f, "tail", &entry, &n, reterr);
	for (size_t i = 0; status == BL_OK && f->has_manifest && i < n; i++)
		if (!bl_str_eq(entry[i].name, bl_str_of(mine)))
			say_leftover(f, "no manifest names it", "tail/%s", entry[i].name.ptr);
	if (status == BL_OK && f->has_manifest)
		status = version_names(f, &now, reterr);
	if (status == BL_OK)
		status = list(f, "evidence", &entry, &n, reterr);
	for (size_t i = 0; status == BL_OK && f->has_catalogue && i < n; i++)
		if (!is_attached(f, entry[i].name))
			say_leftover(f, "no delivery names it", "evidence/%s", entry[i].name.ptr);
	return status;
}

/* ---- Without a manifest. --------------------------------------------------- */

/* The number of a type of that name, new or known. */
static enum bl_status
number_of(struct bl_fsck *f, struct bl_str name, uint32_t *ret_no, struct bl_err *reterr)
{
	for (uint32_t t = 0; t < f->n_types; t++)
		if (f->type[t].name.ptr != NULL && bl_str_eq(f->type[t].name, name)) {
			*ret_no = t;
			return BL_OK;
		}
	*ret_no = (uint32_t)f->n_types;
	return bl_fsck__type(f, f->n_types, name, reterr);
}

/* The segments of one folder, as far as their names tell. */
static enum bl_status
guess_folder(struct bl_fsck *f, struct bl_dir_entry folder, struct bl_err *reterr)
{
	struct bl_dir_entry *entry;
	char name[600];
	struct bl_str type;
	uint32_t type_no;
	size_t n;
	enum bl_status status;

	if (bl_str_percent_decode(f->arena, bl_str_sub(folder.name, 5, folder.name.len), &type) !=
	    BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the names of a store");
	status = number_of(f, type, &type_no, reterr);
	(void)snprintf(name, sizeof(name), "versions/%s", folder.name.ptr);
	if (status == BL_OK)
		status = list(f, name, &entry, &n, reterr);
	for (size_t i = 0; status == BL_OK && i < n; i++) {
		struct bl_manifest_segment *s;
		uint64_t first;

		if (entry[i].name.len != 23 || !bl_str_ends(entry[i].name, BL_STR(".ndjson.zst")) ||
		    !bl_str_to_u64(bl_str_sub(entry[i].name, 0, 12), &first) ||
		    first > BL_STORE__VERSIONS_LIMIT)
			continue;
		status = bl_store__grow((void **)&f->guess, &f->cap_guesses, f->manifest.n_segments,
		    sizeof(*f->guess), reterr);
		if (status != BL_OK)
			break;
		if (f->type[type_no].n_segments++ == 0)
			f->type[type_no].i_segment = f->manifest.n_segments;
		s = &f->guess[f->manifest.n_segments++];
		*s = (struct bl_manifest_segment){.type_no = type_no, .first = (uint32_t)first};
	}
	return status;
}

enum bl_status
bl_fsck__guess(struct bl_fsck *f, struct bl_err *reterr)
{
	struct bl_dir_entry *folder;
	size_t n;
	enum bl_status status = list(f, "versions", &folder, &n, reterr);

	f->manifest = (struct bl_manifest){.n_segments = 0};
	for (size_t i = 0; i < n && status == BL_OK; i++)
		if (folder[i].kind == BL_FILE_FOLDER &&
		    bl_str_starts(folder[i].name, BL_STR("type=")) && folder[i].name.len > 5)
			status = guess_folder(f, folder[i], reterr);
	f->manifest.segment = f->guess;
	return status;
}
