package cohort

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/seed-56ee9438/cohort/text/pii"
)

// Preparer makes a text fit to be embedded, counted and quoted.
type Preparer interface {
	// Prepare returns the text cleaned and masked, and how many spans were
	// masked by recogniser (nil: none). An empty text is left out. The same
	// text must always give the same result, since texts are read twice.
	Prepare(text string) (clean string, masked map[string]int)
	// Describe says in a few words what is done, for the report.
	Describe() string
}

// prepare returns what is left of a text, "" where nothing is.
func (o *Options) prepare(s string) (string, map[string]int) {
	var masked map[string]int
	if o.Prepare != nil {
		s, masked = o.Prepare.Prepare(s)
	}
	return strings.ToValidUTF8(strings.TrimSpace(s), "\ufffd"), masked
}

// Privately is a Preparer that first cleans and then masks personal data.
type Privately struct {
	// Clean rewrites a text before it is masked; nil leaves it.
	Clean func(string) string
	// CleanedBy says what Clean does, for the report.
	CleanedBy string
	// Mask replaces personal data; nil leaves it.
	Mask *pii.Masker
	// UserColumn is what the file calls its users, "" where it does not. Words in
	// it, such as qq or phone, tell what a bare number is.
	UserColumn string
	// UserKey, where set, has UserID name every user by a keyed hash, so that
	// the names tell nothing to who has not the key, and the same key gives the
	// same names again. At least 16 random bytes.
	UserKey []byte
}

// Prepare implements Preparer.
func (p Privately) Prepare(s string) (string, map[string]int) {
	if p.Clean != nil {
		s = p.Clean(s)
	}
	if p.Mask == nil {
		return s, nil
	}
	m := p.Mask.Mask(s)
	var n map[string]int
	for _, span := range m.Spans {
		if n == nil {
			n = map[string]int{}
		}
		n[string(span.Type)]++
	}
	return m.Text, n
}

// Field returns the value of a metadata field as it may be shown: prepared as a
// text is, with the field's name as words before it.
func (p Privately) Field(name, value string) string {
	if p.Clean != nil {
		value = p.Clean(value)
	}
	if p.Mask == nil {
		return value
	}
	return p.Mask.MaskField(name, value).Text
}

// Describe implements Preparer.
func (p Privately) Describe() string {
	var parts []string
	if p.Clean != nil && p.CleanedBy == "" {
		parts = append(parts, "cleaned")
	}
	if p.CleanedBy != "" {
		parts = append(parts, p.CleanedBy)
	}
	if p.Mask != nil {
		parts = append(parts, "personal data masked")
	}
	return strings.Join(parts, ", ")
}

// UserID returns the name under which a user may be shown: with a UserKey a
// name made of its HMAC-SHA-256; else his own or, where that holds personal
// data (an e-mail address, a telephone number), a name made of its SHA-256,
// which hides it from readers but not from who guesses it. The same user always
// gets the same name.
func (p Privately) UserID(id string) string {
	if len(p.UserKey) > 0 {
		h := hmac.New(sha256.New, p.UserKey)
		io.WriteString(h, id)
		return userName(h.Sum(nil))
	}
	s := id
	if p.Clean != nil {
		s = p.Clean(id) // entities and other encodings hide nothing
	}
	personal := func(s string) bool { return len(p.Mask.MaskField(p.UserColumn, s).Spans) > 0 }
	if p.Mask == nil || !personal(s) && !personal(id) {
		return id
	}
	h := sha256.Sum256([]byte(id))
	return userName(h[:])
}

func userName(hash []byte) string { return "user-" + hex.EncodeToString(hash[:8]) }
