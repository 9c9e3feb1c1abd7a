package cohort

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// Errors of LoadSegmenter and Assign.
var (
	// ErrSegmenter: the file is not a saved Segmenter, or of another version.
	ErrSegmenter = errors.New("cohort: not a saved segmenter")
	// ErrModel: the model is not the one that the segments were found with.
	ErrModel = errors.New("cohort: another model")
)

// Segmenter places users into segments found before, without moving them: a
// user goes to the segment with the nearest centre. Where the clusterer had
// left users out, so does the Segmenter: a user farther from the nearest
// centre than anyone of that segment was is Unassigned.
type Segmenter struct {
	info    segmenterInfo
	centres []group
}

// segmenterVersion grows when an old program would misread a new file.
const segmenterVersion = 1

type segmenterInfo struct {
	Version  int            `json:"version"`
	Model    string         `json:"model"`
	Digest   string         `json:"model_digest"`
	Dim      int            `json:"dim"`
	Pooling  string         `json:"pooling"`
	HalfLife int64          `json:"half_life_ns"`
	Noise    bool           `json:"noise"`
	Segments []savedSegment `json:"segments"`
}

type savedSegment struct {
	ID     int     `json:"id"`
	Name   string  `json:"name"`
	Users  int     `json:"users"`
	Radius float64 `json:"radius"`
}

// Segmenter returns what places new users into s's segments; nil for a
// Segmentation that was not made by Segment but read from a file.
func (s *Segmentation) Segmenter() *Segmenter { return s.segmenter }

func newSegmenter(s *Segmentation, g *gathered, gr *groups, o *Options) *Segmenter {
	out := &Segmenter{centres: gr.list, info: segmenterInfo{
		Version: segmenterVersion, Model: o.Model.Name(), Digest: o.Model.Digest(), Dim: g.vectors.Dim,
		Pooling: o.Pooling.String(), HalfLife: int64(o.HalfLife), Noise: s.Scores.NoiseShare > 0,
	}}
	for i, p := range gr.list {
		out.info.Segments = append(out.info.Segments, savedSegment{p.id, s.Segments[i].Name, len(p.members), p.radius})
	}
	return out
}

// Save writes the Segmenter: a safetensors file with the centres
// [segments, dim] and all else as JSON in its metadata.
func (m *Segmenter) Save(w io.Writer) error {
	meta, err := json.Marshal(m.info)
	if err != nil {
		return err
	}
	var flat []float32
	for _, c := range m.centres {
		flat = append(flat, c.centre...)
	}
	t, err := safetensors.Of("centres", []int{len(m.centres), m.info.Dim}, flat)
	if err != nil {
		return err
	}
	return safetensors.Write(w, []safetensors.Tensor{t}, map[string]string{"cohort.segmenter": string(meta)})
}

// LoadSegmenter reads what Save wrote; anything else is an ErrSegmenter.
func LoadSegmenter(r io.Reader) (*Segmenter, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	f, err := safetensors.Parse("segmenter", data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSegmenter, err)
	}
	m := &Segmenter{}
	meta, ok := f.Metadata()["cohort.segmenter"]
	if !ok {
		return nil, fmt.Errorf("%w: it says nothing of segments", ErrSegmenter)
	}
	if err := json.Unmarshal([]byte(meta), &m.info); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSegmenter, err)
	}
	i := &m.info
	if i.Version != segmenterVersion {
		return nil, fmt.Errorf("%w: version %d, want %d", ErrSegmenter, i.Version, segmenterVersion)
	}
	t, ok := f.Lookup("centres")
	if !ok || len(t.Shape) != 2 || t.Shape[0] != len(i.Segments) || t.Shape[1] != i.Dim || len(i.Segments) == 0 {
		return nil, fmt.Errorf("%w: its centres are not [%d, %d]", ErrSegmenter, len(i.Segments), i.Dim)
	}
	values, err := t.Float32()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSegmenter, err)
	}
	if _, err := ParsePooling(i.Pooling); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSegmenter, err)
	}
	for n, s := range i.Segments {
		c := values[n*i.Dim : (n+1)*i.Dim]
		if v := norm(c); math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%w: centre %d: %w", ErrSegmenter, n, ErrNotFinite)
		}
		m.centres = append(m.centres, group{id: s.ID, name: s.Name, centre: c, radius: s.Radius})
	}
	return m, nil
}

// Model returns the name of the model that the segments were found with.
func (m *Segmenter) Model() string { return m.info.Model }

// Name returns the name of a segment, "" where there is none of that ID.
func (m *Segmenter) Name(id int) string {
	for _, c := range m.info.Segments {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// Assignment is where a user was placed.
type Assignment struct {
	User     string
	Segment  int // Unassigned where no segment holds him
	RunnerUp int
	Texts    int
	Distance float64 // to the nearest centre
	Margin   float64 // see the package comment
}

// Assign places the users of texts, in the order of their first texts. Options
// other than Model, Prepare and Progress are without effect: pooling is that
// of the first run. A model with another digest is an ErrModel.
func (m *Segmenter) Assign(ctx context.Context, texts iter.Seq2[Text, error], opt Options) ([]Assignment, error) {
	if opt.Model == nil {
		return nil, ErrNoModel
	}
	if d := opt.Model.Digest(); d != m.info.Digest {
		return nil, fmt.Errorf("%w: the segments were found with %s (digest %.12s), this is %s (%.12s)", ErrModel, m.info.Model, m.info.Digest, opt.Model.Name(), d)
	}
	pooling, err := ParsePooling(m.info.Pooling)
	if err != nil {
		return nil, err
	}
	o := Options{
		Model: opt.Model, Prepare: opt.Prepare, Progress: opt.Progress, Pooling: pooling,
		HalfLife: durationOr(m.info.HalfLife), Memory: DefaultMemory, assign: true,
	}
	g, err := gather(ctx, texts, &o)
	if err != nil {
		return nil, err
	}
	defer g.store.close()
	votes, err := m.votes(g, &o)
	if err != nil {
		return nil, err
	}
	out := make([]Assignment, len(g.names))
	for u, name := range g.names {
		out[u] = Assignment{User: name, Segment: Unassigned, RunnerUp: Unassigned, Texts: g.pools[u].texts}
		r := g.row[u]
		if r < 0 {
			continue
		}
		v := g.vectors.Row(r)
		at := locate(m.centres, v).nearest
		if votes != nil {
			at = votes[r]
		}
		a := &out[u]
		a.Distance = distance(v, m.centres[at].centre)
		margin, other := marginOf(m.centres, v, at)
		if m.info.Noise && a.Distance > m.centres[at].radius {
			a.RunnerUp = m.centres[at].id
			continue
		}
		a.Segment, a.Margin = m.centres[at].id, margin
		if other >= 0 {
			a.RunnerUp = m.centres[other].id
		}
	}
	return out, nil
}

// votes returns, for mixture pooling, the centre that most of each user's
// texts, by weight, are nearest to; nil for other poolings.
func (m *Segmenter) votes(g *gathered, o *Options) ([]int, error) {
	if o.Pooling != PoolMixture {
		return nil, nil
	}
	next, err := g.store.reader()
	if err != nil {
		return nil, err
	}
	sums := dense.New[float64](g.vectors.Len, len(m.centres))
	v := make([]float32, g.vectors.Dim)
	for t := range g.texts {
		if err := next(v); err != nil {
			return nil, err
		}
		sums.Row(g.row[g.owner[t]])[locate(m.centres, v).nearest] += g.weight[t]
	}
	out := make([]int, g.vectors.Len)
	for r := range out {
		for i, w := range sums.Row(r) {
			if w > sums.Row(r)[out[r]] {
				out[r] = i
			}
		}
	}
	return out, nil
}
