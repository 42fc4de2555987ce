/*
 * What is examined, and in which order.  Each layer is read by itself, so that damage in one does
 * not hide the others: the manifest says which segments and which tail are in force, the catalogue
 * how many versions of each type were acknowledged, and what lies in segments and tail is held
 * against both.
 *
 * The view: the catalogue's size is taken before the tail is opened, and a manifest of the same
 * generation is read before and after.  The tail is synced before the catalogue names what it
 * holds, so everything that this view counts is in it; sealed files never change.
 */
#include "store/fsck.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "store/fsck_priv.h"
#include "json/json.h"

#define ATTEMPTS 8
#define SCRATCH_BYTES ((size_t)2 << 30)
#define NAMES_BYTES ((size_t)1 << 30)
#define WINDOW ((size_t)256 << 10)

const char *
bl_fsck_name(enum bl_fsck_code code)
{
	static const char *const names[] = {
#define X(code, name, grade, means, todo) name,
	    BL_FSCK_CODES(X)
#undef X
	};

	return names[code];
}

enum bl_fsck_grade
bl_fsck_grade(enum bl_fsck_code code)
{
	static const enum bl_fsck_grade grades[] = {
#define X(code, name, grade, means, todo) BL_FSCK_##grade,
	    BL_FSCK_CODES(X)
#undef X
	};

	return grades[code];
}

const char *
bl_fsck_grade_name(enum bl_fsck_grade grade)
{
	static const char *const names[BL_FSCK_GRADES] = {"leftover", "derivable", "damage"};

	return names[grade];
}

const char *
bl_fsck_means(enum bl_fsck_code code)
{
	static const char *const texts[] = {
#define X(code, name, grade, means, todo) means,
	    BL_FSCK_CODES(X)
#undef X
	};

	return texts[code];
}

const char *
bl_fsck_todo(enum bl_fsck_code code)
{
	static const char *const texts[] = {
#define X(code, name, grade, means, todo) todo,
	    BL_FSCK_CODES(X)
#undef X
	};

	return texts[code];
}

/* ---- What all layers use. ------------------------------------------------- */

struct bl_fsck_place
bl_fsck__place(struct bl_str file)
{
	return (struct bl_fsck_place){.file = file,
	    .byte = BL_FSCK_NONE,
	    .frame = BL_FSCK_NONE,
	    .first = BL_FSCK_NONE,
	    .delivery = BL_FSCK_NONE};
}

void
bl_fsck__say(
    struct bl_fsck *f, enum bl_fsck_code code, struct bl_fsck_place at, const char *fmt, ...)
{
	struct bl_fsck_problem problem = {.code = code, .at = at};
	char what[600];
	va_list ap;

	if (f->second)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	problem.what = what;
	f->totals.problems[bl_fsck_grade(code)]++;
	f->observer.problem(f->observer.ctx, &problem);
}

void
bl_fsck__progress(struct bl_fsck *f, uint64_t bytes)
{
	if (f->second)
		return;
	f->totals.bytes_done += bytes;
	if (f->observer.progress != NULL)
		f->observer.progress(f->observer.ctx, &f->totals);
}

bool
bl_fsck__fatal(enum bl_status status)
{
	return status == BL_ENOMEM;
}

enum bl_status
bl_fsck__type(struct bl_fsck *f, uint64_t no, struct bl_str name, struct bl_err *reterr)
{
	struct bl_fsck__type *type;
	struct bl_str escaped, folder;

	while (f->n_types <= no) {
		enum bl_status status = bl_store__grow(
		    (void **)&f->type, &f->cap_types, f->n_types, sizeof(*f->type), reterr);

		if (status != BL_OK)
			return status;
		f->type[f->n_types++] = (struct bl_fsck__type){.n = 0};
	}
	type = &f->type[no];
	if (name.ptr == NULL || type->name.ptr != NULL)
		return BL_OK;
	if (bl_str_dup(f->arena, name, &type->name) != BL_OK ||
	    bl_str_percent_encode(f->arena, name, &escaped) != BL_OK ||
	    bl_str_printf(f->arena, &folder, NULL, "type=%.*s", BL_STR_ARG(escaped)) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the types of a store");
	/* A name that no store would take has no folder. */
	if (bl_type__check_name(name, NULL) == BL_OK) {
		type->folder = bl_new(f->arena, char, folder.len + 1);
		if (type->folder == NULL)
			return bl_fail(reterr, BL_ENOMEM, "no memory for the types of a store");
		memcpy(type->folder, folder.ptr, folder.len);
	}
	return BL_OK;
}

enum bl_status
bl_fsck__next_head(const struct bl_log *log, uint64_t from, uint32_t kind, uint64_t *ret_offset,
    struct bl_err *reterr)
{
	uint64_t end = bl_log__size(log), at = (from + 7) & ~(uint64_t)7;
	char *win = bl_mem_alloc(WINDOW);
	enum bl_status status = BL_OK;

	if (win == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to examine %s", log->path);
	*ret_offset = UINT64_MAX;
	while (at + BL_LOG__HEAD <= end && *ret_offset == UINT64_MAX) {
		size_t len = end - at < WINDOW ? (size_t)(end - at) : WINDOW;

		status = bl_log__pread(log, at, win, len, reterr);
		if (status != BL_OK)
			break;
		for (size_t i = 0; i + BL_LOG__HEAD <= len && *ret_offset == UINT64_MAX; i += 8) {
			struct bl_log__record record;

			if (bl_log__parse_head(win + i, at + i, &record) &&
			    (kind == 0 || record.kind == kind))
				*ret_offset = at + i;
		}
		if (len < WINDOW)
			break;
		at += WINDOW - BL_LOG__HEAD; /* A head may lie across the windows' border. */
	}
	bl_mem_free(win);
	return status;
}

enum bl_status
bl_fsck__padding(struct bl_fsck *f, const struct bl_log *log, struct bl_str file,
    const struct bl_log__record *record, struct bl_err *reterr)
{
	uint64_t at = record->offset + BL_LOG__HEAD + record->len;
	size_t n = (size_t)(-at & 7);
	char pad[8] = {0};
	enum bl_status status = n == 0 ? BL_OK : bl_log__pread(log, at, pad, n, reterr);

	for (size_t i = 0; i < n && status == BL_OK; i++)
		if (pad[i] != 0) {
			struct bl_fsck_place place = bl_fsck__place(file);

			place.byte = at + i;
			bl_fsck__say(f, BL_FSCK_PADDING, place,
			    "the filling between two records is not zero");
			break;
		}
	return status;
}

/* ---- The view. ------------------------------------------------------------- */

/* Is the marker, byte for byte, what is written for its key? */
static void
marker_text(struct bl_fsck *f)
{
	struct bl_buf want = BL_BUF_INIT((size_t)4 << 10);
	struct bl_str text = {.ptr = NULL};
	char path[BL_STORE__PATH];
	struct bl_err err;
	enum bl_status status = bl_layout__marker(f->bare->key, &want, &err);

	bl_store__path(f->bare, path, "beleg-store.json");
	if (status == BL_OK)
		status = bl_os_read_file(f->os, f->arena, path, want.limit, &text, &err);
	if (status != BL_OK)
		bl_fsck__say(f, BL_FSCK_UNREADABLE, bl_fsck__place(BL_STR("beleg-store.json")),
		    "%s", err.text);
	else if (!bl_str_eq(text, bl_buf_str(&want)))
		bl_fsck__say(f, BL_FSCK_PADDING, bl_fsck__place(BL_STR("beleg-store.json")),
		    "its key is right, but the text is not as it was written");
	bl_buf_release(&want);
}

static void
marker(struct bl_fsck *f)
{
	struct bl_err err;

	f->has_key = bl_layout__load(f->bare, &err) == BL_OK;
	if (f->has_key)
		marker_text(f);
	else
		bl_fsck__say(
		    f, BL_FSCK_MARKER, bl_fsck__place(BL_STR("beleg-store.json")), "%s", err.text);
}

/* The tail with the highest number, when no manifest says which one is in force. */
static uint64_t
newest_tail(struct bl_fsck *f)
{
	char path[BL_STORE__PATH];
	struct bl_dir_entry *entry;
	uint64_t newest = 0, no;
	size_t n;

	bl_store__path(f->bare, path, "tail");
	if (bl_os_list(f->os, f->arena, path, &entry, &n, NULL) != BL_OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (bl_str_ends(entry[i].name, BL_STR(".log")) &&
		    bl_str_to_u64(bl_str_sub(entry[i].name, 0, entry[i].name.len - 4), &no) &&
		    no > newest)
			newest = no;
	return newest;
}

static void
close_logs(struct bl_fsck *f)
{
	bl_log__close(&f->tail);
	bl_log__close(&f->catalogue);
	bl_mem_free(f->tail_path);
	bl_mem_free(f->catalogue_path);
	f->tail_path = f->catalogue_path = NULL;
}

/* One attempt: manifest, catalogue, tail.  What is wrong is kept in err[], not told yet. */
static enum bl_status
open_view(struct bl_fsck *f, struct bl_err err[3], bool *ret_changed, struct bl_err *reterr)
{
	struct bl_manifest again;
	enum bl_status status;
	uint64_t tail_no;

	memset(err, 0, 3 * sizeof(*err));
	status = bl_manifest__load(f->bare, f->arena, &f->manifest, &err[0]);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err[0].text);
	f->has_manifest = status == BL_OK;
	tail_no = f->has_manifest ? f->manifest.tail_no : newest_tail(f);
	status = bl_store__log_path(f->bare, 0, &f->catalogue_path, reterr);
	if (status == BL_OK && tail_no > 0)
		status = bl_store__log_path(f->bare, tail_no, &f->tail_path, reterr);
	if (status != BL_OK)
		return status;
	status = bl_log__open(
	    &f->catalogue, f->os, f->catalogue_path, BL_STORE__CATALOGUE_MAGIC, 1, false, &err[1]);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err[1].text);
	f->has_catalogue = status == BL_OK;
	if (tail_no == 0)
		(void)bl_fail(&err[2], BL_ENOTFOUND, "there is no tail");
	else if (bl_log__open(&f->tail, f->os, f->tail_path, BL_STORE__TAIL_MAGIC, tail_no, false,
		     &err[2]) == BL_OK)
		err[2].status = BL_OK;
	*ret_changed = false;
	if (!f->has_manifest)
		return BL_OK;
	status = bl_manifest__load(f->bare, f->arena, &again, &err[0]);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err[0].text);
	*ret_changed = status == BL_OK && again.generation != f->manifest.generation;
	return BL_OK;
}

static struct bl_str
below_root(const struct bl_fsck *f, const char *path)
{
	return bl_str_of(path + strlen(f->bare->root) + 1);
}

static void
say_view(struct bl_fsck *f, const struct bl_err err[3])
{
	struct bl_fsck_place at = bl_fsck__place(BL_STR("manifest"));

	if (!f->has_manifest)
		bl_fsck__say(f, BL_FSCK_MANIFEST, at, "%s", err[0].text);
	at.file = BL_STR("catalogue.log");
	if (!f->has_catalogue)
		bl_fsck__say(f, BL_FSCK_CATALOGUE, at, "%s", err[1].text);
	at.file = f->tail_path == NULL ? BL_STR("tail") : below_root(f, f->tail_path);
	if (f->tail.file == NULL)
		bl_fsck__say(f, BL_FSCK_TAIL, at, "%s", err[2].text);
}

static enum bl_status
view(struct bl_fsck *f, struct bl_err *reterr)
{
	struct bl_err err[3];
	bool changed = true;
	enum bl_status status = BL_OK;

	for (int i = 0; i < ATTEMPTS && changed && status == BL_OK; i++) {
		close_logs(f);
		status = open_view(f, err, &changed, reterr);
	}
	if (status != BL_OK)
		return status;
	if (changed)
		return bl_fail(reterr, BL_ELOCKED,
		    "%s is being sealed again and again; try once more", f->bare->root);
	say_view(f, err);
	if (f->has_manifest)
		f->totals.generation = f->manifest.generation;
	f->totals.bytes_total = bl_log__size(&f->catalogue) + 2 * bl_log__size(&f->tail);
	for (uint64_t i = 0; f->has_manifest && i < f->manifest.n_segments; i++)
		f->totals.bytes_total += f->manifest.segment[i].size;
	return BL_OK;
}

/* ---- Manifest and catalogue against each other. ---------------------------- */

static enum bl_status
take_manifest(struct bl_fsck *f, struct bl_err *reterr)
{
	struct bl_fsck_place at = bl_fsck__place(BL_STR("manifest"));
	const struct bl_manifest *m = &f->manifest;

	if (f->has_catalogue && !f->gap && m->n_types > f->n_types)
		bl_fsck__say(f, BL_FSCK_MANIFEST_CATALOGUE, at,
		    "the manifest knows %u resource types, the catalogue %llu", m->n_types,
		    (unsigned long long)f->n_types);
	for (uint32_t t = 0; t < m->n_types; t++) {
		enum bl_status status = bl_fsck__type(f, t, m->type[t], reterr);

		if (status != BL_OK)
			return status;
		at.type = m->type[t];
		if (!bl_str_eq(m->type[t], f->type[t].name))
			bl_fsck__say(f, BL_FSCK_MANIFEST_CATALOGUE, at,
			    "resource type %u is \"%.*s\" in the manifest and \"%.*s\" in the "
			    "catalogue",
			    t, BL_STR_ARG(m->type[t]), BL_STR_ARG(f->type[t].name));
	}
	for (uint64_t i = 0; i < m->n_segments; i++) {
		struct bl_fsck__type *type = &f->type[m->segment[i].type_no];

		if (type->n_segments++ == 0)
			type->i_segment = i;
		type->n_sealed = type->n_next = m->segment[i].first + m->segment[i].count;
	}
	for (uint64_t t = 0; t < f->n_types && f->has_catalogue; t++) {
		at.type = f->type[t].name;
		if (f->type[t].n_sealed > f->type[t].n && !f->gap)
			bl_fsck__say(f, BL_FSCK_MANIFEST_CATALOGUE, at,
			    "the manifest has %u sealed versions of %.*s, the catalogue "
			    "acknowledges %u",
			    f->type[t].n_sealed, BL_STR_ARG(at.type), f->type[t].n);
	}
	return BL_OK;
}

static enum bl_status
examine(struct bl_fsck *f, struct bl_err *reterr)
{
	enum bl_status status;

	marker(f);
	status = view(f, reterr);
	if (status == BL_OK && f->has_catalogue)
		status = bl_fsck__catalogue(f, reterr);
	if (status == BL_OK)
		status = f->has_manifest ? take_manifest(f, reterr) : bl_fsck__guess(f, reterr);
	if (status == BL_OK && f->tail.file != NULL)
		status = bl_fsck__tail(f, reterr);
	for (uint32_t t = 0; t < f->n_types && status == BL_OK; t++) {
		bl_filter__release(&f->filter);
		status = bl_fsck__segments(f, t, reterr);
		if (status == BL_OK)
			status = bl_fsck__blocks(f, t, reterr);
		if (status == BL_OK)
			status = bl_fsck__twice(f, t, reterr);
	}
	if (status == BL_OK)
		status = bl_fsck__attachments(f, reterr);
	if (status == BL_OK)
		status = bl_fsck__names(f, reterr);
	f->totals.types = f->n_types;
	return status;
}

/* ---- Life. ----------------------------------------------------------------- */

static void
release(struct bl_fsck *f)
{
	close_logs(f);
	for (uint64_t t = 0; t < f->n_types; t++)
		bl_mem_free(f->type[t].block);
	for (uint64_t i = 0; i < f->n_sets; i++)
		bl_toggles__release(&f->set[i].set);
	bl_mem_free(f->type);
	bl_mem_free(f->entry);
	bl_mem_free(f->growth);
	bl_mem_free(f->guess);
	bl_mem_free(f->set);
	bl_mem_free(f->attached);
	bl_mem_free(f->pair);
	bl_lookup__release(&f->by_sha);
	bl_filter__release(&f->filter);
	bl_json_parser_free(&f->parser);
	bl_unpacker__free(&f->unpacker);
	bl_arena_free(&f->arena);
	bl_arena_free(&f->scratch);
	bl_buf_release(&f->file);
	bl_buf_release(&f->index);
	bl_buf_release(&f->again);
	bl_buf_release(&f->plain);
	if (f->bare != NULL)
		bl_mem_free(f->bare->root);
	bl_mem_free(f->bare);
}

static enum bl_status
begin(struct bl_fsck *f, const char *path, struct bl_err *reterr)
{
	size_t len = strlen(path);
	enum bl_status status;

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len == 0 || len > BL_STORE__ROOT_LIMIT)
		return bl_fail(reterr, len == 0 ? BL_EUSAGE : BL_ELIMIT,
		    "the path of a store has %zu bytes; 1 to %d are possible", len,
		    BL_STORE__ROOT_LIMIT);
	f->bare = bl_mem_alloc(sizeof(*f->bare));
	if (f->bare == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to examine a store");
	*f->bare = (struct bl_store){.os = f->os};
	f->bare->root = bl_store__dup(path, len);
	f->arena = bl_arena_new(NAMES_BYTES);
	f->scratch = bl_arena_new(SCRATCH_BYTES);
	if (f->bare->root == NULL || f->arena == NULL || f->scratch == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to examine a store");
	status = bl_json_parser_new((struct bl_json_limits){0}, &f->parser, reterr);
	return status != BL_OK ? status : bl_unpacker__new(&f->unpacker, reterr);
}

/* A folder without a single name of ours is a wrong path, not a damaged store. */
static enum bl_status
looks_like_a_store(const struct bl_fsck *f, struct bl_err *reterr)
{
	static const char *const names[] = {
	    "beleg-store.json", "manifest", "catalogue.log", "versions", "tail"};
	struct bl_file_info info;
	char path[BL_STORE__PATH];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bl_store__path(f->bare, path, "%s", names[i]);
		if (bl_os_info(f->os, path, &info, NULL) == BL_OK)
			return BL_OK;
	}
	return bl_fail(
	    reterr, BL_ENOTFOUND, "%s is no store of beleg, not even a damaged one", f->bare->root);
}

enum bl_status
bl_fsck_run(struct bl_os *os, const char *path, struct bl_fsck_observer observer,
    struct bl_fsck_totals *ret_totals, struct bl_err *reterr)
{
	struct bl_fsck f = {.os = os,
	    .observer = observer,
	    .file = BL_BUF_INIT(BL_SEGMENT__FILE_LIMIT),
	    .index = BL_BUF_INIT((size_t)1 << 31),
	    .again = BL_BUF_INIT((size_t)1 << 31),
	    .plain = BL_BUF_INIT(2 * BL_SEGMENT__PLAIN_LIMIT)};
	enum bl_status status;

	assert(os != NULL && path != NULL && observer.problem != NULL);
	status = begin(&f, path, reterr);
	if (status == BL_OK)
		status = looks_like_a_store(&f, reterr);
	if (status == BL_OK)
		status = examine(&f, reterr);
	if (status == BL_OK)
		*ret_totals = f.totals;
	release(&f);
	return status;
}
