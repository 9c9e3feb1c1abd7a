package report

import (
	"html"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// fill sets everything in v: texts to s, numbers to 0.25 or 3, lists to two of
// each kind.
func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), s)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), s)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(s))
	case reflect.Map:
	case reflect.String:
		v.SetString(s)
	case reflect.Float64:
		v.SetFloat(0.25)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Uint64:
		v.SetUint(3)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// everything is a segmentation in which nothing is missing and all that comes
// from the data is word, so that the rest of a page is what the page says.
func everything(word string) *cohort.Segmentation {
	s := new(cohort.Segmentation)
	fill(reflect.ValueOf(s).Elem(), word)
	s.Version, s.Lang = cohort.FormatVersion, "en"
	s.Tree = []cohort.Join{{A: 1, B: 2, Distance: 0.5}}
	s.Privacy.Masked = map[string]int{}
	for _, t := range []pii.Type{pii.Email, pii.URL, pii.IP, pii.MAC, pii.Phone, pii.Card, pii.IBAN, pii.SSN, pii.CNID, pii.USCC, pii.Passport, pii.QQ, pii.WeChat, pii.Handle, pii.Address, pii.Person} {
		s.Privacy.Masked[string(t)] = 2
	}
	s.Cleaning.Languages = map[text.Language]int{text.English: 5, text.Chinese: 3, text.Other: 1, text.Unknown: 1}
	s.Cleaning.Steps = map[string]int{}
	for i := range clean.NumSteps {
		s.Cleaning.Steps[clean.Step(i).String()] = i + 1
	}
	s.Run.Cohort, s.Run.Rest = "(devel)", "words"
	s.Run.Pooling = "recency, half-life 2160h0m0s"
	s.Run.Clusterer = "agglomerative, k 3, linkage ward, hdbscan, min cluster size 5, min samples 5, cosine, seed 1"
	s.Run.Reduce = "umap, 5 components, 15 neighbours, seed 3"
	s.Run.Prepare = "cleaned, personal data masked"
	s.Run.Chosen = "k = 3 has the best mean rank (1.2 of 9 candidates) over 6 criteria; it is first by silhouette (0.4), stability (0.9); k = 5 is first by gap statistic (0.2); k = 2 is first by knee of the inertia; but resamples agree little with it (stability 0.3): there may be no clusters of this kind."
	for i := range s.Segments {
		p := &s.Segments[i]
		p.ID, p.Nearest.Segment = i+1, 2-i
		p.Quotes = nil
		for _, k := range []cohort.QuoteKind{cohort.QuoteCentral, cohort.QuoteBorderline, cohort.QuoteContrasting} {
			p.Quotes = append(p.Quotes, cohort.Quote{Kind: k, Text: word, User: word, Words: []cohort.WordEffect{{Word: word, Effect: 1}, {Word: word, Effect: 1}}})
		}
		p.Suggestions = nil
		for _, u := range []cohort.SuggestionUse{cohort.UseMessage, cohort.UseFix, cohort.UseRecommendation} {
			p.Suggestions = append(p.Suggestions, cohort.Suggestion{Use: u, Text: word, Evidence: []string{word, word}, Count: 3, Z: 2, Aspect: word, Of: 4, Share: 0.5, Others: 0.1, Q: 0.01, Impact: -0.2})
		}
		for _, list := range [][]cohort.Opinion{p.Opinions.Praised, p.Opinions.Blamed} {
			for j := range list {
				list[j].Contrast = cohort.OpinionContrast{Share: 0.5, Others: 0.1, Q: 0.01}
			}
		}
		p.Meta[1].Value = ""
		p.Trend[1].Start = p.Trend[0].Start.AddDate(0, 1, 0)
		for j := range p.Trend {
			p.Trend[j].Sentiment.N = 5 + j
		}
		p.Stability.Stable = i == 0
	}
	s.Users[0].Segment, s.Users[1].Segment = 1, cohort.Unassigned
	for i := range s.Users {
		s.Users[i].RunnerUp = 2
		for j := range s.Users[i].Deciding {
			s.Users[i].Deciding[j].MovesTo = 1 + j
		}
	}
	return s
}

// said returns what a reader or a screen reader gets of a page, and the
// phrases that its script says.
func said(page string) []string {
	page = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|<code>.*?</code>`).ReplaceAllString(page, "")
	data := regexp.MustCompile(`(?s)<script type="application/json"[^>]*>(.*?)</script>`)
	var out []string
	if m := data.FindStringSubmatch(page); m != nil {
		for _, v := range regexp.MustCompile(`"say":\{(.*?)\}`).FindStringSubmatch(m[1])[1:] {
			for _, p := range regexp.MustCompile(`:"(.*?)"`).FindAllStringSubmatch(v, -1) {
				out = append(out, p[1])
			}
		}
	}
	page = data.ReplaceAllString(page, "")
	for _, m := range regexp.MustCompile(`(?:title|aria-label|placeholder|alt)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	for _, s := range regexp.MustCompile(`<[^>]*>`).Split(page, -1) {
		out = append(out, html.UnescapeString(s))
	}
	return out
}

// names are the words that stand in a Chinese page as they are: names of
// methods, formats and files, and the symbols of statistics.
var names = strings.Fields(`ID CH DB IP MAC IBAN QQ URL cohort report.json segments.csv Jaccard cos n z k
	HTML CSV PNG Unicode K HDBSCAN DBSCAN Ward UMAP PCA eps`)

func TestChinesePageIsChinese(t *testing.T) {
	t.Parallel()
	const word = "数据"
	for _, verdict := range []cohort.Verdict{cohort.VerdictClear, cohort.VerdictFair, cohort.VerdictWeak, cohort.VerdictNoSegments, cohort.VerdictUnmeasured, cohort.VerdictOverlapping, cohort.VerdictNone} {
		s := everything(word)
		s.Scores.Verdict = verdict
		got := said(page(t, s, Page{Lang: "zh"}))
		if len(got) < 200 {
			t.Fatalf("only %d pieces of text were found in the page", len(got))
		}
		for _, text := range got {
			for _, w := range regexp.MustCompile(`[A-Za-z][A-Za-z.]*`).FindAllString(text, -1) {
				if w = strings.TrimSuffix(w, "."); !slices.Contains(names, w) && !regexp.MustCompile(`^[hms]$`).MatchString(w) {
					t.Errorf("%q in %q", w, strings.TrimSpace(text))
				}
			}
		}
	}
}

func TestEnglishPageIsEnglish(t *testing.T) {
	t.Parallel()
	s := everything("datum")
	s.Scores.Verdict = cohort.VerdictWeak
	for _, text := range said(page(t, s, Page{Lang: "en"})) {
		if i := strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 }); i >= 0 {
			t.Errorf("%q", text)
		}
	}
}

// TestGlossKnowsWhatRunsSay takes the descriptions of real runs with every
// estimator, reduction and head there is.
func TestGlossKnowsWhatRunsSay(t *testing.T) {
	t.Parallel()
	var texts []cohort.Text
	for u := range 60 {
		texts = append(texts, cohort.Text{
			User: strconv.Itoa(u), Text: strings.Join(topics[u%3][u%2:4+u%3], " "), Time: time.Date(2024, 1, 1+u, 0, 0, 0, 0, time.UTC),
		})
	}
	var said []string
	for _, o := range []cohort.Options{
		{K: 3}, {Pooling: cohort.PoolRecency}, {Pooling: cohort.PoolMixture},
		{Clusterer: cluster.KMeans{K: 3, Metric: cluster.Cosine}}, {Clusterer: cluster.MiniBatchKMeans{K: 3}}, {Clusterer: cluster.BisectingKMeans{K: 3}},
		{Clusterer: cluster.DBSCAN{Eps: 2, MinSamples: 3, Metric: cluster.Manhattan}}, {Clusterer: cluster.HDBSCAN{MinClusterSize: 5, MinSamples: 3}},
		{Clusterer: cluster.HDBSCAN{MinClusterSize: 5, MinSamples: 3, Selection: cluster.Leaf}},
		{Clusterer: cluster.Agglomerative{K: 3}}, {Clusterer: cluster.Agglomerative{K: 3, Linkage: cluster.Average}},
		{Clusterer: cluster.Agglomerative{K: 3, Linkage: cluster.Complete}}, {Clusterer: cluster.Agglomerative{K: 3, Linkage: cluster.Single}},
		{Clusterer: cohort.Auto{}}, {Clusterer: cohort.AutoPipeline{KMax: 4}}, {Clusterer: cohort.AutoPipeline{KMin: 3, KMax: 3}}, {Clusterer: cohort.Auto{ChooseOptions: cluster.ChooseOptions{Density: true, MinSamples: 3}}},
		{Reduce: reduce.PCA{Components: 3}}, {Reduce: reduce.UMAP{Components: 2, Neighbors: 5}}, {Reduce: reduce.RandomProjection{Components: 4}},
		{Prepare: cohort.PrivacyPreparer{Clean: strings.ToLower, CleanedBy: "cleaned, urls keep, emoji drop, simplified"}},
	} {
		o.Model, o.Bootstrap = bag{}, -1
		s, err := cohort.Segment(t.Context(), cohort.Slice(texts), o)
		if err != nil {
			t.Fatalf("%T: %v", o.Clusterer, err)
		}
		said = append(said, s.Run.Clusterer, s.Run.Chosen, s.Run.Reduce, s.Run.Pooling, s.Run.Prepare)
	}
	english, err := sentiment.English()
	if err != nil {
		t.Fatal(err)
	}
	chinese, err := sentiment.Chinese()
	if err != nil {
		t.Fatal(err)
	}
	// A warning that no data above calls for.
	said = append(said, "k = 3 has the best mean rank (1.2 of 9 candidates) over 5 criteria; but its gap statistic (-0.1) is hardly better than that of a single cluster (0.02): there may be no clusters of this kind.")
	said = append(said, english.Describe(), chinese.Describe())
	// What a pipeline that chooses itself says of vectors without texts.
	said = append(said, "k = 4 has the best score (0.0161) of 6 numbers from 2 to 9; k = 5 has 0.0155; k = 3 has 0.0149; silhouette 0.06, after smoothing 0.25; KMeans without smoothing agrees at 0.66; neighbours share a segment more often than others by 0.60; it is the largest number tried, and more may fit better.")
	said = append(said, "k = 7, with 0.0157, is in the middle of 3 numbers within 5 % of the best score (0.0161), of 6 from 2 to 9; k = 5 has 0.0161; k = 8 has 0.0158; silhouette 0.06, after smoothing 0.25; KMeans without smoothing agrees at 0.66; neighbours share a segment more often than others by 0.60.")
	said = append(said, "k = 3 has the best score (0.0177) of 24 numbers from 2 to 150; but several numbers from 3 to 24 fit about as well (80 % of the best score or more): 3, 5, 10 and 20; k = 4 has 0.0165; k = 5 has 0.0161; silhouette 0.06, after smoothing 0.25; KMeans without smoothing agrees at 0.66; neighbours share a segment more often than others by 0.60.")
	// What refinement says.
	said = append(said, "Refined: resamples agree with the segments at 0.81, before at 0.75; 12 users moved (adjusted Rand index 0.70).",
		"Refined: resamples agree with the segments at 0.81, before at 0.75; 12 users moved (adjusted Rand index 0.70); training began anew, with vectors and words together.",
		"Refined: resamples agree with the segments at 0.81, before at 0.75; 12 users moved (adjusted Rand index 0.70); training began anew, with vectors and words together; the segments were of nearly one size and were drawn towards it.",
		"Not refined: training found other segments (resamples agree with the segments at 0.81, before at -0.02; 12 users moved (adjusted Rand index 0.30)).",
		"Not refined: they would hold less well (resamples agree with the segments at 0.31, before at 0.75; 12 users moved (adjusted Rand index 0.70)).",
		"Not refined: 20 users are too few to judge it by resamples of 3 segments; it takes 24.", "Not refined: the clusterer left users out.",
		"Not refined: there is only one segment.", "Not refined: there are too few users.", "Not refined: a user's vector is zero.",
		"Not refined: there are more segments (7) than features (5).", "Not refined: training left 4 of 5 segments.",
		"Not refined: texts or features were clustered.")
	models := regexp.MustCompile(`[\w-]+/[\w.-]+`)
	for _, d := range said {
		got := say(1).gloss(d)
		for _, w := range regexp.MustCompile(`[A-Za-z]+`).FindAllString(models.ReplaceAllString(got, ""), -1) {
			if !slices.Contains(names, w) && !regexp.MustCompile(`^[hms]$`).MatchString(w) {
				t.Errorf("%q of %q, from %q", w, got, d)
			}
		}
	}
	t.Log(say(1).gloss(strings.Join(slices.Compact(slices.Sorted(slices.Values(said))), "\n")))
}

func TestPhrasesMatch(t *testing.T) {
	t.Parallel()
	verb := regexp.MustCompile(`%(\[\d+\])?s`)
	for key, p := range phrases {
		a, b := len(verb.FindAllString(p[0], -1)), len(verb.FindAllString(p[1], -1))
		if p[0] == "" || p[1] == "" || a != b {
			t.Errorf("%s: %q takes %d values, %q takes %d", key, p[0], a, p[1], b)
		}
	}
	for kind, p := range recognizers {
		if p[0] == "" || p[1] == "" {
			t.Errorf("%s: %q, %q", kind, p[0], p[1])
		}
	}
}

// TestNoPhraseIsUnused looks for the key of each phrase where phrases are used.
func TestNoPhraseIsUnused(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	var files []string
	for _, pattern := range []string{"page/*.tmpl", "page/js/*.js", "*.go"} {
		f, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f...)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		// The list of phrases itself is no use of them.
		all.WriteString(regexp.MustCompile(`(?m)^\t"\w+": +\{.*$`).ReplaceAllString(string(b), ""))
	}
	built := regexp.MustCompile(`^(clear|fair|weak|no_segments|unmeasured|overlapping|none)(_why)?$|^(central|borderline|contrasting)$|^(message|fix|recommendation)(_s)?$|^(segment|user|text)_[1n]$|^joined_(centre|membership|words)$|^(drift|status)_(born|gone|grown|shrunk|steady)$|^drift_by_(users|centres)$`)
	steps := map[string]bool{}
	for i := range clean.NumSteps {
		steps["step_"+clean.Step(i).String()] = true
	}
	for key := range phrases {
		if !built.MatchString(key) && !steps[key] && !strings.Contains(all.String(), `"`+key+`"`) {
			t.Errorf("%q is used nowhere", key)
		}
	}
}
