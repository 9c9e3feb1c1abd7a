package features

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/mat"
)

// row is a row of input: a user, and values by column.
type row struct {
	user   int
	values map[string]string
}

// column returns rows of users 0, 1, … with these values of column x.
func column(values ...string) []row {
	out := make([]row, len(values))
	for i, v := range values {
		out[i] = row{i, map[string]string{"x": v}}
	}
	return out
}

func collect(c *Collector, rows []row) *Collector {
	for _, r := range rows {
		c.Add(r.user, func(name string) (string, bool) { v, ok := r.values[name]; return v, ok })
	}
	return c
}

func fitted(t *testing.T, rows []row, columns ...Column) (*Encoder, *Table) {
	t.Helper()
	table := collect(NewCollector(columns), rows).Table()
	e, err := Fit(table, Options{Columns: columns}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e, table
}

func transformed(t *testing.T, e *Encoder, table *Table) *mat.Dense {
	t.Helper()
	x, err := e.Transform(table)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// What a column is, and how it is scaled, follows from its values.
func TestFit(t *testing.T) {
	t.Parallel()
	heavy := []string{"0", "1", "1", "1", "2", "2", "2", "3", "4", "900"}
	for name, c := range map[string]struct {
		values []string
		column Column
		want   Feature // without Mean and Scale
	}{
		"numbers":             {[]string{"1", "2", "3", "4", "5"}, Column{}, Feature{Kind: Number, Centre: 3, Median: 3, Spread: 2 / 1.349}},
		"one is far":          {[]string{"-1", "2", "3", "4", "1e6"}, Column{}, Feature{Kind: Number, Centre: 3, Median: 3, Spread: 2 / 1.349}},
		"a heavy tail":        {heavy, Column{}, Feature{Kind: Number, Unit: 2, Median: 2, Centre: math.Log1p(1), Spread: (math.Log1p(1)*0.25 + math.Log1p(1.5)*0.75 - math.Log1p(0.5)) / 1.349}},
		"most are 0":          {[]string{"0", "0", "0", "0", "0", "0", "0", "8", "9"}, Column{}, Feature{Kind: Number, Unit: 8.5, Spread: (math.Log1p(8/8.5)*0.4 + math.Log1p(9/8.5)*0.6) / 3.29}},
		"missing":             {[]string{"1", "", "3", " ", "5"}, Column{}, Feature{Kind: Number, Centre: 3, Median: 3, Spread: 2 / 1.349, Missing: true, Lacking: 2}},
		"constant":            {[]string{"7", "7", "7", "7.0", "7.00"}, Column{Kind: Number}, Feature{Kind: Number, Centre: 7, Median: 7}},
		"unread":              {[]string{"1", "2", "three", "4", "NaN"}, Column{Kind: Number}, Feature{Kind: Number, Centre: 2, Median: 2, Spread: 1.5 / 1.349, Missing: true, Lacking: 2, Unread: 2}},
		"dates":               {[]string{"2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"}, Column{}, Feature{Kind: Date, Centre: 19725, Median: 19725, Spread: 2 / 1.349}},
		"recency":             {[]string{"2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"}, Column{Kind: Date, Take: TakeRecency}, Feature{Kind: Date, Take: TakeRecency, Last: 19727, Centre: 2, Median: 2, Spread: 2 / 1.349}},
		"yes or no":           {[]string{"0", "1", "1", "0", "1"}, Column{}, Feature{Kind: Category, Levels: []string{"1", "0"}}},
		"categories":          {[]string{"b", "a", "b", "a", "b"}, Column{}, Feature{Kind: Category, Levels: []string{"b", "a"}}},
		"rare ones":           {[]string{"b", "b", "b", "a", "c", ""}, Column{}, Feature{Kind: Category, Levels: []string{"b"}, Merged: 2, Missing: true, Lacking: 1}},
		"one rare":            {[]string{"b", "b", "b", "a", "a", "c"}, Column{}, Feature{Kind: Category, Levels: []string{"b", "a", "c"}}},
		"numbers as category": {[]string{"3", "3", "4", "4", "5", "5"}, Column{Kind: Category}, Feature{Kind: Category, Levels: []string{"3", "4", "5"}}},
	} {
		c.column.Name = "x"
		e, _ := fitted(t, column(c.values...), c.column)
		c.want.Name, c.want.From = "x", "x"
		if d := cmp.Diff([]Feature{c.want}, e.Features, cmpopts.EquateApprox(1e-12, 0), cmpopts.IgnoreFields(Feature{}, "Mean", "Scale")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestFitRefuses(t *testing.T) {
	t.Parallel()
	ids := make([]string, 300)
	for i := range ids {
		ids[i] = "id" + strconv.Itoa(i)
	}
	for name, c := range map[string]struct {
		values []string
		o      Options
		want   error
		words  string
	}{
		"nothing":       {[]string{"", "", ""}, Options{Columns: Named("x")}, ErrColumn, "no user has a value"},
		"no numbers":    {[]string{"a", "b", "c"}, Options{Columns: []Column{{Name: "x", Kind: Number}}}, ErrColumn, "none of its 3 values is a number"},
		"all different": {ids, Options{Columns: Named("x")}, ErrColumn, "300 values for 300 users"},
		"too far apart": {[]string{"-1e308", "-1e308", "-1e308", "1e308", "1.1e308", "1.2e308"}, Options{Columns: Named("x")}, ErrColumn, "too far apart"},
		"no columns":    {nil, Options{}, ErrOptions, "no columns"},
		"twice":         {nil, Options{Columns: Named("x", "x")}, ErrOptions, `"x"`},
		"no name":       {nil, Options{Columns: Named(" ")}, ErrOptions, "no name"},
		"a kind":        {nil, Options{Columns: []Column{{Name: "x", Kind: "colour"}}}, ErrOptions, `"colour"`},
		"sum of dates":  {nil, Options{Columns: []Column{{Name: "x", Kind: Date, Take: TakeSum}}}, ErrOptions, "want number"},
		"levels":        {nil, Options{Columns: Named("x"), Levels: -1}, ErrOptions, "-1"},
		"weight":        {nil, Options{Columns: Named("x"), Weight: math.NaN()}, ErrOptions, "NaN"},
		"balance":       {nil, Options{Columns: Named("x"), Balance: 2}, ErrOptions, "2"},
	} {
		_, err := Fit(collect(NewCollector(c.o.Columns), column(c.values...)).Table(), c.o, nil)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want %v with %s", name, err, c.want, c.words)
		}
	}
}

// customers are rows of 200 users with everything that a column may have.
func customers() []row {
	random := rand.New(rand.NewPCG(5, 6))
	var out []row
	for u := range 200 {
		for range 1 + random.IntN(3) {
			v := map[string]string{
				"age": strconv.Itoa(18 + random.IntN(60)), "spent": strconv.FormatFloat(math.Exp(3*random.NormFloat64()), 'g', -1, 64),
				"seen": "2024-0" + strconv.Itoa(1+random.IntN(9)) + "-11", "plan": []string{"free", "free", "pro", "team"}[random.IntN(4)], "same": "x",
			}
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if random.IntN(10) == 0 || u%20 == 0 {
					v[name] = ""
				}
			}
			out = append(out, row{u, v})
		}
	}
	return out
}

var customerColumns = append(Named("age", "spent", "seen", "plan", "same"), RFM("seen", "spent")...)

// Each feature has the same share of the variance, however many levels it has,
// and users of whom nothing is known are at the mean.
func TestVarianceIsShared(t *testing.T) {
	t.Parallel()
	e, table := fitted(t, customers(), customerColumns...)
	x := transformed(t, e, table)
	at := 0
	for _, f := range e.Features {
		var variance float64
		for j := range f.width() {
			col := mat.Col(nil, at+j, x)
			var mean float64
			for _, v := range col {
				mean += v / float64(len(col))
			}
			for _, v := range col {
				variance += v * v / float64(len(col))
			}
			if !table.Known(1) || math.Abs(mean) > 0.1 {
				t.Errorf("%s: column %d has mean %v", f.Name, j, mean)
			}
		}
		at += f.width()
		// Ten users are set to the mean, who are most of those who lack "same".
		if want := 1 / float64(len(e.Features)); variance > want*1.0001 || variance < 0.4*want {
			t.Errorf("%s: variance %v, want about %v", f.Name, variance, want)
		}
	}
	for _, u := range []int{0, 20, 180} {
		if table.Known(u) || mat.Norm(x.RowView(u), 2) != 0 {
			t.Errorf("user %d, of whom nothing is known: %v", u, mat.Norm(x.RowView(u), 2))
		}
	}
	if got := e.Constant(); len(got) != 0 { // it is missing for some
		t.Errorf("constant: %v", got)
	}
}

// The order of the rows of users has no effect.
func TestOrderOfRows(t *testing.T) {
	t.Parallel()
	rows := customers()
	e, table := fitted(t, rows, customerColumns...)
	x := transformed(t, e, table)
	random := rand.New(rand.NewPCG(7, 8))
	for range 5 {
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		f, other := fitted(t, rows, customerColumns...)
		if !mat.EqualApprox(x, transformed(t, f, other), 1e-12) {
			t.Fatal("other vectors")
		}
	}
}

// A saved Encoder gives other users, and the same, the vectors of the first.
func TestSaved(t *testing.T) {
	t.Parallel()
	rows := customers()
	e, table := fitted(t, rows, customerColumns...)
	x := transformed(t, e, table)
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var again Encoder
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	if err := again.Check(); err != nil {
		t.Fatal(err)
	}
	got := transformed(t, &again, again.Table(collect(again.Collector(), rows)))
	if !mat.Equal(x, got) {
		t.Error("other vectors after saving")
	}
	few := rows[:len(rows)/2] // the last date of the first run counts, not that of these
	got = transformed(t, &again, again.Table(collect(again.Collector(), few)))
	n, dim := got.Dims()
	if !mat.Equal(x.Slice(0, n-1, 0, dim), got.Slice(0, n-1, 0, dim)) { // the last may have lost a row
		t.Error("users have other vectors among fewer")
	}
}

// Values that the fit has not seen stay within its bounds.
func TestOthers(t *testing.T) {
	t.Parallel()
	rows := []row{}
	for u, plan := range []string{"a", "a", "a", "b", "b", "b"} {
		rows = append(rows, row{u, map[string]string{"plan": plan, "n": strconv.Itoa(u)}})
	}
	e, table := fitted(t, rows, Named("plan", "n")...)
	x := transformed(t, e, table)
	other := e.Table(collect(e.Collector(), []row{
		{0, map[string]string{"plan": "c", "n": "2.5"}}, // a new level; n is the median
		{1, map[string]string{"plan": "a", "n": "1e300"}},
		{2, map[string]string{"plan": "b"}}, // never missing before
	}))
	got := transformed(t, e, other)
	for j := range 2 {
		if got.At(0, j) != 0 {
			t.Errorf("a new level: column %d is %v, want the mean", j, got.At(0, j))
		}
	}
	f := e.Features[1]
	if want := (farthest - f.Mean[0]) * f.Scale; math.Abs(got.At(1, 2)-want) > 1e-12 {
		t.Errorf("far away: %v, want %v", got.At(1, 2), want)
	}
	if want := -f.Mean[0] * f.Scale; math.Abs(got.At(2, 2)-want) > 1e-12 || got.At(2, 0) != x.At(3, 0) {
		t.Errorf("missing: %v, want the median, %v", mat.Row(nil, 2, got), want)
	}
}

func TestRFM(t *testing.T) {
	t.Parallel()
	at := func(u int, date, amount string) row {
		return row{u, map[string]string{"date": date, "amount": amount}}
	}
	rows := []row{at(0, "2024-03-01", "10"), at(0, "2024-03-05", "2.5"), at(1, "2024-03-11", "7"), at(2, "2024-01-01", ""), at(3, "", "")}
	table := collect(NewCollector(RFM("date", "amount")), rows).Table()
	want := [][]float64{{6, 0, 70, math.NaN()}, {2, 1, 1, math.NaN()}, {12.5, 7, math.NaN(), math.NaN()}}
	if d := cmp.Diff(want, table.numbers, cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
	if table.Known(3) || !table.Known(2) {
		t.Errorf("known: %v and %v", table.Known(3), table.Known(2))
	}
}

// The first axes, or the variances, are the same after Factor.
func TestBalance(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 9))
	texts, features := mat.NewDense(400, 6, nil), mat.NewDense(400, 2, nil)
	for i := range 400 {
		for j := range 6 {
			texts.Set(i, j, random.NormFloat64()/float64(1+j))
		}
		a := random.NormFloat64()
		features.Set(i, 0, 5*a+1)
		features.Set(i, 1, 5*a+random.NormFloat64())
	}
	largest := func(x mat.Matrix) float64 { // by the singular values
		var svd mat.SVD
		if !svd.Factorize(centred(x), mat.SVDNone) {
			t.Fatal("no singular values")
		}
		s := svd.Values(nil)[0]
		return s * s / 400
	}
	for rule, measure := range map[Balance]func(mat.Matrix) float64{ByAxis: largest, ByVariance: variance} {
		var scaled mat.Dense
		scaled.Scale(rule.Factor(texts, features), features)
		if a, b := measure(texts), measure(&scaled); math.Abs(a-b) > 1e-4*a {
			t.Errorf("%v: %v of texts, %v of features", rule, a, b)
		}
		if f := rule.Factor(texts, mat.NewDense(400, 2, nil)); f != 0 {
			t.Errorf("%v: factor %v of constants", rule, f)
		}
	}
}

// The p-value of n is that of scipy.stats.mannwhitneyu (asymptotic, without
// continuity correction); that of shares is written out.
func TestEffects(t *testing.T) {
	t.Parallel()
	var rows []row
	of := []int{0, 0, 0, 0, 1, 1, 1, 1, 1, -1}
	for u, v := range []string{"5 a", "6 a", "6 a", "9 b", "1 b", "2 b", "6 b", "3 b", "4 b", "99 a"} {
		n, plan, _ := strings.Cut(v, " ")
		rows = append(rows, row{u, map[string]string{"n": n, "plan": plan}})
	}
	e, table := fitted(t, rows, Named("n", "plan")...)
	got := e.Effects(table, of, 2)
	h := 2*math.Asin(math.Sqrt(0.75)) - 2*math.Asin(0)
	// Six tests: those of shares have p = 0.0177, which is 0.106 in six; that of n
	// is not allowed a smaller one.
	share := 6 * twoSided(0.75/math.Sqrt(1.0/3*2/3*(0.25+0.2)))
	n := share
	want := [][]Effect{{
		{Feature: "n", Kind: Number, Own: 6, Others: 3, Size: 0.8, P: n, N: 4},
		{Feature: "plan", Kind: Category, Level: "b", Own: 0.25, Others: 1, Size: -h, P: share, N: 4},
		{Feature: "plan", Kind: Category, Level: "a", Own: 0.75, Others: 0, Size: h, P: share, N: 4},
	}, {
		{Feature: "n", Kind: Number, Own: 3, Others: 6, Size: -0.8, P: n, N: 5},
		{Feature: "plan", Kind: Category, Level: "b", Own: 1, Others: 0.25, Size: h, P: share, N: 5},
		{Feature: "plan", Kind: Category, Level: "a", Own: 0, Others: 0.75, Size: -h, P: share, N: 5},
	}}
	if d := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error(d)
	}
	e, table = fitted(t, rows, Named("n")...)
	if p, want := e.Effects(table, of, 2)[1][0].P, 2*0.04625142679183248; math.Abs(p-want) > 1e-9 {
		t.Errorf("p = %v, want %v", p, want)
	}
}

// Without effects there are none that count.
func TestNoEffects(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	e, table := fitted(t, customers(), customerColumns...)
	found := 0
	for range 100 {
		of := make([]int, table.Users)
		for u := range of {
			of[u] = random.IntN(3)
		}
		for _, g := range e.Effects(table, of, 3) {
			for _, x := range g {
				if x.P < 0.05 {
					found++
					break
				}
			}
		}
	}
	if found > 10 { // 5 % of 100 runs, in one to three groups each
		t.Errorf("effects in %d groups of 100 runs", found)
	}
}
