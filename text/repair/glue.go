package repair

import "strings"

// glue are English function words: articles, pronouns, prepositions, conjunctions,
// auxiliaries, question words and adverbs of degree and place. Unlike stop words in
// general (point, page, net) they are hardly ever a part of a name that is written with
// capitals within.
var glue = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`
		a an the this that these those each every some any no all both either neither such same other another
		i me my we us our you your he him his she her it its they them their who whom whose which what
		myself yourself himself herself itself ourselves themselves someone anyone everyone something anything nothing everything
		of to in on at by for from with without within into onto upon about above below under over between among through during
		before after against until since toward towards across along around behind beside besides beyond despite except near per than via
		and or but nor so yet if because although though while whereas whether unless as
		am is are was were be been being do does did doing done have has had having can could will would shall should may might must ought cannot
		how when where why there here then now not only just also too very more most much many few less least own
		again ever never always often once still already almost even rather quite
	`) {
		m[w] = true
	}
	return m
}()
