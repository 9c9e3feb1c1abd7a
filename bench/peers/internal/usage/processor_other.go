//go:build !unix

package usage

import "time"

// Processor is not measured here.
func Processor() time.Duration { return 0 }
