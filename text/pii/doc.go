// Package pii finds personal data in English and Chinese texts and masks,
// drops, hashes or replaces it with keyed pseudonyms. Recognisers validate
// (check digits, issued ranges, numbering plans, the words before a number)
// rather than match patterns alone, in one pass over the text, in time linear in
// its length. Full-width letters and digits, typographic spaces and hyphens are
// read as their ASCII likes and invisible characters are passed over, so that
// １３８ and 138 are one; spans are places in the text as it was given.
//
// Street addresses are looked for on request (Options.Types), persons' names
// where a model finds them (Options.Names). The test set of labelled spans is
// described in testdata/README.md.
//
// # Reading the source
//
// A Detector folds the text (fold.go: full-width forms, typographic signs, escapes
// and tags within words), scans it and settles what overlaps (resolve.go). The
// scanner walks over the text once. Its methods report what they find with add and
// return where to go on, 0 where they find nothing:
//
//	scan                     stops at runs of letters and digits, at @, : and [
//	├─ run                   a run: by what it is made of
//	│  ├─ url                scheme:// and www., credentials, host (namedParam)
//	│  ├─ hexGroups          aa:bb:…, 2001:db8:… (hexBefore, joined, ip6, colons)
//	│  ├─ number             digits, and the groups joined to them (groups, separator, plusBefore)
//	│  │  ├─ ip4             1.2.3.4, unless a version (versionAfter)
//	│  │  ├─ identity        Chinese identity numbers and credit codes (identityGroups, chineseCode)
//	│  │  ├─ card            payment cards (cardGroups)
//	│  │  ├─ ssn             US social security numbers
//	│  │  ├─ account         QQ numbers, passports (qqAfter, passport)
//	│  │  ├─ phone           telephone numbers
//	│  │  │  ├─ plus         behind a +: the longest that is in use
//	│  │  │  ├─ abroad       behind 00
//	│  │  │  ├─ coded        behind a country's code alone
//	│  │  │  ├─ nationalShape  as regions write them (chineseShape, americanShape, joinPhone, phoneEnds, extension)
//	│  │  │  ├─ local        without an area code, right behind a word
//	│  │  │  └─ namedAfter   … is my cell
//	│  │  └─ past            the rest of what is no number
//	│  ├─ ibanApart          NL 63 …
//	│  └─ mixed              letters and digits
//	│     ├─ labelled        a word and its number in one: tel2025550140 (since, labelEnds)
//	│     ├─ iban            bank accounts
//	│     ├─ joinedQQ        qq12345678
//	│     └─ wechat          WeChat IDs
//	├─ at                    @
//	│  ├─ email              addresses (localBefore)
//	│  └─ handle             @name (profile, reposted, openStop)
//	└─ replaced              what masking left: [email]
//	addresses                the same text once more, where street addresses are asked for
//	├─ chineseAddress        around a house or building number (estate, numberEnd, unit, withinBuilding, building, addressBegin)
//	├─ englishAddress        from a house number on
//	│  └─ street             name and suffix (streetName, streetScore, afterStreet, town, commaFollowed, unitBefore, year)
//	├─ wordAddress           from a house number in words, or a box
//	└─ box                   PO boxes
//
// What they ask of the text around a value: whether it may begin and end there
// (freeLeft, freeRight, thousands, ends), what digits are worth (value, join), what
// the words before it say (context.go: nearby, readContext, wordsBefore, initial,
// ownNumber, labelBefore), whether it is an amount (quantity, money), and in English
// addresses which words stand beside it (word, wordBefore, domicileBefore). add and
// addAddress report a span. The words themselves are in data/.
package pii
