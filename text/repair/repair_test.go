package repair

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

var wrongs = [...]string{
	"the baterry of thiis camera is grat and it lsats for a whoel day",
	"my ordre was delivred late and the pakcage was damagde when it arived",
	"please trnasfer the mnoey from my acount to the othre account",
	"the batery of the caemra is geat and lastts for a whole dya",
	"the packaeg wsa damged and my oder was dleivered",
	"plese transfr the mmoney to my accoutn",
}

// corpus is a small corpus with errors in a few of its texts.
func corpus() *Counter {
	c := NewCounter()
	for i := range 60 {
		for _, s := range []string{
			"the battery of this camera is great and it lasts for a whole day",
			"my order was delivered late and the package was damaged when it arrived",
			"please transfer the money from my account to the other account",
			"We run Haskell and Kubernetes on the server, and the zorblax works",
		} {
			c.Add(s)
		}
		if i%10 == 0 {
			c.Add(wrongs[i/10])
		}
	}
	return c
}

var vocabulary = strings.Fields(`the of and in to was is for on as with by he it from at his an that this my me you we they
	a i be are have not or but when what which form call name order camera battery place market meeting german spanish
	quick brown fox jumps over lazy dog maria john london table chair receive believe money account transfer house room`)

func known(t testing.TB, rate float64) *Repairer {
	r, err := corpus().Repairer(Options{Vocabulary: vocabulary, ErrorRate: rate, SpaceRate: 0.05})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRepair(t *testing.T) {
	t.Parallel()
	r := known(t, 0.05)
	for _, c := range [][2]string{
		// put right
		{"the batery is great", "the battery is great"},
		{"the cmaera lasts", "the camera lasts"},
		{"My ordre was damagde.", "My order was damaged."},
		{"Pleaase (transfr) the money!", "Please (transfer) the money!"},
		{"from my acccount, please", "from my account, please"},
		{"I beleieve it", "I believe it"},
		{"MY ORDRE WAS DELIVERED LATE", "MY ORDER WAS DELIVERED LATE"},
		{"the pack4ge and the batt3ry", "the pack4ge and the batt3ry"}, // not alike
		{"the de1ivered 0rder was 1ate", "the delivered order was late"},
		{"the order wasdelivered late", "the order was delivered late"},
		{"pleasetransfer the money frommyaccount", "please transfer the money from my account"},
		{"we run Haskel on the server", "we run Haskell on the server"},
		{"thecameraisgreat.pleasetransferthemoney,5accounts!the order", "the camera is great.please transfer the money,5accounts!the order"},
		// left alone
		{"see thecameraisgreatpleasetransfer/themoneyfrommyaccount.example", "see thecameraisgreatpleasetransfer/themoneyfrommyaccount.example"},
		{"org.example.thecamera.themoney.theaccount.theorder", "org.example.thecamera.themoney.theaccount.theorder"},
		{"www.thecameraisgreatpleasetransferthemoney.example", "www.thecameraisgreatpleasetransferthemoney.example"},
		{"call Mariah or Jon in Londn about the order", "call Mariah or Jon in Londn about the order"}, // names
		{"the form is from the house", "the form is from the house"},
		{"the zorblax works", "the zorblax works"},                   // frequent itself
		{"ask BATERY Inc about ODRER", "ask BATERY Inc about ODRER"}, // acronyms
		{"see http://batery.example/ordre", "see http://batery.example/ordre"},
		{"mail batery@ordre.example", "mail batery@ordre.example"},
		{"@batery #ordre $accont", "@batery #ordre $accont"},
		{"batery_ordre batery.go camelCasse", "batery_ordre batery.go camelCasse"},
		{"room b12 at 10:45 on 2024-05-05, code x1o5", "room b12 at 10:45 on 2024-05-05, code x1o5"},
		{"[batery] <ordre> ([batery])", "[batery] <ordre> ([batery])"},
		{"cafés and naïveté", "cafés and naïveté"},
		{"batteries, ordered, transferring, accounts", "batteries, ordered, transferring, accounts"}, // inflected
		{"the camera's battery", "the camera's battery"},
		{"die Batterie ist leider schon nach zwei Stunden leer gewesen und das Gerät war kaputt", "die Batterie ist leider schon nach zwei Stunden leer gewesen und das Gerät war kaputt"},
		{"la batería de esta cámara es muy buena pero el pedido llego tarde", "la batería de esta cámara es muy buena pero el pedido llego tarde"},
		{"电池很好 batery", "电池很好 batery"},
		{"", ""}, {"'", "'"}, {" a ", " a "}, {"-", "-"},
	} {
		got := r.Repair(c[0])
		if got.Text != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got.Text, c[1])
		}
		if (got.Changes != nil) != (c[0] != got.Text) {
			t.Errorf("%q: %d changes", c[0], len(got.Changes))
		}
		if got.Original() != c[0] {
			t.Errorf("%q: the original is %q", c[0], got.Original())
		}
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	r := known(t, 0.05)
	got := r.Repair("so the batery wasdelivered late")
	if len(got.Changes) != 2 || got.Changes[0].Kind != Spelling || got.Changes[1].Kind != Spaces {
		t.Fatalf("%+v", got)
	}
	for _, c := range got.Changes {
		if c.Confidence < defaultConfidence || c.Confidence > 1 {
			t.Errorf("%+v", c)
		}
	}
	for _, c := range [][3]string{
		{"battery", "batery", ""}, {"tter", "batery", ""}, {"was delivered", "wasdelivered", ""}, {"late", "late", ""}, {"the battery", "the batery", ""},
	} {
		start := strings.Index(got.Text, c[0])
		from, to := got.Source(start, start+len(c[0]))
		if s := got.Original()[from:to]; s != c[1] {
			t.Errorf("%s came from %q, want %q", c[0], s, c[1])
		}
	}
}

// A corpus without errors is left as it is, and one with errors is seen to have
// them.
func TestShare(t *testing.T) {
	t.Parallel()
	noisy := corpus()
	r, err := noisy.Repairer(Options{Vocabulary: vocabulary})
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Share(noisy); s < 0.005 || s > 0.05 { // 30 words of 3,000
		t.Errorf("noisy: %v", s)
	}
	still := NewCounter()
	for range 50 {
		still.Add("the quick brown fox jumps over the lazy dog")
	}
	if r, err = still.Repairer(Options{Vocabulary: vocabulary}); err != nil {
		t.Fatal(err)
	}
	if s := r.Share(still); s != 0 || r.ErrorRate() != leastRate {
		t.Errorf("without errors: share %v, rate %v", s, r.ErrorRate())
	}
	if s := r.Share(NewCounter()); s != 0 {
		t.Errorf("of nothing: %v", s)
	}
}

// A Repairer made of what an earlier one knew is the same. Words of few users
// are not written down, and stay all the same.
func TestNew(t *testing.T) {
	t.Parallel()
	c := corpus()
	for i := range 20 {
		c.AddOf("one", "the order of zorblay")
		c.AddOf(fmt.Sprint("user", i), "the order of quuxly")
	}
	o := Options{Vocabulary: vocabulary, MinUsers: 5}
	first, err := c.Repairer(o)
	if err != nil {
		t.Fatal(err)
	}
	known := first.Corpus()
	if words := known.Words; len(words) == 0 || words[0].Word != "the" || words[0].Count < words[len(words)-1].Count || known.ErrorRate != first.ErrorRate() {
		t.Fatalf("%+v", known)
	}
	for _, w := range known.Words {
		if w.Word == "zorblay" {
			t.Error("a word of one user is written down")
		}
	}
	if len(known.Hidden) != 1 {
		t.Errorf("%d hidden words", len(known.Hidden))
	}
	r, err := New(known, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append([]string{"the cmaera of my acccount", "zorblay of quuxlyy zorblayy"}, wrongs[:]...) {
		if got, want := r.Repair(s).Text, first.Repair(s).Text; got != want {
			t.Errorf("%q: %q, by the first %q", s, got, want)
		}
	}
	if got := r.Repair("the zorblay of quuxlly").Text; got != "the zorblay of quuxly" {
		t.Error(got)
	}
	for _, w := range [][]Word{{{Word: "x"}}, {{Word: "", Count: 1}}, {{Word: "Upper", Count: 1}}, {{Word: "a b", Count: 1}}, {{Word: "a", Count: 1, Names: 2}}, {{Word: "a", Count: 101}}} {
		if _, err := New(Corpus{Total: 100, Words: w}, Options{}); err == nil {
			t.Errorf("%+v is taken", w)
		}
	}
	for _, c := range []Corpus{{Total: -1}, {Total: 5, Hidden: map[uint64]int{1: 0}}, {Total: 5, Hidden: map[uint64]int{1: 6}}, {ErrorRate: 0.5}} {
		if _, err := New(c, Options{}); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	for _, o := range []Options{{MinCount: -1}, {MinUsers: -1}, {MinConfidence: 2}, {MinConfidence: -1}, {ErrorRate: 0.5}, {ErrorRate: -1}} {
		if _, err := New(known, o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// Repairers may be shared, and do not depend on the order of texts.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	r := known(t, 0.05)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				s := fmt.Sprintf("the batery of the camera%s is greaat", strings.Repeat("a", i%7))
				if got := r.Repair(s); got.Original() != s || !strings.HasPrefix(got.Text, "the battery of the") {
					t.Errorf("%q: %q", s, got.Text)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzRepair(f *testing.F) {
	for _, s := range []string{"the batery wasdelivered", "'tis' batery's", "MY ORDRE WAS LATE", "0rder 1ate", "(batery),ordre;acccount", "\xff batery \u3000 Ordre…", "a-b-'c'"} {
		f.Add(s)
	}
	r := known(f, 0.05)
	f.Fuzz(func(t *testing.T, s string) {
		got := r.Repair(s)
		if got.Original() != s {
			t.Fatalf("%q: the original is %q", s, got.Original())
		}
		done, last := 0, 0
		for _, c := range got.Changes {
			if c.From < done || c.To <= c.From || c.Start < last || c.End <= c.Start || s[c.From:c.To] != c.Was || s[done:c.From] != got.Text[last:c.Start] {
				t.Fatalf("%q: %+v", s, c)
			}
			done, last = c.To, c.End
			if from, to := got.Source(c.Start, c.End); from != c.From || to != c.To {
				t.Fatalf("%q: source of %+v is %d:%d", s, c, from, to)
			}
		}
		if again := r.Repair(s); again.Text != got.Text {
			t.Fatalf("%q: %q, then %q", s, got.Text, again.Text)
		}
		for i := range len(got.Text) {
			if from, to := got.Source(i, i+1); from < 0 || from > to || to > len(s) {
				t.Fatalf("%q: source of byte %d is %d:%d", s, i, from, to)
			}
		}
	})
}

// The time per byte does not grow with the text.
func BenchmarkRepair(b *testing.B) {
	for _, unit := range []string{"the batery wasdelivered to my acccount ", "pleasetransferthemoney", "abcabcabd"} {
		for _, n := range []int{1, 10, 100} {
			s := strings.Repeat(unit, n)
			b.Run(fmt.Sprintf("%.8s/%d", unit, len(s)), func(b *testing.B) {
				r := known(b, 0.05)
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					r.Repair(s)
				}
			})
		}
	}
}
