//go:build !unix

package attribution_test

import "time"

// processor is not measured here.
func processor() time.Duration { return 0 }
