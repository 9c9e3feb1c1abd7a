package serve

import (
	"fmt"
	"time"
)

// Options limit what a handler accepts. The zero value has the defaults.
type Options struct {
	// MaxBody is the maximum number of bytes in a request's body; 0 means 8
	// MiB.
	MaxBody int64
	// MaxTexts is the maximum number of texts in a request; 0 means 2,048, as
	// in OpenAI's API.
	MaxTexts int
	// MaxQueue is the maximum number of texts, over all requests, that may be
	// waiting or in progress; 0 means 8,192. It is at least MaxTexts.
	MaxQueue int
	// BatchTokens is the maximum number of tokens encoded together; 0 means
	// 16,384. A longer text is a batch by itself.
	BatchTokens int
	// Timeout is the maximum duration of a request; 0 means one minute.
	Timeout time.Duration
	// Truncate truncates texts that are longer than the model's limit if the
	// request does not specify it. By default such a request is refused, as in
	// TEI.
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
