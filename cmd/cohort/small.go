package main

import (
	"iter"
	"maps"
	"time"
)

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

func days(d float64) time.Duration { return time.Duration(d * 24 * float64(time.Hour)) }
