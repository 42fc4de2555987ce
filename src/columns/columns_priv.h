#ifndef BL_COLUMNS_COLUMNS_PRIV_H
#define BL_COLUMNS_COLUMNS_PRIV_H

#include "base/hash.h"
#include "columns/columns.h"
#include "columns/derived.h"
#include "columns/part.h"
#include "columns/steps.h"

struct bl_arena;
struct bl_item;
struct bl_json_parser;
struct bl_os;

/* What the folder's files share. */

#define BL_COLUMNS__PATH 4096
#define BL_COLUMNS__CHUNKS 8u /* More files than these for a table are merged into one. */
#define BL_COLUMNS__FILE_LIMIT ((uint64_t)64 << 30)

extern const struct bl_part_layout bl_heads__layout, bl_column__layout, bl_elements__layout;

/* One table of a type: heads, a column or an element table. */
struct bl_table_entry {
	struct bl_table_entry *next;
	const struct bl_part_layout *layout;
	const struct bl_steps *steps; /* NULL: heads. */
	struct bl_str path;	      /* "" for heads. */
	struct bl_part part;
	bool from_files; /* Something in it was not read from items. */
	union {
		struct bl_heads heads;
		struct bl_column column;
		struct bl_elements elements;
	} as;
};

/* A derived file that the folder holds, as its name tells. */
struct bl_chunk {
	struct bl_str name;
	struct bl_str stem; /* "column-0123456789abcdef" */
	uint32_t first, count;
};

struct bl_print {
	struct bl_print *next;
	uint32_t first, count;
	struct bl_hash128 print;
};

struct bl_columns__type {
	struct bl_table_entry *tables;
	bool listed, made_folder;
	struct bl_chunk *chunk;
	size_t n_chunks;
	struct bl_print *prints;
};

struct bl_columns {
	struct bl_store *store;
	enum bl_columns_mode mode;
	struct bl_os *os;
	struct bl_arena *arena; /* Of everything that is given out. */
	struct bl_columns__type *type;
	uint32_t n_types;
	struct bl_err unwritten; /* status != BL_OK: a write failed so; no more is tried. */
};

/* chunks.c.  bl_chunks__load: the rows of the versions [0, upto) that files cover, into ${part};
 * what is wrong with a file only makes it less, and an unsound one is removed.  ${per_version}: it
 * has a row for each version. BL_ENOMEM. */
struct bl_loaded {
	uint32_t upto, n_chunks;
};
BL_STATUS bl_chunks__load(struct bl_columns *columns, uint32_t type_no, struct bl_str path,
    bool per_version, struct bl_part *part, struct bl_loaded *ret_loaded, struct bl_err *reterr);
/* bl_chunks__save: the rows of [first, first + count); best effort.  The files that it takes the
 * place of are removed. */
void bl_chunks__save(struct bl_columns *columns, uint32_t type_no, struct bl_str path,
    const struct bl_part *part, uint32_t first, uint32_t count);
/* bl_chunks__list: the folder's derived files; what cannot be listed is not there.  BL_ENOMEM. */
BL_STATUS bl_chunks__list(struct bl_columns *columns, uint32_t type_no, struct bl_err *reterr);
/* bl_chunks__read: a file's bytes, whatever they are. */
BL_STATUS bl_chunks__read(
    const struct bl_columns *columns, const char *path, struct bl_buf *out, struct bl_err *reterr);
void bl_chunks__folder(
    const struct bl_columns *columns, uint32_t type_no, char out[BL_COLUMNS__PATH]);
BL_STATUS bl_chunks__print(struct bl_columns *columns, uint32_t type_no, uint32_t first,
    uint32_t count, struct bl_hash128 *ret_print, struct bl_err *reterr);
#define BL_CHUNKS__STEM 32
void bl_chunks__stem(
    const struct bl_part_layout *layout, struct bl_str path, char out[BL_CHUNKS__STEM]);

/* shred.c: items to rows, several tables in one go. */
struct bl_shred_want {
	const struct bl_steps *steps; /* NULL: heads. */
	struct bl_part *part;
	uint32_t from, to; /* The versions that are wanted; to UINT32_MAX: all behind from. */
};
BL_STATUS bl_shred__run(struct bl_store *store, uint32_t type_no, const struct bl_shred_want *wants,
    size_t n_wants, struct bl_err *reterr);

/* reduce.c: the members of an item that are wanted, found without parsing the rest. */
#define BL_REDUCE_SUPPLEMENTARY 1u
#define BL_REDUCE_RELATIONSHIPS 2u
/* bl_reduce__item(bytes, keep, out, &sure, reterr): an item that bl_item_parse reads as it reads
 * ${bytes}, but for configuration (empty or absent), tags (absent) and what is not in ${keep}. */
BL_STATUS bl_reduce__item(
    struct bl_str bytes, unsigned keep, struct bl_buf *out, bool *ret_sure, struct bl_err *reterr);
/* bl_reduce__find(bytes, root, &value): configuration or tags, from their first byte on, when it is
 * an object as it stands; absent when there is none.  False: parse to know. */
bool bl_reduce__find(struct bl_str bytes, enum bl_root root, struct bl_str *ret_value);

/* heads.c, cells.c: rows into what is given out. */
BL_STATUS bl_heads__add(struct bl_part *part, const struct bl_item *item, struct bl_err *reterr);
BL_STATUS bl_heads__view(struct bl_table_entry *table, uint32_t type_no, struct bl_err *reterr);
BL_STATUS bl_column__view(
    struct bl_columns *columns, struct bl_table_entry *table, struct bl_err *reterr);
BL_STATUS bl_elements__view(
    struct bl_columns *columns, struct bl_table_entry *table, struct bl_err *reterr);

/* tables.c: ${n} tables that are wanted become entries of the type. */
struct bl_table_want {
	const struct bl_part_layout *layout;
	const struct bl_steps *steps; /* NULL: heads. */
	struct bl_str path;
};
struct bl_table_entry *bl_tables__find(const struct bl_columns *columns, uint32_t type_no,
    const struct bl_part_layout *layout, struct bl_str path);
BL_STATUS bl_tables__make(struct bl_columns *columns, uint32_t type_no,
    const struct bl_table_want *wants, size_t n_wants, struct bl_err *reterr);

#endif
