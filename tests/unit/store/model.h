#ifndef TESTS_STORE_MODEL_H
#define TESTS_STORE_MODEL_H

#include "kit.h"

/*
 * The naive store: a list of deliveries, each a list of items and what was refused.  Everything
 * that the real one answers is worked out from the first D deliveries anew, slowly and obviously.
 */
#define MODEL_TYPES 5u
#define MODEL_ITEM_BYTES 230u

struct model_item {
	uint32_t type; /* Of kit_type. */
	uint32_t n;    /* Of kit_item. */
};

struct model_delivery {
	uint64_t number; /* Of kit_delivery. */
	enum bl_delivery_kind kind;
	bool complete;
	struct model_item *item;
	size_t n_items;
	uint32_t n_refused;
	bool attached;
};

struct model {
	struct model_delivery *delivery;
	size_t n; /* Committed as far as the caller knows, or tried. */
};

void model_release(struct model *model);

/* A random delivery as the next of the model: some items of before, some new; ${new_items} bounds
 * n. */
struct model_delivery *model_next(struct model *model, uint64_t *random, uint32_t n_items);
/* Forget the last one (it was aborted). */
void model_pop(struct model *model);

/* Give a delivery to a store: begin, items, refused ones, attachment.  Without commit. */
BL_STATUS model_give(struct bl_store *store, const struct model_delivery *d, struct bl_err *reterr);
BL_STATUS model_commit(struct bl_store *store, const struct model_delivery *d,
    uint64_t *ret_position, struct bl_err *reterr);

/* model_check(model, store): the store holds exactly the first D of the model's deliveries, where D
 * is what it says it holds and at least ${least}.  Fails the test otherwise.  Returns D. */
size_t model_check(const struct model *model, struct bl_store *store, size_t least);

#endif
