package columns

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// ErrNoColumn is the error if a file has no such column, or two.
var ErrNoColumn = errors.New("no such column")

// ErrTwice is the error if two columns match a requested name.
var ErrTwice = errors.New("more than one column of that name")

// Fold returns a name without the differences that do not distinguish columns:
// case, white space around it, and whether words are joined by blanks, hyphens
// or underscores.
func Fold(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")) {
		if unicode.IsSpace(r) || r == '_' || r == '-' {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Find returns the index in names of want: an exact match, or otherwise one
// that differs only in case, blanks, hyphens and underscores; "#3" is the
// third. what says what the column is for, such as "the texts"; it may be "".
// The error wraps ErrNoColumn or ErrTwice and lists the columns.
func Find(names []string, want, what string) (int, error) {
	if what != "" {
		what = " for " + what
	}
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, func(a, b string) bool { return Fold(a) == Fold(b) }} {
		var at []int
		for i, n := range names {
			if same(n, want) {
				at = append(at, i)
			}
		}
		switch {
		case len(at) == 1:
			return at[0], nil
		case len(at) > 1:
			return -1, twice(names, at, want, what)
		}
	}
	if n, ok := strings.CutPrefix(want, "#"); ok {
		if i, err := strconv.Atoi(n); err == nil && 1 <= i && i <= len(names) {
			return i - 1, nil
		}
	}
	return -1, fmt.Errorf("%w %s%s: it has %s%s", ErrNoColumn, shown(want), what, Names(names), DidYouMean(names, want))
}

// twice says that several columns match want; at are their indices.
func twice(names []string, at []int, want, what string) error {
	a, b := at[0], at[1]
	if names[a] == names[b] || !LooksLikeHeader(names) {
		return fmt.Errorf("%w%s: columns %d and %d are both called %s (\"#%d\" is the first of them)", ErrTwice, what, a+1, b+1, shown(want), a+1)
	}
	return fmt.Errorf("%w%s: columns %d and %d, %q and %q, are both %s (give the name as it is there, or \"#%d\" for the first of them)", ErrTwice, what, a+1, b+1, names[a], names[b], shown(want), a+1)
}

// shown quotes a name given by the user.
func shown(name string) string { return strconv.Quote(name) }

// roles are column names that stand for one another.
var roles = [][]string{
	strings.Fields("text review reviews comment comments message body content feedback reviewtext review_text comment_text answer description post tweet 文本 内容 评论 评价 评论内容 评价内容 留言 正文 反馈"),
	strings.Fields("user user_id userid username customer customer_id customerid author author_id reviewer reviewerid reviewer_id member client account uid 用户 用户名 用户id 会员 客户 昵称 作者"),
	strings.Fields("rating ratings score stars star overall 评分 星级 打分"),
	strings.Fields("date time timestamp created created_at datetime day 日期 时间 评论时间"),
	strings.Fields("weight weights votes helpful 权重"),
}

// DidYouMean suggests the name most similar to want, or "" if there is none or
// the names may be data.
func DidYouMean(names []string, want string) string {
	if !LooksLikeHeader(names) {
		return ""
	}
	if n := nearest(names, want); n != "" {
		return fmt.Sprintf("; did you mean %q?", n)
	}
	return ""
}

func nearest(names []string, want string) string {
	w := Fold(want)
	best, at := min(len([]rune(w)), max(3, len([]rune(w))/3+1)), ""
	for _, n := range names {
		if d := distance(w, Fold(n)); d < best {
			best, at = d, n
		}
	}
	if at != "" || w == "" {
		return at
	}
	for _, role := range roles {
		if !contains(role, w) {
			continue
		}
		for _, word := range role { // in order: the most common first
			for _, n := range names {
				if Fold(n) == word {
					return n
				}
			}
		}
	}
	for _, n := range names {
		if f := Fold(n); len(f) > 2 && len(w) > 2 && (strings.Contains(f, w) || strings.Contains(w, f)) {
			return n
		}
	}
	return ""
}

func contains(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

// distance is the number of characters to insert, delete or replace between a and
// b (Levenshtein 1966).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			d := diagonal
			if x[i] != y[j] {
				d++
			}
			diagonal = row[j+1]
			row[j+1] = min(d, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(y)]
}

// Names describes a file's columns in words.
func Names(head []string) string {
	if !LooksLikeHeader(head) {
		if len(head) == 1 {
			return "one column, whose name looks like data and is not shown (is the first row a header?)"
		}
		return fmt.Sprintf("%d columns, whose names look like data and are not shown (is the first row a header?)", len(head))
	}
	return strings.Join(Quoted(head), ", ")
}

// Quoted returns the first of the names, quoted, or only their number if one
// looks like data.
func Quoted(names []string) []string {
	const most = 20
	for _, n := range names {
		if !mayBeName(n) {
			return []string{fmt.Sprintf("%d members, whose names look like data", len(names))}
		}
	}
	out := make([]string, 0, min(len(names), most+1))
	for i, n := range names {
		if i == most {
			return append(out, fmt.Sprintf("and %d more", len(names)-most))
		}
		out = append(out, fmt.Sprintf("%q", n))
	}
	return out
}

// Wanted returns the names that a header must have: text, or "text" if text is
// "", and others, without column numbers.
func Wanted(text string, others []string) []string {
	if text == "" {
		text = "text"
	}
	var out []string
	for _, c := range append([]string{text}, others...) {
		if c != "" && !strings.HasPrefix(c, "#") {
			out = append(out, c)
		}
	}
	return out
}

// titleRows is the maximum number of rows above a header.
const titleRows = 30

// HeaderRow returns the index of the row that has all the wanted columns,
// possibly below titles, or -1 if no row has them. Titles have fewer non-empty
// cells; if several columns are wanted, they may have as many if they do not
// look like a header.
func HeaderRow(rows [][]string, want []string) int {
	for i, r := range rows[:min(len(rows), titleRows)] {
		if !hasAll(r, want) {
			continue
		}
		for _, above := range rows[:i] {
			if filled(above) >= max(2, filled(r)) && (len(want) < 2 || LooksLikeHeader(above)) {
				return -1 // this one is a header
			}
		}
		return i
	}
	return -1
}

func hasAll(row, want []string) bool {
	for _, w := range want {
		ok := false
		for _, v := range row {
			ok = ok || v == w || Fold(v) == Fold(w)
		}
		if !ok {
			return false
		}
	}
	return len(want) > 0
}

func filled(row []string) int {
	n := 0
	for _, v := range row {
		if v != "" {
			n++
		}
	}
	return n
}
