package pii

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Type is a kind of personal data.
type Type string

// The types that have a built-in recogniser, and Person, which needs a
// NameTagger. Custom recognisers may use other names.
const (
	Email    Type = "email"    // e-mail address
	URL      Type = "url"      // URL that carries credentials: user:password@, token=, …
	IP       Type = "ip"       // IPv4 or IPv6 address
	MAC      Type = "mac"      // hardware address
	Phone    Type = "phone"    // telephone number
	Card     Type = "card"     // payment card number
	IBAN     Type = "iban"     // international bank account number
	SSN      Type = "ssn"      // US social security number
	CNID     Type = "cn_id"    // Chinese resident identity number
	USCC     Type = "uscc"     // Chinese unified social credit code
	Passport Type = "passport" // passport number
	QQ       Type = "qq"       // QQ number
	WeChat   Type = "wechat"   // WeChat ID
	Handle   Type = "handle"   // @name
	Address  Type = "address"  // street address; only on request
	Person   Type = "person"   // name of a person; only from Options.Names
)

// DefaultTypes returns the types of zero Options: all except Address, which
// would include a shop's own address in a review, and Person, which needs a
// NameTagger.
func DefaultTypes() []Type {
	return []Type{Email, URL, IP, MAC, Phone, Card, IBAN, SSN, CNID, USCC, Passport, QQ, WeChat, Handle}
}

// A Span is personal data found in a text.
type Span struct {
	Start, End int // bytes [Start, End) of the text
	Type       Type
	Score      float64 // confidence from 0 to 1
	Reason     string  // the check passed and the context seen; never the data
}

// A Recognizer finds personal data of its own kind. Recognize appends what it
// finds in text to dst and returns it. It must be safe for concurrent use.
// Spans that are outside the text, empty, or cut a character are ignored.
type Recognizer interface {
	Recognize(dst []Span, text string) []Span
}

// NameTagger finds personal names: a function around a token-classification
// model. It returns the spans of each text, one list per text, or an error,
// such as that of ctx, in which case the results are not used. It must be safe
// for concurrent use. Spans without a type become Person.
type NameTagger func(ctx context.Context, texts []string) ([][]Span, error)

// Errors of New.
var (
	ErrType   = errors.New("pii: unknown type")
	ErrRegion = errors.New("pii: unknown telephone region")
	ErrScore  = errors.New("pii: bad minimum score")
)

// ErrNames is returned for a NameTagger that failed, together with its own
// error, or that returned a wrong number of lists.
var ErrNames = errors.New("pii: persons' names were not looked for")

// Options configures a Detector. The zero value looks for DefaultTypes.
type Options struct {
	// Types to look for. nil means DefaultTypes.
	Types []Type
	// Regions, as ISO 3166 codes, are the regions of telephone numbers without a
	// country code. nil means US, GB and CN. Numbers that begin with + are found
	// for every country.
	Regions []string
	// MinScore is the minimum score that is reported. 0 means 0.5.
	MinScore float64
	// Allow lists values that are never reported, such as your own support
	// address, hotline or handle. Case and width are ignored, and in numbers the
	// grouping.
	Allow []string
	// Recognizers are used in addition to the built-in ones.
	Recognizers []Recognizer
	// Names finds personal names; nil finds none.
	Names NameTagger
}

// A Detector finds personal data. It is immutable and safe for concurrent use.
type Detector struct {
	unsavedState

	on       [numKinds]bool
	phones   *phoneBook
	minScore float64
	allow    map[string]struct{}
	own      []Recognizer
	names    NameTagger
}

// kind is the index of a built-in type.
type kind uint8

const (
	kEmail kind = iota
	kURL
	kIP
	kMAC
	kPhone
	kCard
	kIBAN
	kSSN
	kCNID
	kUSCC
	kPassport
	kQQ
	kWeChat
	kHandle
	kAddress
	kPerson
	numKinds
)

var kindTypes = [numKinds]Type{Email, URL, IP, MAC, Phone, Card, IBAN, SSN, CNID, USCC, Passport, QQ, WeChat, Handle, Address, Person}

// New returns a Detector. It returns ErrType or ErrRegion, wrapped with the
// name, for an unknown type or region, and an ErrScore for a MinScore that is
// not from 0 to 1.
func New(o Options) (*Detector, error) {
	if !(o.MinScore >= 0 && o.MinScore <= 1) { // also true for NaN, with which nothing would be found
		return nil, fmt.Errorf("%w: Options.MinScore is %v, want 0 to 1", ErrScore, o.MinScore)
	}
	d := &Detector{minScore: o.MinScore, own: slices.Clone(o.Recognizers), names: o.Names}
	if d.minScore == 0 {
		d.minScore = 0.5
	}
	types := o.Types
	if types == nil {
		types = DefaultTypes()
	}
	for _, t := range types {
		k := slices.Index(kindTypes[:], t)
		if k < 0 {
			return nil, fmt.Errorf("%w: %q", ErrType, string(t))
		}
		d.on[k] = true
	}
	regions := o.Regions
	if regions == nil {
		regions = []string{"US", "GB", "CN"}
	}
	if d.on[kPhone] {
		var err error
		if d.phones, err = newPhoneBook(regions); err != nil {
			return nil, err
		}
	}
	if len(o.Allow) > 0 {
		d.allow = make(map[string]struct{}, len(o.Allow))
		for _, a := range o.Allow {
			d.allow[plain(a)] = struct{}{}
			for _, t := range numbered(plain(a)) {
				d.allow[allowKey(t, d.canonical(t, a))] = struct{}{}
			}
		}
	}
	return d, nil
}

// Find is FindAll for one text.
func (d *Detector) Find(ctx context.Context, text string) ([]Span, error) {
	found, err := d.FindAll(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// FindAll returns the personal data in each text, in order, without overlaps:
// of two overlapping spans it keeps the one with the higher score, then the
// longer one. It makes one pass, in time linear in the texts' lengths, except
// for sorting the results of custom recognisers and the model of personal
// names. The only errors are those of ctx and of that model (ErrNames), which
// is called once for all texts.
func (d *Detector) FindAll(ctx context.Context, texts []string) ([][]Span, error) {
	if ctx == nil {
		return nil, parallel.ErrNilContext
	}
	persons, err := d.persons(ctx, texts)
	if err != nil {
		return nil, err
	}
	found := make([][]Span, len(texts))
	for i, text := range texts {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, parallel.Cause(ctx)
		}
		spans, sorted := d.builtIn(nil, text), true
		for _, r := range d.own {
			spans, sorted = appendForeign(spans, r.Recognize(nil, text), text, ""), false
		}
		if persons != nil {
			spans, sorted = appendForeign(spans, persons[i], text, Person), false
		}
		found[i] = d.resolve(spans, text, sorted)
	}
	return found, nil
}

// persons calls the model of personal names for texts; it returns nil if there
// is none.
func (d *Detector) persons(ctx context.Context, texts []string) ([][]Span, error) {
	if d.names == nil || len(texts) == 0 {
		return nil, nil
	}
	persons, err := d.names(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("%w in %d texts: %w", ErrNames, len(texts), err)
	}
	if len(persons) != len(texts) {
		return nil, fmt.Errorf("%w: %d lists of spans for %d texts", ErrNames, len(persons), len(texts))
	}
	return persons, nil
}

// builtIn appends what the built-in recognisers find, as offsets in the source.
func (d *Detector) builtIn(dst []Span, text string) []Span {
	if !needsFold(text) {
		return d.scan(dst, text)
	}
	f := fold(text)
	from := len(dst)
	dst = d.scan(dst, f.text)
	for i := from; i < len(dst); i++ {
		f.restore(&dst[i])
	}
	return dst
}

// scan appends what the built-in recognisers find in a folded text.
func (d *Detector) scan(dst []Span, text string) []Span {
	z := scanner{d: d, s: text, spans: dst}
	z.scan()
	if d.on[kAddress] {
		z.addresses()
	}
	return z.spans
}
