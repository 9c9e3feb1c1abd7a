package source

import (
	"strings"
	"testing"
)

// Lines that repeat the header, as in exports that were joined, are no rows.
func TestRepeatedHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in    string
		rows, again int
	}{
		{"a.csv", "user,text\na,x\nuser,text\nb,y\n", 2, 1},
		{"a.csv", "user,text\na,x\n\"user\", text \nb,y\nuser,text\n", 2, 2},
		{"a.tsv", "user\ttext\nuser\ttext\nb\ty\n", 1, 1},
		{"a.csv", "user,text\ntext,user\nuser,Text\n", 2, 0},
		{"a.csv", "text\nx\ntext\n", 2, 0}, // people may write so
	} {
		s, err := Open(t.Context(), write(t, c.name, c.in), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Fatalf("%q: %v", c.in, err)
			}
			rows++
		}
		if st := s.Stats(); rows != c.rows || st.RepeatedHeaders != c.again {
			t.Errorf("%q: %d rows and %d headers, want %d and %d", c.in, rows, st.RepeatedHeaders, c.rows, c.again)
		}
	}
}

// Of two values of one name in an object neither is chosen in silence.
func TestValuesOfOneName(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"a.jsonl": `{"user":"a","text":"x","text":"y"}`,
		"b.jsonl": `{"user":"a","text":"x","note":1,"note":2}`,
		"d.jsonl": `{"user":"a","text":"x","review":{"stars":1,"of":[{"n":1},{"n":2,"n":3}]}}`,
		"e.jsonl": `{"user":"a","text":"x","review":{"stars":1,"stars":2}}`,
		"c.json":  `[{"user":"a","user":"b","text":"x"}]`,
	} {
		s, err := Open(t.Context(), write(t, name, in+"\n"), Options{})
		if err == nil {
			for _, e := range s.Rows(t.Context()) {
				err = e
			}
		}
		if err == nil || !strings.Contains(err.Error(), "two values of one name") {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// The same name in other objects is another name.
func TestNamesOfOtherObjects(t *testing.T) {
	t.Parallel()
	in := `{"user":"a","text":"x","of":[{"n":1,"m":["n","n"]},{"n":2,"of":{"n":{"n":null}}}],"n":{"of":[]}}`
	s, err := Open(t.Context(), write(t, "a.jsonl", in+"\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Rows(t.Context()) {
		if err != nil {
			t.Error(err)
		}
	}
}

// Lines that are not of the encoding are counted, whether it was given or not,
// and an encoding that is given for UTF-8 is honoured and reported.
func TestUndecodedLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, encoding, over string
		lines, first       int
	}{
		{"user,text\na,Zażółć gęślą jaźń\nb,caf\xe9\nc,x\nd,na\xefve\n", "utf-8", "", 2, 3},
		{"user,text\na,Батарея\nb,Звук\n", "gb18030", "utf-8", 0, 0},
		{"user,text\na,電池が切れた\nb,音が良い\n", "shift_jis", "utf-8", 2, 2},
		{"user,text\na,電池が切れた\nb,音が良い\n", "", "", 0, 0},
		{"user,text\na,電池\ufffd\n", "", "", 0, 0},
		{"user,text\na,plain\n", "gb18030", "", 0, 0},
	} {
		s, err := Open(t.Context(), write(t, "a.csv", c.in), Options{Encoding: c.encoding})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Error(err)
			}
		}
		st := s.Stats()
		if st.OverriddenEncoding != c.over || c.lines != st.UndecodedLines || st.UndecodedLine != c.first {
			t.Errorf("%q as %q: %+v", c.in, c.encoding, st)
		}
	}
}

// Lines of UTF-8 in a file of another encoding are counted; text that could be both
// is not.
func TestUTF8Lines(t *testing.T) {
	t.Parallel()
	gbk := func(s string) string { return in(t, "gb18030", s) }
	some := gbk("a,物流太慢了，质量也不好\nb,包装很好，物流很快，值得购买\nc,屏幕不错，电池差\n")
	for name, c := range map[string]struct {
		in, encoding string
		lines, first int
	}{
		"among GBK":                {"user,text\nx,plain\n" + some + "d,质量很好\ne,ok\nf,物流慢\n", "gb18030", 2, 6},
		"before much GBK":          {"user,text\nd,质量很好\n" + some + some + some, "gb18030", 1, 2},
		"GBK alone":                {"user,text\n" + some + gbk("d,联通\ne,联通，移动\n"), "gb18030", 0, 0},
		"at the end":               {"user,text\n" + some + "d,质量很好", "gb18030", 1, 5},
		"cut off":                  {"user,text\n" + some + "d,质量很好"[:len("d,质量很好")-1], "gb18030", 0, 0},
		"among Cyrillic":           {"user,text\n" + in(t, "windows-1251", "a,Отличный товар всем советую\nb,Не работает\n") + "c,Батарея\n", "windows-1251", 1, 4},
		"words of DOS Cyrillic":    {"user,text\n" + in(t, "ibm866", "a,Отличный товар всем советую\nb,там\nc,так там\nd,Не работает батарея\n") + "e,Батарея хорошая\n", "ibm866", 1, 6},
		"Ukrainian answers":        {"user,text\n" + in(t, "windows-1251", "a,Ні\nb,Так\nc,Ні\nd,Не працює батарея взагалі\n") + "e,Ні\nf,Добре\n", "windows-1251", 1, 7},
		"accents":                  {"user,text\n" + in(t, "windows-1252", "a,Très bon café\nb,très mauvais\nc,déçu\n") + "d,café\n", "windows-1252", 1, 5},
		"UTF-8, and a line of GBK": {"user,text\na,质量很好，物流很快，值得购买，包装也好\n" + gbk("b,差\n"), "utf-8", 0, 0},
	} {
		s, err := Open(t.Context(), write(t, "a.csv", c.in), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if st := s.Stats(); st.Encoding != c.encoding || st.UTF8Lines != c.lines || st.UTF8Line != c.first || c.encoding == "utf-8" && st.UndecodedLines != 1 {
			t.Errorf("%s: %+v", name, st)
		}
	}
}
