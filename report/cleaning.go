package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/clean"
)

// cleaning fills in the number of texts that each step changed, in the order of
// the steps. Steps that changed no text are left out.
func (v *view) cleaning(s *result.Segmentation) {
	c := &s.Cleaning
	v.Read = s.Counts.Texts + s.Counts.EmptyTexts + c.NearDuplicates + c.Illegible
	for i := range clean.NumSteps {
		name := clean.Step(i).String()
		v.Cleaned = append(v.Cleaned, kindCount{"step_" + name, c.Steps[name]})
	}
	v.Cleaned = append(v.Cleaned, kindCount{"boilerplate", c.Boilerplate}, kindCount{"short", c.Short}, kindCount{"near_duplicates", c.NearDuplicates}, kindCount{"illegible", c.Illegible})
	v.Cleaned = slices.DeleteFunc(v.Cleaned, func(k kindCount) bool { return k.Count == 0 })
	v.Languages = counted(c.Languages, "")
	v.TooFewWords = c.Repair != nil && !c.Repair.On && (c.Repair.Noise >= result.NoisyShare || c.Repair.CharacterNoise >= result.NoisyCharacters)
	if s.Counts.Texts > 0 {
		v.UnreadShare = float64(c.Unread) / float64(s.Counts.Texts)
	}
}

// counted lists counts by name, with a prefix, the largest first.
func counted[K ~string](counts map[K]int, prefix string) []kindCount {
	var out []kindCount
	for k, n := range counts {
		out = append(out, kindCount{prefix + string(k), n})
	}
	slices.SortFunc(out, func(a, b kindCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

// delimiter returns a field delimiter for display: a tab by its name.
func (l say) delimiter(d string) (string, error) {
	tab, err := l.phrase("tab")
	return strings.ReplaceAll(d, "\t", tab), err
}
