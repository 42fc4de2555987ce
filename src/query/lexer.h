#ifndef BL_QUERY_LEXER_H
#define BL_QUERY_LEXER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;

/* Tokens of the SQL dialect.  Private to this folder. */
enum bl_token_kind {
	BL_TOKEN_END,
	BL_TOKEN_WORD,	  /* A bare name or keyword; text as written. */
	BL_TOKEN_QUOTED,  /* "name"; text without quotes. */
	BL_TOKEN_STRING,  /* 'text'; text without quotes. */
	BL_TOKEN_INTEGER, /* Digits. */
	BL_TOKEN_DECIMAL, /* 1.5, .5, 1e3 */
	BL_TOKEN_PARAM,	  /* :name; text is the name. */
	BL_TOKEN_SIGN,	  /* One of ( ) [ ] , . + - * / % = <> != < <= > >= || -> */
};

struct bl_token {
	enum bl_token_kind kind;
	uint32_t line, column; /* 1-based; column in bytes. */
	struct bl_str text;
};

struct bl_lexer {
	struct bl_str text;
	size_t at;
	uint32_t line;
	size_t line_start;
	struct bl_arena *arena; /* For strings with doubled quotes. */
};

void bl_lexer__init(struct bl_lexer *lexer, struct bl_str text, struct bl_arena *arena);

/* bl_lexer__next(lexer, &token, reterr): END again and again behind the last. */
BL_STATUS bl_lexer__next(struct bl_lexer *lexer, struct bl_token *ret_token, struct bl_err *reterr);

#endif
