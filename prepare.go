package cohort

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/text/clean"
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

// StepPreparer is a Preparer that also tells which steps of cleaning changed a
// text, for Segmentation.Cleaning.
type StepPreparer interface {
	Preparer
	// PrepareSteps is Prepare with the steps.
	PrepareSteps(text string) (clean string, masked map[string]int, steps clean.Steps)
}

// NamePreparer is a Preparer that also makes names fit to be shown that the
// caller gave: those of Options.Edits, which every output repeats, pass through
// it.
type NamePreparer interface {
	Preparer
	PrepareName(name string) string
}

// namedEdits are the edits with their names prepared.
func (o *Options) namedEdits() []Edit {
	p, ok := o.Prepare.(NamePreparer)
	if !ok {
		return o.Edits
	}
	edits := slices.Clone(o.Edits)
	for i := range edits {
		if edits[i].Name != "" {
			edits[i].Name = p.PrepareName(edits[i].Name)
		}
	}
	return edits
}

// prepare returns what is left of a text, "" where nothing is.
func (o *Options) prepare(s string) (string, map[string]int) {
	s, masked, _ := o.prepareSteps(s)
	return s, masked
}

func (o *Options) prepareSteps(s string) (string, map[string]int, clean.Steps) {
	var masked map[string]int
	var steps clean.Steps
	switch p := o.Prepare.(type) {
	case nil:
	case StepPreparer:
		s, masked, steps = p.PrepareSteps(s)
	default:
		s, masked = p.Prepare(s)
	}
	return strings.ToValidUTF8(strings.TrimSpace(s), "\ufffd"), masked, steps
}

// Privately is a Preparer that first cleans and then masks personal data.
type Privately struct {
	// Cleaner cleans a text before it is masked, and its steps are counted; nil
	// leaves it.
	Cleaner *clean.Cleaner
	// Clean rewrites a text after Cleaner and before it is masked; nil leaves it.
	Clean func(string) string
	// CleanedBy says what Cleaner and Clean do, for the report.
	CleanedBy string
	// Mask replaces personal data; nil leaves it.
	Mask *pii.Masker
	// MaskedBy says what Mask looks for beyond its defaults, so that users placed
	// later are masked alike; "" where that is nothing.
	MaskedBy string
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
	s, n, _ := p.PrepareSteps(s)
	return s, n
}

// PrepareSteps implements StepPreparer.
func (p Privately) PrepareSteps(s string) (string, map[string]int, clean.Steps) {
	s, steps := p.cleaned(s)
	if p.Mask == nil {
		return s, nil, steps
	}
	m := p.Mask.Mask(s)
	var n map[string]int
	for _, span := range m.Spans {
		if n == nil {
			n = map[string]int{}
		}
		n[string(span.Type)]++
	}
	return m.Text, n, steps
}

func (p Privately) cleaned(s string) (string, clean.Steps) {
	var steps clean.Steps
	if p.Cleaner != nil {
		c := p.Cleaner.String(s)
		s, steps = c.Text, c.Steps
	}
	if p.Clean != nil {
		s = p.Clean(s)
	}
	return s, steps
}

// Field returns the value of a metadata field as it may be shown: prepared as a
// text is, with the field's name as words before it.
func (p Privately) Field(name, value string) string {
	value, _ = p.cleaned(value)
	if p.Mask == nil {
		return value
	}
	return p.Mask.MaskField(name, value).Text
}

// PrepareName implements NamePreparer: a name, such as a segment's or a report's
// title, without personal data. Cleaning, which brings hidden data to light,
// changes no other names.
func (p Privately) PrepareName(name string) string {
	if p.Mask == nil || name == "" {
		return name
	}
	cleaned, _ := p.cleaned(name)
	if m := p.Mask.Mask(cleaned); len(m.Spans) > 0 {
		return m.Text
	}
	return p.Mask.Mask(name).Text
}

// Texts ranges over texts as they may be shown: users are named by UserID, the
// values of Meta by Field. Texts themselves are left to Prepare. What Segment is
// given by a caller who does without shows the users and their fields as they
// are, for only the caller knows whether they are personal.
func (p Privately) Texts(texts iter.Seq2[Text, error]) iter.Seq2[Text, error] {
	return func(yield func(Text, error) bool) {
		for t, err := range texts {
			if err == nil {
				t.User = p.UserID(t.User)
				if len(t.Meta) > 0 {
					meta := make(map[string]string, len(t.Meta))
					for name, value := range t.Meta {
						meta[name] = p.Field(name, value)
					}
					t.Meta = meta
				}
			}
			if !yield(t, err) {
				return
			}
		}
	}
}

// Describe implements Preparer.
func (p Privately) Describe() string {
	var parts []string
	if (p.Clean != nil || p.Cleaner != nil) && p.CleanedBy == "" {
		parts = append(parts, "cleaned")
	}
	if p.CleanedBy != "" {
		parts = append(parts, p.CleanedBy)
	}
	if p.Mask != nil {
		masked := "personal data masked"
		if p.MaskedBy != "" {
			masked += " (" + p.MaskedBy + ")"
		}
		parts = append(parts, masked)
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
	s, _ := p.cleaned(id) // entities, full-width digits and other encodings hide nothing
	personal := func(s string) bool { return len(p.Mask.MaskField(p.UserColumn, s).Spans) > 0 }
	if p.Mask == nil || !personal(s) && !personal(id) {
		return id
	}
	h := sha256.Sum256([]byte(id))
	return userName(h[:])
}

func userName(hash []byte) string { return "user-" + hex.EncodeToString(hash[:8]) }
