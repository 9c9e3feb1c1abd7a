package profile

import (
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

func TestNameSegments(t *testing.T) {
	t.Parallel()
	odds := func(words string, z ...float64) (out []result.Odds) {
		for i, x := range z {
			out = append(out, result.Odds{Word: words[i : i+1], Z: x})
		}
		return out
	}
	segments := []result.Profile{
		{ID: 1, Contrast: odds("abc", 9, 8, 7), Words: []result.Word{{Text: "q"}}},
		{ID: 2, Contrast: odds("bade", 9, 8, 7, 6)},
		{ID: 3, Name: "mine", Contrast: odds("z", 9)},
		{ID: 4, Contrast: odds("zf", 8, 0.5), Words: []result.Word{{Text: "z"}, {Text: "y"}}},
		{ID: 5, Contrast: odds("z", 8), Words: []result.Word{{Text: "z"}, {Text: "y"}}},
		{ID: 6},
	}
	nameSegments(segments)
	for i, want := range []string{"a · c · q", "b · d · e", "mine", "z · y", "z · y #5", "#6"} {
		if got := segments[i].Name; got != want {
			t.Errorf("segment %d is named %q, want %q", segments[i].ID, got, want)
		}
	}
}

// Segments write a word in forms of their own: no two names share it even so.
func TestNamesShareNoLemma(t *testing.T) {
	t.Parallel()
	segments := []result.Profile{
		{ID: 1, Contrast: []result.Odds{{Word: "window", Z: 9}, {Word: "pane", Z: 8}}},
		{ID: 2, Contrast: []result.Odds{{Word: "Windows", Z: 7}, {Word: "shell", Z: 6}}},
	}
	nameSegments(segments)
	if a, b := segments[0].Name, segments[1].Name; a != "window · pane" || b != "shell" {
		t.Errorf("named %q and %q", a, b)
	}
}
