package corpus

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/batch"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// batchTexts is the number of texts that are masked together.
const batchTexts = 128

// PrivacyPreparer is a Preparer that first cleans texts and then masks personal
// data.
type PrivacyPreparer struct {
	// Cleaner cleans a text before it is masked, and its steps are counted. nil
	// skips this.
	Cleaner *clean.Cleaner
	// Clean rewrites a text after Cleaner and before masking. nil skips this.
	Clean func(string) string
	// CleanedBy describes what Cleaner and Clean do, for the report.
	CleanedBy string
	// Mask replaces personal data. nil skips this.
	Mask *pii.Masker
	// MaskedBy describes what Mask looks for in addition to its defaults, so that
	// users placed later are masked in the same way; "" if nothing.
	MaskedBy string
	// UserColumn is the name of the input's user column, "" if it has none. Words
	// in it, such as qq or phone, tell what a bare number is.
	UserColumn string
	// UserKey makes UserIDs replace every user's name by a keyed hash, if set.
	// Without the key the hashes reveal nothing; the same key gives the same
	// hashes again. It must have at least 16 random bytes.
	UserKey []byte
}

// Prepare implements Preparer. It returns the errors of Mask: those of the
// context and of the model of personal names.
func (p PrivacyPreparer) Prepare(ctx context.Context, texts []string) ([]Prepared, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	out := make([]Prepared, len(texts))
	cleaned := make([]string, len(texts))
	for i, s := range texts {
		cleaned[i], out[i].Steps = p.cleaned(s)
		out[i].Text = cleaned[i]
	}
	if p.Mask == nil {
		return out, nil
	}
	masked, err := p.Mask.MaskAll(ctx, cleaned)
	if err != nil {
		return nil, err
	}
	for i, m := range masked {
		out[i].Text = m.Text
		for _, span := range m.Spans {
			if out[i].Masked == nil {
				out[i].Masked = map[string]int{}
			}
			out[i].Masked[string(span.Type)]++
		}
	}
	return out, nil
}

func (p PrivacyPreparer) cleaned(s string) (string, clean.Steps) {
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

// Fields returns the values of metadata fields in a form that may be shown.
// They are prepared as texts are, with the fields' names as context.
func (p PrivacyPreparer) Fields(ctx context.Context, fields []pii.Field) ([]string, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	values := make([]string, len(fields))
	cleaned := slices.Clone(fields)
	for i := range cleaned {
		cleaned[i].Value, _ = p.cleaned(cleaned[i].Value)
		values[i] = cleaned[i].Value
	}
	if p.Mask == nil {
		return values, nil
	}
	masked, err := p.Mask.MaskFields(ctx, cleaned)
	if err != nil {
		return nil, err
	}
	for i, m := range masked {
		values[i] = m.Text
	}
	return values, nil
}

// PrepareName implements NamePreparer. It returns a name, such as a segment's
// or a report's title, without personal data. Cleaning is used only to reveal
// hidden data; a name without personal data is returned unchanged.
func (p PrivacyPreparer) PrepareName(ctx context.Context, name string) (string, error) {
	if err := parallel.Cause(ctx); err != nil {
		return "", err
	}
	if p.Mask == nil || name == "" {
		return name, nil
	}
	cleaned, _ := p.cleaned(name)
	masked, err := p.Mask.MaskAll(ctx, []string{cleaned, name})
	if err != nil {
		return "", err
	}
	if len(masked[0].Spans) > 0 {
		return masked[0].Text, nil
	}
	return masked[1].Text, nil
}

var errNoTexts = errors.New("corpus: no sequence of texts")

// Texts ranges over texts in a form that may be shown: users are renamed by
// UserIDs, and the values of Meta are prepared by Fields. The texts themselves
// are left to Prepare. Without Texts, the outputs of Segment show the users and
// their fields as they are, since only the caller knows whether these are
// personal.
func (p PrivacyPreparer) Texts(ctx context.Context, texts iter.Seq2[Text, error]) iter.Seq2[Text, error] {
	return func(yield func(Text, error) bool) {
		if texts == nil {
			yield(Text{}, errNoTexts)
			return
		}
		if err := parallel.Cause(ctx); err != nil {
			yield(Text{}, err)
			return
		}
		shown := map[string]string{} // names of users, as shown
		for batch, err := range batch.Of(texts, batchTexts) {
			if err == nil {
				err = p.show(ctx, batch, shown)
			}
			if err != nil {
				yield(Text{}, err)
				return
			}
			for _, t := range batch {
				if !yield(t, nil) {
					return
				}
			}
		}
	}
}

// show replaces the users and the metadata of texts by what may be shown.
func (p PrivacyPreparer) show(ctx context.Context, batch []Text, shown map[string]string) error {
	var users []string
	var fields []pii.Field
	for _, t := range batch {
		if _, ok := shown[t.User]; !ok {
			user := strings.Clone(t.User) // it may be a substring of a row that holds the text
			shown[user] = ""
			users = append(users, user)
		}
		for name, value := range t.Meta {
			fields = append(fields, pii.Field{Name: name, Value: value})
		}
	}
	ids, err := p.UserIDs(ctx, users)
	if err != nil {
		return err
	}
	for i, u := range users {
		shown[u] = ids[i]
	}
	values, err := p.Fields(ctx, fields)
	if err != nil {
		return err
	}
	at := map[pii.Field]string{}
	for i, f := range fields {
		at[f] = values[i]
	}
	for i := range batch {
		t := &batch[i]
		t.User = shown[t.User]
		if len(t.Meta) == 0 {
			continue
		}
		meta := make(map[string]string, len(t.Meta))
		for name, value := range t.Meta {
			meta[name] = at[pii.Field{Name: name, Value: value}]
		}
		t.Meta = meta
	}
	return nil
}

// Describe implements Preparer.
func (p PrivacyPreparer) Describe() string {
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

// UserID is UserIDs for one user.
func (p PrivacyPreparer) UserID(ctx context.Context, id string) (string, error) {
	ids, err := p.UserIDs(ctx, []string{id})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// UserIDs returns the names under which users may be shown. With a UserKey
// these are made from keyed hashes (HMAC-SHA-256). Without one, a user keeps
// their own name, unless it holds personal data such as an e-mail address or a
// telephone number: then the name is made from its SHA-256, which hides the
// data from readers but not from someone who guesses it. The same user always
// gets the same name.
func (p PrivacyPreparer) UserIDs(ctx context.Context, ids []string) ([]string, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	out := slices.Clone(ids)
	if len(p.UserKey) > 0 {
		for i, id := range ids {
			h := hmac.New(sha256.New, p.UserKey)
			h.Write([]byte(id))
			out[i] = userName(h.Sum(nil))
		}
		return out, nil
	}
	if p.Mask == nil {
		return out, nil
	}
	// Entities, full-width digits and other encodings must not hide anything.
	fields := make([]pii.Field, 0, 2*len(ids))
	for _, id := range ids {
		cleaned, _ := p.cleaned(id)
		fields = append(fields, pii.Field{Name: p.UserColumn, Value: cleaned}, pii.Field{Name: p.UserColumn, Value: id})
	}
	masked, err := p.Mask.MaskFields(ctx, fields)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if len(masked[2*i].Spans)+len(masked[2*i+1].Spans) > 0 {
			h := sha256.Sum256([]byte(id))
			out[i] = userName(h[:])
		}
	}
	return out, nil
}

func userName(hash []byte) string { return "user-" + hex.EncodeToString(hash[:8]) }
