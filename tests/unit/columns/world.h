#ifndef TESTS_COLUMNS_WORLD_H
#define TESTS_COLUMNS_WORLD_H

#include "unit/store/kit.h"

#include "columns/columns.h"
#include "delivery/item.h"
#include "json/json.h"

/* Random items of one type, in every dialect, and what a path says of them, worked out the plain
 * way: parse everything, then walk the tree. */
#define WORLD_TYPE "AWS::Made::Thing"
#define WORLD_PATH 400

struct cell {
	enum bl_cell kind;
	struct bl_str text; /* Absent where the kind has none. */
};

struct cells {
	struct cell *cell;
	size_t n, cap;
	uint32_t *count; /* Of an element table: rows of each parent. */
	size_t n_counts, cap_counts;
};

struct world {
	uint64_t random;
	struct bl_arena *arena;
	struct bl_json_parser *parser;
	struct bl_str *bytes; /* [n] the items as they were put */
	struct bl_item *item; /* [n] and as they are read */
	uint32_t n, cap;
	char folder[256], path[300];
};

/* A store of its own below a fresh folder, empty. */
void world_open(struct world *w, uint64_t seed);
void world_close(struct world *w);
/* ${n} more items, as one delivery into ${store}. */
void world_deliver(struct world *w, struct bl_store *store, uint32_t n);
/* One more item in memory only. */
struct bl_str world_item(struct world *w);

/* A path at random: of a root, keys that items have, indexes, [*]. */
void world_random_path(struct world *w, char out[WORLD_PATH]);

/* What ${path} says: cells, or with ${counts} the rows of each parent of its last [*]. */
void world_expect(struct world *w, const char *path, bool counts, struct cells *ret);
void cells_release(struct cells *cells);

/* The column, or the elements, of ${path} are as expected; else the test fails with ${why}. */
void world_check_path(
    struct world *w, struct bl_columns *columns, const char *path, const char *why);
void world_check_heads(struct world *w, struct bl_columns *columns, const char *why);

#endif
