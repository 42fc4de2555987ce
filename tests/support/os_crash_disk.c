/*
 * Every inode has a live and a durable side; a change touches the live side at
 * once and is remembered in one list.  A sync brings the durable side up and
 * drops the changes; a reboot applies some of them to the durable side and
 * makes that the live one.
 */
#include "support/os_crash_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fate { LOST, KEPT, TORN, ZEROED };

void *
os_crash__need(void *p)
{
	if (p == NULL) {
		(void)fputs("os_crash: no memory\n", stderr);
		abort();
	}
	return p;
}

void *
os_crash__grown(void *p, size_t n, size_t size)
{
	return os_crash__need(realloc(p, n * size));
}

char *
os_crash__copy_z(const char *z)
{
	return z == NULL ? NULL : os_crash__need(strdup(z));
}

void
os_crash__blob_resize(struct blob *b, size_t len)
{
	b->ptr = os_crash__need(realloc(b->ptr, len + 1));
	if (len > b->len)
		memset(b->ptr + b->len, 0, len - b->len);
	b->len = len;
}

struct blob
os_crash__blob_of(const void *bytes, size_t len)
{
	struct blob b = {os_crash__need(malloc(len + 1)), len};

	if (len > 0)
		memcpy(b.ptr, bytes, len);
	return b;
}

void
os_crash__blob_write(struct blob *b, uint64_t offset, const char *bytes, size_t len)
{
	if (offset + len > b->len)
		os_crash__blob_resize(b, (size_t)offset + len);
	if (len > 0)
		memcpy(b->ptr + offset, bytes, len);
}

size_t
os_crash__folder_find(const struct folder *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->entry[i].name, name) == 0)
			return i;
	return NONE;
}

void
os_crash__folder_remove(struct folder *f, const char *name)
{
	size_t i = os_crash__folder_find(f, name);

	if (i == NONE)
		return;
	free(f->entry[i].name);
	f->entry[i] = f->entry[--f->n];
}

void
os_crash__folder_set(struct folder *f, const char *name, size_t inode)
{
	size_t i = os_crash__folder_find(f, name);

	if (i != NONE) {
		f->entry[i].inode = inode;
		return;
	}
	f->entry = os_crash__grown(f->entry, f->n + 1, sizeof(*f->entry));
	f->entry[f->n++] = (struct entry){os_crash__copy_z(name), inode};
}

static void
folder_clear(struct folder *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->entry[i].name);
	free(f->entry);
	*f = (struct folder){NULL, 0};
}

static struct folder
folder_copy(const struct folder *f)
{
	struct folder copy = {NULL, 0};

	for (size_t i = 0; i < f->n; i++)
		os_crash__folder_set(&copy, f->entry[i].name, f->entry[i].inode);
	return copy;
}

size_t
os_crash__inode_new(struct os_crash *fs, enum bl_file_kind kind, uint32_t mode)
{
	fs->inode = os_crash__grown(fs->inode, fs->n_inodes + 1, sizeof(*fs->inode));
	fs->inode[fs->n_inodes] = (struct os_crash_inode){.kind = kind, .mode = mode};
	return fs->n_inodes++;
}

struct os_crash_change *
os_crash__change_new(struct os_crash *fs)
{
	fs->change = os_crash__grown(fs->change, fs->n_changes + 1, sizeof(*fs->change));
	fs->change[fs->n_changes] =
	    (struct os_crash_change){.inode = NONE, .from_folder = NONE, .to_folder = NONE};
	return &fs->change[fs->n_changes++];
}

static void
change_clear(struct os_crash_change *c)
{
	free(c->bytes.ptr);
	free(c->from);
	free(c->to);
}

/* Drops the changes that ${gone} marks. */
void
os_crash__drop(struct os_crash *fs, const bool *gone)
{
	size_t n = 0;

	for (size_t i = 0; i < fs->n_changes; i++) {
		if (gone[i])
			change_clear(&fs->change[i]);
		else
			fs->change[n++] = fs->change[i];
	}
	fs->n_changes = n;
}

void
os_crash__names_apply(struct os_crash *fs, const struct os_crash_change *c)
{
	if (c->from != NULL)
		os_crash__folder_remove(&fs->inode[c->from_folder].durable_names, c->from);
	if (c->to != NULL)
		os_crash__folder_set(&fs->inode[c->to_folder].durable_names, c->to, c->inode);
}

uint64_t
os_crash__random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static struct os_crash *
bare(int64_t now_ns)
{
	struct os_crash *fs = os_crash__need(malloc(sizeof(*fs)));

	*fs = (struct os_crash){
	    .os = {.ops = &os_crash__ops}, .calls_left = UINT64_MAX, .now_ns = now_ns};
	return fs;
}

struct os_crash *
os_crash_new(void)
{
	struct os_crash *fs = bare(1769817600 * (int64_t)1000000000);

	(void)os_crash__inode_new(fs, BL_FILE_FOLDER, 0755); /* ROOT */
	return fs;
}

void
os_crash_free(struct os_crash **fs)
{
	if (*fs == NULL)
		return;
	for (size_t i = 0; i < (*fs)->n_inodes; i++) {
		free((*fs)->inode[i].live.ptr);
		free((*fs)->inode[i].durable.ptr);
		folder_clear(&(*fs)->inode[i].names);
		folder_clear(&(*fs)->inode[i].durable_names);
	}
	for (size_t i = 0; i < (*fs)->n_changes; i++)
		change_clear(&(*fs)->change[i]);
	free((*fs)->inode);
	free((*fs)->change);
	free((*fs)->open);
	free(*fs);
	*fs = NULL;
}

uint64_t
os_crash_n_states(const struct os_crash *fs)
{
	return 2 + 4 * (uint64_t)fs->n_changes;
}

static enum fate
fate_of(const struct os_crash *fs, uint64_t state, size_t i, uint64_t *random)
{
	size_t pivot = (size_t)((state - 2) / 4);

	if (state < 2)
		return state == 0 ? LOST : KEPT;
	if (state >= os_crash_n_states(fs))
		return (enum fate)(os_crash__random(random) % 4);
	switch ((state - 2) % 4) {
	case 0: return i <= pivot ? KEPT : LOST;
	case 1: return i < pivot ? KEPT : i == pivot ? TORN : LOST;
	case 2: return i == pivot ? LOST : KEPT;
	default: return i == pivot ? ZEROED : KEPT;
	}
}

/* ${c} happens to the durable side of ${after} as ${fate} has it.  Names and
 * truncations are not torn: kept. */
static void
happen(struct os_crash *after, const struct os_crash_change *c, enum fate fate, uint64_t *random)
{
	struct blob *b;
	size_t part;

	if (fate == LOST)
		return;
	if (c->kind == CHANGE_NAMES) {
		os_crash__names_apply(after, c);
		return;
	}
	b = &after->inode[c->inode].durable;
	if (c->kind == CHANGE_TRUNCATE) {
		os_crash__blob_resize(b, (size_t)c->offset);
		return;
	}
	part = fate == KEPT ? c->bytes.len : 0;
	if (fate == TORN && c->bytes.len > 1)
		part = 1 + (size_t)(os_crash__random(random) % (c->bytes.len - 1));
	if (fate == ZEROED && c->offset + c->bytes.len > b->len)
		os_crash__blob_resize(b, (size_t)c->offset + c->bytes.len);
	if (part > 0)
		os_crash__blob_write(b, c->offset, c->bytes.ptr, part);
}

struct os_crash *
os_crash_reboot(const struct os_crash *fs, uint64_t state)
{
	struct os_crash *after = bare(fs->now_ns);
	uint64_t random = state;

	after->random = state;
	for (size_t i = 0; i < fs->n_inodes; i++) {
		const struct os_crash_inode *from = &fs->inode[i];
		size_t to = os_crash__inode_new(after, from->kind, from->mode);

		after->inode[to].durable = os_crash__blob_of(from->durable.ptr, from->durable.len);
		after->inode[to].durable_names = folder_copy(&from->durable_names);
	}
	for (size_t i = 0; i < fs->n_changes; i++)
		happen(after, &fs->change[i], fate_of(fs, state, i, &random), &random);
	for (size_t i = 0; i < after->n_inodes; i++) {
		struct os_crash_inode *inode = &after->inode[i];

		inode->live = os_crash__blob_of(inode->durable.ptr, inode->durable.len);
		inode->names = folder_copy(&inode->durable_names);
	}
	return after;
}
