#ifndef BL_DELIVERY_KEY_H
#define BL_DELIVERY_KEY_H

#include <stdint.h>

#include "base/str.h"

struct bl_arena;

/* What the name of an object in a delivery bucket says. */
enum bl_key_kind {
	BL_KEY_OTHER,		  /* No AWS Config name: the content decides. */
	BL_KEY_SNAPSHOT,	  /* ..._ConfigSnapshot_<ts>_<uuid>.json.gz */
	BL_KEY_HISTORY,		  /* ..._ConfigHistory_<Type>_<ts1>_<ts2>_<n>.json.gz */
	BL_KEY_OVERSIZED,	  /* ..._ChangeNotification_<Type>_<id>_<ts>_<stateId>.json.gz */
	BL_KEY_WRITABILITY_CHECK, /* ConfigWritabilityCheckFile, 0 bytes */
};

struct bl_key {
	enum bl_key_kind kind;
	struct bl_str path; /* The whole key, percent-decoded. */
	struct bl_str name; /* Its last segment, decoded. */
	struct bl_str
	    prefix; /* Before AWSLogs/, without the final '/': s3KeyPrefix and organisation id. */
	struct bl_str account;	   /* 12 digits; absent when the name has none. */
	struct bl_str region;	   /* "eu-central-1", "global"; absent for the writability check. */
	int year, month, day;	   /* Of the folder (padded or not); 0 when absent. */
	struct bl_str type;	   /* HISTORY, OVERSIZED: resource type. */
	struct bl_str resource_id; /* OVERSIZED. */
	struct bl_str snapshot_id; /* SNAPSHOT: the uuid. */
	int64_t first_ns, last_ns; /* HISTORY: first and last capture; SNAPSHOT, OVERSIZED: both the
				      name's time.  BL_INSTANT_MIN when absent. */
	uint32_t part;		   /* HISTORY: the part counter; 0 when absent. */
};

/*
 * bl_key_parse(path, arena, &key, reterr): read a key or a local path (with '/').
 * Any number of prefix segments, an organisation segment (o-...), percent-encoded names,
 * names whose ':' a download tool replaced ('_' or '-' or %3A), padded and unpadded dates.
 * A name that is none of AWS's is BL_KEY_OTHER, never an error; a folder and a file name that
 * contradict each other (account, region) are BL_EINPUT, because nobody can say which is true.
 * Strings live in ${arena} or in ${path}.
 * Source: AWS Config developer guide, "delivery channel"; observed keys.
 */
BL_STATUS bl_key_parse(
    struct bl_str path, struct bl_arena *arena, struct bl_key *ret_key, struct bl_err *reterr);

const char *bl_key_kind_name(enum bl_key_kind kind);

#endif
