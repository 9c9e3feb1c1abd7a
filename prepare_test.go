package cohort

import (
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
