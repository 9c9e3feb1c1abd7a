// Package conformance holds tests of all that the packages export together: what
// is said of every type or option must also hold for one that is new.
package conformance
