#ifndef TESTS_SUPPORT_OS_CRASH_PRIV_H
#define TESTS_SUPPORT_OS_CRASH_PRIV_H

#include "support/os_crash.h"

/* What os_crash.c and os_crash_disk.c share. */
#define NONE SIZE_MAX
#define ROOT ((size_t)0)

struct blob {
	char *ptr;
	size_t len;
};

struct entry {
	char *name;
	size_t inode;
};

struct folder {
	struct entry *entry;
	size_t n;
};

struct os_crash_inode {
	enum bl_file_kind kind;
	uint32_t mode;
	struct blob live, durable; /* REGULAR */
	struct folder names, durable_names;
	bool locked;
};

enum change_kind { CHANGE_WRITE, CHANGE_TRUNCATE, CHANGE_NAMES };

struct os_crash_change {
	enum change_kind kind;
	size_t
	    inode; /* WRITE, TRUNCATE: the file; NAMES: what ${to} names, NONE: only a removal. */
	uint64_t offset; /* WRITE: where; TRUNCATE: the size. */
	struct blob bytes;
	size_t from_folder, to_folder; /* NAMES; NONE when there is none. */
	char *from, *to;
};

struct os_crash_open {
	bool used, append, may_write, has_lock;
	size_t inode;
	uint64_t at;
};

extern const struct bl_os_ops os_crash__ops;

void *os_crash__need(void *p);
void *os_crash__grown(void *p, size_t n, size_t size);
char *os_crash__copy_z(const char *z);
void os_crash__blob_resize(struct blob *b, size_t len);
struct blob os_crash__blob_of(const void *bytes, size_t len);
void os_crash__blob_write(struct blob *b, uint64_t offset, const char *bytes, size_t len);
size_t os_crash__folder_find(const struct folder *f, const char *name);
void os_crash__folder_remove(struct folder *f, const char *name);
void os_crash__folder_set(struct folder *f, const char *name, size_t inode);
struct os_crash_change *os_crash__change_new(struct os_crash *fs);
void os_crash__drop(struct os_crash *fs, const bool *gone);
void os_crash__names_apply(struct os_crash *fs, const struct os_crash_change *c);
uint64_t os_crash__random(uint64_t *state);
size_t os_crash__inode_new(struct os_crash *fs, enum bl_file_kind kind, uint32_t mode);

#endif
