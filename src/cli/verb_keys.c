#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/verbs.h"
#include "evidence/keys.h"
#include "os/os.h"

/* The folder of the standard path belongs to its owner alone. */
static enum bl_status
standard_path(struct bl_cli *cli, bool make, const char **ret_path)
{
	const char *home = getenv("HOME");
	struct bl_str folder, path;
	enum bl_status status;

	if (home == NULL)
		return bl_fail(&cli->err, BL_EUSAGE, "HOME is not set: name the key's file");
	status = bl_str_printf(cli->arena, &folder, &cli->err, "%s/.config/beleg", home);
	if (status == BL_OK)
		status = bl_str_printf(cli->arena, &path, &cli->err, "%s/signing-key", folder.ptr);
	if (status == BL_OK && make)
		status = bl_os_mkdirs(cli->os, folder.ptr, &cli->err);
	if (status == BL_OK)
		*ret_path = path.ptr;
	return status;
}

static enum bl_status
show(struct bl_cli *cli, const char *path)
{
	struct bl_key_pair *key = NULL;
	struct bl_str line, fingerprint;
	enum bl_status status = bl_keys_load(cli->os, path, &key, &cli->err);

	if (status == BL_OK)
		status = bl_keys_public(key, cli->arena, &line, &cli->err);
	if (status == BL_OK)
		status = bl_keys_fingerprint(key, cli->arena, &fingerprint, &cli->err);
	if (status == BL_OK)
		(void)printf("%.*s\n%.*s\n", BL_STR_ARG(fingerprint), BL_STR_ARG(line));
	bl_keys_free(&key);
	return status;
}

static int
run(struct bl_cli *cli)
{
	const char *path = cli->n_args == 2 ? cli->args[1] : NULL;
	const char *comment = bl_cli_value(cli, "comment");
	bool make = cli->n_args > 0 && strcmp(cli->args[0], "new") == 0;
	enum bl_status status = BL_OK;

	if (cli->n_args == 0 || cli->n_args > 2 || (!make && strcmp(cli->args[0], "show") != 0))
		return bl_cli_usage(cli, "expected: keys new [FILE], or keys show [FILE]");
	if (path == NULL)
		status = standard_path(cli, make, &path);
	if (status == BL_OK && make) {
		status = bl_keys_new(
		    cli->os, path, bl_str_of(comment == NULL ? "beleg" : comment), &cli->err);
		if (status == BL_OK)
			bl_cli_note(cli,
			    "wrote %s (keep it secret) and %s.pub (give it to your auditor)", path,
			    path);
	}
	if (status == BL_OK)
		status = show(cli, path);
	return status == BL_OK ? BL_EXIT_OK : bl_cli_fail(cli);
}

static const struct bl_option options[] = {
    {"comment", 'c', "TEXT", "the key's comment (default: beleg)", NULL, NULL},
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_keys = {
    .name = "keys",
    .synopsis = "new|show [FILE]",
    .summary = "make or show a signing key",
    .text =
	"new makes an Ed25519 key in OpenSSH's format: FILE, readable by its owner only, and\n"
	"FILE.pub. An existing file is never overwritten. Without FILE:\n"
	"~/.config/beleg/signing-key. show prints the fingerprint and the public key.\n"
	"\n"
	"Give the fingerprint to whoever will verify packages, by a way of its own: a public key\n"
	"that came with the package proves nothing by itself. A key that ssh-keygen -t ed25519 "
	"made\n"
	"without a pass phrase works as well.\n",
    .examples = "  $ beleg keys new\n"
		"  $ beleg keys show ~/.config/beleg/signing-key\n",
    .options = options,
    .run = run,
};
