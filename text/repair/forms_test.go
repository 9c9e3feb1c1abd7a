package repair

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// titles counts titles in which a few acronyms and names are frequent, and many words are
// capitalised, and further ones.
func titles(t *testing.T, rate float64, more ...string) *Repairer {
	t.Helper()
	c := NewCounter()
	for i := range 400 {
		for _, s := range []string{
			"how to move a file with SVN to the library", "the AJAX request of a page in Magento", "LINQ and the file in a library",
			"How to Change the Library of a Page in Visual Studio", "Move a Request to the Multiple Accounts", "the multiple requests to a Page in scala", "the multiple requests to a Page in Scala", "the request of a Page in Visual Studio",
			"move a file of the account with SVN to the Library",
		} {
			c.Add(s)
		}
		if i < 10 {
			c.Add("files in Visaul Studio")
			c.Add("the multpile requests")
		}
	}
	for _, s := range more {
		c.Add(s)
	}
	r, err := c.Repairer(Options{Vocabulary: slices.Concat(vocabulary, strings.Fields("how move file library ajax request page change visual studio multiple accounts account scala requests files")), ErrorRate: rate, SpaceRate: 0.01})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Acronyms and names are put right to those that are frequent, where the corpus is
// noisy and the error is likely; so are capitalised words where words often are.
func TestForms(t *testing.T) {
	t.Parallel()
	r := titles(t, 0.1)
	for _, x := range [][2]string{
		{"the files in SVNN of it", "the files in SVN of it"}, {"the files in SSVN of it", "the files in SVN of it"},
		{"the AJXA request", "the AJAX request"}, {"LIMQ and the file in a library", "LINQ and the file in a library"}, {"the AJAZ request", "the AJAX request"},
		// too short, far apart on the keyboard, two edits, and words
		{"the files in SVB of it", "the files in SVB of it"}, {"the files in SV of it", "the files in SV of it"}, {"the files in SVIN of it", "the files in SVIN of it"},
		{"a PSVN of it", "a PSVN of it"}, {"a LNQI of it", "a LNQI of it"}, {"the FILE of it", "the FILE of it"}, {"the SVN1 and SVN.A", "the SVN1 and SVN.A"},
		{"the multiple requests to a Page in Scal", "the multiple requests to a Page in Scala"}, {"the multiple requests to a Page in Sacla", "the multiple requests to a Page in Scala"},
		{"move a file with SVN to the Lirbary", "move a file with SVN to the Library"},
		{"the files of Liberty in it", "the files of Liberty in it"}, {"the files of Larry in it", "the files of Larry in it"},
		{"a Page in iVsual Studio", "a Page in Visual Studio"}, {"a Page in iVsuakl Studio", "a Page in Visual Studio"}, {"files in uMltiple studios", "files in Multiple studios"},
		{"files in eScala and iRequest of eMagento", "files in eScala and iRequest of eMagento"},
		{"a Page in Visau Studio", "a Page in Visual Studio"}, {"a Page in Viusaul Studio", "a Page in Visual Studio"},
	} {
		if got := r.Repair(x[0]).Text; got != x[1] {
			t.Errorf("%q: %q, want %q", x[0], got, x[1])
		}
	}
	clean := titles(t, 0.001)
	for _, s := range []string{"the files in SVNN of it", "the AJXA request", "move a file with SVN to the Lirbary", "the multiple requests to a Page in Scal", "files in uMltiple studios"} {
		if got := clean.Repair(s).Text; got != s {
			t.Errorf("with hardly any errors %q is %q", s, got)
		}
	}
	var often []string
	for range 500 {
		often = append(often, "the files of SVNN and LIMQ in it")
	}
	s := "the files of SVNN and LIMQ in it"
	if got := titles(t, 0.1, often...).Repair(s).Text; got != s {
		t.Errorf("frequent acronyms: %q is %q", s, got)
	}
}

// What is an error itself, however often it was made, is not what others are put right
// to, and is not written down as a word of the corpus; Repairers of what was known do
// the same.
func TestErrorsAreHidden(t *testing.T) {
	t.Parallel()
	r := titles(t, 0.1)
	for _, w := range r.Corpus().Words {
		if w.Word == "visaul" || w.Word == "multpile" {
			t.Errorf("%s is taken for a word", w.Word)
		}
	}
	if n := r.Corpus().Hidden[hashed("multpile")]; n != 10 {
		t.Errorf("multpile is hidden as often as %d, want 10", n)
	}
	again, err := New(r.Corpus(), r.o)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range [][2]string{{"the multpil requests", "the multiple requests"}, {"the multpile requests", "the multiple requests"}, {"a Page in Visauel Studio", "a Page in Visual Studio"}} {
		if got := r.Repair(x[0]).Text; got != x[1] {
			t.Errorf("%q: %q, want %q", x[0], got, x[1])
		}
		if got := again.Repair(x[0]).Text; got != x[1] {
			t.Errorf("%q: %q by what was known, want %q", x[0], got, x[1])
		}
	}
	if found := slices.ContainsFunc(titles(t, 0.001).Corpus().Words, func(w Word) bool { return w.Word == "multpile" }); !found {
		t.Error("in a corpus with hardly any errors multpile is no word")
	}
}

// Words that are not beside each other, though both are frequent, hardly ever are meant so.
func TestFollowersMissing(t *testing.T) {
	t.Parallel()
	r := titles(t, 0.1)
	of := func(a, b string) float64 { return r.pairs.of(int32(r.id[a]), int32(r.id[b])) }
	if strange := r.pairs.of(int32(r.id["the"]), -1); of("the", "studio") >= strange || of("the", "the") >= strange {
		t.Errorf("the studio: %v, the the: %v, the and a strange word: %v", of("the", "studio"), of("the", "the"), strange)
	}
	if of("the", "library") <= 0 {
		t.Errorf("the library: %v", of("the", "library"))
	}
}

// A name looks more like a word than a slip does.
func TestLetters(t *testing.T) {
	t.Parallel()
	var words []string
	var known []bool
	for _, a := range strings.Fields("bar bel ber car cor den fol gar han kel lin mar nor pet ros sal tan vel win") {
		for _, b := range strings.Fields("an el en er ing ly man ness o on or ow ton ty y s ed est al ism ist ful ment able age ance ary ate dom ee ence ent ery ess et fy hood ial ian ible ic ical ice ify ile ine ion ious ish ite ity ive ize less let like ling") {
			words, known = append(words, a+b), append(known, true)
		}
	}
	l := newLetters(words, known)
	if l == nil {
		t.Fatalf("%d words are too few", len(words))
	}
	sum := 0.0
	for c := range signs {
		sum += math.Exp(l.p[(sign('a')*signs+sign('n'))*signs+c])
	}
	if sum < 0.999999 || sum > 1.000001 {
		t.Errorf("the probabilities of letters after an sum to %v", sum)
	}
	for _, x := range [][2]string{{"marlin", "mralin"}, {"karen", "kraen"}, {"norberta", "norbetra"}} {
		if l.of(x[0]) <= l.of(x[1]) {
			t.Errorf("%s is not likelier than %s", x[0], x[1])
		}
		if a, b := l.odds(x[0]), l.odds(x[1]); a <= b {
			t.Errorf("%s has odds of %v, %s of %v", x[0], a, x[1], b)
		}
	}
	if got := fmt.Sprint(l.odds("marlin") > 1, l.odds("xqzkwj") < 1, l.odds("ma"), (*letters)(nil).odds("marlin")); got != "true true 1 1" {
		t.Error(got)
	}
	if newLetters(words[:900], known) != nil || newLetters(words, make([]bool, len(words))) != nil {
		t.Error("few words, or none that are known, are enough")
	}
}
