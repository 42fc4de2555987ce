#ifndef TESTS_STORE_SCENE_H
#define TESTS_STORE_SCENE_H

#include "unit/store/kit.h"

#include "columns/columns.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"

/* A small world told delivery by delivery: hours count from 2026-01-01T00:00Z. */
struct scene {
	char folder[256];
	char path[300];
	struct bl_store *store;
	struct bl_arena *arena;
	struct bl_err err;
	uint64_t n; /* Deliveries so far. */
};

#define HOUR(h) (bl_instant_civil(2026, 1, 1) + (int64_t)(h)*BL_NS_PER_HOUR)

/* One item: volume ${id} of account 111122223333, captured at ${hour}, state number ${state},
 * with ${what} as the configuration's member "x". */
struct thing {
	const char *type;   /* NULL: AWS::EC2::Volume */
	const char *region; /* NULL: eu-central-1 */
	const char *id;
	int hour;
	int state;
	const char *status; /* NULL: OK */
	const char *what;   /* JSON object; NULL: {"x":1} */
	bool daily;	    /* Recorded once a day. */
};

void scene_open(struct scene *s);
void scene_close(struct scene *s);

/* A delivery of the recorder in ${region} that speaks for ${hour} and holds ${n} things. */
uint64_t scene_deliver(struct scene *s, enum bl_delivery_kind kind, const char *region, int hour,
    bool complete, const struct thing *things, size_t n);

/* A delivery that is kept whole: an account list, or what CloudTrail says. */
uint64_t scene_evidence(struct scene *s, enum bl_delivery_kind kind, const char *text);
uint64_t scene_evidence_named(
    struct scene *s, enum bl_delivery_kind kind, const char *key, const char *text);

/* What CloudTrail says that was done to the recorder of 111122223333 in ${region} at ${hour}. */
uint64_t scene_act(
    struct scene *s, const char *name, const char *region, int hour, const char *error);

#define SNAPSHOT(s, hour, ...)                                                                     \
	scene_deliver((s), BL_DELIVERY_SNAPSHOT, "eu-central-1", (hour), true,                     \
	    (const struct thing[]){__VA_ARGS__},                                                   \
	    sizeof((const struct thing[]){__VA_ARGS__}) / sizeof(struct thing))
#define HISTORY(s, hour, ...)                                                                      \
	scene_deliver((s), BL_DELIVERY_HISTORY, "eu-central-1", (hour), true,                      \
	    (const struct thing[]){__VA_ARGS__},                                                   \
	    sizeof((const struct thing[]){__VA_ARGS__}) / sizeof(struct thing))

/* The time line of one type at a position (0: now), or its failure. */
BL_STATUS scene_timeline(struct scene *s, const char *type, uint64_t position,
    struct bl_arena *arena, const struct bl_timeline **ret_timeline);

/* The states of one resource as text: "item 0-6, vanished 6-12, ResourceDeleted 12-" in hours
 * (a minute or less beyond an hour shows as "+"), or "none". */
const char *scene_states(struct scene *s, const char *type, const char *id, uint64_t position);
/* How they ended: "observed, inferred, open", or "none". */
const char *scene_ends(struct scene *s, const char *type, const char *id, uint64_t position);

#endif
