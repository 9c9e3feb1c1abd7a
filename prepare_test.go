package cohort

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

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
		got := p.UserID(c.id)
		if hidden := got != c.id; hidden != c.hidden || hidden && (!strings.HasPrefix(got, "user-") || strings.Contains(got, c.id)) || p.UserID(c.id) != got {
			t.Errorf("%s %s is %s", c.column, c.id, got)
		}
	}
	p.UserKey = []byte("0123456789abcdef")
	if a, b := p.UserID("anna"), p.UserID("bob"); a == b || !strings.HasPrefix(a, "user-") {
		t.Errorf("%s %s", a, b)
	}
}

func TestPrivatelyField(t *testing.T) {
	p := privately(t)
	p.Clean = strings.TrimSpace
	for _, c := range [][3]string{{"qq", " 8262048 ", "[qq]"}, {"city", "Paris", "Paris"}, {"note", "mail anna@example.com", "mail [email]"}, {"stars", "5", "5"}} {
		if got := p.Field(c[0], c[1]); got != c[2] {
			t.Errorf("%s %q is %q, want %q", c[0], c[1], got, c[2])
		}
	}
	p.Mask = nil
	if got := p.Field("qq", " 8262048"); got != "8262048" {
		t.Errorf("without a masker: %q", got)
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
	s, err := Segment(context.Background(), p.Texts(Slice(texts)), Options{Model: &bagModel{}, Prepare: p, K: 2, MinUsers: 1, Bootstrap: -1, Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	if edits[0].Name != "friends of anna@example.com" || texts[0].Meta["contact"] != own {
		t.Error("the caller's own data was changed")
	}
	names := map[string]bool{}
	for _, x := range s.Segments {
		names[x.Name] = true
	}
	if !names["friends of [email]"] || !names["#1 <fans>"] {
		t.Errorf("names %v", names)
	}
	var saved bytes.Buffer
	if err := s.Segmenter().Save(&saved); err != nil {
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
