/*
 * Versions whose keyed XXH3-128 another version of the type has.  A hash is no proof: both are held
 * against each other by SHA-256, for which the type's files are read once more, and only when there
 * is such a pair.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "store/fsck_priv.h"

struct bl_fsck__pair {
	struct bl_fsck_place at;
	uint32_t other; /* The version that was there first. */
	struct bl_sha256 mine, others;
	bool read_again;
};

static int
cmp_other(const void *pa, const void *pb)
{
	const struct bl_fsck__pair *a = pa, *b = pb;

	return (a->other > b->other) - (a->other < b->other);
}

static int
cmp_place(const void *pa, const void *pb)
{
	const struct bl_fsck__pair *a = pa, *b = pb;

	return (a->at.first > b->at.first) - (a->at.first < b->at.first);
}

enum bl_status
bl_fsck__twice_add(struct bl_fsck *f, struct bl_fsck_place at, uint32_t other, struct bl_str line,
    struct bl_err *reterr)
{
	const struct bl_fsck__pair *last;
	struct bl_fsck__pair pair = {.at = at, .other = other};
	enum bl_status status =
	    bl_store__grow((void **)&f->pair, &f->cap_pairs, f->n_pairs, sizeof(*f->pair), reterr);

	if (status == BL_OK)
		status = bl_sha256_of(line, &pair.mine, reterr);
	if (status != BL_OK)
		return status;
	assert(f->pair != NULL);
	last = f->n_pairs > 0 ? &f->pair[f->n_pairs - 1] : NULL;
	/* The place's name is the caller's for now. */
	if (last != NULL && bl_str_eq(last->at.file, at.file))
		pair.at.file = last->at.file;
	else if (bl_str_dup(f->arena, at.file, &pair.at.file) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory to tell of versions that are alike");
	f->pair[f->n_pairs++] = pair;
	return BL_OK;
}

enum bl_status
bl_fsck__twice_seen(struct bl_fsck *f, uint64_t ordinal, struct bl_str line, struct bl_err *reterr)
{
	uint64_t low = 0, high = f->n_pairs;
	struct bl_sha256 sha256;
	enum bl_status status;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (f->pair[mid].other < ordinal)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == f->n_pairs || f->pair[low].other != ordinal)
		return BL_OK;
	status = bl_sha256_of(line, &sha256, reterr);
	for (; status == BL_OK && low < f->n_pairs && f->pair[low].other == ordinal; low++) {
		f->pair[low].others = sha256;
		f->pair[low].read_again = true;
	}
	return status;
}

void
bl_fsck__twice_say(struct bl_fsck *f)
{
	if (f->n_pairs > 0)
		qsort(f->pair, f->n_pairs, sizeof(*f->pair), cmp_place);
	for (uint64_t i = 0; i < f->n_pairs; i++) {
		const struct bl_fsck__pair *p = &f->pair[i];

		if (!p->read_again)
			bl_fsck__say(f, BL_FSCK_ITEM_ALIKE, p->at,
			    "it has the keyed XXH3-128 of version %u, which cannot be read again",
			    p->other);
		else if (memcmp(p->mine.byte, p->others.byte, BL_SHA256_BYTES) == 0)
			bl_fsck__say(f, BL_FSCK_ITEM_TWICE, p->at,
			    "it is version %u once more (the same SHA-256)", p->other);
		else
			bl_fsck__say(f, BL_FSCK_ITEM_ALIKE, p->at,
			    "it has the keyed XXH3-128 of version %u, but other bytes", p->other);
	}
	f->n_pairs = 0;
}

enum bl_status
bl_fsck__twice(struct bl_fsck *f, uint32_t type_no, struct bl_err *reterr)
{
	struct bl_fsck_totals totals = f->totals;
	enum bl_status status;

	if (f->n_pairs == 0)
		return BL_OK;
	assert(!f->second);
	qsort(f->pair, f->n_pairs, sizeof(*f->pair), cmp_other);
	f->second = true;
	status = bl_fsck__segments(f, type_no, reterr);
	if (status == BL_OK)
		status = bl_fsck__blocks(f, type_no, reterr);
	f->second = false;
	f->totals = totals;
	if (status == BL_OK)
		bl_fsck__twice_say(f);
	return status;
}
