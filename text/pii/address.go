package pii

// appendAddresses appends the street addresses in s.
func appendAddresses(dst []Span, s string) []Span { return dst }
