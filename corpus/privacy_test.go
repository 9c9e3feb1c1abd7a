package corpus

import (
	"slices"
	"strings"
	"testing"

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

func userID(t *testing.T, p PrivacyPreparer, id string) string {
	t.Helper()
	name, err := p.UserID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// hidden, the same way each time; any other stays.
func TestUserID(t *testing.T) {
	t.Parallel()
	p := masking(t)
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

func TestFields(t *testing.T) {
	t.Parallel()
	p := masking(t)
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
