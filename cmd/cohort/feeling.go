package main

import (
	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// feeling returns the head that reads the model's vectors, nil where there is
// none.
func feeling(m *bert.Model) (cohort.Sentiment, error) {
	head, err := sentiment.English()
	if err != nil || head.Model != m.Name() {
		return nil, err
	}
	return head, nil
}
