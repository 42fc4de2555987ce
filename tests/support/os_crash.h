#ifndef TESTS_SUPPORT_OS_CRASH_H
#define TESTS_SUPPORT_OS_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/os_priv.h"

/*
 * A file system in memory that can lose power.
 *
 * What survives: the bytes of a file as of its last sync, and the names of a
 * folder as of its last sync.  Each write, truncation, creation, renaming and
 * removal since then is a pending change, and at the crash each of them is kept
 * or lost by itself; a write may also be torn (a part of it is there) or zeroed
 * (the file is long enough, but holds zeros).  A renaming is kept or lost as a
 * whole, and is safe when the folder of either name was synced.  Nothing is assumed of
 * the order: this is as much as POSIX promises, and less than ext4 does.
 *
 *	struct os_crash *fs = os_crash_new();
 *	fs->calls_left = n;		// power fails at the nth changing call
 *	work(&fs->os, ...);		// fails with EIO from there on
 *	for (uint64_t s = 0; s < os_crash_n_states(fs) + 20; s++) {
 *		struct os_crash *after = os_crash_reboot(fs, s);
 *		check(&after->os);
 *		os_crash_free(&after);
 *	}
 *
 * Paths: "/a/b" and "a/b" are the same; "." is skipped; ".." is refused (EINVAL).
 * There are no symbolic links.  Running out of memory aborts the test.
 */
struct os_crash {
	struct bl_os os; /* First: what is passed on. */

	/* Free to set. */
	uint64_t calls_left; /* Changing calls until the power fails; UINT64_MAX: never. */
	int64_t now_ns;	     /* The clock stands still here; 2026-01-31T00:00:00Z at first. */

	/* To be read. */
	uint64_t n_calls; /* Changing calls so far. */
	bool dead;	  /* The power has failed: every call gives EIO. */

	struct os_crash_inode *inode;
	size_t n_inodes;
	struct os_crash_change *change;
	size_t n_changes;
	struct os_crash_open *open;
	size_t n_open;
	int64_t tick_ns;
	uint64_t random;
};

struct os_crash *os_crash_new(void);
void os_crash_free(struct os_crash **fs);

/*
 * os_crash_n_states(fs): how many states os_crash_reboot() makes in a systematic
 * way: nothing kept, everything kept, each prefix of the changes, each prefix
 * with its last write torn, each change alone lost, each write alone zeroed.
 *
 * os_crash_reboot(fs, state): a new file system as a crash now could leave it, and ${fs} as it
 * was.  States beyond the systematic ones are drawn at random, the same ones
 * for the same number.
 */
uint64_t os_crash_n_states(const struct os_crash *fs);
struct os_crash *os_crash_reboot(const struct os_crash *fs, uint64_t state);

#endif
