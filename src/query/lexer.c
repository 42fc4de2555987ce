/*
 * Bytes to tokens.  Keywords are words: which of them mean something is the
 * parser's business, so that a member behind a dot may have any name.
 */
#include "query/lexer.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

void
bl_lexer__init(struct bl_lexer *lexer, struct bl_str text, struct bl_arena *arena)
{
	*lexer = (struct bl_lexer){.text = text, .line = 1, .arena = arena};
}

static int
peek(const struct bl_lexer *lx, size_t ahead)
{
	size_t i = lx->at + ahead;

	return i < lx->text.len ? (unsigned char)lx->text.ptr[i] : -1;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static void
advance(struct bl_lexer *lx)
{
	if (lx->text.ptr[lx->at++] == '\n') {
		lx->line++;
		lx->line_start = lx->at;
	}
}

static uint32_t
column(const struct bl_lexer *lx)
{
	return (uint32_t)(lx->at - lx->line_start + 1);
}

static BL_STATUS
skip_blanks(struct bl_lexer *lx, struct bl_err *reterr)
{
	for (;;) {
		int c = peek(lx, 0);
		uint32_t line = lx->line, col = column(lx);

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			advance(lx);
		} else if (c == '-' && peek(lx, 1) == '-') {
			while (peek(lx, 0) != -1 && peek(lx, 0) != '\n')
				advance(lx);
		} else if (c == '/' && peek(lx, 1) == '*') {
			lx->at += 2;
			while (peek(lx, 0) != '*' || peek(lx, 1) != '/') {
				if (peek(lx, 0) == -1)
					return bl_fail_pos(reterr, BL_EINPUT, line, col,
					    "a comment begins here with /* and does not end");
				advance(lx);
			}
			lx->at += 2;
		} else {
			return BL_OK;
		}
	}
}

/* A text in quotes; a doubled quote stands for one. */
static BL_STATUS
quoted(struct bl_lexer *lx, char quote, struct bl_token *token, struct bl_err *reterr)
{
	size_t start = ++lx->at, doubled = 0, n = 0;
	char *copy;

	for (;; advance(lx)) {
		int c = peek(lx, 0);

		if (c == -1)
			return bl_fail_pos(reterr, BL_EINPUT, token->line, token->column,
			    "a text begins here with %c and does not end", quote);
		if (c == 0)
			return bl_fail_pos(
			    reterr, BL_EINPUT, lx->line, column(lx), "a NUL byte in a text");
		if (c != quote)
			continue;
		if (peek(lx, 1) != quote)
			break;
		doubled++;
		lx->at++;
	}
	token->text = (struct bl_str){lx->text.ptr + start, lx->at - start};
	lx->at++;
	if (doubled == 0)
		return BL_OK;
	copy = bl_new(lx->arena, char, token->text.len);
	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a text of the expression");
	for (size_t i = 0; i < token->text.len; i++) {
		copy[n++] = token->text.ptr[i];
		if (token->text.ptr[i] == quote)
			i++;
	}
	token->text = (struct bl_str){copy, n};
	return BL_OK;
}

static BL_STATUS
number(struct bl_lexer *lx, struct bl_token *token, struct bl_err *reterr)
{
	size_t start = lx->at;

	token->kind = BL_TOKEN_INTEGER;
	while (is_digit(peek(lx, 0)))
		lx->at++;
	if (peek(lx, 0) == '.') {
		token->kind = BL_TOKEN_DECIMAL;
		lx->at++;
		while (is_digit(peek(lx, 0)))
			lx->at++;
	}
	if (peek(lx, 0) == 'e' || peek(lx, 0) == 'E') {
		size_t sign = peek(lx, 1) == '+' || peek(lx, 1) == '-' ? 1 : 0;

		token->kind = BL_TOKEN_DECIMAL;
		lx->at += 1 + sign;
		if (!is_digit(peek(lx, 0)))
			return bl_fail_pos(reterr, BL_EINPUT, token->line, token->column,
			    "this number has no digits in its exponent");
		while (is_digit(peek(lx, 0)))
			lx->at++;
	}
	token->text = (struct bl_str){lx->text.ptr + start, lx->at - start};
	if (is_word(peek(lx, 0)))
		return bl_fail_pos(reterr, BL_EINPUT, lx->line, column(lx),
		    "a letter stands right behind the number %.*s", BL_STR_ARG(token->text));
	return BL_OK;
}

static BL_STATUS
sign(struct bl_lexer *lx, struct bl_token *token, struct bl_err *reterr)
{
	static const char two[][3] = {"<>", "!=", "<=", ">=", "||", "->"};
	int c = peek(lx, 0);

	token->kind = BL_TOKEN_SIGN;
	token->text = (struct bl_str){lx->text.ptr + lx->at, 1};
	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++) {
		if (c == two[i][0] && peek(lx, 1) == two[i][1]) {
			token->text.len = 2;
			lx->at += 2;
			return BL_OK;
		}
	}
	if (c > 0 && strchr("()[],.+-*/%=<>", c) != NULL) {
		lx->at++;
		return BL_OK;
	}
	if (c >= 0x21 && c < 0x7f)
		return bl_fail_pos(reterr, BL_EINPUT, token->line, token->column,
		    "the character %c has no meaning here", c);
	return bl_fail_pos(reterr, BL_EINPUT, token->line, token->column,
	    "the byte 0x%02x has no meaning outside of quotes", (unsigned)c);
}

BL_STATUS
bl_lexer__next(struct bl_lexer *lexer, struct bl_token *ret_token, struct bl_err *reterr)
{
	struct bl_token token = {.kind = BL_TOKEN_END};
	enum bl_status status = skip_blanks(lexer, reterr);
	size_t start;
	int c;

	if (status)
		return status;
	start = lexer->at;
	token.line = lexer->line;
	token.column = column(lexer);
	c = peek(lexer, 0);
	if (c == '\'' || c == '"') {
		token.kind = c == '"' ? BL_TOKEN_QUOTED : BL_TOKEN_STRING;
		status = quoted(lexer, (char)c, &token, reterr);
	} else if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1)))) {
		status = number(lexer, &token, reterr);
	} else if (is_word(c) || (c == ':' && is_word(peek(lexer, 1)))) {
		token.kind = c == ':' ? BL_TOKEN_PARAM : BL_TOKEN_WORD;
		if (c == ':')
			start = ++lexer->at;
		while (is_word(peek(lexer, 0)))
			lexer->at++;
		token.text = (struct bl_str){lexer->text.ptr + start, lexer->at - start};
	} else if (c != -1) {
		status = sign(lexer, &token, reterr);
	}
	if (!status)
		*ret_token = token;
	return status;
}
