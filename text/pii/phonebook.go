package pii

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// phoneBook knows which numbers exist. It uses libphonenumber's patterns, from
// nyaruka/phonenumbers, compiled to automata. The library's own parser takes
// about 60 µs per number; an automaton takes about 20 ns.
type phoneBook struct {
	regions []*region
	nanp    bool // it includes the US or another region of the North American plan
	china   *region
}

// region holds a country's national numbers.
type region struct {
	code    string
	calling string // country calling code
	prefix  string // national prefix: 0 in most of the world
	*automaton
}

var metadata = sync.OnceValues(func() (map[string]*phonenumbers.PhoneMetadata, error) {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		return nil, err
	}
	m := map[string]*phonenumbers.PhoneMetadata{}
	for _, c := range all.GetMetadata() {
		if c.GetId() == "001" {
			m[fmt.Sprint(c.GetCountryCode())] = c
		} else {
			m[c.GetId()] = c
		}
	}
	return m, nil
})

// The automata are created once per process, each when first needed.
var (
	automata  sync.Map // region code or calling code -> func() (*automaton, error)
	regionsOf = sync.OnceValues(func() (map[int][]string, error) {
		all, err := metadata()
		if err != nil {
			return nil, err
		}
		m := map[int][]string{}
		for id, c := range all {
			m[int(c.GetCountryCode())] = append(m[int(c.GetCountryCode())], id)
		}
		for _, ids := range m {
			slices.Sort(ids)
		}
		return m, nil
	})
)

func newPhoneBook(codes []string) (*phoneBook, error) {
	all, err := metadata()
	if err != nil {
		return nil, fmt.Errorf("pii: telephone metadata: %w", err)
	}
	b := &phoneBook{}
	for _, code := range codes {
		code = strings.ToUpper(code)
		m := all[code]
		if m == nil {
			return nil, fmt.Errorf("%w: %q", ErrRegion, code)
		}
		// Regions with the same country code share a plan: Guernsey's mobile
		// numbers are dialled and written like Britain's.
		plan, err := regionsOf()
		if err != nil {
			return nil, fmt.Errorf("pii: telephone metadata: %w", err)
		}
		calling := int(m.GetCountryCode())
		a, err := automatonOf(calling, plan[calling])
		if err != nil {
			return nil, err
		}
		r := &region{code: code, calling: fmt.Sprint(calling), prefix: m.GetNationalPrefix(), automaton: a}
		b.regions = append(b.regions, r)
		if m.GetCountryCode() == 1 {
			b.nanp = true
		}
		if code == "CN" {
			b.china = r
		}
	}
	return b, nil
}

// fiction holds, by calling code, national numbers that regulators (Ofcom, ACMA,
// Arcep) keep for fiction and that libphonenumber does not count as in use. A
// text that has one still means a telephone number.
var fiction = map[int][]string{
	33: {`[1-5]9900\d{4}`, `63998\d{4}`},
	44: {`7700900\d{3}`, `1632960\d{3}`, `3069990\d{3}`, `8081570\d{3}`, `9098790\d{3}`},
	61: {`49157\d{4}`, `[2378](?:5550|7010)\d{4}`},
}

// automatonOf returns the automaton of the numbers of the regions that share
// the calling code. It is created once.
func automatonOf(key int, regions []string) (*automaton, error) {
	f, ok := automata.Load(key)
	if !ok {
		f, _ = automata.LoadOrStore(key, sync.OnceValues(func() (*automaton, error) {
			all, err := metadata()
			if err != nil {
				return nil, err
			}
			patterns := slices.Clone(fiction[key])
			for _, r := range regions {
				m := all[r]
				for _, d := range []*phonenumbers.PhoneNumberDesc{m.GetFixedLine(), m.GetMobile(), m.GetTollFree(), m.GetPremiumRate(),
					m.GetSharedCost(), m.GetVoip(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail()} {
					if p := d.GetNationalNumberPattern(); p != "" && p != "NA" {
						patterns = append(patterns, p)
					}
				}
			}
			return compile(patterns)
		}))
	}
	return f.(func() (*automaton, error))()
}

// international reports whether num, a calling code and a national number, is a
// number in use.
func (b *phoneBook) international(num []byte) bool {
	if len(num) < 7 || len(num) > 15 || num[0] == '0' {
		return false
	}
	code := 0
	for n := 1; n <= 3; n++ {
		code = 10*code + int(num[n-1]-'0')
		m, err := regionsOf()
		if err != nil {
			return false
		}
		regions := m[code]
		if regions == nil {
			continue
		}
		a, err := automatonOf(code, regions)
		if err != nil {
			return false
		}
		rest := num[n:]
		if a.match(rest) {
			return true
		}
		// +44 (0)20 …
		return code != 1 && len(rest) > 1 && rest[0] == '0' && a.match(rest[1:])
	}
	return false
}

// national reports whether num is a number of the region, with or without the
// national prefix.
func (r *region) national(num []byte) bool {
	if p := r.prefix; p != "" && len(num) > len(p) && string(num[:len(p)]) == p && r.match(num[len(p):]) {
		return true
	}
	return r.match(num)
}
