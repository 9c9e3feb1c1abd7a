package cohort

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Users who draw their words from one list are one crowd, however they are cut:
// nothing of it is stable, and nobody is advised to do anything. Users of
// topics of their own are clear.
func TestVerdictOnCrowdAndTopics(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 2))
	var crowd []Text
	for u := range 150 {
		var words []string
		for range 12 {
			words = append(words, fmt.Sprintf("word%c%c", 'a'+r.IntN(6), 'a'+r.IntN(6)))
		}
		crowd = append(crowd, Text{User: fmt.Sprint("u", u), Text: strings.Join(words, " ") + ". The courier is rude."})
	}
	for _, k := range []int{3, 2, 6}[:testdir.Sized(3, 1)] {
		s := segment(t, crowd, Options{K: k})
		if s.Scores.Verdict != VerdictNoSegments || s.Scores.Null == nil || s.Scores.Separation == nil {
			t.Errorf("%d segments of a crowd: %+v, null %+v, separation %+v", k, s.Scores, s.Scores.Null, s.Scores.Separation)
		}
		for _, p := range s.Segments {
			if len(p.Suggestions) > 0 || p.Stability == nil || p.Stability.Stable {
				t.Errorf("%d segments of a crowd: suggestions %+v, stability %+v", k, p.Suggestions, p.Stability)
			}
		}
	}
	topics := bag.Texts(30, 4)
	for i := range topics {
		topics[i].Text += ". The courier is rude."
	}
	s := segment(t, topics, Options{K: 3})
	if s.Scores.Verdict != VerdictClear || s.Scores.Resampled.Mean < 0.99 || len(s.Segments[0].Suggestions) == 0 {
		t.Errorf("topics: %+v, resampled %+v, null %+v, separation %+v", s.Scores, s.Scores.Resampled, s.Scores.Null, s.Scores.Separation)
	}
	if testing.Short() {
		t.Log("short: without segments of texts, and without those that are not measured")
		return
	}
	if s := segment(t, topics, Options{K: 3, Pooling: PoolMixture}); s.Scores.Verdict != VerdictClear {
		t.Errorf("topics by text: %+v, resampled %+v, null %+v", s.Scores, s.Scores.Resampled, s.Scores.Null)
	}
	if s := segment(t, crowd, Options{K: 3, Pooling: PoolMixture}); s.Scores.Verdict != VerdictNoSegments {
		t.Errorf("crowd by text: %+v", s.Scores)
	}
	for name, o := range map[string]Options{"no resamples": {K: 3, Bootstrap: -1}, "merged": {K: 3, Edits: []Edit{{Op: "merge", Segments: []int{1, 2}}}}} {
		if s := segment(t, topics, o); s.Scores.Verdict != VerdictUnmeasured || s.Scores.Null != nil {
			t.Errorf("%s: %+v", name, s.Scores)
		}
	}
}
