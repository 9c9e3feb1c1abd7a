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

func masking(t *testing.T) PrivacyPreparer {
	t.Helper()
	d, err := pii.New(pii.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := pii.NewMasker(d, pii.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return PrivacyPreparer{Mask: m}
}

// Texts.
func TestSegmentPrivately(t *testing.T) {
	t.Parallel()
	p := masking(t)
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

// fails at the text of a number, from 1.
func namesFailing(t *testing.T, at int, failure error, batches *[]int) PrivacyPreparer {
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
	return PrivacyPreparer{Mask: m}
}

// and is asked about many texts at a time.
func TestNamesFailAtOnce(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	var texts []Text
	for i := range 1000 {
		texts = append(texts, Text{User: fmt.Sprint(i % 40), Text: fmt.Sprintf("lens sharp photo %d", i)})
	}
	for what, run := range map[string]func(p PrivacyPreparer) error{
		"texts": func(p PrivacyPreparer) error {
			_, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Prepare: p})
			return err
		},
		"texts without boilerplate": func(p PrivacyPreparer) error {
			_, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Prepare: p, Repeats: &Repeats{}})
			return err
		},
		"users": func(p PrivacyPreparer) error {
			for _, err := range p.Texts(t.Context(), Slice(texts)) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"the name of an edit": func(p PrivacyPreparer) error {
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
