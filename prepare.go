package cohort

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// Preparer makes texts fit to be embedded, counted and quoted.
type Preparer interface {
	// Prepare returns what is left of each text, cleaned and masked, as many as
	// there are texts. The same text must always give the same result, since
	// texts are read twice. An error ends the run.
	Prepare(ctx context.Context, texts []string) ([]Prepared, error)
	// Describe says in a few words what is done, for the report.
	Describe() string
}

// Prepared is a text that a Preparer made fit.
type Prepared struct {
	Text   string         // "" for a text to leave out
	Masked map[string]int // spans masked, by recogniser; nil: none
	Steps  clean.Steps    // the steps of cleaning that changed it, for Segmentation.Cleaning
}

// NamePreparer is a Preparer that also makes names fit to be shown that the
// caller gave: those of Options.Edits, which every output repeats, pass through
// it.
type NamePreparer interface {
	Preparer
	PrepareName(ctx context.Context, name string) (string, error)
}

// namedEdits are the edits with their names prepared.
func (o *Options) namedEdits(ctx context.Context) ([]Edit, error) {
	p, ok := o.Prepare.(NamePreparer)
	if !ok {
		return o.Edits, nil
	}
	edits := slices.Clone(o.Edits)
	for i := range edits {
		if edits[i].Name == "" {
			continue
		}
		var err error
		if edits[i].Name, err = p.PrepareName(ctx, edits[i].Name); err != nil {
			return nil, fmt.Errorf("preparing the name of an edit: %w", err)
		}
	}
	return edits, nil
}

// batchTexts is how many texts are prepared together.
const batchTexts = 128

// batched ranges over texts in batches, whose memory is reused. Where the source
// fails, the texts before are given first, and then the error alone.
func batched(texts iter.Seq2[Text, error]) iter.Seq2[[]Text, error] {
	return func(yield func([]Text, error) bool) {
		batch := make([]Text, 0, batchTexts)
		for t, err := range texts {
			if err != nil {
				if len(batch) == 0 || yield(batch, nil) {
					yield(nil, err)
				}
				return
			}
			if batch = append(batch, t); len(batch) == batchTexts {
				if !yield(batch, nil) {
					return
				}
				batch = batch[:0]
			}
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

// preparedText is a text of the source with a weight above 0, and what Prepare
// made of it.
type preparedText struct {
	text   Text
	clean  string // "" where nothing is left
	masked map[string]int
	steps  clean.Steps
}

// prepared ranges over the texts of a source, prepared in batches. It ends with
// the source's error, or that of the first text whose weight is none, or of the
// Preparer.
func (o *Options) prepared(ctx context.Context, texts iter.Seq2[Text, error]) iter.Seq2[preparedText, error] {
	return func(yield func(preparedText, error) bool) {
		read := 0
		for batch, err := range batched(texts) {
			if err != nil {
				yield(preparedText{}, err)
				return
			}
			valid, badWeight := weighted(batch, read)
			read += len(batch)
			out, err := o.prepare(ctx, valid)
			if err != nil {
				yield(preparedText{}, err)
				return
			}
			for i, p := range out {
				t := strings.ToValidUTF8(strings.TrimSpace(p.Text), "\ufffd")
				if !yield(preparedText{valid[i], t, p.Masked, p.Steps}, nil) {
					return
				}
			}
			if badWeight != nil {
				yield(preparedText{}, badWeight)
				return
			}
		}
	}
}

// weighted gives the texts of a batch, read texts into the source, their default
// weight. It returns those before the first whose weight is none, with the error.
func weighted(batch []Text, read int) ([]Text, error) {
	for i := range batch {
		w := &batch[i].Weight
		if *w == 0 {
			*w = 1
		}
		if !finiteWeight(*w) {
			return batch[:i], fmt.Errorf("%w: text %d: %v, want a finite number >= 0", ErrWeight, read+i+1, *w)
		}
	}
	return batch, nil
}

// prepare calls Prepare, where there is one, for a batch.
func (o *Options) prepare(ctx context.Context, batch []Text) ([]Prepared, error) {
	texts := make([]string, len(batch))
	for i := range batch {
		texts[i] = batch[i].Text
	}
	if o.Prepare != nil {
		out, err := o.Prepare.Prepare(ctx, texts)
		switch {
		case err != nil:
			return nil, fmt.Errorf("preparing the texts: %w", err)
		case len(out) != len(texts):
			return nil, fmt.Errorf("%w: Prepare returned %d texts for %d", ErrOptions, len(out), len(texts))
		}
		return out, nil
	}
	out := make([]Prepared, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out, nil
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
	// UserKey, where set, has UserIDs name every user by a keyed hash: without the
	// key the names tell nothing, and the same key gives the same names again. At
	// least 16 random bytes.
	UserKey []byte
}

// Prepare implements Preparer. It fails where Mask does, which is where the
// context ends or the model of persons' names fails.
func (p Privately) Prepare(ctx context.Context, texts []string) ([]Prepared, error) {
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

// Fields returns the values of metadata fields as they may be shown: prepared as
// a text is, with the fields' names as words before them.
func (p Privately) Fields(ctx context.Context, fields []pii.Field) ([]string, error) {
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

// PrepareName implements NamePreparer: a name, such as a segment's or a report's
// title, without personal data. Cleaning, which brings hidden data to light,
// changes no other names.
func (p Privately) PrepareName(ctx context.Context, name string) (string, error) {
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

// Texts ranges over texts as they may be shown: users are named by UserIDs, the
// values of Meta by Fields. Texts themselves are left to Prepare. What Segment is
// given by a caller who does without shows the users and their fields as they
// are, for only the caller knows whether they are personal.
func (p Privately) Texts(ctx context.Context, texts iter.Seq2[Text, error]) iter.Seq2[Text, error] {
	return func(yield func(Text, error) bool) {
		shown := map[string]string{} // users' names
		for batch, err := range batched(texts) {
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
func (p Privately) show(ctx context.Context, batch []Text, shown map[string]string) error {
	var users []string
	var fields []pii.Field
	for _, t := range batch {
		if _, ok := shown[t.User]; !ok {
			user := strings.Clone(t.User) // it may be cut from a row that holds the text
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

// UserID is UserIDs for one user.
func (p Privately) UserID(ctx context.Context, id string) (string, error) {
	ids, err := p.UserIDs(ctx, []string{id})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// UserIDs returns the names under which users may be shown: with a UserKey names
// made of their HMAC-SHA-256; else their own or, where one holds personal data (an
// e-mail address, a telephone number), a name made of its SHA-256, which hides it
// from readers but not from those who guess it. The same user always gets the same
// name.
func (p Privately) UserIDs(ctx context.Context, ids []string) ([]string, error) {
	out := slices.Clone(ids)
	if len(p.UserKey) > 0 {
		for i, id := range ids {
			h := hmac.New(sha256.New, p.UserKey)
			io.WriteString(h, id)
			out[i] = userName(h.Sum(nil))
		}
		return out, nil
	}
	if p.Mask == nil {
		return out, nil
	}
	// Entities, full-width digits and other encodings hide nothing.
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
