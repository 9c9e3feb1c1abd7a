package cohort

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/text/pii"
)

func privately(t *testing.T) Privately {
	t.Helper()
	d, err := pii.New(pii.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := pii.NewMasker(d, pii.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return Privately{Mask: m}
}

func userID(t *testing.T, p Privately, id string) string {
	t.Helper()
	name, err := p.UserID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// A user's name that is personal data, by itself or by its column's name, is
// hidden, the same way each time; any other stays.
func TestUserID(t *testing.T) {
	p := privately(t)
	for _, c := range []struct {
		column, id string
		hidden     bool
	}{
		{"user", "c4711", false}, {"user", "anna", false}, {"user", "8262048", false}, {"user", "457679451", false},
		{"user", "anna@example.com", true}, {"user", "１３８１２３４５６７８", true},
		{"qq", "8262048", true}, {"ssn", "457679451", true}, {"wechat", "snow_panda77", true}, {"手机", "2125550178", true},
	} {
		p.UserColumn = c.column
		got, again := userID(t, p, c.id), userID(t, p, c.id)
		if hidden := got != c.id; hidden != c.hidden || hidden && (!strings.HasPrefix(got, "user-") || strings.Contains(got, c.id)) || again != got {
			t.Errorf("%s %s is %s", c.column, c.id, got)
		}
	}
	p.UserKey = []byte("0123456789abcdef")
	if a, b := userID(t, p, "anna"), userID(t, p, "bob"); a == b || !strings.HasPrefix(a, "user-") {
		t.Errorf("%s %s", a, b)
	}
}

func TestPrivatelyFields(t *testing.T) {
	p := privately(t)
	p.Clean = strings.TrimSpace
	fields := []pii.Field{{Name: "qq", Value: " 8262048 "}, {Name: "city", Value: "Paris"}, {Name: "note", Value: "mail anna@example.com"}, {Name: "stars", Value: "5"}}
	want := []string{"[qq]", "Paris", "mail [email]", "5"}
	if got, err := p.Fields(t.Context(), fields); err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if fields[0].Value != " 8262048 " {
		t.Error("the caller's own fields were changed")
	}
	p.Mask = nil
	if got, err := p.Fields(t.Context(), fields[:1]); err != nil || got[0] != "8262048" {
		t.Errorf("without a masker: %q, %v", got, err)
	}
}

// A library's caller who segments privately gets nothing personal either: not in
// the names he gives segments, nor of users and their fields that went through
// Texts.
func TestSegmentPrivately(t *testing.T) {
	p := privately(t)
	var texts []Text
	for i := range 12 {
		user, word, contact := fmt.Sprintf("anna%d@example.com", i), "lens sharp photo", "13812345678"
		if i%2 > 0 {
			user, word, contact = fmt.Sprintf("u%d", i), "battery weak charge", "none"
		}
		texts = append(texts, Text{User: user, Text: word + " write to anna@example.com", Meta: map[string]string{"contact": contact, "city": "Oslo"}})
	}
	own := texts[0].Meta["contact"]
	edits := []Edit{{Op: "rename", Segment: 1, Name: "friends of anna@example.com"}, {Op: "rename", Segment: 2, Name: "#1 <fans>"}}
	made, err := Fit(context.Background(), p.Texts(t.Context(), Slice(texts)), Options{Model: &bag.Model{}, Prepare: p, K: 2, MinUsers: 1, Bootstrap: -1, Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	if edits[0].Name != "friends of anna@example.com" || texts[0].Meta["contact"] != own {
		t.Error("the caller's own data was changed")
	}
	s := made.Segmentation()
	names := map[string]bool{}
	for _, x := range s.Segments {
		names[x.Name] = true
	}
	if !names["friends of [email]"] || !names["#1 <fans>"] {
		t.Errorf("names %v", names)
	}
	var saved bytes.Buffer
	if err := made.Save(&saved); err != nil {
		t.Fatal(err)
	}
	whole, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for what, data := range map[string]string{"segmentation": string(whole), "segmenter": saved.String()} {
		for _, secret := range []string{"anna", "13812345678"} {
			if strings.Contains(data, secret) {
				t.Errorf("%s holds %q", what, secret)
			}
		}
	}
	if !strings.Contains(string(whole), "[phone]") || !strings.HasPrefix(s.Users[0].ID, "user-") {
		t.Errorf("users or fields are missing: %s", whole)
	}
}

// namesFailing masks like privately does, with a model of persons' names that
// fails at the text of a number, from 1.
func namesFailing(t *testing.T, at int, failure error, batches *[]int) Privately {
	t.Helper()
	read := 0
	d, err := pii.New(pii.Options{Names: func(_ context.Context, texts []string) ([][]pii.Span, error) {
		*batches = append(*batches, len(texts))
		if read += len(texts); read >= at {
			return nil, failure
		}
		return make([][]pii.Span, len(texts)), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := pii.NewMasker(d, pii.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return Privately{Mask: m}
}

// TestNamesFailAtOnce: a model of persons' names that fails ends the run there,
// and is asked about many texts at a time.
func TestNamesFailAtOnce(t *testing.T) {
	broken := errors.New("broken")
	var texts []Text
	for i := range 1000 {
		texts = append(texts, Text{User: fmt.Sprint(i % 40), Text: fmt.Sprintf("lens sharp photo %d", i)})
	}
	for what, run := range map[string]func(p Privately) error{
		"texts": func(p Privately) error {
			_, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Prepare: p})
			return err
		},
		"texts without boilerplate": func(p Privately) error {
			_, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Prepare: p, Repeats: &Repeats{}})
			return err
		},
		"users": func(p Privately) error {
			for _, err := range p.Texts(t.Context(), Slice(texts)) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"the name of an edit": func(p Privately) error {
			_, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Prepare: p, Edits: []Edit{{Op: "rename", Segment: 1, Name: "Ada"}}})
			return err
		},
	} {
		at := 200
		if what == "users" || what == "the name of an edit" {
			at = 1
		}
		var batches []int
		if err := run(namesFailing(t, at, broken, &batches)); !errors.Is(err, broken) || !errors.Is(err, pii.ErrNames) {
			t.Errorf("%s: %v", what, err)
		}
		if n := len(batches); n > 3 || at > 1 && slices.Max(batches) < 64 {
			t.Errorf("%s: asked about batches of %v texts", what, batches)
		}
	}
}

// TestPreparedInOrder: batches change neither the order of texts nor where an
// error of the source or a wrong weight comes.
func TestPreparedInOrder(t *testing.T) {
	broken := errors.New("broken")
	for _, n := range []int{0, 1, batchTexts - 1, batchTexts, batchTexts + 1, 3 * batchTexts} {
		for _, fault := range []error{nil, broken, ErrWeight} {
			source := func(yield func(Text, error) bool) {
				for i := range n {
					if !yield(Text{User: "u", Text: fmt.Sprint(" ", i)}, nil) {
						return
					}
				}
				if fault == ErrWeight && yield(Text{Weight: -1}, nil) {
					yield(Text{Weight: 1}, nil)
				}
				if fault == broken {
					yield(Text{}, broken)
				}
			}
			at := 0
			var got error
			for p, err := range (&Options{}).prepared(t.Context(), source) {
				if got = err; err != nil {
					break
				}
				if p.clean != fmt.Sprint(at) || p.text.Weight != 1 {
					t.Fatalf("text %d of %d: %+v", at, n, p)
				}
				at++
			}
			if at != n || !errors.Is(got, fault) {
				t.Errorf("%d of %d texts, then %v, want %v", at, n, got, fault)
			}
		}
	}
}
