package serve

import (
	"fmt"
	"time"
)

// Options bound what a handler takes on. The zero value has the defaults.
type Options struct {
	// MaxBody is the most bytes of a request's body; 0 is 8 MiB.
	MaxBody int64
	// MaxTexts is the most texts of one request; 0 is 2,048, as OpenAI has it.
	MaxTexts int
	// MaxQueue is how many texts, of all requests, may wait or be at work; 0 is
	// 8,192, and it is at least MaxTexts.
	MaxQueue int
	// BatchTokens is the most tokens that are encoded together; 0 is 16,384. A
	// longer text is a batch of its own.
	BatchTokens int
	// Timeout is the longest that a request may take; 0 is a minute.
	Timeout time.Duration
	// Truncate cuts texts that are longer than the model reads where a request
	// does not say whether to. By default such a request is refused, as TEI does.
	Truncate bool
}

func (o Options) withDefaults() (Options, error) {
	for _, c := range []struct {
		name  string
		value int64
	}{
		{"MaxBody", o.MaxBody}, {"MaxTexts", int64(o.MaxTexts)}, {"MaxQueue", int64(o.MaxQueue)},
		{"BatchTokens", int64(o.BatchTokens)}, {"Timeout", int64(o.Timeout)},
	} {
		if c.value < 0 {
			return o, fmt.Errorf("%w: %s is %d, want >= 0", ErrOptions, c.name, c.value)
		}
	}
	or := func(v *int, zero int) {
		if *v == 0 {
			*v = zero
		}
	}
	if o.MaxBody == 0 {
		o.MaxBody = 8 << 20
	}
	or(&o.MaxTexts, 2048)
	or(&o.MaxQueue, 8192)
	o.MaxQueue = max(o.MaxQueue, o.MaxTexts)
	or(&o.BatchTokens, 16384)
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	return o, nil
}
