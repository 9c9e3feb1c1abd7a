package report

import (
	"encoding/json"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// pageBytes is the limit for the size of the page, unless segments and map
// alone exceed it. The user lookup gets the remaining room.
const pageBytes = 1_950_000

// lookup is the data of the page's script: users in short form, with as many of
// them and as much about each as fits.
type lookup struct {
	// Users are [id, segment's index, texts, margin, runner-up's index, x, y, mixture,
	// deciding]; mixture [segment's index, percent, ...]; deciding [[text, effect,
	// index of the segment without it], ...]; text as shaded returns it.
	Users    []any             `json:"users"`
	Segments []lookupSegment   `json:"segments"`
	Say      map[string]string `json:"say"`
	// Fields are those of Segmentation.Fields that have values: [name, values,
	// texts of each segment]; value [from, to, texts of each segment].
	Fields []any `json:"fields"`
	// Combined is Segmentation.Combinations: [indices in Fields, cells]; cell
	// [index of each value, texts of each segment].
	Combined []any `json:"combined,omitempty"`
	Quoted   []any `json:"quoted"` // quotations whose words have effects: [user's ID, text as shaded returns it]
	Shown    int   `json:"shown"`
	All      int   `json:"all"`
}

// idBytes is the maximum length of a user's ID; the names of people and
// accounts are far shorter.
const idBytes = 256

type lookupSegment struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Color int    `json:"color"`
	Texts int    `json:"texts"`
}

// newLookup returns the data without users.
func newLookup(s *result.Segmentation, lang say) *lookup {
	l := &lookup{All: len(s.Users), Say: map[string]string{}, Users: []any{}, Quoted: []any{}, Fields: []any{}}
	for i, p := range s.Segments {
		l.Segments = append(l.Segments, lookupSegment{p.ID, visible.Brief(p.Name), i % colors, p.Texts})
		for _, q := range p.Quotes {
			if len(q.Words) == 0 {
				continue
			}
			l.Quoted = append(l.Quoted, []any{cut(visible.Text(q.User), idBytes), shaded(visible.Text(q.Text), q.Words)})
		}
	}
	l.addFields(s)
	for _, key := range scriptPhrases {
		l.Say[key] = phrases[key][lang]
	}
	return l
}

// addFields adds the texts by metadata.
func (l *lookup) addFields(s *result.Segmentation) {
	shown := map[int]int{} // index in s.Fields -> index in l.Fields
	for n, f := range s.Fields {
		if len(f.Values) == 0 {
			continue
		}
		shown[n] = len(l.Fields)
		values, all := []any{}, slices.Clone(f.Rest)
		if all == nil {
			all = make([]int, len(s.Segments))
		}
		for _, v := range f.Values {
			values = append(values, []any{visible.Brief(v.Value), visible.Brief(v.To), v.Texts})
			for i, n := range v.Texts {
				all[i] += n
			}
		}
		l.Fields = append(l.Fields, []any{visible.Brief(f.Name), values, all})
	}
	if s.Combinations == nil {
		return
	}
	fields, cells := []int{}, []any{}
	for _, n := range s.Combinations.Fields {
		at, ok := shown[n]
		if !ok { // a file that was changed
			return
		}
		fields = append(fields, at)
	}
	for _, c := range s.Combinations.Cells {
		cells = append(cells, []any{c.Values, c.Texts})
	}
	l.Combined = []any{fields, cells}
}

// scriptPhrases are the phrases of the page's script.
var scriptPhrases = []string{
	"lookup_none", "lookup_many", "margin", "margin_h", "runner_up", "mixture", "deciding", "would_move", "would_stay", "only_text", "text_1", "text_n", "unassigned", "colon", "open", "close",
	"shaded", "darker", "held", "shades_show", "user", "texts", "deciding_1", "users_of", "users_shown", "users_part", "users_more", "save_csv", "save_png", "print", "print_segment",
	"comma", "filter_alone", "filter_or", "filter_and", "filter_card", "filter_more", "filter_result", "filter_rare", "filter_order", "filter_none",
}

// addUsers keeps less and less about each user until all fit into room bytes.
func (l *lookup) addUsers(s *result.Segmentation, room int) error {
	index := map[int]int{result.Unassigned: -1}
	for i, p := range s.Segments {
		index[p.ID] = i
	}
	b := boundsOf(s)
	for _, fit := range []struct{ texts, bytes int }{{3, 480}, {3, 200}, {2, 160}, {1, 200}, {1, 140}, {1, 100}, {1, 70}, {1, 45}, {0, 0}} {
		size := 0
		l.Users = l.Users[:0]
		for _, u := range s.Users {
			x, y := b.place(u.X, u.Y)
			mixture := []int{}
			for i, m := range u.Mixture {
				if m := int(math.Round(100 * m)); m > 0 {
					mixture = append(mixture, i, m)
				}
			}
			deciding := []any{}
			for _, d := range u.Deciding[:min(fit.texts, len(u.Deciding))] {
				to := -1
				if d.MovesTo != result.Unassigned {
					to = index[d.MovesTo]
				}
				deciding = append(deciding, []any{shaded(cut(visible.Text(d.Text), fit.bytes), d.Words), round(d.Effect, 2), to})
			}
			row := []any{cut(visible.Text(u.ID), idBytes), index[u.Segment], u.Texts, round(u.Margin, 2), index[u.RunnerUp], x, y, mixture, deciding}
			enc, err := json.Marshal(row)
			if err != nil {
				return err
			}
			if size += len(enc) + 1; size > room {
				break
			}
			l.Users = append(l.Users, row)
		}
		if l.Shown = len(l.Users); l.Shown == l.All {
			break
		}
	}
	return nil
}

// shaded returns a text, or if effects of its words are known its parts: [part, heat]
// for a word with an effect, and text between these.
func shaded(s string, words []result.WordEffect) any {
	if len(words) == 0 {
		return s
	}
	parts := []any{}
	for _, x := range shade(result.Quote{Text: s, Words: words}) {
		if x.Heat == 0 {
			parts = append(parts, x.Text)
			continue
		}
		parts = append(parts, []any{x.Text, x.Heat})
	}
	return parts
}

// cut shortens s to at most most bytes, at a character boundary.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

func round(x float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(x*p) / p
}
