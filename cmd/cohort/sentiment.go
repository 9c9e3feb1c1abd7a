package main

import (
	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// sentimentHead returns the sentiment head for the model's vectors, or nil if
// there is none.
func sentimentHead(m *bert.Model) (cohort.Sentiment, error) {
	en, err := sentiment.English()
	if err != nil {
		return nil, err
	}
	if en.Encoder() == m.Name() {
		return en, nil
	}
	zh, err := sentiment.Chinese()
	if err != nil {
		return nil, err
	}
	if zh.Encoder() == m.Name() {
		return zh, nil
	}
	return nil, nil
}
