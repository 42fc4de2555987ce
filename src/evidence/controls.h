#ifndef BL_EVIDENCE_CONTROLS_H
#define BL_EVIDENCE_CONTROLS_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Which requirement a managed rule speaks to: a reading of the texts, for people to confirm.
 * A rule supports a requirement; none fulfils one.
 */
struct bl_control_ref {
	const char *identifier;
	const char *annex; /* Points of the Annex of Regulation (EU) 2024/2690 */
	const char *iso;   /* Controls of ISO/IEC 27001:2022, Annex A */
	char letter;	   /* NIS2, Art. 21(2): 'a' to 'j' */
	bool detection;	   /* Also a source for attack detection, BSIG section 31(2). */
};

/* bl_controls__find(identifier): NULL when there is no reading of it. */
const struct bl_control_ref *bl_controls__find(struct bl_str identifier);

/* bl_controls__letter(text): the letter of "21(2)(x)" in a rule's description; 0 when it has none.
 * bl_controls__bsig_no(letter): the number in BSIG section 30(2); letters and numbers go one to
 * one. */
char bl_controls__letter(struct bl_str text);
int bl_controls__bsig_no(char letter);

#endif
