/* Statements: which one it is, names, and where it ends. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sql/list.h"
#include "sql/parse_priv.h"

bool
bl_parse__at(struct bl_parser *p, const char *words)
{
	struct bl_parser ahead = *p;
	struct bl_str rest = bl_str_of(words), word;
	struct bl_err ignored;

	ahead.reterr = &ignored;
	while (bl_str_split(&rest, ' ', &word)) {
		if (ahead.token.kind != BL_TOKEN_WORD || !bl_str_eq_ci(ahead.token.text, word))
			return false;
		if (rest.ptr != NULL && bl_parser_next(&ahead))
			return false;
	}
	return true;
}

BL_STATUS
bl_parse__accept(struct bl_parser *p, const char *words, bool *ret_yes)
{
	enum bl_status status = BL_OK;

	*ret_yes = bl_parse__at(p, words);
	if (!*ret_yes)
		return BL_OK;
	for (const char *at = words; !status && at != NULL; at = strchr(at + 1, ' '))
		status = bl_parser_next(p);
	return status;
}

BL_STATUS
bl_parse__fail(struct bl_parser *p, const char *what)
{
	if (p->token.kind == BL_TOKEN_END)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "%s is expected here, but the statement ends", what);
	return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
	    "%s is expected here, found %s%.*s", what,
	    p->token.kind == BL_TOKEN_STRING ? "the text " : "", BL_STR_ARG(p->token.text));
}

BL_STATUS
bl_parse__expect(struct bl_parser *p, const char *words)
{
	bool yes;
	enum bl_status status = bl_parse__accept(p, words, &yes);

	return status ? status : yes ? BL_OK : bl_parse__fail(p, words);
}

BL_STATUS
bl_parse__sign(struct bl_parser *p, const char *sign)
{
	return bl_parser_at_sign(p, sign) ? bl_parser_next(p) : bl_parse__fail(p, sign);
}

BL_STATUS
bl_parse__refuse(struct bl_parser *p, const char *what)
{
	return bl_fail_pos(
	    p->reterr, BL_EUNSUPPORTED, p->token.line, p->token.column, "%s not supported", what);
}

BL_STATUS
bl_parse__no_memory(struct bl_parser *p)
{
	return bl_fail(p->reterr, BL_ENOMEM, "no memory for the statement's tree");
}

BL_STATUS
bl_parse__deeper(struct bl_parser *p)
{
	if (++p->depth > BL_NODE_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, p->token.line, p->token.column,
		    "the statement is nested more than %d deep", BL_NODE_MAX_DEPTH);
	return BL_OK;
}

/* Words that cannot be a name without quotes, and those that go on with a statement. */
bool
bl_parse__is_name(const struct bl_parser *p)
{
	static const char *const reserved[] = {"AND", "AS", "BETWEEN", "BY", "CASE", "CAST",
	    "CREATE", "CROSS", "CUBE", "DELETE", "DISTINCT", "DROP", "ELSE", "END", "ESCAPE",
	    "EXCEPT", "EXISTS", "FETCH", "FOR", "FROM", "FULL", "GROUP", "GROUPING", "HAVING", "IN",
	    "INNER", "INSERT", "INTERSECT", "INTO", "IS", "JOIN", "LEFT", "LIKE", "LIMIT",
	    "NATURAL", "NOT", "NULL", "OFFSET", "ON", "OR", "ORDER", "OUTER", "RIGHT", "ROLLUP",
	    "SELECT", "TABLESAMPLE", "THEN", "UNION", "UNNEST", "USING", "VALUES", "WHEN", "WHERE",
	    "WINDOW", "WITH", "TRUE", "FALSE"};

	if (p->token.kind == BL_TOKEN_QUOTED)
		return true;
	if (p->token.kind != BL_TOKEN_WORD)
		return false;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (bl_str_eq_ci(p->token.text, bl_str_of(reserved[i])))
			return false;
	return p->token.text.ptr[0] < '0' || p->token.text.ptr[0] > '9';
}

BL_STATUS
bl_parse__ident(struct bl_parser *p, const char *what, struct bl_ident *ret)
{
	if (!bl_parse__is_name(p))
		return bl_parse__fail(p, what);
	if (p->token.text.len == 0)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "a name in quotes is empty");
	*ret = (struct bl_ident){.text = p->token.text,
	    .quoted = p->token.kind == BL_TOKEN_QUOTED,
	    .line = p->token.line,
	    .column = p->token.column};
	return bl_parser_next(p);
}

BL_STATUS
bl_parse__idents(struct bl_parser *p, const char *what, struct bl_ident **ret, uint32_t *ret_n)
{
	enum bl_status status;

	while (true) {
		if (!BL_LIST_ROOM(p->arena, ret, *ret_n))
			return bl_parse__no_memory(p);
		status = bl_parse__ident(p, what, &(*ret)[*ret_n]);
		if (status)
			return status;
		++*ret_n;
		if (!bl_parser_at_sign(p, ","))
			return bl_parse__sign(p, ")");
		status = bl_parser_next(p);
		if (status)
			return status;
	}
}

BL_STATUS
bl_parse__name(struct bl_parser *p, const char *what, struct bl_ident *ret_catalog,
    struct bl_ident *ret_schema, struct bl_ident *ret_name)
{
	struct bl_ident parts[3] = {0};
	uint32_t n = 0;
	enum bl_status status = bl_parse__ident(p, what, &parts[n++]);

	while (!status && bl_parser_at_sign(p, ".")) {
		if (n == 3)
			return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
			    "a table's name has at most three parts: catalog.schema.table");
		status = bl_parser_next(p);
		if (!status)
			status = bl_parse__ident(p, what, &parts[n++]);
	}
	if (status)
		return status;
	*ret_name = parts[n - 1];
	*ret_schema = n > 1 ? parts[n - 2] : (struct bl_ident){0};
	*ret_catalog = n > 2 ? parts[0] : (struct bl_ident){0};
	return BL_OK;
}

BL_STATUS
bl_parse__text(struct bl_parser *p, const char *what, struct bl_str *ret)
{
	if (p->token.kind != BL_TOKEN_STRING)
		return bl_parse__fail(p, what);
	*ret = p->token.text;
	return bl_parser_next(p);
}

/* The bytes of the text from one token to the one at hand, without blanks at the ends. */
static struct bl_str
between(const struct bl_parser *p, size_t from)
{
	size_t to = p->lexer.at;

	/* The token at hand is the end or a ';': what is behind it is not read yet. */
	if (p->token.kind != BL_TOKEN_END)
		to -= p->token.text.len;
	return bl_str_trim(bl_str_sub(p->lexer.text, from, to));
}

static BL_STATUS
parse_view(struct bl_parser *p, struct bl_statement *s)
{
	size_t from;
	enum bl_status status =
	    bl_parse__name(p, "a view's name", &s->catalog, &s->schema, &s->name);

	s->kind = BL_STATEMENT_VIEW;
	if (status)
		return status;
	if (bl_parse__at(p, "COMMENT") || bl_parse__at(p, "SECURITY"))
		return bl_parse__refuse(
		    p, bl_parse__at(p, "COMMENT") ? "COMMENT of a view is" : "SECURITY is");
	if (!bl_parse__at(p, "AS"))
		return bl_parse__fail(p, "AS");
	from = p->lexer.at;
	status = bl_parser_next(p);
	if (!status)
		status = bl_parse__query(p, &s->query);
	if (!status)
		s->query_text = between(p, from);
	return status;
}

static BL_STATUS
parse_if_exists(struct bl_parser *p, const char *words, bool *ret)
{
	return bl_parse__accept(p, words, ret);
}

static BL_STATUS
parse_create(struct bl_parser *p, struct bl_statement *s)
{
	enum bl_status status = bl_parser_next(p);
	bool yes = false;

	if (!status)
		status = bl_parse__accept(p, "OR REPLACE", &s->or_replace);
	if (!status)
		status = bl_parse__accept(p, "VIEW", &yes);
	if (status || yes)
		return status ? status : parse_view(p, s);
	if (s->or_replace)
		return bl_parse__fail(p, "VIEW");
	status = bl_parse__accept(p, "EXTERNAL", &s->external);
	if (!status)
		status = bl_parse__accept(p, "TABLE", &yes);
	if (status || yes)
		return status ? status : bl_parse__table(p, s);
	if (!s->external && (bl_parse__at(p, "DATABASE") || bl_parse__at(p, "SCHEMA"))) {
		s->kind = BL_STATEMENT_DATABASE;
		status = bl_parser_next(p);
		if (!status)
			status = parse_if_exists(p, "IF NOT EXISTS", &s->if_not_exists);
		return status ? status : bl_parse__ident(p, "a database's name", &s->name);
	}
	if (!s->external && (bl_parse__at(p, "FUNCTION") || bl_parse__at(p, "ROLE") ||
				bl_parse__at(p, "MATERIALIZED")))
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line, p->token.column,
		    "CREATE %.*s is not supported", BL_STR_ARG(p->token.text));
	return bl_parse__fail(p, s->external ? "TABLE" : "VIEW, TABLE or DATABASE");
}

static BL_STATUS
parse_drop(struct bl_parser *p, struct bl_statement *s)
{
	enum bl_status status = bl_parser_next(p);

	s->kind = BL_STATEMENT_DROP;
	if (status)
		return status;
	s->drop_table = bl_parse__at(p, "TABLE");
	s->drop_database = bl_parse__at(p, "DATABASE") || bl_parse__at(p, "SCHEMA");
	if (!s->drop_table && !s->drop_database && !bl_parse__at(p, "VIEW"))
		return bl_parse__fail(p, "VIEW, TABLE or DATABASE");
	status = bl_parser_next(p);
	if (!status)
		status = parse_if_exists(p, "IF EXISTS", &s->if_exists);
	if (!status)
		status = bl_parse__name(p, "a name", &s->catalog, &s->schema, &s->name);
	return status;
}

static BL_STATUS
parse_show_tables(struct bl_parser *p, struct bl_statement *s)
{
	bool yes = false;
	enum bl_status status = bl_parser_next(p);

	s->kind = BL_STATEMENT_SHOW_TABLES;
	if (!status)
		status = bl_parse__accept(p, "FROM", &yes);
	if (!status && !yes)
		status = bl_parse__accept(p, "IN", &yes);
	if (!status && yes)
		status = bl_parse__ident(p, "a schema's name", &s->schema);
	if (!status)
		status = bl_parse__accept(p, "LIKE", &yes);
	if (!status && (yes || p->token.kind == BL_TOKEN_STRING))
		status = bl_parse__text(p, "a pattern in quotes", &s->like);
	return status;
}

static BL_STATUS
parse_show(struct bl_parser *p, struct bl_statement *s)
{
	bool yes = false;
	enum bl_status status = bl_parser_next(p);

	if (status)
		return status;
	if (bl_parse__at(p, "TABLES") || bl_parse__at(p, "VIEWS"))
		return parse_show_tables(p, s);
	if (bl_parse__at(p, "COLUMNS")) {
		s->kind = BL_STATEMENT_SHOW_COLUMNS;
		status = bl_parser_next(p);
		if (!status)
			status = bl_parse__accept(p, "FROM", &yes);
		if (!status && !yes)
			status = bl_parse__expect(p, "IN");
	} else if (bl_parse__at(p, "CREATE")) {
		s->kind = BL_STATEMENT_SHOW_CREATE;
		status = bl_parser_next(p);
		s->drop_table = !status && bl_parse__at(p, "TABLE");
		if (!status)
			status = s->drop_table ? bl_parser_next(p) : bl_parse__expect(p, "VIEW");
	} else if (p->token.kind == BL_TOKEN_WORD) {
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line, p->token.column,
		    "SHOW %.*s is not supported; there are SHOW TABLES, SHOW COLUMNS, SHOW CREATE",
		    BL_STR_ARG(p->token.text));
	} else {
		return bl_parse__fail(p, "TABLES, COLUMNS or CREATE");
	}
	if (!status)
		status = bl_parse__name(p, "a table's name", &s->catalog, &s->schema, &s->name);
	return status;
}

static BL_STATUS
parse_describe(struct bl_parser *p, struct bl_statement *s)
{
	enum bl_status status = bl_parser_next(p);

	s->kind = BL_STATEMENT_SHOW_COLUMNS;
	if (!status && (bl_parse__at(p, "EXTENDED") || bl_parse__at(p, "FORMATTED")))
		return bl_parse__refuse(p, "DESCRIBE EXTENDED and FORMATTED are");
	if (!status)
		status = bl_parse__name(p, "a table's name", &s->catalog, &s->schema, &s->name);
	return status;
}

static BL_STATUS
parse_explain(struct bl_parser *p, struct bl_statement *s)
{
	enum bl_status status = bl_parser_next(p);

	s->kind = BL_STATEMENT_EXPLAIN;
	if (!status)
		status = bl_parse__accept(p, "ANALYZE", &s->analyze);
	if (!status && bl_parse__at(p, "VERBOSE"))
		return bl_parse__refuse(p, "EXPLAIN ANALYZE VERBOSE is");
	if (!status && bl_parser_at_sign(p, "(") && !bl_parse__at_query(p)) {
		struct bl_parser ahead = *p;

		/* EXPLAIN (TYPE ...), not EXPLAIN (SELECT ...). */
		if (!bl_parser_next(&ahead) &&
		    (bl_parse__at(&ahead, "TYPE") || bl_parse__at(&ahead, "FORMAT")))
			return bl_parse__refuse(p, "options of EXPLAIN are");
	}
	return status ? status : bl_parse__query(p, &s->query);
}

static BL_STATUS
refuse_statement(struct bl_parser *p)
{
	static const char *const known[] = {"INSERT", "DELETE", "UPDATE", "MERGE", "UNLOAD", "MSCK",
	    "ALTER", "GRANT", "REVOKE", "PREPARE", "EXECUTE", "DEALLOCATE", "USE", "SET", "RESET",
	    "CALL", "ANALYZE", "VACUUM", "OPTIMIZE", "TRUNCATE", "REFRESH", "COMMENT", "START",
	    "COMMIT", "ROLLBACK", "LOAD", "EXPORT"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (bl_parse__at(p, known[i]))
			return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line,
			    p->token.column, "%s is not supported: statements only read", known[i]);
	return bl_parse__fail(p, "SELECT or another statement");
}

static BL_STATUS
parse_statement(struct bl_parser *p, struct bl_statement *s)
{
	if (bl_parse__at_query(p) || bl_parser_at_sign(p, "("))
		return bl_parse__query(p, &s->query);
	if (bl_parse__at(p, "EXPLAIN"))
		return parse_explain(p, s);
	if (bl_parse__at(p, "CREATE"))
		return parse_create(p, s);
	if (bl_parse__at(p, "DROP"))
		return parse_drop(p, s);
	if (bl_parse__at(p, "SHOW"))
		return parse_show(p, s);
	if (bl_parse__at(p, "DESCRIBE") || bl_parse__at(p, "DESC"))
		return parse_describe(p, s);
	return refuse_statement(p);
}

/* Behind the statement: nothing, or a ';' and what follows it. */
static BL_STATUS
parse_end(struct bl_parser *p, struct bl_str *ret_rest)
{
	size_t from = p->lexer.at;
	enum bl_status status;

	*ret_rest = (struct bl_str){0};
	if (p->token.kind == BL_TOKEN_END)
		return BL_OK;
	if (!bl_parser_at_sign(p, ";"))
		return bl_parse__fail(p, "the end of the statement or ;");
	do {
		from = p->lexer.at;
		status = bl_parser_next(p);
	} while (!status && bl_parser_at_sign(p, ";"));
	/* An error of the lexer there is the next statement's. */
	if (status || p->token.kind != BL_TOKEN_END)
		*ret_rest = bl_str_sub(p->lexer.text, from, p->lexer.text.len);
	return BL_OK;
}

static enum bl_status
parse_subquery(void *ctx, struct bl_parser *p, struct bl_query **ret)
{
	(void)ctx;
	return bl_parse__query(p, ret);
}

BL_STATUS
bl_sql_parse(struct bl_str text, int64_t now_ns, struct bl_arena *arena,
    struct bl_statement **ret_statement, struct bl_str *ret_rest, struct bl_err *reterr)
{
	struct bl_parser_hooks hooks = {
	    .subquery = parse_subquery, .now_ns = now_ns, .aggregates = true};
	struct bl_parser p = {.arena = arena, .reterr = reterr, .hooks = &hooks};
	struct bl_statement *s = bl_new(arena, struct bl_statement, 1);
	struct bl_err ignored;
	struct bl_str rest;
	enum bl_status status;
	size_t from;
	bool ends;

	if (s == NULL)
		return bl_parse__no_memory(&p);
	if (text.len > BL_SQL_MAX_TEXT)
		return bl_fail(
		    reterr, BL_ELIMIT, "the statement is longer than %zu bytes", BL_SQL_MAX_TEXT);
	bl_lexer_init(&p.lexer, text, arena);
	do {
		from = p.lexer.at;
		status = bl_parser_next(&p);
	} while (!status && bl_parser_at_sign(&p, ";"));
	if (status)
		return status;
	s->line = p.token.line;
	s->column = p.token.column;
	status = parse_statement(&p, s);
	if (status)
		return status;
	ends = p.token.kind == BL_TOKEN_END || bl_parser_at_sign(&p, ";");
	if (ends)
		s->text = between(&p, from);
	/* What is wrong behind a ';' is told with the next statement. */
	p.reterr = ends ? &ignored : reterr;
	status = parse_end(&p, &rest);
	if (status)
		return status;
	*ret_statement = s;
	*ret_rest = rest;
	return BL_OK;
}
