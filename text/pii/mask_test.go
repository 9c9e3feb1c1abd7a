package pii

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

var testKey = []byte("0123456789abcdef")

func detector(tb testing.TB, o Options) *Detector {
	tb.Helper()
	d, err := New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// tagger is a NameTagger that asks about one text at a time.
func tagger(names func(text string) []Span) NameTagger {
	return func(_ context.Context, texts []string) ([][]Span, error) {
		spans := make([][]Span, len(texts))
		for i, s := range texts {
			spans[i] = names(s)
		}
		return spans, nil
	}
}

// find is d.Find of a detector that cannot fail.
func find(tb testing.TB, d *Detector, text string) []Span {
	tb.Helper()
	spans, err := d.Find(tb.Context(), text)
	if err != nil {
		tb.Fatal(err)
	}
	return spans
}

// mask is m.Mask of a masker that cannot fail.
func mask(tb testing.TB, m *Masker, text string) Masked {
	tb.Helper()
	got, err := m.Mask(tb.Context(), text)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

func masker(tb testing.TB, o Options, p Policy) *Masker {
	tb.Helper()
	m, err := NewMasker(detector(tb, o), p)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func TestMaskActions(t *testing.T) {
	t.Parallel()
	const in = "mail Bob@Example.com or bob@example.com, call 13812345678"
	for _, c := range []struct {
		p    Policy
		want string
	}{
		{Policy{}, "mail [email] or [email], call [phone]"},
		{Policy{Action: Drop}, "mail  or , call "},
		{Policy{Action: Keep}, in},
		{Policy{ByType: map[Type]Action{Phone: Drop, Email: Keep}}, "mail Bob@Example.com or bob@example.com, call "},
	} {
		got := mask(t, masker(t, Options{}, c.p), in)
		if got.Text != c.want || len(got.Spans) != 3 {
			t.Errorf("%+v: %q with %d spans, want %q", c.p, got.Text, len(got.Spans), c.want)
		}
		for _, s := range got.Spans {
			if v := in[s.Start:s.End]; !strings.Contains(v, "@") && v != "13812345678" {
				t.Errorf("span %q", v)
			}
			if strings.Contains(s.Reason, in[s.Start:s.End]) {
				t.Errorf("the reason %q tells the data", s.Reason)
			}
		}
	}
}

// TestPseudonyms checks that the same person gets the same token, however the
// data is written, and another under another key.
func TestPseudonyms(t *testing.T) {
	t.Parallel()
	m := masker(t, Options{}, Policy{Action: Pseudonym, Key: testKey})
	other := masker(t, Options{}, Policy{Action: Pseudonym, Key: bytes.Repeat([]byte{7}, 32)})
	hash := masker(t, Options{}, Policy{Action: Hash})
	for _, same := range [][]string{
		{"a@example.com", "A@Example.COM"},
		{"13812345678", "138-1234-5678", "+86 138 1234 5678", "+8613812345678"},
		{"(202) 555-0143", "202.555.0143", "+1 202-555-0143", "+12025550143"},
		{"020 7946 0123", "+44 20 7946 0123", "+44 (0)20 7946 0123"},
		{"DE89 3704 0044 0532 0130 00", "DE89370400440532013000"},
		{"4111 1111 1111 1111", "4111111111111111", "4111-1111-1111-1111"},
		{"00:1a:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E"},
	} {
		want := mask(t, m, same[0]).Text
		if len(want) < 22 || strings.ContainsAny(want, "0123456789") {
			t.Errorf("token of %q is %q", same[0], want)
		}
		if mask(t, other, same[0]).Text == want || mask(t, hash, same[0]).Text == want {
			t.Errorf("token of %q does not depend on the key", same[0])
		}
		for _, v := range same[1:] {
			if got := mask(t, m, v).Text; got != want {
				t.Errorf("%q -> %q, but %q -> %q", same[0], want, v, got)
			}
		}
	}
	if mask(t, m, "a@example.com").Text == mask(t, m, "b@example.com").Text {
		t.Error("two people share a token")
	}
}

func TestPolicyErrors(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{})
	if _, err := NewMasker(d, Policy{Action: Pseudonym, Key: []byte("short")}); !errors.Is(err, ErrKey) || strings.Contains(err.Error(), "short,") {
		t.Errorf("short key: %v", err)
	}
	if _, err := NewMasker(d, Policy{ByType: map[Type]Action{Email: Pseudonym}}); !errors.Is(err, ErrKey) {
		t.Errorf("no key: %v", err)
	}
	if _, err := NewMasker(d, Policy{Action: 99}); err == nil {
		t.Error("unknown action accepted")
	}
	if _, err := New(Options{Types: []Type{"shoe size"}}); !errors.Is(err, ErrType) {
		t.Errorf("unknown type: %v", err)
	}
	if _, err := New(Options{Regions: []string{"XX"}}); !errors.Is(err, ErrRegion) {
		t.Errorf("unknown region: %v", err)
	}
}

// TestMaskIdempotent masks the whole test set twice.
func TestMaskIdempotent(t *testing.T) {
	t.Parallel()
	for _, p := range []Policy{{}, {Action: Hash}, {Action: Drop}, {Action: Pseudonym, Key: testKey}} {
		m := masker(t, Options{Types: allTypes()}, p)
		for _, l := range wholeCorpus(t) {
			once := mask(t, m, l.text).Text
			if twice := mask(t, m, once).Text; twice != once {
				t.Errorf("%+v: %q\nonce  %q\ntwice %q", p.Action, l.text, once, twice)
			}
		}
	}
}

// TestMaskRounds has a number that becomes explained once what stood between is
// masked.
func TestMaskRounds(t *testing.T) {
	t.Parallel()
	m := masker(t, Options{}, Policy{})
	in := "call https://administrator:hunter2hunter2@nas.example.org/path/to/somewhere 2125550143"
	got := mask(t, m, in)
	if again := mask(t, m, got.Text); again.Text != got.Text {
		t.Errorf("once %q, twice %q", got.Text, again.Text)
	}
	if len(got.Spans) != 2 || in[got.Spans[1].Start:got.Spans[1].End] != "2125550143" {
		t.Errorf("spans %v of %q", got.Spans, got.Text)
	}
}

type shoes struct{}

func (shoes) Recognize(dst []Span, text string) []Span {
	if i := strings.Index(text, "shoe size 43"); i >= 0 {
		dst = append(dst, Span{i, i + 12, "shoe", 1, "shoe size"})
	}
	return append(dst, Span{-1, 3, "bad", 1, ""}, Span{2, 1 << 30, "bad", 1, ""}, Span{5, 5, "bad", 1, ""})
}

func TestOwnRecognizersNamesAndAllowList(t *testing.T) {
	t.Parallel()
	names := func(s string) []Span {
		if i := strings.Index(s, "Ada"); i >= 0 {
			return []Span{{Start: i, End: i + 3, Score: 0.9, Reason: "model"}}
		}
		return nil
	}
	o := Options{Recognizers: []Recognizer{shoes{}}, Names: tagger(names), Allow: []string{"Support@Example.com"}}
	got := mask(t, masker(t, o, Policy{}), "Ada has shoe size 43, ask support@example.com not ada@example.com")
	if want := "[person] has [shoe], ask support@example.com not [email]"; got.Text != want {
		t.Errorf("%q, want %q", got.Text, want)
	}
	only := detector(t, Options{Types: []Type{Email}})
	if s := find(t, only, "a@b.com 13812345678 1.2.3.4 @bob_s"); len(s) != 1 || s[0].Type != Email {
		t.Errorf("only e-mail: %v", s)
	}
}

// Of a name that runs into an address what is beside the address is masked too;
// of other spans that overlap the surer one stays, then the longer one.
func TestOverlaps(t *testing.T) {
	t.Parallel()
	const text = "From: Ada Lovelace <ada@example.com>, Countess 12"
	const name = "Ada Lovelace <ada@example.com>, Countess"
	whole := func(s string) []Span {
		if i := strings.Index(s, name); i >= 0 {
			return []Span{{Start: i, End: i + len(name), Score: 0.6}}
		}
		return nil
	}
	m := masker(t, Options{Names: tagger(whole), Recognizers: []Recognizer{shoes{}}}, Policy{})
	if got, want := mask(t, m, text).Text, "From: [person] <[email]>, [person] 12"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	d := detector(t, Options{})
	got := d.resolve([]Span{{0, 9, "a", 0.6, ""}, {3, 5, "b", 0.9, ""}, {5, 8, "c", 0.9, ""}, {4, 9, "d", 0.9, ""}, {20, 30, "e", 0.5, ""}, {20, 31, "f", 0.5, ""}, {25, 26, "g", 0.1, ""}},
		strings.Repeat("x", 40), false)
	var types []string
	for _, s := range got {
		types = append(types, string(s.Type))
	}
	if strings.Join(types, "") != "df" {
		t.Errorf("%v", got)
	}
}

func FuzzMask(f *testing.F) {
	for _, l := range wholeCorpus(f) {
		f.Add(l.text)
	}
	f.Add("138\xff12345678\xe5 call a@b.c@d.e")
	d := detector(f, Options{Types: allTypes()})
	m, err := NewMasker(d, Policy{Action: Pseudonym, Key: testKey})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, x := range find(t, d, s) {
			if x.Start < last || x.End <= x.Start || x.End > len(s) {
				t.Fatalf("span %+v after %d in %d bytes", x, last, len(s))
			}
			last = x.End
		}
		once := mask(t, m, s)
		if twice := mask(t, m, once.Text).Text; twice != once.Text {
			t.Fatalf("once  %q\ntwice %q", once.Text, twice)
		}
		last = 0
		for _, x := range once.Spans {
			if x.Start < last || x.End <= x.Start || x.End > len(s) {
				t.Fatalf("masked span %+v after %d in %d bytes", x, last, len(s))
			}
			last = x.End
		}
	})
}
