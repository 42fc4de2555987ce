#ifndef BL_STORE_STORE_PRIV_H
#define BL_STORE_STORE_PRIV_H

#include "base/buf.h"
#include "store/filter.h"
#include "store/log.h"
#include "store/lookup.h"
#include "store/segment.h"
#include "store/store.h"
#include "store/toggle.h"

struct bl_arena;
struct bl_cache;
struct bl_code__out;

/* What the store's files share.  Only this folder and its tests include this. */

#define BL_STORE__PATH 4096
#define BL_STORE__ROOT_LIMIT 3000 /* Of the store's own path; the rest is ours. */
#define BL_STORE__ITEM_LIMIT ((size_t)64 << 20)
#define BL_STORE__TYPE_LIMIT 256   /* Bytes of a type's name. */
#define BL_STORE__FOLDER_LIMIT 255 /* Bytes of its folder's name, escaped. */
#define BL_STORE__TYPES_LIMIT 65536
#define BL_STORE__VERSIONS_LIMIT (UINT32_MAX - 64) /* Of a type. */
#define BL_STORE__FULL_EVERY 32			   /* A membership is in full at the latest then. */
#define BL_STORE__QUARANTINE_LIMIT 100000	   /* Of one delivery. */
#define BL_STORE__ATTACHMENT_LIMIT ((size_t)256 << 20)
#define BL_STORE__STRING_LIMIT 4096		 /* Of a delivery's or a quarantine's strings. */
#define BL_STORE__BLOCK ((size_t)256 << 10)	 /* Of the tail: plain bytes of one type. */
#define BL_STORE__SEAL_TYPE ((uint64_t)64 << 20) /* A type that waits with so much is sealed. */
#define BL_STORE__SEAL_ALL ((uint64_t)1 << 30)	 /* So much in all: every type above SEAL_SMALL. */
#define BL_STORE__SEAL_SMALL ((uint64_t)1 << 20)

#define BL_STORE__CATALOGUE_MAGIC "BLcatal1"
#define BL_STORE__TAIL_MAGIC "BLtail_1"

#define BL_STORE__SPILL                                                                            \
	((size_t)1 << 20) /* The tail's buffer is written when it holds so much.                   \
			   */

/* Kinds of records. */
#define BL_STORE__DELIVERY 1u /* catalogue.log: the commit point of one delivery. */
#define BL_STORE__ACK 2u  /* catalogue.log: all before it was on the disk when it was written. */
#define BL_STORE__TYPE 3u /* tail: a = type number; payload: its name. */
#define BL_STORE__ITEMS                                                                            \
	4u /* tail: a = type number, b = first ordinal, c = items, d = plain bytes;                \
	      payload: the items' table (BL_ITEM_ENTRY each), then one zstd frame. */

/* Items of one type that wait in the tail. */
struct bl_block {
	uint64_t offset;
	uint32_t first, n;
	uint32_t raw;
};

struct bl_type {
	struct bl_str name;			 /* Heap, NUL-terminated. */
	char folder[BL_STORE__FOLDER_LIMIT + 1]; /* "type=AWS%3A%3AEC2%3A%3AVolume" */
	uint32_t n;				 /* Versions, with those not yet acknowledged. */
	uint32_t n_at_begin, n_at_flush;
	uint32_t n_sealed; /* Versions in segments. */
	struct bl_segment *segment;
	uint32_t n_segments, cap_segments;
	struct bl_block *block; /* Waiting in the tail, in order. */
	uint32_t n_blocks, cap_blocks;
	uint64_t waiting_bytes;	  /* Plain bytes in block[]. */
	struct bl_buf open;	  /* Items put since the last block, each with its newline ... */
	struct bl_buf open_table; /* ... and their table. */
	uint32_t open_first;	  /* Ordinal of the first of them. */
	uint64_t named_at;	  /* Where the present tail names the type; 0: nowhere yet. */
	struct bl_bitmap members; /* Of the delivery in work. */
};

/* A delivery and where its membership is found. */
struct bl_entry {
	struct bl_delivery d;
	uint64_t offset; /* Of its record in catalogue.log. */
	uint64_t base;	 /* Its membership is the difference to this one's; 0: in full. */
	uint64_t n_members;
	uint32_t depth; /* Differences up to the one in full. */
};

/* What a rollback returns to. */
struct bl_save {
	uint32_t n_types;
	uint64_t n_deliveries, n_quarantined;
	uint64_t tail, catalogue; /* Sizes. */
};

struct bl_store {
	struct bl_os *os;
	char *root; /* Heap. */
	bool writer;
	struct bl_file *lock;
	uint64_t key; /* Of the filter's hash. */

	uint64_t generation; /* Of the manifest. */
	uint64_t tail_no;
	struct bl_log tail, catalogue;
	char *tail_path, *catalogue_path;

	struct bl_type *type;
	uint32_t n_types, cap_types;
	struct bl_lookup type_by_name;

	struct bl_entry *entry;
	uint64_t n_deliveries, cap_deliveries;
	struct bl_lookup by_sha, by_sha_name, by_pair; /* Hash -> position. */
	struct bl_lookup by_size, by_size_name;	       /* The first one only, and not compared. */
	struct bl_store_quarantine *quarantined;
	uint64_t n_quarantined, cap_quarantined;
	struct bl_arena *strings;
	struct bl_lookup by_string; /* Interned strings: hash -> index. */
	struct bl_str *string;
	uint64_t n_strings, cap_strings;

	/* Writing. */
	struct bl_filter filter;
	bool in_delivery, group;
	bool dirty; /* Commits that no flush has acknowledged. */
	struct bl_save at_begin, at_flush;
	struct bl_buf refused; /* Quarantine records of the delivery in work, encoded. */
	uint64_t n_refused;
	struct bl_buf attached; /* SHA-256s of its attachments ... */
	struct bl_buf made;	/* ... and of those whose file it made. */
	uint64_t open_bytes;	/* Sum over types of open.len. */
	/* BL_STORE__SEAL_*, and how full the tail's buffer gets; tests make them small. */
	uint64_t seal_type, seal_all, seal_small;
	size_t spill;
	uint64_t dead_bytes;	  /* Plain bytes in the tail that are sealed already. */
	struct bl_packer *packer; /* Compresses tail blocks. */
	struct bl_buf packed;
	struct bl_err broken; /* status != BL_OK: a sync failed; nothing more is written. */

	struct bl_cache *cache; /* What reading keeps: see read.c. */
};

/* store.c */
void bl_store__path(const struct bl_store *store, char out[BL_STORE__PATH], const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A folder of a path, for syncing what was made in it. */
BL_STATUS bl_store__sync_folder(struct bl_store *store, const char *name, struct bl_err *reterr);
/* A new log file's path, on the heap. */
BL_STATUS bl_store__log_path(
    struct bl_store *store, uint64_t tail_no, char **ret_path, struct bl_err *reterr);
/* Grow a heap array to hold one more; *cap doubles. */
BL_STATUS bl_store__grow(
    void **array, uint64_t *cap, uint64_t n, size_t size, struct bl_err *reterr);
char *bl_store__dup(const char *text, size_t len);

/* type.c */
uint32_t bl_type__find(const struct bl_store *store, struct bl_str name);
BL_STATUS bl_type__check_name(struct bl_str name, struct bl_err *reterr);
BL_STATUS bl_type__add(
    struct bl_store *store, struct bl_str name, uint32_t *ret_no, struct bl_err *reterr);
/* bl_type__keep(store, n): forget the types from number ${n} on. */
void bl_type__keep(struct bl_store *store, uint32_t n);
/* Room for one more block, for ${more} more segments; then adding cannot fail. */
BL_STATUS bl_type__reserve_block(struct bl_type *type, struct bl_err *reterr);
BL_STATUS bl_type__reserve_segments(struct bl_type *type, uint32_t more, struct bl_err *reterr);

/* layout.c: making a store, its marker, its manifest. */
struct bl_manifest_segment {
	uint32_t type_no, first, count;
	uint64_t size;
	struct bl_sha256 sha256;
};
struct bl_manifest {
	uint64_t generation, tail_no;
	struct bl_str *type; /* Names by number. */
	uint32_t n_types;
	struct bl_manifest_segment *segment; /* By type, then first. */
	uint64_t n_segments;
};
/* bl_layout__is_store: is there a marker?  BL_OK or BL_ENOTFOUND. */
BL_STATUS bl_layout__is_store(const struct bl_store *store, struct bl_err *reterr);
/* bl_layout__may_create: the folder is there and holds nothing but what an interrupted creation
 * left. */
BL_STATUS bl_layout__may_create(struct bl_store *store, struct bl_err *reterr);
BL_STATUS bl_layout__create(struct bl_store *store, struct bl_err *reterr);
BL_STATUS bl_layout__load(struct bl_store *store, struct bl_err *reterr);
/* bl_layout__marker: the text of a marker with this key. */
BL_STATUS bl_layout__marker(uint64_t key, struct bl_buf *out, struct bl_err *reterr);
/* bl_layout__key: the marker's text to the key. */
BL_STATUS bl_layout__key(struct bl_str text, uint64_t *ret_key, struct bl_err *reterr);
BL_STATUS bl_manifest__parse(struct bl_str text, struct bl_arena *arena,
    struct bl_manifest *ret_manifest, struct bl_err *reterr);
BL_STATUS bl_manifest__format(
    const struct bl_manifest *manifest, struct bl_buf *out, struct bl_err *reterr);
BL_STATUS bl_manifest__load(const struct bl_store *store, struct bl_arena *arena,
    struct bl_manifest *ret_manifest, struct bl_err *reterr);
/* bl_manifest__replace: ${*ret_switched} says whether the new one may be in force after a failure.
 */
BL_STATUS bl_manifest__replace(struct bl_store *store, const struct bl_manifest *manifest,
    bool *ret_switched, struct bl_err *reterr);

/* recover.c: from files to memory. */
BL_STATUS bl_recover__load(struct bl_store *store, struct bl_err *reterr);
/* bl_recover__tidy: a writer's open removes what no manifest names. */
BL_STATUS bl_recover__tidy(struct bl_store *store, struct bl_err *reterr);

/* catalogue.c */
struct bl_record { /* A DELIVERY record's parts; views of the payload. */
	struct bl_delivery d;
	struct bl_str types;
	struct bl_str quarantine;
	struct bl_str attached;
	struct bl_str members; /* Encoded points. */
	uint64_t n_members, base;
};
BL_STATUS bl_catalogue__encode(
    const struct bl_record *record, struct bl_buf *out, struct bl_err *reterr);
BL_STATUS bl_catalogue__decode(
    struct bl_str payload, struct bl_record *ret_record, struct bl_err *reterr);
void bl_catalogue__encode_quarantine(const struct bl_quarantine *q, struct bl_code__out *out);
/* One record's deliveries and quarantine into memory, and with ${types} its types. */
BL_STATUS bl_catalogue__apply(struct bl_store *store, struct bl_str payload, uint64_t offset,
    bool types, struct bl_err *reterr);
/* bl_catalogue__keep: forget deliveries and quarantine behind these counts. */
void bl_catalogue__keep(struct bl_store *store, uint64_t n_deliveries, uint64_t n_quarantined);
/* The latest complete snapshot of an account and region; 0: none. */
uint64_t bl_catalogue__latest(
    const struct bl_store *store, struct bl_str account, struct bl_str region);
/* The set of a delivery's members.  ${ret} is empty before. */
BL_STATUS bl_catalogue__members(
    const struct bl_store *store, uint64_t position, struct bl_toggles *ret, struct bl_err *reterr);

/* read.c */
BL_STATUS bl_cache__new(struct bl_cache **ret_cache, struct bl_err *reterr);
void bl_cache__free(struct bl_cache **cache);
/* bl_cache__forget: blocks of the tail have moved or gone. */
void bl_cache__forget(struct bl_cache *cache);
/* One segment's index: from its file when that is sound, else from the segment itself.  Heap bytes.
 */
BL_STATUS bl_read__index(const struct bl_store *store, const struct bl_type *type,
    const struct bl_segment *segment, struct bl_buf *ret_index, bool *ret_rebuilt,
    struct bl_err *reterr);
/* A block of the tail: its payload in ${record}, its plain bytes in ${plain}. */
BL_STATUS bl_read__block(const struct bl_store *store, const struct bl_type *type,
    const struct bl_block *block, struct bl_unpacker *unpacker, struct bl_buf *record,
    struct bl_buf *plain, struct bl_err *reterr);

/* write.c */
BL_STATUS bl_store__writable(const struct bl_store *store, struct bl_err *reterr);
/* bl_store__break: a sync failed; remember why and refuse every later write. */
void bl_store__break(struct bl_store *store, const struct bl_err *why);
void bl_store__save(struct bl_store *store, struct bl_save *ret_save);
/* bl_store__share(store): from now on other threads may call bl_filter__find_settled while this one
 * writes, and nothing else: it does not find the versions of the delivery in work, which an abort
 * would take away. */
BL_STATUS bl_store__share(struct bl_store *store, struct bl_err *reterr);

/* seal.c */
/* bl_seal__due: does any type wait with so much that it should be sealed? */
bool bl_seal__due(const struct bl_store *store);
BL_STATUS bl_seal__run(struct bl_store *store, bool all, struct bl_err *reterr);

#endif
