package serve

import (
	"fmt"
	"net/http"
	"time"

	vm "github.com/VictoriaMetrics/metrics"
)

// metrics counts a handler's activity for Prometheus. It holds only numbers.
type metrics struct {
	set        *vm.Set
	texts      *vm.Counter
	tokens     *vm.Counter
	batchTexts *vm.PrometheusHistogram
}

func newMetrics(queued func() float64) *metrics {
	set := vm.NewSet()
	set.NewGauge("cohort_queue_texts", queued)
	return &metrics{
		set:        set,
		texts:      set.NewCounter("cohort_texts_total"),
		tokens:     set.NewCounter("cohort_tokens_total"),
		batchTexts: set.NewPrometheusHistogramExt("cohort_batch_texts", []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}),
	}
}

// request counts a completed request.
func (m *metrics) request(route string, status int, took time.Duration) {
	m.set.GetOrCreateCounter(fmt.Sprintf(`cohort_requests_total{route=%q,code="%d"}`, route, status)).Inc()
	m.set.GetOrCreatePrometheusHistogram(fmt.Sprintf(`cohort_request_seconds{route=%q}`, route)).Update(took.Seconds())
}

// batch counts texts encoded together.
func (m *metrics) batch(texts, tokens int) {
	m.texts.Add(texts)
	m.tokens.Add(tokens)
	m.batchTexts.Update(float64(texts))
}

func (m *metrics) write(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
	vm.WriteProcessMetrics(w)
}
