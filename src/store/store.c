/*
 * Opening and closing, and what every part needs.  The format is described in docs/format/store.md.
 */
#include "store/store.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "store/store_priv.h"

#define TAIL_LEVEL 1 /* Of zstd, for blocks of the tail: quicker than the disk. */

char *
bl_store__dup(const char *text, size_t len)
{
	char *copy = bl_mem_alloc(len + 1);

	if (copy == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

enum bl_status
bl_store__grow(void **array, uint64_t *cap, uint64_t n, size_t size, struct bl_err *reterr)
{
	uint64_t more = *cap < 8 ? 8 : *cap + *cap / 2;
	void *p;

	if (n < *cap)
		return BL_OK;
	p = bl_mem_realloc(*array, size * more);
	if (p == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the tables of a store");
	*array = p;
	*cap = more;
	return BL_OK;
}

void
bl_store__path(const struct bl_store *store, char out[BL_STORE__PATH], const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(out, BL_STORE__PATH, "%s/", store->root), m;

	va_start(ap, fmt);
	m = vsnprintf(out + n, BL_STORE__PATH - (size_t)n, fmt, ap);
	va_end(ap);
	/* The root has its limit, and what we put behind it is ours. */
	assert(n > 0 && m > 0 && n + m < BL_STORE__PATH);
}

enum bl_status
bl_store__sync_folder(struct bl_store *store, const char *name, struct bl_err *reterr)
{
	char path[BL_STORE__PATH];

	bl_store__path(store, path, "%s", name);
	return bl_os_sync_folder(store->os, path, reterr);
}

enum bl_status
bl_store__log_path(struct bl_store *store, uint64_t tail_no, char **ret_path, struct bl_err *reterr)
{
	char path[BL_STORE__PATH], *copy;

	if (tail_no == 0)
		bl_store__path(store, path, "catalogue.log");
	else
		bl_store__path(store, path, "tail/%llu.log", (unsigned long long)tail_no);
	copy = bl_store__dup(path, strlen(path));
	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a path");
	*ret_path = copy;
	return BL_OK;
}

const char *
bl_store_root(const struct bl_store *store)
{
	return store->root;
}

struct bl_os *
bl_store_os(const struct bl_store *store)
{
	return store->os;
}

void
bl_store_close(struct bl_store **store)
{
	struct bl_store *s = *store;

	if (s == NULL)
		return;
	bl_log__close(&s->tail);
	bl_log__close(&s->catalogue);
	bl_file_close(&s->lock); /* Gives the lock back, after the last write. */
	bl_type__keep(s, 0);
	bl_mem_free(s->type);
	bl_mem_free(s->entry);
	bl_mem_free(s->quarantined);
	bl_mem_free(s->string);
	bl_lookup__release(&s->type_by_name);
	bl_lookup__release(&s->by_sha);
	bl_lookup__release(&s->by_sha_name);
	bl_lookup__release(&s->by_pair);
	bl_lookup__release(&s->by_string);
	bl_arena_free(&s->strings);
	bl_filter__release(&s->filter);
	bl_buf_release(&s->refused);
	bl_buf_release(&s->attached);
	bl_buf_release(&s->made);
	bl_buf_release(&s->packed);
	bl_packer__free(&s->packer);
	bl_cache__free(&s->cache);
	bl_mem_free(s->tail_path);
	bl_mem_free(s->catalogue_path);
	bl_mem_free(s->root);
	bl_mem_free(s);
	*store = NULL;
}

static enum bl_status
new_store(struct bl_os *os, const char *path, bool writer, struct bl_store **ret_store,
    struct bl_err *reterr)
{
	size_t len = strlen(path);
	struct bl_store *s;

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len == 0 || len > BL_STORE__ROOT_LIMIT)
		return bl_fail(reterr, len == 0 ? BL_EUSAGE : BL_ELIMIT,
		    "the path of a store has %zu bytes; 1 to %d are possible", len,
		    BL_STORE__ROOT_LIMIT);
	s = bl_mem_alloc(sizeof(*s));
	if (s == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to open a store");
	*s = (struct bl_store){.os = os,
	    .writer = writer,
	    .seal_type = BL_STORE__SEAL_TYPE,
	    .seal_all = BL_STORE__SEAL_ALL,
	    .seal_small = BL_STORE__SEAL_SMALL,
	    .spill = BL_STORE__SPILL,
	    .refused = BL_BUF_INIT((size_t)512 << 20),
	    .attached = BL_BUF_INIT((size_t)1 << 20),
	    .made = BL_BUF_INIT((size_t)1 << 20),
	    .packed = BL_BUF_INIT(2 * BL_SEGMENT__PLAIN_LIMIT)};
	s->root = bl_store__dup(path, len);
	s->strings = bl_arena_new(SIZE_MAX / 4);
	if (s->root == NULL || s->strings == NULL || bl_cache__new(&s->cache, reterr) != BL_OK) {
		bl_store_close(&s);
		return bl_fail(reterr, BL_ENOMEM, "no memory to open a store");
	}
	*ret_store = s;
	return BL_OK;
}

/*
 * The folder with its parents, each name of them on the disk.  Those that are there already may
 * have been made by a process that was killed, so they are synced too; but there it is no failure
 * (the folder above may be one that we cannot read).
 */
static enum bl_status
make_root(struct bl_store *store, struct bl_err *reterr)
{
	char path[BL_STORE__PATH];
	size_t len = strlen(store->root), there = len;
	struct bl_file_info info;
	enum bl_status status;

	/* How much of the path is there already? */
	memcpy(path, store->root, len + 1);
	while (there > 0 && bl_os_info(store->os, path, &info, NULL) != BL_OK) {
		while (there > 0 && path[there - 1] != '/')
			there--;
		while (there > 0 && path[there - 1] == '/')
			there--;
		path[there] = '\0';
	}
	status = there == len ? BL_OK : bl_os_mkdirs(store->os, store->root, reterr);
	for (size_t i = 0; i < len && status == BL_OK; i++) {
		/* path: the folder that holds the name which ends before i + 1 or later. */
		if (i > 0 && store->root[i] != '/')
			continue;
		memcpy(path, store->root, i);
		path[i] = '\0';
		if (i == 0)
			memcpy(path, store->root[0] == '/' ? "/" : ".", 2);
		status = bl_os_sync_folder(store->os, path, i < there ? NULL : reterr);
		if (i < there)
			status = BL_OK;
	}
	return status;
}

static enum bl_status
take_lock(struct bl_store *store, struct bl_err *reterr)
{
	char path[BL_STORE__PATH];
	int64_t pid = 0;
	enum bl_status status;

	bl_store__path(store, path, "lock");
	status = bl_os_open(store->os, path, BL_OPEN_APPEND, &store->lock, reterr);
	if (status == BL_ENOTFOUND) {
		status = bl_os_open(store->os, path, BL_OPEN_CREATE, &store->lock, reterr);
		/* Two at once: the other one has made it in the meantime. */
		if (status != BL_OK &&
		    bl_os_open(store->os, path, BL_OPEN_APPEND, &store->lock, NULL) == BL_OK)
			status = BL_OK;
	}
	if (status == BL_OK)
		status = bl_file_lock(store->lock, &pid, reterr);
	if (status == BL_ELOCKED && pid > 0)
		return bl_fail(reterr, BL_ELOCKED,
		    "%s is being written by process %lld; wait for its end", store->root,
		    (long long)pid);
	if (status == BL_ELOCKED)
		return bl_fail(reterr, BL_ELOCKED,
		    "%s is being written by another process; wait for its end", store->root);
	return status;
}

static enum bl_status
create_when_missing(struct bl_store *store, struct bl_err *reterr)
{
	enum bl_status status;

	status = bl_layout__is_store(store, reterr);
	if (status != BL_ENOTFOUND)
		return status;
	status = make_root(store, reterr);
	if (status == BL_OK)
		status = bl_layout__may_create(store, reterr);
	if (status == BL_OK)
		status = take_lock(store, reterr);
	if (status != BL_OK)
		return status;
	/* Another one may have made it before we had the lock. */
	status = bl_layout__is_store(store, reterr);
	return status == BL_ENOTFOUND ? bl_layout__create(store, reterr) : status;
}

enum bl_status
bl_store_open(struct bl_os *os, const char *path, enum bl_store_mode mode,
    struct bl_store **ret_store, struct bl_err *reterr)
{
	struct bl_store *store = NULL;
	enum bl_status status;

	assert(os != NULL && path != NULL);
	status = new_store(os, path, mode != BL_STORE_READ, &store, reterr);
	if (status != BL_OK)
		return status;
	if (mode == BL_STORE_CREATE)
		status = create_when_missing(store, reterr);
	if (status == BL_OK)
		status = bl_layout__load(store, reterr);
	if (status == BL_OK && store->writer && store->lock == NULL)
		status = take_lock(store, reterr);
	if (status == BL_OK && store->writer)
		status = bl_packer__new(TAIL_LEVEL, &store->packer, reterr);
	if (status == BL_OK)
		status = bl_recover__load(store, reterr);
	if (status == BL_OK && store->writer)
		status = bl_recover__tidy(store, reterr);
	if (status != BL_OK) {
		bl_store_close(&store);
		return status;
	}
	*ret_store = store;
	return BL_OK;
}

uint32_t
bl_store_n_types(const struct bl_store *store)
{
	return store->n_types;
}

struct bl_str
bl_store_type_name(const struct bl_store *store, uint32_t type_no)
{
	if (type_no >= store->n_types)
		return (struct bl_str){.ptr = NULL};
	return store->type[type_no].name;
}

uint32_t
bl_store_type_no(const struct bl_store *store, struct bl_str type)
{
	return bl_type__find(store, type);
}

uint32_t
bl_store_n_versions(const struct bl_store *store, uint32_t type_no)
{
	return type_no < store->n_types ? store->type[type_no].n : 0;
}

uint64_t
bl_store_n_deliveries(const struct bl_store *store)
{
	return store->n_deliveries;
}

const struct bl_delivery *
bl_store_delivery(const struct bl_store *store, uint64_t position)
{
	if (position == 0 || position > store->n_deliveries)
		return NULL;
	return &store->entry[position - 1].d;
}

uint64_t
bl_store_n_quarantined(const struct bl_store *store)
{
	return store->n_quarantined;
}

const struct bl_store_quarantine *
bl_store_quarantined(const struct bl_store *store, uint64_t i)
{
	return i < store->n_quarantined ? &store->quarantined[i] : NULL;
}
