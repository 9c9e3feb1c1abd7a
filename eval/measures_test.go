package eval

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// measures lists every exported measure: where its values are compared with
// another's implementation or with the definition done slowly, and where what
// is out of the ordinary is tried. TestMeasures holds the package to it.
var measures = map[string]struct{ source, golden, edges string }{
	"Silhouette":        {"Rousseeuw 1987; sklearn.metrics.silhouette_score", "TestGolden", "TestConformance"},
	"SilhouetteSamples": {"Rousseeuw 1987; sklearn.metrics.silhouette_samples", "TestReportBothWays", "TestConformance"},
	"CalinskiHarabasz":  {"Caliński & Harabasz 1974; sklearn.metrics.calinski_harabasz_score", "TestGolden", "TestConformance"},
	"DaviesBouldin":     {"Davies & Bouldin 1979; sklearn.metrics.davies_bouldin_score", "TestGolden", "TestConformance"},
	"Dunn":              {"Dunn 1974", "TestDunnByHand", "TestConformance"},
	"DBCV":              {"Moulavi et al. 2014; hdbscan.validity.validity_index", "TestDBCVGolden", "TestConformance"},
	"Report":            {"all of the above", "TestGolden", "TestReportBothWays"},
	"Measure":           {"Hennig 2007", "TestStability", "TestStability"},
	"MeasureSamples":    {"Hennig 2007", "TestStabilityOfSamples", "TestStabilityOfSamples"},
	"Compare":           {"all of the following", "TestGolden", "TestAgreementErrors"},
	"ARI":               {"Hubert & Arabie 1985; sklearn.metrics.adjusted_rand_score", "TestAgreementAgainstReference", "TestAgreementErrors"},
	"Rand":              {"Rand 1971; sklearn.metrics.rand_score", "TestAgreementAgainstReference", "TestAgreementErrors"},
	"FowlkesMallows":    {"Fowlkes & Mallows 1983; sklearn.metrics.fowlkes_mallows_score", "TestAgreementAgainstReference", "TestAgreementErrors"},
	"Purity":            {"Manning et al. 2008", "TestAgreementAgainstReference", "TestAgreementErrors"},
	"Contingency":       {"sklearn.metrics.cluster.contingency_matrix", "TestAgreementAgainstReference", "TestAgreementErrors"},
	"Pairs":             {"sklearn.metrics.cluster.pair_confusion_matrix", "TestPairsByCounting", "TestAgreementErrors"},
	"MutualInformation": {"Cover & Thomas 1991; sklearn.metrics.mutual_info_score", "TestAgreementAgainstReference", "TestInformationWhereDigitsCancel"},
	"NMI":               {"Strehl & Ghosh 2002; sklearn.metrics.normalized_mutual_info_score", "TestAgreementAgainstReference", "TestInformationWhereDigitsCancel"},
	"AMI":               {"Vinh et al. 2010; sklearn.metrics.adjusted_mutual_info_score", "TestAgreementAgainstReference", "TestAMIOfChanceIsZero"},
	"Homogeneity":       {"Rosenberg & Hirschberg 2007; sklearn.metrics.homogeneity_score", "TestAgreementAgainstReference", "TestInformationWhereDigitsCancel"},
	"Completeness":      {"Rosenberg & Hirschberg 2007; sklearn.metrics.completeness_score", "TestAgreementAgainstReference", "TestAgreementErrors"},
	"VMeasure":          {"Rosenberg & Hirschberg 2007; sklearn.metrics.v_measure_score", "TestAgreementAgainstReference", "TestVMeasureOfNothing"},
}

// TestMeasures: no measure is exported without tests, and no test of the table
// is missing or never names the measure.
func TestMeasures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	fset := token.NewFileSet()
	exported, tests := map[string]bool{}, map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			switch {
			case !ok:
			case strings.HasSuffix(name, "_test.go"):
				tests[fn.Name.Name] = true
			case fn.Name.IsExported() && takesLabels(fn):
				exported[fn.Name.Name] = true
			}
		}
	}
	for name := range exported {
		if _, ok := measures[name]; !ok {
			t.Errorf("%s is in no table of tests", name)
		}
	}
	for name, m := range measures {
		if !exported[name] {
			t.Errorf("%s is not exported", name)
		}
		if m.source == "" || !tests[m.golden] || !tests[m.edges] {
			t.Errorf("%s: source %q, tests %s (%v) and %s (%v)", name, m.source, m.golden, tests[m.golden], m.edges, tests[m.edges])
		}
	}
}

// takesLabels reports whether one of a function's parameters is called labels.
func takesLabels(fn *ast.FuncDecl) bool {
	for _, p := range fn.Type.Params.List {
		for _, n := range p.Names {
			if n.Name == "labels" {
				return true
			}
		}
	}
	return false
}

// TestDBCVGolden: the values of the hdbscan package 0.8's validity_index, made
// to take, among trees of the same length, the one of the shorter plain
// distances (1e-10 of which was added to the mutual reachability distances).
// Unchanged it takes any of these trees, and says 0.414 and -0.822.
func TestDBCVGolden(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]float64{"moons": -0.0709476409673317, "wine": -0.8297582783862625} {
		var g struct {
			X [][]float64
			Y []int
		}
		testdir.ReadJSON(t, filepath.Join("..", "cluster", "testdata", name+".json.gz"), &g)
		x := mat.NewDense(len(g.X), len(g.X[0]), nil)
		for i, row := range g.X {
			x.SetRow(i, row)
		}
		if got, err := DBCV(x, g.Y, Euclidean); err != nil || math.Abs(got-want) > 1e-7 {
			t.Errorf("%s: got %.15g, %v, want %.15g", name, got, err, want)
		}
	}
}

// TestPairwiseAnyScale: Dunn and DBCV are the same at scales whose squares
// overflow or vanish, as the ratios that they are.
func TestPairwiseAnyScale(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(9, 2, []float64{0, 0, 1, 0, 0, 2, 9, 9, 10, 9, 9, 11, 20, 0, 21, 1, 22, 0})
	labels := []int{0, 0, 0, 1, 1, 1, 2, 2, 2}
	for _, m := range []Metric{Euclidean, Manhattan, Chebyshev} {
		dunn, err := Dunn(x, labels, m)
		if err != nil {
			t.Fatal(err)
		}
		dbcv, err := DBCV(x, labels, m)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []int{-1000, -532, 532, 1018} { // 1e±160 and the ends of float64
			y := mat.NewDense(9, 2, nil)
			y.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, e) }, x)
			if got, err := Dunn(y, labels, m); err != nil || got != dunn {
				t.Errorf("%v, times 2^%d: Dunn %v, %v, want %v", m, e, got, err, dunn)
			}
			if got, err := DBCV(y, labels, m); err != nil || math.Abs(got-dbcv) > 1e-12 {
				t.Errorf("%v, times 2^%d: DBCV %v, %v, want %v", m, e, got, err, dbcv)
			}
		}
	}
}
