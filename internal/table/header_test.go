package table

import (
	"strings"
	"testing"
)

func TestLooksLikeHeader(t *testing.T) {
	for line, want := range map[string]bool{
		"text,user": true, "a,b": true, "customer,Review Text,stadt": true, "reviewText,overall": true, "q1,q2": true, "用户,内容": true,
		"order_no,was": true, "Clothing ID,Age": true, "商品编号,评价内容": true,
		"anna berg,works great": false, "anna,paris,fine": false, "张伟,质量很好": false, "李雷,物流慢": false, "anna@example.com,text": false,
		"b7,she said that the text came very late and more than that": false, "text,13812345678": false, "": false, "anna,works 5 days 12 hours": false,
	} {
		if got := looksLikeHeader(strings.Split(line, ",")); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

// TestDoubtfulHeader: the cells of a first row that is no header are told.
func TestDoubtfulHeader(t *testing.T) {
	for data, want := range map[string]bool{"text,user\na,b\n": false, "anna berg,works great\na,b\n": true} {
		var got []bool
		_, _, err := rewrite(t, Rewriter{Change: func(c Cell) string { got = append(got, c.Doubtful); return c.Value }}, write(t, "x.csv", data))
		if err != nil || len(got) != 4 || got[0] != want || got[1] != want || got[2] || got[3] {
			t.Errorf("%q: %v, %v", data, got, err)
		}
	}
}
