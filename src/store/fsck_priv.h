#ifndef BL_STORE_FSCK_PRIV_H
#define BL_STORE_FSCK_PRIV_H

#include "store/fsck.h"
#include "store/store_priv.h"

struct bl_fsck__pair;
struct bl_json_parser;

/* What the fsck_* files share. */

struct bl_fsck__type {
	struct bl_str name;	   /* Absent: a lost record told it. */
	char *folder;		   /* "type=..."; NULL without a name. */
	uint32_t n;		   /* Versions, by the catalogue. */
	bool named;		   /* By the catalogue. */
	uint64_t i_segment;	   /* The manifest's segments of the type ... */
	uint64_t n_segments;	   /* ... are [i_segment, i_segment + n_segments). */
	uint32_t n_sealed, n_next; /* n_next: the tail is followed up to here. */
	struct bl_block *block;	   /* Heap. */
	uint64_t n_blocks, cap_blocks;
};

struct bl_fsck__entry {
	uint64_t offset, base, pair;
	uint32_t depth;
	bool good, is_base;
};

/* Versions [before, n) of a type are new with the delivery at hand. */
struct bl_fsck__growth {
	uint32_t type_no, before, n;
};

/* A set of members that later records may be a difference to. */
struct bl_fsck__set {
	uint64_t position, used;
	struct bl_toggles set;
};

struct bl_fsck {
	struct bl_os *os;
	struct bl_store *bare; /* Root and key only: what layout.c wants. */
	struct bl_fsck_observer observer;
	struct bl_fsck_totals totals;
	struct bl_arena *arena; /* Names, the manifest. */
	bool has_key, has_manifest, has_catalogue;
	struct bl_manifest manifest;
	struct bl_manifest_segment *guess; /* Heap: the segments when there is no manifest. */
	uint64_t cap_guesses;
	struct bl_log catalogue, tail;
	char *catalogue_path, *tail_path;

	struct bl_fsck__type *type;
	uint64_t n_types, cap_types;

	/* catalogue */
	struct bl_fsck__entry *entry; /* By position - 1; lost ones are not good. */
	uint64_t n_entries, cap_entries;
	struct bl_fsck__growth *growth;
	uint64_t n_growths, cap_growths;
	bool gap; /* A record was lost: what is new since cannot be told apart. */
	struct bl_fsck__set *set;
	uint64_t n_sets, cap_sets, set_bytes, clock;
	struct bl_sha256 *attached; /* Distinct. */
	uint64_t n_attached, cap_attached;
	struct bl_lookup by_sha;

	/* items */
	struct bl_json_parser *parser;
	struct bl_arena *scratch;
	struct bl_unpacker *unpacker;
	struct bl_filter filter; /* Of the type at hand. */
	struct bl_buf file, index, again, plain;
	struct bl_fsck__pair *pair; /* Heap: versions of the type that are alike. */
	uint64_t n_pairs, cap_pairs;
	bool second; /* Files are read once more for these; nothing else is told or counted. */
};

/* fsck.c */
/* bl_fsck__place(file): a file, and nothing more of where. */
struct bl_fsck_place bl_fsck__place(struct bl_str file);
void bl_fsck__say(struct bl_fsck *f, enum bl_fsck_code code, struct bl_fsck_place at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void bl_fsck__progress(struct bl_fsck *f, uint64_t bytes);
/* bl_fsck__fatal(status): must the examination end?  (memory; else it is a problem to be told) */
bool bl_fsck__fatal(enum bl_status status);
BL_STATUS bl_fsck__type(struct bl_fsck *f, uint64_t no, struct bl_str name, struct bl_err *reterr);
/* The next head of a whole record at or behind ${from}; UINT64_MAX: none.  ${kind} 0: of any. */
BL_STATUS bl_fsck__next_head(const struct bl_log *log, uint64_t from, uint32_t kind,
    uint64_t *ret_offset, struct bl_err *reterr);
/* The bytes between a record's payload and the next record. */
BL_STATUS bl_fsck__padding(struct bl_fsck *f, const struct bl_log *log, struct bl_str file,
    const struct bl_log__record *record, struct bl_err *reterr);

/* fsck_catalogue.c, fsck_segment.c, fsck_tail.c, fsck_names.c: one layer each.  They fail only when
 * the examination must end. */
BL_STATUS bl_fsck__catalogue(struct bl_fsck *f, struct bl_err *reterr);
BL_STATUS bl_fsck__segments(struct bl_fsck *f, uint32_t type_no, struct bl_err *reterr);
BL_STATUS bl_fsck__tail(struct bl_fsck *f, struct bl_err *reterr);
BL_STATUS bl_fsck__blocks(struct bl_fsck *f, uint32_t type_no, struct bl_err *reterr);
BL_STATUS bl_fsck__attachments(struct bl_fsck *f, struct bl_err *reterr);
BL_STATUS bl_fsck__names(struct bl_fsck *f, struct bl_err *reterr);
/* bl_fsck__guess: without a manifest, the segments are those whose names are there. */
BL_STATUS bl_fsck__guess(struct bl_fsck *f, struct bl_err *reterr);
/* Lines of items, the first of which is version ${at.first}; ${table} (may be absent) has an
 * item entry for each.  *ret_n: lines. */
BL_STATUS bl_fsck__items(struct bl_fsck *f, uint32_t type_no, struct bl_fsck_place at,
    struct bl_str plain, struct bl_str table, uint32_t *ret_n, struct bl_err *reterr);

/* fsck_twice.c.  bl_fsck__twice_add: version ${at.first} has the keyed XXH3-128 of ${other}.
 * bl_fsck__twice(f, type_no): read the type once more and tell what they are.  For it: _seen, of
 * each version, once the pairs are in the order of the others; _say tells, and forgets them. */
BL_STATUS bl_fsck__twice_add(struct bl_fsck *f, struct bl_fsck_place at, uint32_t other,
    struct bl_str line, struct bl_err *reterr);
BL_STATUS bl_fsck__twice(struct bl_fsck *f, uint32_t type_no, struct bl_err *reterr);
BL_STATUS bl_fsck__twice_seen(
    struct bl_fsck *f, uint64_t ordinal, struct bl_str line, struct bl_err *reterr);
void bl_fsck__twice_say(struct bl_fsck *f);

#endif
