#ifndef BL_BASE_STATUS_H
#define BL_BASE_STATUS_H

#include <stdint.h>

/*
 * Every way in which a call can fail.  One list, so that the enum, its name,
 * the HTTP mapping and the words cannot drift apart.
 */
#define BL_STATUS_LIST(X)                                                                          \
	X(OK, 200, "success")                                                                      \
	X(EINPUT, 400, "the input is not what its format allows")                                  \
	X(EUSAGE, 400, "the command or call cannot be understood")                                 \
	X(ENOTFOUND, 404, "no such object")                                                        \
	X(ELOCKED, 409, "another process holds it")                                                \
	X(ELIMIT, 413, "a configured limit was reached")                                           \
	X(EUNSUPPORTED, 501, "known, but not supported")                                           \
	X(ENOMEM, 503, "the memory budget of this operation is spent")                             \
	X(EIO, 500, "the operating system reported an error")                                      \
	X(ECORRUPT, 500, "stored data failed its integrity check")

enum bl_status {
#define X(name, http, text) BL_##name,
	BL_STATUS_LIST(X)
#undef X
};

/* The return type of every function that can fail.  Ignoring it is a warning,
 * and warnings are errors. */
#define BL_STATUS __attribute__((warn_unused_result)) enum bl_status

#define BL_NO_OFFSET UINT64_MAX

/*
 * What went wrong, for a person.  Filled only on failure and never allocated,
 * so that running out of memory can be reported too.
 */
struct bl_err {
	enum bl_status status;
	int sys_errno;	 /* errno of the failed call; 0 if none. */
	uint64_t offset; /* Byte offset in the input; BL_NO_OFFSET if none. */
	uint32_t line;	 /* 1-based; 0 if none. */
	uint32_t column; /* 1-based, in bytes; 0 if none. */
	char text[400];	 /* NUL-terminated, one line, no trailing period. */
};

/* bl_status_name(status): "EINPUT"; bl_status_text(status): the words above. */
const char *bl_status_name(enum bl_status status);
const char *bl_status_text(enum bl_status status);

/*
 * bl_fail(reterr, status, fmt, ...): fill ${reterr} (may be NULL) and return
 * ${status}, so that a failure is one statement:
 *
 *	return bl_fail(reterr, BL_EINPUT, "the key has no account");
 *
 * bl_fail_at adds a byte offset, bl_fail_pos a line and column, and bl_fail_sys
 * returns BL_EIO and appends the words of the current errno.  ${status} is
 * evaluated twice.
 *
 * Bytes of the input that the text quotes are made printable: control bytes
 * become '?'.
 */
#define bl_fail(reterr, status, ...)                                                               \
	(bl_err_set((reterr), (status), __VA_ARGS__), (enum bl_status)(status))
#define bl_fail_at(reterr, status, offset, ...)                                                    \
	(bl_err_set_at((reterr), (status), (offset), __VA_ARGS__), (enum bl_status)(status))
#define bl_fail_pos(reterr, status, line, column, ...)                                             \
	(bl_err_set_pos((reterr), (status), (line), (column), __VA_ARGS__),                        \
	    (enum bl_status)(status))
#define bl_fail_sys(reterr, ...) (bl_err_set_sys((reterr), __VA_ARGS__), (enum bl_status)BL_EIO)

/* What these four do to ${reterr}; the status is the macro's own, so that compilers
 * and analyzers see in the caller which one a path returns.  The cast makes it the
 * same type as a call's (an enumerator alone is an int). */
void bl_err_set(struct bl_err *reterr, enum bl_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bl_err_set_at(struct bl_err *reterr, enum bl_status status, uint64_t offset, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
void bl_err_set_pos(struct bl_err *reterr, enum bl_status status, uint32_t line, uint32_t column,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void bl_err_set_sys(struct bl_err *reterr, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* bl_err_prefix(reterr, fmt, ...): put "prefix: " before the text of a failure
 * that a callee reported (a file's name, say).  NULL is allowed. */
void bl_err_prefix(struct bl_err *reterr, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
