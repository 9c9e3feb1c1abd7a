// Package reading ranges over the texts of a run as its stages see them: weighted,
// prepared, and without what they repeat. A [Reader] reads its source more than
// once, so that texts need not fit in memory; all readings go through one loop.
package reading
