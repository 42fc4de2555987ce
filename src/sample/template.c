/*
 * Templates: the text of a resource with directives in <angle brackets>.
 *
 *	'                     a double quote
 *	<acct> <region>       of the recorder
 *	<id> <name> <arn>     the resource's own
 *	<created>             when it was created, ISO 8601; <createdms>: epoch ms
 *	<zone>                its zone (a, b, c by ordinal); <zoneof:T>: of what it refers to
 *	<hex:N:S> <b32:N:S> <uuid:S>   digits drawn with salt S
 *	<num:LO:HI:S>         a number drawn; <step:BASE:STEP>: one that moves with each revision
 *	<pick:LIST:S>         a word from a list
 *	<ref:T> <refname:T> <refarn:T>   the resource of type T that this one belongs to
 *	<peer:T>              the one of the same ordinal, or an invented id
 *	<tags> <Tags>         a list of {key,value}, {Key,Value}
 *	<?FLAG> .. <|> .. <;> one or the other, nested up to four deep
 *	<esc> .. </esc>       JSON inside a JSON string; <url>: percent-encoded
 *
 * They are compiled once: a literal is one copy, however it is written.  A
 * directive that is not known is a bug, and asserted.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "sample/sample_priv.h"

enum {
	OP_TEXT,
	OP_PART,
	OP_ACCT,
	OP_REGION,
	OP_CREATED,
	OP_CREATEDMS,
	OP_ZONE,
	OP_ZONEOF,
	OP_HEX,
	OP_B32,
	OP_UUID,
	OP_NUM,
	OP_STEP,
	OP_PICK,
	OP_REF,
	OP_PEER,
	OP_TAGS,
	OP_UPPER_TAGS,
	OP_IF,
	OP_ELSE,
	OP_END,
	OP_ESC,
	OP_UNESC,
	OP_URL,
	OP_UNURL,
};

/* Arguments: t type, f flag, l list, n number, s salt. */
static const struct {
	const char *word;
	uint8_t kind, part;
	const char *args;
} directives[] = {
    {"id", OP_PART, PART_ID, ""},
    {"name", OP_PART, PART_NAME, ""},
    {"arn", OP_PART, PART_ARN, ""},
    {"acct", OP_ACCT, 0, ""},
    {"region", OP_REGION, 0, ""},
    {"created", OP_CREATED, 0, ""},
    {"createdms", OP_CREATEDMS, 0, ""},
    {"zone", OP_ZONE, 0, ""},
    {"zoneof", OP_ZONEOF, 0, "t"},
    {"hex", OP_HEX, 0, "ns"},
    {"b32", OP_B32, 0, "ns"},
    {"uuid", OP_UUID, 0, "s"},
    {"num", OP_NUM, 0, "nns"},
    {"step", OP_STEP, 0, "nn"},
    {"pick", OP_PICK, 0, "ls"},
    {"ref", OP_REF, PART_ID, "t"},
    {"refname", OP_REF, PART_NAME, "t"},
    {"refarn", OP_REF, PART_ARN, "t"},
    {"peer", OP_PEER, PART_ID, "t"},
    {"tags", OP_TAGS, 0, ""},
    {"Tags", OP_UPPER_TAGS, 0, ""},
    {"|", OP_ELSE, 0, ""},
    {";", OP_END, 0, ""},
    {"esc", OP_ESC, 0, ""},
    {"/esc", OP_UNESC, 0, ""},
    {"url", OP_URL, 0, ""},
    {"/url", OP_UNURL, 0, ""},
};

static const struct {
	const char *word;
	uint8_t type;
} type_words[] = {{"instance", T_INSTANCE}, {"volume", T_VOLUME}, {"sg", T_GROUP}, {"vpc", T_VPC},
    {"kms", T_KMS}, {"eni", T_ENI}, {"role", T_ROLE}, {"user", T_USER}, {"policy", T_POLICY},
    {"lb", T_LB}};

static const struct {
	const char *word;
	uint32_t flag;
} flag_words[] = {{"ENC", F_ENC}, {"ATT", F_ATT}, {"TAG", F_TAG}, {"MAZ", F_MAZ}, {"AUR", F_AUR},
    {"REP", F_REP}, {"SSH4", F_SSH4}, {"SSH6", F_SSH6}, {"RDP4", F_RDP4}, {"ANY4", F_ANY4},
    {"DENY", F_DENY}, {"PITR", F_PITR}, {"PROT", F_PROT}, {"ROT", F_ROT}, {"ON", F_ON},
    {"CUST", F_CUST}, {"VALID", F_VALID}, {"MULTI", F_MULTI}, {"DIR", F_DIR}};

static const struct {
	const char *word;
	const char *item[8];
} lists[] = {
    {"service", {"orders", "billing", "ledger", "portal", "intake", "metering", "archive", "grid"}},
    {"size", {"t3.medium", "m6i.large", "m6i.xlarge", "c6i.large", "r6i.large", "t3.small",
		 "m7g.large", "c7g.xlarge"}},
    {"dbsize", {"db.t4g.medium", "db.m6g.large", "db.r6g.large", "db.m6g.xlarge", "db.t3.large",
		   "db.r6g.xlarge", "db.m5.large", "db.m7g.large"}},
    {"engine",
	{"postgres", "mysql", "mariadb", "postgres", "postgres", "mysql", "postgres", "mysql"}},
    {"dev", {"f", "g", "h", "i", "j", "k", "l", "m"}},
    {"port", {"443", "8443", "8080", "5432", "3306", "9090", "6379", "80"}},
    {"cidr", {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.20.0.0/16", "203.0.113.0/24",
		 "198.51.100.0/24", "10.64.0.0/10", "100.64.0.0/10"}},
    {"runtime", {"python3.12", "nodejs20.x", "java21", "provided.al2023", "python3.11",
		    "nodejs22.x", "dotnet8", "python3.13"}},
    {"who", {"anna", "bela", "chris", "dana", "emre", "fatma", "georg", "hanna"}},
    {"lbkind", {"application", "application", "network", "application", "network", "application",
		   "application", "gateway"}},
};
#define N_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_NESTING 4

struct compiler {
	struct bl_arena *arena;
	struct bl_sample_op op[600];
	uint32_t n_ops;
	struct bl_buf literal;
	uint32_t open[MAX_NESTING];
	int depth;
	int mode; /* OP_ESC, OP_URL, or 0. */
	enum bl_status status;
};

static void
literal_add(struct compiler *c, const char *bytes, size_t len)
{
	if (c->status == BL_OK)
		c->status = bl_buf_add(&c->literal, (struct bl_str){bytes, len}, NULL);
}

/* An apostrophe stands for a double quote. */
static char
quoted(char byte)
{
	if (byte == '\'')
		return '"';
	return byte;
}

static void
literal_byte(struct compiler *c, char byte)
{
	static const char hex[] = "0123456789ABCDEF";
	const char b = quoted(byte);
	const unsigned char u = (unsigned char)b;
	const char encoded[3] = {'%', hex[u >> 4], hex[u & 15]};
	bool plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') ||
		     b == '-' || b == '_' || b == '.' || b == '~';

	if (c->mode == OP_URL && !plain) {
		literal_add(c, encoded, 3);
	} else {
		if (c->mode == OP_ESC && (b == '"' || b == '\\'))
			literal_add(c, "\\", 1);
		literal_add(c, &b, 1);
	}
}

static struct bl_sample_op *
add_op(struct compiler *c, uint8_t kind)
{
	struct bl_sample_op *op;

	assert(c->n_ops < N_OF(c->op));
	op = &c->op[c->n_ops++];
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	return op;
}

static void
literal_end(struct compiler *c)
{
	struct bl_str copy;

	if (c->literal.len == 0 || c->status != BL_OK)
		return;
	c->status = bl_str_dup(c->arena, bl_buf_str(&c->literal), &copy);
	if (c->status != BL_OK)
		return;
	add_op(c, OP_TEXT)->text = copy;
	c->literal.len = 0;
}

static void
argument(struct bl_sample_op *op, char kind, int i_number, struct bl_str word)
{
	uint64_t number = 0;
	bool found = false;

	for (size_t i = 0; kind == 't' && i < N_OF(type_words) && !found; i++) {
		found = bl_str_eq(word, bl_str_of(type_words[i].word));
		op->type = type_words[i].type;
	}
	for (size_t i = 0; kind == 'l' && i < N_OF(lists) && !found; i++) {
		found = bl_str_eq(word, bl_str_of(lists[i].word));
		op->a = (uint32_t)i;
	}
	if (kind == 'n' || kind == 's') {
		found = bl_str_to_u64(word, &number) && number <= UINT32_MAX;
		if (kind == 's')
			op->salt = (uint32_t)number;
		else if (i_number == 0)
			op->a = (uint32_t)number;
		else
			op->b = (uint32_t)number;
	}
	assert(found);
}

static void
compile_if(struct compiler *c, struct bl_str word)
{
	struct bl_sample_op *op = add_op(c, OP_IF);

	for (size_t i = 0; i < N_OF(flag_words); i++) {
		if (bl_str_eq(word, bl_str_of(flag_words[i].word)))
			op->a = flag_words[i].flag;
	}
	assert(op->a != 0 && c->depth < MAX_NESTING);
	c->open[c->depth++] = c->n_ops - 1;
}

/* Control: <|> is a jump to the end, at which the <?> before it lands too. */
static bool
compile_control(struct compiler *c, uint8_t kind)
{
	switch (kind) {
	case OP_ELSE:
		assert(c->depth > 0);
		add_op(c, OP_ELSE);
		c->op[c->open[c->depth - 1]].skip = c->n_ops;
		c->open[c->depth - 1] = c->n_ops - 1;
		return true;
	case OP_END:
		assert(c->depth > 0);
		c->op[c->open[--c->depth]].skip = c->n_ops;
		return true;
	case OP_ESC:
	case OP_URL: c->mode = kind; return true;
	case OP_UNESC:
	case OP_UNURL: c->mode = 0; return true;
	default: return false;
	}
}

static void
directive(struct compiler *c, struct bl_str text)
{
	struct bl_str rest = text, word = {NULL, 0}, arg;
	int i_number = 0;

	literal_end(c);
	if (text.len > 0 && text.ptr[0] == '?') {
		compile_if(c, bl_str_sub(text, 1, text.len));
		return;
	}
	(void)bl_str_split(&rest, ':', &word);
	for (size_t i = 0; i < N_OF(directives); i++) {
		struct bl_sample_op *op;

		if (!bl_str_eq(word, bl_str_of(directives[i].word)))
			continue;
		if (compile_control(c, directives[i].kind))
			return;
		op = add_op(c, directives[i].kind);
		op->part = directives[i].part;
		for (const char *kind = directives[i].args; *kind != '\0'; kind++) {
			bool more = bl_str_split(&rest, ':', &arg);

			assert(more);
			argument(op, *kind, i_number, arg);
			i_number += *kind == 'n';
		}
		return;
	}
	assert(false);
}

static void
compile_one(struct compiler *c, const char *text, struct bl_sample_template *ret_template)
{
	c->n_ops = 0;
	for (const char *p = text; *p != '\0'; p++) {
		const char *end;

		if (*p != '<') {
			literal_byte(c, *p);
			continue;
		}
		end = strchr(p, '>');
		assert(end != NULL);
		directive(c, (struct bl_str){p + 1, (size_t)(end - p - 1)});
		p = end;
	}
	literal_end(c);
	assert(c->depth == 0 && c->mode == 0);
	if (c->status != BL_OK)
		return;
	ret_template->op = bl_new(c->arena, struct bl_sample_op, c->n_ops);
	if (ret_template->op == NULL) {
		c->status = BL_ENOMEM;
		return;
	}
	memcpy(ret_template->op, c->op, c->n_ops * sizeof(c->op[0]));
	ret_template->n_ops = c->n_ops;
}

BL_STATUS
bl_sample__compile(
    struct bl_arena *arena, struct bl_sample_templates *ret_templates, struct bl_err *reterr)
{
	struct compiler *c = bl_new(arena, struct compiler, 1);

	if (c == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the templates");
	c->arena = arena;
	c->literal = (struct bl_buf)BL_BUF_INIT(1 << 16);
	c->status = BL_OK;
	for (int type = 0; type < N_TYPES && c->status == BL_OK; type++) {
		const struct bl_sample_type_row *row = &bl_sample__types[type];
		const char *const part[N_PARTS] = {row->id, row->name, row->arn, row->relationships,
		    row->configuration, row->supplementary};

		for (int i = 0; i < N_PARTS && c->status == BL_OK; i++) {
			if (part[i] != NULL)
				compile_one(c, part[i], &ret_templates->part[type][i]);
		}
	}
	bl_buf_release(&c->literal);
	if (c->status != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the templates");
	return BL_OK;
}

/* What ${res} refers to: never a resource that can be deleted (invariant 2). */
static void
put_ref(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, const struct bl_sample_op *op)
{
	struct bl_sample_res invented = {.type = op->type};
	const struct bl_sample_res *target = &invented;
	uint32_t count = scope->count[op->type];

	if (count == 0) {
		invented.key = bl_sample__mix(
		    op->type >= N_REGIONAL ? scope->account_key : scope->region_key, op->type);
	} else if (op->kind == OP_PEER && res->ordinal >= count) {
		invented.key = bl_sample__mix(res->key, op->type);
		invented.ordinal = res->ordinal;
	} else {
		target = &scope->res[scope->first[op->type] + res->ordinal % count];
	}
	bl_sample__emit_part(out, scope, target, op->part);
}

static void
put_zone(struct bl_sample_out *out, const struct bl_sample_scope *scope, uint32_t ordinal)
{
	const char zone = (char)('a' + ordinal % 3);

	bl_sample__put_z(out, scope->region);
	bl_sample__put(out, &zone, 1);
}

static void
put_value(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, const struct bl_sample_op *op)
{
	const uint64_t draw = bl_sample__mix(res->key, op->salt);
	const uint32_t count = scope->count[op->type];

	switch (op->kind) {
	case OP_PART: bl_sample__emit_part(out, scope, res, op->part); break;
	case OP_ACCT: bl_sample__put(out, scope->account->id, 12); break;
	case OP_REGION: bl_sample__put_z(out, scope->region); break;
	case OP_CREATED: bl_sample__put_iso(out, res->created_ms); break;
	case OP_CREATEDMS: bl_sample__put_u64(out, (uint64_t)res->created_ms); break;
	case OP_ZONE: put_zone(out, scope, res->ordinal); break;
	case OP_ZONEOF:
		put_zone(out, scope, count == 0 ? res->ordinal : res->ordinal % count);
		break;
	case OP_HEX: bl_sample__put_hex(out, draw, op->a); break;
	case OP_B32: bl_sample__put_base32(out, draw, op->a); break;
	case OP_UUID: bl_sample__put_uuid(out, draw); break;
	case OP_NUM:
		bl_sample__put_u64(out, op->a + bl_sample__below(draw, op->b - op->a + 1));
		break;
	case OP_STEP: bl_sample__put_u64(out, op->a + (uint64_t)op->b * (res->rev % 16)); break;
	case OP_PICK: bl_sample__put_z(out, lists[op->a].item[draw & 7]); break;
	case OP_REF:
	case OP_PEER: put_ref(out, scope, res, op); break;
	case OP_TAGS: bl_sample__emit_tags(out, scope, res, TAGS_LOWER); break;
	case OP_UPPER_TAGS: bl_sample__emit_tags(out, scope, res, TAGS_UPPER); break;
	default: assert(false);
	}
}

/* Bounded recursion: a part may hold an id, name or ARN, and these at most a name or id. */
void
bl_sample__emit_part(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, int part)
{
	const struct bl_sample_template *template = &scope->templates->part[res->type][part];

	for (uint32_t i = 0; i < template->n_ops;) {
		const struct bl_sample_op *op = &template->op[i];

		i++;
		if (op->kind == OP_TEXT)
			bl_sample__put(out, op->text.ptr, op->text.len);
		else if (op->kind == OP_ELSE || (op->kind == OP_IF && (res->flags & op->a) == 0))
			i = op->skip;
		else if (op->kind != OP_IF)
			put_value(out, scope, res, op);
	}
}
