package clean_test

import (
	"testing"

	"github.com/seed-56ee9438/cohort/text/clean"
)

// Half-width kana are read as full-width ones, with their marks joined.
func TestHalfWidthKana(t *testing.T) {
	t.Parallel()
	c := clean.New(clean.Options{})
	for _, x := range [][2]string{
		{"ｶﾞｲﾄﾞﾌﾞｯｸ", "ガイドブック"}, {"ﾊﾟｿｺﾝを買った", "パソコンを買った"}, {"ｳﾞｧｲｵﾘﾝ", "ヴァイオリン"},
		{"ｹｰｷは ﾄﾃﾓ おいしい｡", "ケーキは トテモ おいしい。"}, {"ｱｯﾌﾟﾙ･ﾊﾟｲ", "アップル・パイ"}, {"ガイド", "ガイド"}, {"カﾞイド", "ガイド"}, {"かﾞ", "が"}, {"aﾞ", "a\u3099"}, {"ﾊ", "ハ"},
	} {
		got := c.String(x[0])
		if got.Text != x[1] {
			t.Errorf("%q: %q, want %q", x[0], got.Text, x[1])
		}
	}
}
