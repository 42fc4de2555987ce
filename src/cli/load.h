#ifndef BL_CLI_LOAD_H
#define BL_CLI_LOAD_H

#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_assessment;
struct bl_cli;
struct bl_pack;
struct bl_store;

/* bl_load_pack(cli, name, &pack): a file, or a pack that beleg carries ("nis2-kritis");
 * NULL: the option --pack, else nis2-kritis.  Warnings go to standard error. */
BL_STATUS bl_load_pack(struct bl_cli *cli, const char *name, const struct bl_pack **ret_pack);

/* bl_load_pack_text(cli, name, &file, &text): its bytes. */
BL_STATUS bl_load_pack_text(
    struct bl_cli *cli, const char *name, struct bl_str *ret_file, struct bl_str *ret_text);

/* bl_load_instant(cli, option, &ns): the option's instant; BL_EUSAGE with an example when it is
 * none. */
BL_STATUS bl_load_instant(struct bl_cli *cli, const char *option, int64_t *ret_ns);

/* bl_load_instant_text(cli, what, text, &ns): the same of an argument, which ${what} names. */
BL_STATUS bl_load_instant_text(
    struct bl_cli *cli, const char *what, const char *text, int64_t *ret_ns);

/* bl_load_known_at(cli, store, &position): the option --known-at: a ledger position, or an instant,
 * which stands for the last position that had been ingested by then; not given: 0 (now).
 * BL_ENOTFOUND when nothing was known then, or the position has not been reached. */
BL_STATUS bl_load_known_at(
    struct bl_cli *cli, const struct bl_store *store, uint64_t *ret_position);

#endif
