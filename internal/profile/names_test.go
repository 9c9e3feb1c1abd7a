package profile

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

// crowdOf is a group of users: their texts and the angle of their vectors.
type crowdOf struct {
	texts []string
	angle float64
}

// named names groups; all users of a crowd write its texts in turn, four each.
func named(t *testing.T, lang string, groups [][]crowdOf, given ...string) []result.Profile {
	t.Helper()
	g := &group.Groups{Centres: make(group.Centres, len(groups))}
	u := &pool.Users{}
	var names, texts []string
	var data []float32
	for i, crowds := range groups {
		for _, c := range crowds {
			for j, s := range c.texts {
				for range 4 {
					angle := c.angle + 0.001*float64(j)
					data = append(data, float32(math.Cos(angle)), float32(math.Sin(angle)))
					u.Row, g.Of = append(u.Row, len(texts)), append(g.Of, i)
					names, texts = append(names, fmt.Sprint("u", len(texts))), append(texts, s)
				}
			}
		}
	}
	u.Vectors = dense.Rows[float32]{Data: data, Len: len(texts), Dim: 2, Stride: 2}
	f := NewFollowers(names, u, g)
	c := NewTerms(len(groups), lang, text.Splitter{Chinese: new(chinese.Lazy)}, nil, f.Follow)
	segments := make([]result.Profile, len(groups))
	for i, s := range texts {
		c.Add(g.Of[i], i, s)
		segments[g.Of[i]].Users++
	}
	for i := range segments {
		segments[i].ID = i + 1
		SetWords(&segments[i], c, i, segments[i].Users)
		if i < len(given) {
			segments[i].Name = given[i]
		}
	}
	NameSegments(segments, c, f, lang)
	return segments
}

var (
	pets  = []string{"my dog barks at the cat", "the dog chased a cat", "a dog and a puppy", "the cat sleeps"}
	money = []string{"the bank closed my account", "a bank fee on the account", "my account at the bank", "a loan of the bank"}
	sails = []string{"the ferry left its harbour", "a yacht in the harbour", "the harbour and its ferry", "yacht and ferry"}
	bikes = []string{"the bicycle has a puncture", "pedal and saddle", "saddle of the bicycle", "a puncture again"}
	trees = []string{"oak and birch", "the birch grows", "an oak in a meadow", "meadow with a willow"}
)

// A name of words that most users use, or that those around them use, is of the
// whole segment; where others are apart from them, it says so.
func TestNamesSayThatThereAreOthers(t *testing.T) {
	t.Parallel()
	mixed := [][]crowdOf{{{pets, 0}, {sails, 0.4}, {bikes, 0.8}, {trees, 1.2}}, {{money, 2}}}
	got := named(t, "en", mixed)
	if p := got[0]; !strings.HasSuffix(p.Name, " and others") || p.NameOthers < othersFrom || p.NameShare > 0.7 {
		t.Errorf("a mixture is named %q: share %.2f, others %.2f", p.Name, p.NameShare, p.NameOthers)
	}
	if p := got[1]; strings.Contains(p.Name, "others") || p.NameOthers != 0 || !strings.Contains(p.Name, "bank") || p.NameShare < 0.9 {
		t.Errorf("bank users are named %q: share %.2f, others %.2f", p.Name, p.NameShare, p.NameOthers)
	}
	// The same texts by people who write like one another.
	one := [][]crowdOf{{{slices.Concat(pets, sails, bikes, trees), 0}, {slices.Concat(trees, bikes, sails, pets), 0}}, {{money, 2}}}
	for i := range one[0] {
		one[0][i].texts = interleave(one[0][i].texts)
	}
	if p := named(t, "en", one)[0]; strings.Contains(p.Name, "others") {
		t.Errorf("people who write like one another are named %q (others %.2f)", p.Name, p.NameOthers)
	}
	for lang, want := range map[string]string{"zh": " 等", "fr": " …"} {
		if p := named(t, lang, mixed)[0]; !strings.HasSuffix(p.Name, want) {
			t.Errorf("%s: %q, want it to end in %q", lang, p.Name, want)
		}
	}
}

// interleave puts texts that are a quarter of the list apart beside one another.
func interleave(s []string) (out []string) {
	q := len(s) / 4
	for i := range q {
		out = append(out, s[i], s[q+i], s[2*q+i], s[3*q+i])
	}
	return out
}

func TestChineseNames(t *testing.T) {
	t.Parallel()
	got := named(t, "zh", [][]crowdOf{
		{{[]string{"酒店房间干净", "房间很大，酒店安静", "酒店服务员热情", "房间朝南"}, 0}},
		{{[]string{"键盘手感好", "系统安装慢，键盘响", "系统不稳定", "键盘和屏幕"}, 2}},
	})
	if a, b := got[0].Name, got[1].Name; !strings.Contains(a, "房间") || !strings.Contains(a, "酒店") || !strings.Contains(b, "键盘") || !strings.Contains(b, "系统") {
		t.Errorf("named %q and %q", a, b)
	}
}

// Names that an edit gave stay, every segment has a name, and no two have the
// same or share a term, in whatever form.
func TestNamesDiffer(t *testing.T) {
	t.Parallel()
	got := named(t, "en", [][]crowdOf{
		{{pets, 0}}, {{pets, 0.1}}, {{money, 2}}, {{[]string{"the and of"}, 3}},
		{{[]string{"windows of a house", "a window pane"}, 4}}, {{[]string{"Windows starts in a shell", "a shell on Windows", "a Windows shell"}, 5}},
	}, "", "", "mine")
	seen := map[string]bool{}
	for _, p := range got {
		if p.Name == "" || seen[p.Name] {
			t.Errorf("segment %d is named %q", p.ID, p.Name)
		}
		seen[p.Name] = true
	}
	if got[2].Name != "mine" || got[2].NameShare != 0 || got[3].Name != "#4" {
		t.Errorf("given %q (%g), without words %q", got[2].Name, got[2].NameShare, got[3].Name)
	}
	if a, b := strings.Split(got[4].Name, " · "), strings.Split(got[5].Name, " · "); slices.Contains(a, "window") || slices.Contains(a, "windows") || !slices.Contains(b, "Windows") {
		t.Errorf("windows of houses and of systems: %q, %q", a, b)
	}
	for _, p := range got {
		if words := strings.Fields(strings.ReplaceAll(p.Name, " · ", " ")); len(slices.Compact(slices.Sorted(slices.Values(words)))) != len(words) {
			t.Errorf("%q says a word twice", p.Name)
		}
	}
}

// The followers are the same users whatever their numbers.
func TestFollowersOfAnyOrder(t *testing.T) {
	t.Parallel()
	const n = 3 * mostInGroup
	sample := func(number func(i int) int) map[string]bool {
		names, u := make([]string, n), &pool.Users{Row: make([]int, n)}
		g := &group.Groups{Centres: make(group.Centres, 1), Of: make([]int, n)}
		for i := range n {
			names[number(i)], u.Row[i] = fmt.Sprint("user ", i), i
		}
		f := NewFollowers(names, u, g)
		out := map[string]bool{}
		for i, name := range names {
			if f.Follow(i) {
				out[name] = true
			}
		}
		return out
	}
	a, b := sample(func(i int) int { return i }), sample(func(i int) int { return n - 1 - i })
	if len(a) != mostInGroup {
		t.Errorf("%d users", len(a))
	}
	for name := range a {
		if !b[name] {
			t.Fatalf("%s is followed in one order only", name)
		}
	}
}
