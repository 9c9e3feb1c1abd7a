package pii

import (
	"strings"
	"testing"
)

// TestSections: names, words with spaces and tabs, and comments of word lists.
func TestSections(t *testing.T) {
	t.Parallel()
	l := sections{}
	l.read("# a comment\n[first list]\none two~words\n# another\n#楼 \\t\n\n[second]\nx\n")
	if got := strings.Join(l.take("first list"), "|"); got != "one|two words|#楼|\t" {
		t.Errorf("first list: %q", got)
	}
	if got := l.take("second"); len(got) != 1 || got[0] != "x" {
		t.Errorf("second: %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a list that is not there is taken")
		}
	}()
	l.take("third")
}

// TestLexicon: the embedded lists hold what recognisers look up in them.
func TestLexicon(t *testing.T) {
	t.Parallel()
	l := lex()
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"topics", l.latinTopics["phone"] == inPhone && l.latinTopics["ssn"] == inSSN && l.hanTopics["护照"] == inPassport && l.hanTopics["订单"] == inOrder},
		{"every topic", len(l.latinTopics) > 100 && len(l.hanTopics) > 50},
		{"connectors", l.connectors[0] == " " && strings.Contains(strings.Join(l.connectors, ""), "\t")},
		{"labels with a space", strings.Contains(strings.Join(l.localLatin, "|"), "call me at")},
		{"roles", l.roles["street"] == strongSuffix && l.roles["lane"]&(strongSuffix|noStreetName|wholeWord) == strongSuffix|noStreetName|wholeWord && l.roles["ontario"] == 0 && l.roles["texas"] == stateName},
		{"Chinese words", l.unitWords.begins("号楼3") == "号楼" && l.streetEnds.ends("中山路") == "路" && l.introduces[[2]rune{'公', '司'}] && l.beforeAddress['在']},
		{"IBAN lengths", l.ibanLengths["DE"] == 22 && l.ibanLengths["NO"] == 15 && len(l.ibanLengths) > 80},
	} {
		if !c.ok {
			t.Errorf("%s are not as their files have them", c.what)
		}
	}
}
