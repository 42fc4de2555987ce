/* The checker's half that knows functions and operators: which form of a function fits, what its
 * lambdas are given, what comes out. */
#include "query/check.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

/* Does the function's form take these arguments?  Lambdas are told by their node. */
static bool
form_fits(const struct bl_function *f, const struct bl_node *call, uint32_t *ret_wrong)
{
	const char *letter = f->args;

	for (uint32_t i = 0; i < call->n_kids; i++) {
		bool lambda = call->kids[i]->kind == BL_NODE_LAMBDA;

		*ret_wrong = i;
		if (*letter == '\0')
			return false;
		if (lambda ? !bl_function_is_lambda(*letter)
			   : !bl_check__fits(call->kids[i]->type, *letter))
			return false;
		letter += letter[1] == '+' ? 0 : 1;
	}
	*ret_wrong = call->n_kids;
	return *letter == '\0' || (letter[0] != '\0' && letter[1] == '+' && call->n_kids > 0);
}

static size_t
form_count(const struct bl_function *f)
{
	size_t n = 0;

	while (f->args[n] != '\0' && f->args[n] != '+')
		n++;
	return n;
}

static BL_STATUS
fail_call(
    struct bl_checker *c, const struct bl_node *call, const struct bl_function *f, uint32_t wrong)
{
	struct bl_str near = bl_functions_nearest(call->text);
	const struct bl_node *arg;
	char text[BL_TYPE_TEXT];
	char letter;

	if (f == NULL && near.ptr != NULL)
		return bl_check__fail(c, call, "there is no function %.*s(); is %.*s() meant?",
		    BL_STR_ARG(call->text), BL_STR_ARG(near));
	if (f == NULL)
		return bl_check__fail(
		    c, call, "there is no function %.*s()", BL_STR_ARG(call->text));
	if (wrong >= call->n_kids || wrong >= form_count(f))
		return bl_check__fail(c, call, "%s() takes %zu argument%s, not %u", f->name,
		    form_count(f), form_count(f) == 1 ? "" : "s", (unsigned)call->n_kids);
	arg = call->kids[wrong];
	letter = f->args[wrong];
	if (arg->kind == BL_NODE_LAMBDA)
		return bl_check__fail(c, arg, "%s() takes no lambda here", f->name);
	return bl_check__fail(c, arg, "%s() wants a %s here, found %s", f->name,
	    bl_check__letter_name(letter), bl_value_type_name(arg->type, text));
}

/* The first form of the function that fits; on failure the one that came furthest explains. */
static BL_STATUS
find_form(struct bl_checker *c, struct bl_node *call)
{
	const struct bl_function *best = NULL;
	uint32_t best_wrong = 0;
	bool best_count = false;

	for (size_t i = 0; i < bl_functions_n; i++) {
		const struct bl_function *f = &bl_functions_all[i];
		bool count = form_count(f) == call->n_kids;
		uint32_t wrong = 0;

		if (!bl_str_eq_ci(call->text, bl_str_of(f->name)))
			continue;
		if (form_fits(f, call, &wrong)) {
			call->function = f;
			return BL_OK;
		}
		if (best == NULL || (count && !best_count) ||
		    (count == best_count && wrong > best_wrong)) {
			best = f;
			best_wrong = wrong;
			best_count = count;
		}
	}
	return fail_call(c, call, best, best_wrong);
}

/* Results that are made of the arguments' types; *ret has UNKNOWN still. */
static BL_STATUS
nested_result(struct bl_checker *c, const struct bl_node *call, struct bl_datatype *ret)
{
	struct bl_datatype first = call->n_kids > 0 ? call->kids[0]->type : (struct bl_datatype){0};
	struct bl_datatype last = call->n_kids > 0 ? call->kids[call->n_kids - 1]->type : first;
	struct bl_datatype element = bl_check__element(first), key = {0}, value = {0};
	const struct bl_datatype *own_key = NULL, *own_value = NULL;
	enum bl_status status;
	bool map = true;

	if (first.kind == BL_TYPE_MAP) {
		key = *first.key;
		value = *first.element;
	}
	switch (call->function->result) {
	case 'P': key = value = *bl_type_of(BL_TYPE_VARCHAR); break;
	case 'M':
		key = element;
		value = bl_check__element(last);
		break;
	case 'E':
		key = element.fields[0].type;
		value = element.fields[1].type;
		break;
	case 'v': value = last; break;
	case 'w': key = last; break;
	case 'a':
		value = element;
		map = false;
		break;
	case 'l':
	case '1':
		value = last;
		map = false;
		break;
	case 'p':
		value = first;
		map = false;
		break;
	case 'K':
		value = key;
		map = false;
		break;
	case 'V': map = false; break;
	case 'I':
		value = *bl_type_of(BL_TYPE_BIGINT);
		map = false;
		break;
	default: map = false; break;
	}
	if (map && (bl_type_is_nested(key) || key.kind == BL_TYPE_JSON))
		return bl_check__fail(
		    c, call, "the keys of a map are texts, numbers, booleans, dates or timestamps");
	status = map ? bl_check__keep(c, key, &own_key) : BL_OK;
	if (!status)
		status = bl_check__keep(c, value, &own_value);
	if (!status)
		*ret = map ? bl_type_map(own_key, own_value) : bl_type_array(own_value);
	return status;
}

/* array(row(...)) of the entries of a map, or of the elements of all arguments. */
static BL_STATUS
rows_result(struct bl_checker *c, const struct bl_node *call, struct bl_datatype *ret)
{
	bool map = call->kids[0]->type.kind == BL_TYPE_MAP;
	uint32_t n = map ? 2 : call->n_kids;
	struct bl_field *fields = bl_new(c->arena, struct bl_field, n);
	const struct bl_datatype *own = NULL;
	enum bl_status status;

	if (fields == NULL)
		return bl_fail(c->reterr, BL_ENOMEM, "no memory for the expression's tree");
	for (uint32_t i = 0; i < n; i++) {
		fields[i].type = bl_check__element(call->kids[map ? 0 : i]->type);
		if (map)
			fields[i].type =
			    i == 0 ? *call->kids[0]->type.key : *call->kids[0]->type.element;
	}
	status = bl_check__keep(
	    c, (struct bl_datatype){.kind = BL_TYPE_ROW, .fields = fields, .n_fields = n}, &own);
	if (!status)
		*ret = bl_type_array(own);
	return status;
}

static BL_STATUS
check_result(struct bl_checker *c, struct bl_node *call)
{
	static const char scalars[] = "sidbtjD";
	static const enum bl_type_kind kinds[] = {BL_TYPE_VARCHAR, BL_TYPE_BIGINT, BL_TYPE_DOUBLE,
	    BL_TYPE_BOOLEAN, BL_TYPE_TIMESTAMP, BL_TYPE_JSON, BL_TYPE_DATE};
	struct bl_datatype first = call->n_kids > 0 ? call->kids[0]->type : (struct bl_datatype){0};
	char result = call->function->result;
	const char *scalar = strchr(scalars, result);

	if (scalar != NULL) {
		call->type = *bl_type_of(kinds[scalar - scalars]);
		return BL_OK;
	}
	switch (result) {
	case 'S': call->type = bl_type_array(bl_type_of(BL_TYPE_VARCHAR)); return BL_OK;
	case 'e': call->type = bl_check__element(first); return BL_OK;
	case 'k':
		call->type = first.kind == BL_TYPE_MAP ? *first.element : *bl_type_of(BL_TYPE_JSON);
		return BL_OK;
	case '0': call->type = first; return BL_OK;
	case 'z':
	case 'q': call->type = call->kids[call->n_kids - 1]->type; return BL_OK;
	case 'u': return bl_check__common(c, call, call->function->args[0] == 'b' ? 1 : 0, 1);
	case 'R': return rows_result(c, call, &call->type);
	default: return nested_result(c, call, &call->type);
	}
}

/* The letter of the first form of the function that takes a lambda in this place. */
static char
lambda_letter(const struct bl_node *call, uint32_t i)
{
	for (size_t k = 0; k < bl_functions_n; k++) {
		const struct bl_function *f = &bl_functions_all[k];

		if (bl_str_eq_ci(call->text, bl_str_of(f->name)) && i < strlen(f->args) &&
		    bl_function_is_lambda(f->args[i]))
			return f->args[i];
	}
	return '\0';
}

/* The types of a lambda's variables; *ret_n: how many it has. */
static BL_STATUS
variable_types(struct bl_checker *c, const struct bl_node *call, uint32_t i,
    struct bl_datatype types[2], uint32_t *ret_n)
{
	const struct bl_node *lambda = call->kids[i];
	char letter = lambda_letter(call, i);
	bool good = i > 0 && call->kids[0]->kind != BL_NODE_LAMBDA && letter != '\0';
	struct bl_datatype first = good ? call->kids[0]->type : (struct bl_datatype){0};

	good = good && (letter == 'k'	   ? first.kind == BL_TYPE_MAP
			   : letter == 'g' ? true
					   : bl_check__fits(first, 'a'));
	if (!good)
		return bl_check__fail(c, lambda, "a lambda stands behind the array that it is for");
	*ret_n = letter == 'l' || letter == 'Q' || letter == 'g' ? 1 : 2;
	types[0] = types[1] = bl_check__element(first);
	if (letter == 'k') {
		types[0] = *first.key;
		types[1] = *first.element;
	} else if (letter == 'z') {
		types[1] = bl_check__element(call->kids[1]->type);
	} else if (letter == 'q' || letter == 'Q') {
		types[0] = call->kids[letter == 'q' ? 1 : 2]->type;
	} else if (letter == 'g') {
		types[0] = bl_type_array(bl_type_of(BL_TYPE_VARCHAR));
	}
	if (lambda->n_vars != *ret_n)
		return bl_check__fail(c, lambda, "%.*s() wants a lambda of %u variable%s here",
		    BL_STR_ARG(call->text), (unsigned)*ret_n, *ret_n == 1 ? "" : "s");
	return BL_OK;
}

static BL_STATUS
check_body(struct bl_checker *c, struct bl_node *lambda, const struct bl_datatype types[2])
{
	enum bl_status status;

	for (uint32_t v = 0; v < lambda->n_vars; v++) {
		c->var_names[lambda->slot + v] = lambda->vars[v];
		c->var_types[lambda->slot + v] = types[v];
		c->scope[c->n_scope++] = lambda->slot + v;
	}
	status = bl_check__node(c, lambda->kids[0]);
	c->n_scope -= lambda->n_vars;
	lambda->type = lambda->kids[0]->type;
	return status;
}

static BL_STATUS
check_lambda(struct bl_checker *c, struct bl_node *call, uint32_t i)
{
	struct bl_node *lambda = call->kids[i];
	struct bl_datatype types[2], common;
	uint32_t n = 0, n_vars;
	enum bl_status status = variable_types(c, call, i, types, &n);

	if (status)
		return status;
	if (c->expr->n_vars + n > BL_NODE_MAX_VARS)
		return bl_fail_pos(c->reterr, BL_ELIMIT, lambda->line, lambda->column,
		    "the expression has more than %d lambdas", BL_NODE_MAX_VARS);
	lambda->slot = c->expr->n_vars;
	c->expr->n_vars += n;
	n_vars = c->expr->n_vars;
	status = check_body(c, lambda, types);
	if (status || lambda_letter(call, i) != 'q')
		return status;
	/* The state of reduce() may grow wider: 0, then 0 + 1.5. */
	if (!bl_check_unify(types[0], lambda->type, &common))
		return bl_check__fail(
		    c, lambda, "the lambda must give what the second argument is");
	if (bl_type_equal(common, types[0]))
		return BL_OK;
	types[0] = common;
	c->expr->n_vars = n_vars;
	status = check_body(c, lambda, types);
	lambda->type = common;
	return status;
}

/* What a lambda must give, and what two arguments must have in common. */
static BL_STATUS
check_relations(struct bl_checker *c, struct bl_node *call)
{
	const struct bl_function *f = call->function;
	struct bl_node element = {0}, other = {0};
	struct bl_datatype common;
	enum bl_status status = BL_OK;

	for (uint32_t i = 1; !status && i < call->n_kids; i++) {
		char want;

		if (call->kids[i]->kind != BL_NODE_LAMBDA)
			continue; /* There may be more arguments than letters. */
		want = f->args[i] == 'y' ? 'i' : f->args[i] == 'g' ? 's' : 'b';
		if (strchr("b0as", f->result) != NULL)
			status = bl_check__require(c, call->kids[i]->kids[0], want, f->name);
	}
	if (status || call->n_kids < 2)
		return status;
	element.type = bl_check__element(call->kids[0]->type);
	other.type = bl_check__element(call->kids[1]->type);
	if (f->relation == BL_RELATED_ELEMENT)
		return bl_check__comparable(c, call->kids[1], &element, call->kids[1]);
	if (f->relation == BL_RELATED_ARRAYS)
		return bl_check__comparable(c, call->kids[1], &element, &other);
	if (f->relation == BL_RELATED_KEY && call->kids[0]->type.kind == BL_TYPE_MAP) {
		element.type = *call->kids[0]->type.key;
		return bl_check__comparable(c, call->kids[1], &element, call->kids[1]);
	}
	if (f->relation != BL_RELATED_ALL)
		return BL_OK;
	for (uint32_t i = 1; !status && i < call->n_kids; i++) {
		status = bl_check__comparable(c, call, call->kids[0], call->kids[i]);
		if (!status && !bl_check_unify(call->kids[0]->type, call->kids[i]->type, &common))
			status = bl_check__fail(
			    c, call->kids[i], "%s() wants values of one type", f->name);
	}
	return status;
}

BL_STATUS
bl_check__call(struct bl_checker *c, struct bl_node *call)
{
	enum bl_status status = BL_OK;

	if (call->extra != NULL)
		return bl_fail_pos(c->reterr, BL_EUNSUPPORTED, call->line, call->column,
		    "%.*s() is no aggregate or window function that can stand here",
		    BL_STR_ARG(call->text));
	for (uint32_t i = 0; !status && i < call->n_kids; i++) {
		call->kids[i]->path = (struct bl_str){0};
		if (call->kids[i]->kind == BL_NODE_LAMBDA)
			status = check_lambda(c, call, i);
		else
			status = bl_check__node(c, call->kids[i]);
	}
	if (!status)
		status = find_form(c, call);
	if (!status)
		status = check_relations(c, call);
	if (!status)
		status = check_result(c, call);
	call->prepared = NULL;
	if (!status && call->function->prepare != NULL)
		status = call->function->prepare(call, c->arena, c->reterr);
	return status;
}

static bool
is_interval(enum bl_type_kind kind)
{
	return kind == BL_TYPE_SPAN || kind == BL_TYPE_MONTHS;
}

static bool
is_temporal(enum bl_type_kind kind)
{
	return kind == BL_TYPE_DATE || kind == BL_TYPE_TIMESTAMP;
}

/* What an operator gives over dates, timestamps and intervals; UNKNOWN: it has no such meaning. */
static enum bl_type_kind
time_result(enum bl_op op, struct bl_datatype left, struct bl_datatype right)
{
	enum bl_type_kind a = left.kind, b = right.kind;

	if (op == BL_OP_ADD && is_interval(a) && is_temporal(b))
		return b;
	if ((op == BL_OP_ADD || op == BL_OP_SUB) && is_interval(b) && (is_temporal(a) || a == b))
		return a;
	if (op == BL_OP_SUB && is_temporal(a) && is_temporal(b))
		return BL_TYPE_SPAN;
	if (op == BL_OP_MUL && is_interval(b) && bl_type_is_number(left))
		return b;
	if ((op == BL_OP_MUL || op == BL_OP_DIV) && is_interval(a) && bl_type_is_number(right))
		return a;
	return BL_TYPE_UNKNOWN;
}

/* Is this operator one over times?  Then its type is set. */
static bool
is_time_arith(struct bl_node *node)
{
	enum bl_type_kind kind = node->kids[0]->type.kind;

	if (node->kind == BL_NODE_MINUS)
		kind = is_interval(kind) ? kind : BL_TYPE_UNKNOWN;
	else
		kind = time_result(node->op, node->kids[0]->type, node->kids[1]->type);
	if (kind == BL_TYPE_UNKNOWN)
		return false;
	node->type = *bl_type_of(kind);
	return true;
}

BL_STATUS
bl_check__arith(struct bl_checker *c, struct bl_node *node)
{
	static const char *const names[] = {[BL_OP_ADD] = "+",
	    [BL_OP_SUB] = "-",
	    [BL_OP_MUL] = "*",
	    [BL_OP_DIV] = "/",
	    [BL_OP_MOD] = "%"};
	const char *name = node->kind == BL_NODE_MINUS ? "-" : names[node->op];
	bool json = false, wide = false;

	if (is_time_arith(node))
		return BL_OK;
	for (uint32_t i = 0; i < node->n_kids; i++) {
		enum bl_type_kind kind = node->kids[i]->type.kind;
		enum bl_status status;

		if (is_temporal(kind))
			return bl_check__fail(c, node->kids[i],
			    "%s wants numbers; for timestamps there are date_add() and date_diff()",
			    name);
		status = bl_check__require(c, node->kids[i], 'd', name);
		if (status)
			return status;
		json = json || kind == BL_TYPE_JSON;
		wide = wide || kind == BL_TYPE_DOUBLE;
	}
	node->type = *bl_type_of(json ? BL_TYPE_JSON : wide ? BL_TYPE_DOUBLE : BL_TYPE_BIGINT);
	return BL_OK;
}
