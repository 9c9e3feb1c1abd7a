package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// The happy segment must be told from the unhappy one, and --sentiment none
// must leave feelings out.
func TestSegmentFeelings(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("loads the embedded model twice")
	}
	in := file(t, "in.csv", `user,text
a,I love this camera and its wonderful sharp pictures
b,What a great camera with beautiful pictures
c,The camera takes excellent pictures and makes me happy
d,The delivery was terrible and the parcel arrived broken
e,Awful delivery and the parcel came much too late
f,Horrible courier who lost my parcel and was rude
`)
	means := func(in, model string, extra ...string) (found []float64) {
		out := filepath.Join(t.TempDir(), "out")
		r := run(t, "", append([]string{"segment", "--in", in, "--out", out, "--k", "2", "--bootstrap", "-1", "--model", model}, extra...)...)
		if r.code != 0 {
			t.Fatalf("%+v", r)
		}
		data, err := os.ReadFile(filepath.Join(out, "report.json"))
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			Segments []struct {
				Sentiment *struct {
					Mean float64 `json:"mean"`
				} `json:"sentiment"`
			} `json:"segments"`
		}
		if err := json.Unmarshal(data, &report); err != nil {
			t.Fatal(err)
		}
		for _, s := range report.Segments {
			if s.Sentiment != nil {
				found = append(found, s.Sentiment.Mean)
			}
		}
		return found
	}
	if got := means(in, "minilm"); len(got) != 2 || got[0]*got[1] >= 0 {
		t.Errorf("means %v, want one above and one below 0", got)
	}
	zh := file(t, "zh.csv", `user,text
a,这个酒店很干净，早餐非常好吃，很满意
b,酒店环境不错，早餐丰富，下次还会来
c,酒店的房间很舒服，早餐好，喜欢
d,手机是坏的，客服态度太差，要求退货
e,手机质量太差，用了两天就坏了，客服不理人
f,非常失望，手机是假货，客服骗人，退货
`)
	if got := means(zh, "bge-zh"); len(got) != 2 || got[0]*got[1] >= 0 {
		t.Errorf("Chinese means %v, want one above and one below 0", got)
	}
	if got := means(in, "minilm", "--sentiment", "none"); len(got) != 0 {
		t.Errorf("means %v without sentiment", got)
	}
	if r := run(t, "", "segment", "--in", in, "--out", "x", "--sentiment", "maybe"); r.code != 2 {
		t.Errorf("%+v", r)
	}
}
