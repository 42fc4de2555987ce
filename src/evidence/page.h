#ifndef BL_EVIDENCE_PAGE_H
#define BL_EVIDENCE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "evidence/words.h"

struct bl_out;
struct bl_package;

/*
 * One language's part of report.html.  Text from outside goes through bl_page__text only, which
 * escapes it; markup is a literal in our own sources only (bl_page__html).
 */
struct bl_page {
	const struct bl_package *package;
	struct bl_out *out;
	struct bl_arena *arena; /* For formatted numbers; rewound by bl_page__row. */
	struct bl_arena_mark mark;
	enum bl_lang lang;
	int section;
};

void bl_page__html(struct bl_page *page, const char *markup);

/*
 * bl_page__text(page, s): escaped for text and attribute values.  What would hide or reorder text
 * is shown as its code instead: control characters and the bidirectional ones as "[U+202E]",
 * invalid UTF-8 as U+FFFD.
 */
void bl_page__text(struct bl_page *page, struct bl_str s);

/* bl_page__name(page, s): as bl_page__text, for a type or identifier: lines may break behind ':'
 * and '_'. */
void bl_page__name(struct bl_page *page, struct bl_str s);

/* bl_page__say(page, word, arg, n): a text of the table, its {i} replaced by arg[i] [n], all
 * escaped. */
void bl_page__say(struct bl_page *page, enum bl_word word, const struct bl_str *arg, size_t n);
void bl_page__word(struct bl_page *page, enum bl_word word); /* Without arguments. */

/* Elements: bl_page__p is a paragraph, bl_page__fact a row of a list of facts. */
void bl_page__p(struct bl_page *page, enum bl_word word, const struct bl_str *arg, size_t n);
void bl_page__section(
    struct bl_page *page, enum bl_word title); /* <section>, numbered <h2>; end_section. */
void bl_page__end_section(struct bl_page *page);

/* A table: begin, for each row: row, cells, end_row; end. */
void bl_page__table(struct bl_page *page, const char *class_name, enum bl_word caption,
    const enum bl_word *column, size_t n);
void bl_page__end_table(struct bl_page *page);
void bl_page__row(struct bl_page *page);
void bl_page__end_row(struct bl_page *page);
void bl_page__cell(struct bl_page *page, struct bl_str s);
void bl_page__cell_number(struct bl_page *page, struct bl_str s);
void bl_page__cell_instant(
    struct bl_page *page, int64_t ns); /* Broken only between day and time. */
void bl_page__cell_word(struct bl_page *page, enum bl_word word);

/* Formatted for the language; the text lives until the next bl_page__row. */
struct bl_str bl_page__number(struct bl_page *page, uint64_t value);
struct bl_str bl_page__percent(
    struct bl_page *page, uint32_t bp); /* 1/100 percent, one digit kept, rounded down. */
struct bl_str bl_page__instant(struct bl_page *page, int64_t ns);
struct bl_str bl_page__duration(struct bl_page *page, int64_t ns);

/* How many rows a table of the report has at most; more stand in the CSV files, and the report says
 * so. */
#define BL_PAGE_MAX_ROWS 500

/* bl_page__more(page, n_shown, n_all, file): the sentence that says what was not shown, if
 * anything. */
void bl_page__more(struct bl_page *page, uint64_t n_shown, uint64_t n_all, const char *file);

/* ---- The parts of the report --------------------------------------------- */

extern const char bl_page__style[];

void bl_page__cover(struct bl_page *page);
void bl_page__summary(struct bl_page *page);
void bl_page__scope(struct bl_page *page);
void bl_page__coverage(struct bl_page *page);
void bl_page__matrix(struct bl_page *page);
void bl_page__deficiencies(struct bl_page *page);
void bl_page__undetermined(struct bl_page *page);
void bl_page__disagreements(struct bl_page *page);
void bl_page__unreadable(struct bl_page *page);
void bl_page__limits(struct bl_page *page);
void bl_page__method(struct bl_page *page);
void bl_page__verify(struct bl_page *page);

#endif
