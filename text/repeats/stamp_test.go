package repeats

import (
	"fmt"
	"testing"
)

// TestMinShare checks that of many texts ten are not enough.
func TestMinShare(t *testing.T) {
	t.Parallel()
	c := NewCounter(BoilerplateOptions{})
	const rare, common = "Please see my profile for the full review.", "Sent from the app of the shop on the corner."
	for i := range 6000 {
		c.Add(fmt.Sprintf("the text of number %d is this", i))
	}
	for range 11 { // of 6024: 0.0018
		c.Add(rare)
	}
	for range 13 {
		c.Add(common)
	}
	strip := c.Stripper()
	if got, _ := strip.Strip("Good. " + rare); got != "Good. "+rare {
		t.Errorf("what 11 of 6,024 texts share is gone: %q", got)
	}
	if got, _ := strip.Strip("Good. " + common); got != "Good." {
		t.Errorf("what 13 of 6,024 texts share stays: %q", got)
	}
}

// TestStamps strips stamps that many texts begin with, whatever their dates, and
// nothing that only looks like one.
func TestStamps(t *testing.T) {
	t.Parallel()
	c := NewCounter(BoilerplateOptions{})
	texts := func(i int) []string {
		return []string{
			fmt.Sprintf("补充点评 %d年%d月25日 ： 房间号%d很小", 2000+i, i%12+1, i),
			fmt.Sprintf("Posted on %d/5/2009 10:%02d: bed number %d squeaks", i, i, i),
			fmt.Sprintf("Rating %d: it is fine %d", i%5, i),
			fmt.Sprintf("My room in 20%02d! It was: small %d", i, i),
			fmt.Sprintf("Model 5300: keeps %d drinks cold", i),
		}
	}
	for i := range 20 {
		for _, s := range texts(i) {
			c.Add(s)
		}
	}
	c.Add("Bought in 2008: still works")
	strip := c.Stripper()
	for i := range 30 { // of dates never seen, too
		all := texts(i)
		for j, want := range []string{fmt.Sprintf("房间号%d很小", i), fmt.Sprintf("bed number %d squeaks", i), all[2], all[3], all[4]} {
			got, ranges := strip.Strip(all[j])
			if got != want {
				t.Errorf("%q -> %q, want %q", all[j], got, want)
			}
			kept := ""
			for _, r := range ranges {
				kept += all[j][r[0]:r[1]]
			}
			if kept != got {
				t.Errorf("%q -> %q, its ranges give %q", all[j], got, kept)
			}
		}
	}
	if got, _ := strip.Strip("Bought in 2008: still works"); got != "Bought in 2008: still works" {
		t.Errorf("what one text begins with is gone: %q", got)
	}
	again, _ := OpenStripper(BoilerplateOptions{}, strip.Sentences()).Strip(texts(3)[0])
	if again != "房间号3很小" {
		t.Errorf("opened again it leaves %q", again)
	}
	if got, _ := strip.Strip("补充点评 2008年2月25日："); got != "" {
		t.Errorf("a stamp alone leaves %q", got)
	}
	for in, want := range map[string]string{
		"补充点评 2008年2月25日：": "", "补充点评 2008年2月25日：\u3000 ": "", "补充点评 2008年2月25日： 很好 ": "很好", "很好": "很好", "": "",
		"Rating 2008: fine": "Rating 2008: fine",
	} {
		if got := strip.Unstamped(in); got != want {
			t.Errorf("Unstamped(%q) = %q, want %q", in, got, want)
		}
	}
}
