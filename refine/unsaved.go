package refine

import "github.com/seed-56ee9438/cohort/internal/unsaved"

// unsavedState makes encoders refuse a type, whose fields they cannot see.
type unsavedState = unsaved.State
