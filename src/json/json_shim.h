#ifndef BL_JSON_JSON_SHIM_H
#define BL_JSON_JSON_SHIM_H

#include <stddef.h>
#include <stdint.h>

/*
 * The C face of simdjson; json_shim.cpp behind it is the only C++ file.  Used is
 * its first stage alone: it checks UTF-8 and strings at the width of a vector
 * and tells where each token begins.  What the tokens mean is decided in
 * C (tree.c), where every error knows its byte.
 */
#ifdef __cplusplus
extern "C" {
#endif

enum bl_json__found {
	BL_JSON__FOUND_OK,
	BL_JSON__FOUND_NOMEM,
	BL_JSON__FOUND_ERROR, /* Not UTF-8, an open string, a raw control byte in one, or empty. */
};

struct bl_json__index;

/* bl_json__index_new(): NULL when there is no memory.  _free: NULL-safe. */
struct bl_json__index *bl_json__index_new(void);
void bl_json__index_free(struct bl_json__index *index);

/*
 * bl_json__index_run(index, text, len, &at, &n): at[0 .. n) are the offsets in
 * ${text} at which its tokens begin, ascending: brackets, braces, commas,
 * colons, opening quotes, and the first byte of any other run.  Valid until the
 * next run.  ${len} < 4 GiB.  No byte behind ${len} is read.
 */
enum bl_json__found bl_json__index_run(struct bl_json__index *index, const char *text, size_t len,
    const uint32_t **ret_at, size_t *ret_n);

/* bl_json__index_trim(index): gives memory back that a large text needed. */
void bl_json__index_trim(struct bl_json__index *index);

/* bl_json__minify(text, len, out, &n): ${text} without the white space outside its
 * strings; ${out} has room for ${len} + BL_JSON__MINIFY_SLACK bytes.  ERROR when a
 * string is not closed. */
#define BL_JSON__MINIFY_SLACK ((size_t)128)
enum bl_json__found bl_json__minify(const char *text, size_t len, char *out, size_t *ret_n);

#ifdef __cplusplus
}
#endif

#endif
