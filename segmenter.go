package cohort

import "github.com/seed-56ee9438/cohort/internal/dense"

// Segmenter places users into segments found before, without moving them.
type Segmenter struct {
	info    segmenterInfo
	centres dense.Rows[float32] // [segments, dim]
}
type segmenterInfo struct{}

func newSegmenter(s *Segmentation, g *gathered, gr *groups, o *Options) *Segmenter { return nil }
