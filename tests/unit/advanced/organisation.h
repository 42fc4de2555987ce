#ifndef TESTS_ADVANCED_ORGANISATION_H
#define TESTS_ADVANCED_ORGANISATION_H

#include "unit/timeline/scene.h"

/* A small organisation: two snapshots, six hours apart; see organisation.c for what is in it. */
void organisation_open(struct scene *s);

/* The answer as text: rows, then notes behind "-- ", each a line; or the error with its code. */
const char *organisation_ask(struct scene *s, const char *query, bool extended);

#endif
