package beam

import (
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/reading"
)

// Texts are some texts of the input, with their numbers in it, from 1.
type Texts struct {
	Rows  []int
	Texts []corpus.Text
}

func (t *Texts) add(row int, x corpus.Text) {
	t.Rows, t.Texts = append(t.Rows, row), append(t.Texts, x)
}

// Batch holds all texts of some users: those whose names have the same hash,
// Number.
type Batch struct {
	Number int
	Texts              // as read, but with users and metadata as they may be shown; in the order of their rows
	Survey Survey      // what was kept and left out
	Users  []BatchUser // in the order of their first texts
	Items  []Item      // the texts that are kept
	// Vectors are those of Items, each of length 1, [len(Items), Dim]; empty
	// before Embed.
	Vectors []float32
	Dim     int
}

// BatchUser is a user of a Batch.
type BatchUser struct {
	Name     string
	First    int    // row of their first text
	Repeated uint64 // sum of the hashes of their texts that were left out as near-duplicates
}

// Item is a text that is kept.
type Item struct {
	Text  int      // index into Batch.Texts
	User  int      // index into Batch.Users
	Clean string   // to be shown and counted
	Plain string   // to be embedded
	Kinds []string // of placeholders in Clean
}

// Vector returns the vector of item i.
func (b *Batch) Vector(i int) []float32 { return b.Vectors[i*b.Dim : (i+1)*b.Dim : (i+1)*b.Dim] }

// Survey counts what happened to texts.
type Survey struct {
	Read, Kept, Empty int
	NearDuplicates    int
	Short, Illegible  int
	Boilerplate       int // texts of which some sentence was left out
	Changed           int // by cleaning
	Masked            map[string]int
	Languages         map[string]int
}

// Add adds o to s.
func (s *Survey) Add(o *Survey) {
	s.Read, s.Kept, s.Empty = s.Read+o.Read, s.Kept+o.Kept, s.Empty+o.Empty
	s.NearDuplicates, s.Short, s.Illegible = s.NearDuplicates+o.NearDuplicates, s.Short+o.Short, s.Illegible+o.Illegible
	s.Boilerplate, s.Changed = s.Boilerplate+o.Boilerplate, s.Changed+o.Changed
	addTo(&s.Masked, o.Masked)
	addTo(&s.Languages, o.Languages)
}

func addTo(dst *map[string]int, src map[string]int) {
	for name, n := range src {
		if *dst == nil {
			*dst = map[string]int{}
		}
		(*dst)[name] += n
	}
}

// surveyOf converts the survey of read texts.
func surveyOf(s *reading.Survey, read int) Survey {
	out := Survey{
		Read: read, Kept: s.Texts, Empty: s.Empty, NearDuplicates: s.Cleaning.NearDuplicates, Short: s.Cleaning.Short,
		Illegible: s.Cleaning.Illegible, Boilerplate: s.Cleaning.Boilerplate, Changed: s.Cleaning.Changed,
	}
	addTo(&out.Masked, s.Masked)
	for l, n := range s.Cleaning.Languages {
		addTo(&out.Languages, map[string]int{string(l): n})
	}
	return out
}
