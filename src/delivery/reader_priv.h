#ifndef BL_DELIVERY_READER_PRIV_H
#define BL_DELIVERY_READER_PRIV_H

#include "base/buf.h"
#include "delivery/reader.h"

/*
 * What one JSON document is.  Split from the reading of files, because the same
 * question comes up again for each text inside an envelope.
 */
struct bl_json;

/* A tree takes at most this many times its text: "1," is a node of 64 bytes and a copy of the
 * digit, each with a gap behind it in sanitizer builds. */
#define BL_CONTENT__TREE_FACTOR 64

struct bl_content {
	struct bl_reader_sink sink;
	struct bl_json_parser *parser;
	struct bl_arena *arena;	 /* The caller's: what the result keeps. */
	struct bl_buf compacted; /* Scratch for one item. */

	enum bl_delivery_kind kind; /* Of the first document that was understood. */
	struct bl_str snapshot_id;
	struct bl_str message_type;
	struct bl_str whole;
	bool whole_kept;
	struct bl_buf acts; /* Documents that tell what was done to a recorder, one a line. */
	bool has_act;	    /* The document under work tells what was done to a recorder. */
	bool array_items;   /* An items array was there, be it empty. */
	bool broken;	    /* The file as a whole was quarantined. */
	uint64_t n_items;

	uint64_t n_documents;
	uint64_t n_foreign;	   /* Documents that are no delivery. */
	uint64_t foreign_offset;   /* Of the first one. */
	struct bl_str foreign_why; /* What it is, in ${arena}. */

	uint64_t offset;	    /* Of the top-level document under work. */
	enum bl_status sink_status; /* A sink's failure, or lack of memory: the reader stops. */
	struct bl_err sink_err;
};

/* bl_content__item: give one item to the receiver, compacted if ${has_space}.
 * bl_content__refuse: tell it of one that cannot be given.
 * bl_content__broken: something wrong with the file as a whole. */
BL_STATUS bl_content__item(struct bl_content *c, struct bl_str bytes, bool has_space,
    uint64_t offset, struct bl_err *reterr);
BL_STATUS bl_content__refuse(struct bl_content *c, uint64_t offset, uint64_t length,
    struct bl_str reason, struct bl_err *reterr);
BL_STATUS bl_content__broken(
    struct bl_content *c, uint64_t offset, struct bl_str reason, struct bl_err *reterr);

/* bl_content__document: a top-level document: ${value} as the splitter gives it. */
BL_STATUS bl_content__document(
    struct bl_content *c, const struct bl_split_value *value, struct bl_err *reterr);

/* bl_content__mail(text, &json): the JSON behind the prose of a notification sent by e-mail. */
bool bl_content__mail(struct bl_str text, struct bl_str *ret_json);

/* bl_content__quote(arena, bytes, &out): the beginning of bytes that are no JSON, printable. */
BL_STATUS bl_content__quote(
    struct bl_arena *arena, struct bl_str bytes, struct bl_str *ret_out, struct bl_err *reterr);

/* bl_content__is_credential_report(bytes): by the header line. */
bool bl_content__is_credential_report(struct bl_str bytes);

/* bl_content__evidence: keep a document that is an evidence file; *ret_known says whether.
 * bl_content__keep_whole: keep ${bytes} as one. */
BL_STATUS bl_content__evidence(struct bl_content *c, struct bl_str raw, const struct bl_json *root,
    bool *ret_known, struct bl_err *reterr);
BL_STATUS bl_content__keep_whole(
    struct bl_content *c, enum bl_delivery_kind kind, struct bl_str bytes, struct bl_err *reterr);

/* bl_content__trail: a log file of CloudTrail: kept when it speaks of a recorder, else no delivery.
 * bl_content__keep_trail: keep a document that does; several in one file lie one a line. */
BL_STATUS bl_content__trail(struct bl_content *c, struct bl_str raw, const struct bl_json *root,
    bool *ret_known, struct bl_err *reterr);
BL_STATUS bl_content__keep_trail(
    struct bl_content *c, struct bl_str raw, const struct bl_json *root, struct bl_err *reterr);

/* bl_content__keep: a copy that lives as long as the result.  bl_content__no_memory: BL_ENOMEM, and
 * the reader stops. */
BL_STATUS bl_content__keep(
    struct bl_content *c, struct bl_str s, struct bl_str *ret, struct bl_err *reterr);
BL_STATUS bl_content__no_memory(struct bl_content *c, struct bl_err *reterr);

#endif
