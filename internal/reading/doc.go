// Package reading ranges over the texts of a run as its stages see them:
// weighted, prepared, and without repeats. A [Reader] reads its source more
// than once, so texts need not fit in memory; all readings share one loop.
package reading
