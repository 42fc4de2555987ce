#include "cli/cli.h"
#include "cli/verbs.h"
#include "store/store.h"

static int
run(struct bl_cli *cli)
{
	struct bl_store *store = NULL;
	int code = BL_EXIT_OK;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	if (bl_cli_open_store(cli, BL_STORE_WRITE, &store) != BL_OK ||
	    bl_store_seal(store, &cli->err) != BL_OK)
		code = bl_cli_fail(cli);
	bl_store_close(&store);
	return code;
}

static const struct bl_option options[] = {BL_OPTION_STORE, BL_OPTION_QUIET, BL_OPTION_END};

const struct bl_verb bl_verb_seal = {
    .name = "seal",
    .synopsis = "",
    .summary = "turn waiting items into sealed segments",
    .text = "New items wait in the store's tail log until a type has gathered about 64 MiB. seal "
	    "makes\n"
	    "segments of all that waits: plain .ndjson.zst files that zstd, jq, DuckDB, Trino and "
	    "Athena\n"
	    "read as they lie. Sealed files never change. Answers are the same before and after.\n",
    .examples = "  $ beleg seal -s store\n"
		"  $ zstd -dc store/versions/type=AWS%3A%3AEC2%3A%3AVolume/*.ndjson.zst | jq "
		".resourceId\n",
    .options = options,
    .run = run,
};
