#include "cli/load.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "os/os.h"
#include "rules/catalogue.h"
#include "rules/pack.h"
#include "store/store.h"

#define PACK_BYTES ((size_t)1 << 20)

static const char default_pack[] = "nis2-kritis";

/* "nis2-kritis" or "nis2-kritis.yaml": one that beleg carries. */
static const struct bl_builtin_file *
find_builtin(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < bl_catalogue_n_packs; i++) {
		const char *file = bl_catalogue_packs[i].name;

		if (strcmp(file, name) == 0 ||
		    (strncmp(file, name, len) == 0 && strcmp(file + len, ".yaml") == 0))
			return &bl_catalogue_packs[i];
	}
	return NULL;
}

enum bl_status
bl_load_pack_text(
    struct bl_cli *cli, const char *name, struct bl_str *ret_file, struct bl_str *ret_text)
{
	const struct bl_builtin_file *builtin;
	enum bl_status status;

	if (name == NULL)
		name = bl_cli_value(cli, "pack");
	if (name == NULL)
		name = default_pack;
	*ret_file = bl_str_of(name);
	status = bl_os_read_file(cli->os, cli->arena, name, PACK_BYTES, ret_text, &cli->err);
	if (status != BL_ENOTFOUND)
		return status;
	builtin = find_builtin(name);
	if (builtin == NULL)
		return bl_fail(&cli->err, BL_ENOTFOUND,
		    "%s is neither a file nor a pack that beleg carries (see: beleg packs list)",
		    name);
	*ret_file = bl_str_of(builtin->name);
	*ret_text = builtin->text;
	return BL_OK;
}

/* "A=1,B=2" */
static enum bl_status
read_params(struct bl_cli *cli, struct bl_rule_input **ret, size_t *ret_n)
{
	const char *text = bl_cli_value(cli, "param");
	struct bl_str rest = bl_str_of(text), part;
	struct bl_rule_input *inputs;
	size_t n = 0, cap = 1;

	for (size_t i = 0; i < rest.len; i++)
		cap += rest.ptr[i] == ',';
	inputs = bl_new(cli->arena, struct bl_rule_input, cap);
	if (inputs == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the parameters");
	while (bl_str_split(&rest, ',', &part)) {
		size_t equals = bl_str_find_byte(part, '=');

		if (equals == SIZE_MAX)
			return bl_fail(&cli->err, BL_EUSAGE, "--param wants NAME=VALUE, not '%.*s'",
			    BL_STR_ARG(part));
		inputs[n].name = bl_str_trim(bl_str_sub(part, 0, equals));
		inputs[n++].value = bl_str_sub(part, equals + 1, part.len);
	}
	*ret = inputs;
	*ret_n = n;
	return BL_OK;
}

enum bl_status
bl_load_pack(struct bl_cli *cli, const char *name, const struct bl_pack **ret_pack)
{
	const struct bl_pack_problem *problems = NULL;
	struct bl_rule_input *inputs;
	struct bl_str file, text;
	size_t n_problems = 0, n_inputs;
	enum bl_status status = bl_load_pack_text(cli, name, &file, &text);

	if (status == BL_OK)
		status = read_params(cli, &inputs, &n_inputs);
	if (status != BL_OK)
		return status;
	status = bl_pack_load(
	    file, text, inputs, n_inputs, cli->arena, ret_pack, &problems, &n_problems, &cli->err);
	for (size_t i = 0; i < n_problems; i++)
		bl_cli_note(cli, "%.*s:%u:%u: %s: %.*s", BL_STR_ARG(file), problems[i].line,
		    problems[i].column, problems[i].error ? "error" : "warning",
		    BL_STR_ARG(problems[i].text));
	if (status == BL_EINPUT)
		return bl_fail(
		    &cli->err, BL_EINPUT, "%.*s is no usable conformance pack", BL_STR_ARG(file));
	/* A rule that lacks an input would judge by something else than the pack says. */
	if (status == BL_OK && (*ret_pack)->n_waiting > 0)
		return bl_fail(&cli->err, BL_EUSAGE,
		    "%.*s has parameters without a value (see the warnings): give them with "
		    "--param "
		    "NAME=VALUE",
		    BL_STR_ARG(file));
	return status;
}

enum bl_status
bl_load_instant_text(struct bl_cli *cli, const char *what, const char *text, int64_t *ret_ns)
{
	if (text != NULL && strcmp(text, "now") == 0) {
		*ret_ns = bl_os_now_ns(cli->os);
		return BL_OK;
	}
	if (text == NULL || !bl_instant_parse(bl_str_of(text), ret_ns))
		return bl_fail(&cli->err, BL_EUSAGE,
		    "%s wants an instant such as 2026-01-31T12:00:00Z, a date (midnight UTC), or "
		    "now%s%s%s",
		    what, text == NULL ? "" : ", not '", text == NULL ? "" : text,
		    text == NULL ? "" : "'");
	return BL_OK;
}

enum bl_status
bl_load_instant(struct bl_cli *cli, const char *option, int64_t *ret_ns)
{
	char what[64];

	(void)snprintf(what, sizeof(what), "--%s", option);
	return bl_load_instant_text(cli, what, bl_cli_value(cli, option), ret_ns);
}

/* The last position ingested at or before an instant; positions are in the order of ingestion. */
static uint64_t
position_at(const struct bl_store *store, int64_t at_ns)
{
	uint64_t position = bl_store_n_deliveries(store);

	while (position > 0 && bl_store_delivery(store, position)->ingested_ns > at_ns)
		position--;
	return position;
}

enum bl_status
bl_load_known_at(struct bl_cli *cli, const struct bl_store *store, uint64_t *ret_position)
{
	const char *text = bl_cli_value(cli, "known-at");
	uint64_t n = bl_store_n_deliveries(store), position;
	int64_t at_ns;

	if (text == NULL) {
		*ret_position = 0;
		return BL_OK;
	}
	if (bl_str_to_u64(bl_str_of(text), &position)) {
		if (position == 0 || position > n)
			return bl_fail(&cli->err, BL_ENOTFOUND,
			    "--known-at %s: the store's ledger positions are 1 to %llu", text,
			    (unsigned long long)n);
		*ret_position = position;
		return BL_OK;
	}
	if (!bl_instant_parse(bl_str_of(text), &at_ns))
		return bl_fail(&cli->err, BL_EUSAGE,
		    "--known-at wants a ledger position such as 8123, or an instant such as "
		    "2026-02-05T12:00:00Z (a date is its midnight UTC), not '%s'",
		    text);
	*ret_position = position_at(store, at_ns);
	if (*ret_position == 0)
		return bl_fail(&cli->err, BL_ENOTFOUND,
		    "--known-at %s: nothing had been ingested by then", text);
	return BL_OK;
}
