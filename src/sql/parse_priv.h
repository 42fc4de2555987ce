#ifndef BL_SQL_PARSE_PRIV_H
#define BL_SQL_PARSE_PRIV_H

#include <stdbool.h>

#include "base/status.h"
#include "query/parser.h"
#include "sql/ast.h"

/* What the files parse*.c share.  One struct bl_parser goes through all of them; expressions are
 * read by query/parser.h, which comes back for sub-queries. */

/* bl_parse__at(p, "A B C"): do these words stand here, one after the other? */
bool bl_parse__at(struct bl_parser *p, const char *words);
/* bl_parse__accept(p, words, &yes, reterr): takes them if they do. */
BL_STATUS bl_parse__accept(struct bl_parser *p, const char *words, bool *ret_yes);
/* bl_parse__fail(p, what): "... is expected here, found ...". */
BL_STATUS bl_parse__fail(struct bl_parser *p, const char *what);
BL_STATUS bl_parse__expect(struct bl_parser *p, const char *words);
BL_STATUS bl_parse__sign(struct bl_parser *p, const char *sign);
/* bl_parse__refuse(p, what): BL_EUNSUPPORTED "... is not supported" at the token at hand. */
BL_STATUS bl_parse__refuse(struct bl_parser *p, const char *what);
BL_STATUS bl_parse__no_memory(struct bl_parser *p);
/* bl_parse__deeper(p): counts a level of nesting; p->depth-- when it is left. */
BL_STATUS bl_parse__deeper(struct bl_parser *p);

/* bl_parse__ident(p, what, &ident): a name, quoted or not a reserved word. */
BL_STATUS bl_parse__ident(struct bl_parser *p, const char *what, struct bl_ident *ret);
/* bl_parse__is_name(p): may the token at hand be a name that nothing announces (an alias)? */
bool bl_parse__is_name(const struct bl_parser *p);
/* bl_parse__idents(p, what, &list, &n): name, name, ...) behind an opening parenthesis. */
BL_STATUS bl_parse__idents(
    struct bl_parser *p, const char *what, struct bl_ident **ret, uint32_t *ret_n);
/* bl_parse__name(p, what, &catalog, &schema, &name): [[catalog.]schema.]name */
BL_STATUS bl_parse__name(struct bl_parser *p, const char *what, struct bl_ident *ret_catalog,
    struct bl_ident *ret_schema, struct bl_ident *ret_name);
/* bl_parse__text(p, what, &text): a text in single quotes. */
BL_STATUS bl_parse__text(struct bl_parser *p, const char *what, struct bl_str *ret);

bool bl_parse__at_query(const struct bl_parser *p);
BL_STATUS bl_parse__query(struct bl_parser *p, struct bl_query **ret);
/* bl_parse__query_from(p, first, &query): a query whose first body is read already. */
BL_STATUS bl_parse__query_from(struct bl_parser *p, struct bl_body *first, struct bl_query **ret);
BL_STATUS bl_parse__select(struct bl_parser *p, struct bl_select **ret);
BL_STATUS bl_parse__order(struct bl_parser *p, struct bl_sort_key **ret, uint32_t *ret_n);
BL_STATUS bl_parse__relation(struct bl_parser *p, struct bl_relation **ret);
/* bl_parse__table(p, statement): behind CREATE [EXTERNAL] TABLE. */
BL_STATUS bl_parse__table(struct bl_parser *p, struct bl_statement *statement);

#endif
