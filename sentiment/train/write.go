package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-56ee9438/cohort/sentiment"
)

func (t *trainer) path() string { return filepath.Join(t.out, t.lang+".json.gz") }

// write saves the head, with weights rounded to 16 bits.
func (t *trainer) write(m *sentiment.Mixed) error {
	data, err := json.Marshal(m.Rounded())
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(t.path(), packed.Bytes(), 0o644)
}

// stored reads the head that is there.
func (t *trainer) stored() (*sentiment.Mixed, error) {
	f, err := os.Open(t.path())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	return sentiment.ReadMixed(data)
}

// chineseBlend fits a blend to nine in ten of the labelled reviews, or returns
// the one of the head that is there.
func (t *trainer) chineseBlend(ctx context.Context, labelled string) (*sentiment.Blend, error) {
	if labelled == "" {
		m, err := t.stored()
		if err != nil {
			return nil, err
		}
		return m.Blend, nil
	}
	s, err := readSample(labelled)
	if err != nil {
		return nil, err
	}
	s = s.filter(func(i int) bool { return !sentiment.HeldOut(s.texts[i], sentiment.HeldOutChinese) })
	x, err := t.embed(ctx, "blend", s.texts)
	if err != nil {
		return nil, err
	}
	positive := make([]bool, len(s.texts))
	for i := range positive {
		positive[i] = s.judged(i) > 0
	}
	blend, err := sentiment.FitBlend(ctx, s.texts, x, positive, sentiment.BlendOptions{})
	if err != nil {
		return nil, err
	}
	blend.Model, blend.Data = t.name, fmt.Sprintf("%d labelled shopping reviews", len(s.texts))
	return blend, nil
}

// mixes reports whether a shopping review that the blend was not fitted on is
// used to fit the classes.
func mixes(text string) bool { return sentiment.HeldOut("mix "+text, 2) }
