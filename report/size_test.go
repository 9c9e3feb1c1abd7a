package report

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort"
)

// many makes texts as a shop gets them: 10,000 users with IDs as long as a
// UUID, one to three reviews each of a length that is log-normal around 20 words
// (40 characters in Chinese), a rating, a category and a date. Words are drawn
// by Zipf's law from 4,000, half of them the user's kind's own.
func many(chinese bool) []cohort.Text {
	r := rand.New(rand.NewPCG(5, 6))
	zipf := rand.NewZipf(r, 1.1, 4, 1999)
	word := func(n uint64) string {
		w := rand.New(rand.NewPCG(n, 9))
		var b strings.Builder
		if chinese {
			for range 2 {
				b.WriteRune(rune(0x4e00 + w.IntN(3000)))
			}
			return b.String()
		}
		for range 2 + w.IntN(3) {
			b.WriteByte("bcdfglmnprstvw"[w.IntN(14)])
			b.WriteByte("aeiou"[w.IntN(5)])
		}
		return b.String()
	}
	var texts []cohort.Text
	for u := range 10_000 {
		id := fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.Uint32N(1<<16), r.Uint32N(1<<12), r.Uint32N(1<<12), r.Uint64N(1<<48))
		for range 1 + r.IntN(3) {
			var b strings.Builder
			for n := range int(20 * math.Exp(0.6*r.NormFloat64())) {
				if n > 0 && (!chinese || n%8 == 0) {
					b.WriteString(map[bool]string{false: " ", true: "，"}[chinese])
				}
				b.WriteString(word(zipf.Uint64() + uint64(r.IntN(2)*(1+u%12))*10_000))
			}
			texts = append(texts, cohort.Text{
				User: id, Text: b.String(), Time: time.Date(2023, 1, 1+r.IntN(700), 0, 0, 0, 0, time.UTC),
				Meta: map[string]string{"stars": fmt.Sprint(1 + r.IntN(5)), "dept": fmt.Sprintf("department %d", u%12)},
			})
		}
	}
	return texts
}

// TestTenThousandUsers measures the one file that the report must stay.
func TestTenThousandUsers(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		if lang == "zh" && testing.Short() {
			t.Log("short: without the page in Chinese")
			continue
		}
		s, err := cohort.Segment(context.Background(), cohort.Slice(many(lang == "zh")), cohort.Options{
			Model: bag{}, K: 12, Bootstrap: -1, Rating: "stars", Sentiment: glad{}, Lang: lang,
		})
		if err != nil {
			t.Fatal(err)
		}
		got := page(t, s, Page{})
		part := regexp.MustCompile(`<script type="application/json" id="data">(.*)</script>\n<script>`).FindStringSubmatch(got)[1]
		var l lookup
		if err := json.Unmarshal([]byte(part), &l); err != nil {
			t.Fatal(err)
		}
		quoted := 0
		for _, u := range l.Users {
			if len(u.([]any)[8].([]any)) > 0 {
				quoted++
			}
		}
		t.Logf("%s: %d texts, a page of %d bytes, %d of them the look-up of %d users, %d with a deciding text", lang, s.Counts.Texts, len(got), len(part), l.Shown, quoted)
		if len(got) >= 2_000_000 {
			t.Errorf("%s: a page of %d bytes, want less than 2,000,000", lang, len(got))
		}
		if l.Shown != 10_000 || quoted < 9_900 {
			t.Errorf("%s: %d of 10,000 users can be looked up, %d with a deciding text", lang, l.Shown, quoted)
		}
	}
}
