/*
 * First all names, then the visits in their order: deliveries must be read in
 * the order of time, and folders are not sorted by it ("2024/3/31" lies before "2024/3/4").
 *
 * A link to a folder is followed, but not a second one below it: that is enough
 * for "latest", and keeps the work bounded by links times files.
 */
#include "delivery/walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "delivery/key.h"
#include "os/os.h"

#define MAX_DEPTH 64
#define MAX_PATH_BYTES 4096
#define MAX_ENTRIES ((size_t)16 << 20)
#define PATHS_BUDGET_BYTES ((size_t)4 << 30)

struct entry {
	struct bl_str path; /* NUL-terminated. */
	struct bl_str key;
	int64_t moment_ns; /* BL_INSTANT_MAX: its name tells none. */
	uint64_t size_bytes;
	const struct bl_err *problem;
};

/* A folder that is still to be listed. */
struct folder {
	struct folder *next;
	const struct folder *above; /* The chain up to the root, for cycles. */
	struct bl_str path;
	uint64_t device, inode;
	unsigned depth;
	bool linked; /* Reached over a symbolic link. */
};

struct walk {
	struct bl_os *os;
	struct bl_walker walker;
	struct bl_arena *arena;	  /* Entries and folders: all of the walk. */
	struct bl_arena *scratch; /* One folder's names. */
	struct bl_str root;	  /* As given. */
	struct bl_str real_root;
	struct bl_str key_prefix; /* From "AWSLogs" in the real root on, with '/'; else empty. */
	struct folder *todo;
	struct entry *entries;
	size_t n_entries, cap_entries;
	uint64_t n_bytes;
	struct bl_err *reterr;
};

static BL_STATUS
no_memory(struct walk *w)
{
	return bl_fail(w->reterr, BL_ENOMEM, "no memory for the list of files");
}

/* ---- Keys ---- */

/* The place of a segment "AWSLogs" in ${path}, or SIZE_MAX. */
static size_t
find_awslogs(struct bl_str path)
{
	static const struct bl_str name = {"AWSLogs", 7};

	for (size_t at = 0; at + name.len <= path.len; at++) {
		bool begins = at == 0 || path.ptr[at - 1] == '/';
		bool ends = at + name.len == path.len || path.ptr[at + name.len] == '/';

		if (begins && ends && bl_str_starts(bl_str_sub(path, at, path.len), name))
			return at;
	}
	return SIZE_MAX;
}

static BL_STATUS
key_of(struct walk *w, struct bl_str path, struct bl_str *ret_key)
{
	struct bl_str below = bl_str_sub(path, w->root.len, path.len);
	size_t slash;

	while (below.len > 0 && below.ptr[0] == '/')
		below = bl_str_sub(below, 1, below.len);
	if (below.len == 0) { /* The root is the file. */
		slash = bl_str_rfind_byte(path, '/');
		*ret_key = w->key_prefix.len > 0
			       ? bl_str_sub(w->key_prefix, 0, w->key_prefix.len - 1)
			   : slash == SIZE_MAX ? path
					       : bl_str_sub(path, slash + 1, path.len);
		return BL_OK;
	}
	if (w->key_prefix.len == 0) {
		*ret_key = below;
		return BL_OK;
	}
	return bl_str_printf(w->arena, ret_key, w->reterr, "%.*s%.*s", (int)w->key_prefix.len,
	    w->key_prefix.ptr, (int)below.len, below.ptr);
}

/* The moment that a name tells; a contradictory name is the reader's matter. */
static BL_STATUS
moment_of(struct walk *w, struct bl_str key, int64_t *ret_ns)
{
	struct bl_arena_mark mark = bl_arena_mark(w->arena);
	struct bl_key parsed;
	enum bl_status status = bl_key_parse(key, w->arena, &parsed, w->reterr);

	*ret_ns = BL_INSTANT_MAX;
	if (status == BL_OK && parsed.last_ns != BL_INSTANT_MIN)
		*ret_ns = parsed.last_ns;
	bl_arena_rewind(w->arena, mark);
	return status == BL_EINPUT ? BL_OK : status;
}

/* ---- Entries ---- */

static BL_STATUS
add_entry(struct walk *w, struct bl_str path, uint64_t size_bytes, const struct bl_err *problem)
{
	struct entry e = {.path = path, .size_bytes = size_bytes};
	enum bl_status status = key_of(w, path, &e.key);

	if (status == BL_OK)
		status = moment_of(w, e.key, &e.moment_ns);
	if (status != BL_OK)
		return status;
	if (problem != NULL) {
		struct bl_err *copy = bl_new(w->arena, struct bl_err, 1);

		if (copy == NULL)
			return no_memory(w);
		*copy = *problem;
		e.problem = copy;
	}
	if (w->n_entries == MAX_ENTRIES)
		return bl_fail(w->reterr, BL_ELIMIT, "more than %zu files below %.*s", MAX_ENTRIES,
		    BL_STR_ARG(w->root));
	if (w->n_entries == w->cap_entries) {
		size_t cap = w->cap_entries == 0 ? 256 : w->cap_entries * 2;
		struct entry *p = bl_mem_realloc(w->entries, cap * sizeof(*p));

		if (p == NULL)
			return no_memory(w);
		w->entries = p;
		w->cap_entries = cap;
	}
	w->entries[w->n_entries++] = e;
	w->n_bytes += size_bytes;
	return BL_OK;
}

static BL_STATUS
add_problem(struct walk *w, struct bl_str path, enum bl_status why, const char *text)
{
	struct bl_err err;

	if (bl_fail(&err, why, "%s", text) == BL_OK)
		return BL_OK;
	return add_entry(w, path, 0, &err);
}

static BL_STATUS
push_folder(struct walk *w, struct bl_str path, const struct folder *above, bool linked)
{
	struct folder *f = bl_new(w->arena, struct folder, 1);

	if (f == NULL)
		return no_memory(w);
	*f = (struct folder){.next = w->todo, .above = above, .path = path, .linked = linked};
	f->depth = above == NULL ? 0 : above->depth + 1;
	w->todo = f;
	return BL_OK;
}

/* Does the link's target stay below the root? */
static BL_STATUS
inside(struct walk *w, struct bl_str path, bool *ret_inside, struct bl_err *err)
{
	struct bl_str real, root = w->real_root;
	enum bl_status status = bl_os_real_path(w->os, w->scratch, path.ptr, &real, err);

	if (status != BL_OK)
		return status;
	*ret_inside = bl_str_starts(real, root) &&
		      (real.len == root.len || real.ptr[root.len] == '/' || root.len == 1);
	return BL_OK;
}

static BL_STATUS
follow_link(struct walk *w, struct bl_str path, const struct folder *in)
{
	struct bl_file_info info;
	struct bl_err err = {.status = BL_OK};
	bool stays = false;
	enum bl_status status = inside(w, path, &stays, &err);

	if (status == BL_OK && stays)
		status = bl_os_info(w->os, path.ptr, &info, &err);
	if (status == BL_ENOMEM)
		return no_memory(w);
	if (status != BL_OK)
		return add_entry(w, path, 0, &err);
	if (!stays)
		return add_problem(w, path, BL_EINPUT,
		    "a symbolic link out of the folder that is read: not followed");
	if (info.kind == BL_FILE_REGULAR)
		return add_entry(w, path, info.size_bytes, NULL);
	if (info.kind != BL_FILE_FOLDER)
		return add_problem(w, path, BL_EINPUT, "neither a file nor a folder: not read");
	if (in->linked)
		return add_problem(w, path, BL_EINPUT,
		    "a symbolic link to a folder below another one: not followed");
	return push_folder(w, path, in, true);
}

static BL_STATUS
add_name(struct walk *w, const struct bl_dir_entry *name, const struct folder *in)
{
	struct bl_file_info info;
	struct bl_err err = {.status = BL_OK};
	struct bl_str path;
	bool slash = in->path.len > 0 && in->path.ptr[in->path.len - 1] == '/';
	enum bl_status status = bl_str_printf(w->arena, &path, w->reterr, "%.*s%s%.*s",
	    (int)in->path.len, in->path.ptr, slash ? "" : "/", (int)name->name.len, name->name.ptr);

	if (status != BL_OK)
		return status;
	if (path.len > MAX_PATH_BYTES)
		return add_problem(w, path, BL_ELIMIT, "a path of more than 4096 bytes: not read");
	switch (name->kind) {
	case BL_FILE_FOLDER: return push_folder(w, path, in, in->linked);
	case BL_FILE_SYMLINK: return follow_link(w, path, in);
	case BL_FILE_OTHER:
		return add_problem(w, path, BL_EINPUT, "neither a file nor a folder: not read");
	case BL_FILE_REGULAR: break;
	}
	status = bl_os_linfo(w->os, path.ptr, &info, &err);
	if (status == BL_OK)
		return add_entry(w, path, info.size_bytes, NULL);
	return status == BL_ENOMEM ? no_memory(w) : add_entry(w, path, 0, &err);
}

static bool
is_cycle(const struct folder *f)
{
	for (const struct folder *up = f->above; up != NULL; up = up->above)
		if (up->device == f->device && up->inode == f->inode)
			return true;
	return false;
}

static BL_STATUS
list_folder(struct walk *w, struct folder *f)
{
	struct bl_dir_entry *names;
	struct bl_file_info info;
	struct bl_err err = {.status = BL_OK};
	size_t n = 0;
	enum bl_status status = bl_os_info(w->os, f->path.ptr, &info, &err);

	if (status == BL_OK) {
		f->device = info.device;
		f->inode = info.inode;
		if (is_cycle(f))
			return add_problem(w, f->path, BL_EINPUT,
			    "a symbolic link to a folder that it lies in: not followed");
		if (f->depth > MAX_DEPTH)
			return add_problem(
			    w, f->path, BL_ELIMIT, "folders more than 64 deep: not read");
		if (w->walker.enter != NULL) {
			struct bl_str key;

			status = key_of(w, f->path, &key);
			if (status != BL_OK)
				return status;
			if (!w->walker.enter(w->walker.ctx, key, info.device, info.inode))
				return BL_OK;
		}
		status = bl_os_list(w->os, w->scratch, f->path.ptr, &names, &n, &err);
	}
	if (status == BL_ENOMEM)
		return no_memory(w);
	if (status != BL_OK)
		return add_entry(w, f->path, 0, &err);
	for (size_t i = 0; i < n && status == BL_OK; i++)
		status = add_name(w, &names[i], f);
	return status;
}

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->moment_ns != y->moment_ns)
		return x->moment_ns < y->moment_ns ? -1 : 1;
	return bl_str_cmp(x->path, y->path);
}

/* ---- The walk ---- */

static BL_STATUS
start(struct walk *w, const char *root)
{
	struct bl_file_info info;
	struct bl_str path;
	size_t at;
	enum bl_status status = bl_os_info(w->os, root, &info, w->reterr);

	if (status == BL_OK)
		status = bl_os_real_path(w->os, w->arena, root, &w->real_root, w->reterr);
	if (status != BL_OK)
		return status;
	if (bl_str_dup(w->arena, bl_str_of(root), &path) != BL_OK)
		return no_memory(w);
	w->root = path;
	at = find_awslogs(w->real_root);
	if (at != SIZE_MAX)
		status = bl_str_printf(w->arena, &w->key_prefix, w->reterr, "%.*s/",
		    (int)(w->real_root.len - at), w->real_root.ptr + at);
	if (status != BL_OK)
		return status;
	if (info.kind == BL_FILE_FOLDER)
		return push_folder(w, path, NULL, false);
	if (info.kind == BL_FILE_REGULAR)
		return add_entry(w, path, info.size_bytes, NULL);
	return bl_fail(w->reterr, BL_EINPUT, "%s is neither a file nor a folder", root);
}

enum bl_status
bl_walk(struct bl_os *os, const char *root, struct bl_walker walker, struct bl_err *reterr)
{
	struct walk w = {.os = os, .walker = walker, .reterr = reterr};
	enum bl_status status;

	assert(os != NULL && root != NULL && walker.visit != NULL);
	w.arena = bl_arena_new(PATHS_BUDGET_BYTES);
	w.scratch = bl_arena_new(PATHS_BUDGET_BYTES);
	if (w.arena == NULL || w.scratch == NULL) {
		status = no_memory(&w);
		goto out;
	}
	status = start(&w, root);
	while (status == BL_OK && w.todo != NULL) {
		struct folder *f = w.todo;

		w.todo = f->next;
		bl_arena_reset(w.scratch);
		status = list_folder(&w, f);
	}
	if (status == BL_OK && w.n_entries > 0)
		qsort(w.entries, w.n_entries, sizeof(*w.entries), compare);
	if (status == BL_OK && walker.found != NULL)
		walker.found(walker.ctx, w.n_entries, w.n_bytes);
	for (size_t i = 0; i < w.n_entries && status == BL_OK; i++) {
		const struct entry *e = &w.entries[i];

		status = walker.visit(
		    walker.ctx, e->path.ptr, e->key, e->size_bytes, e->problem, reterr);
	}
out:
	bl_mem_free(w.entries);
	bl_arena_free(&w.scratch);
	bl_arena_free(&w.arena);
	return status;
}
