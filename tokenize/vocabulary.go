package tokenize

// vocabulary maps tokens to ids and back.
type vocabulary struct {
	ids map[string]int32
	// names[id], where ids are dense; else sparse
	names  []string
	known  []bool
	sparse map[int32]string
}

func newVocabulary(ids map[string]int32) vocabulary {
	v := vocabulary{ids: ids}
	top := int32(-1)
	for _, id := range ids {
		top = max(top, id)
	}
	if int(top) < 4*len(ids)+1024 {
		v.names, v.known = make([]string, top+1), make([]bool, top+1)
		for s, id := range ids {
			v.set(s, id)
		}
		return v
	}
	v.sparse = make(map[int32]string, len(ids))
	for s, id := range ids {
		v.set(s, id)
	}
	return v
}

// set names an id. Of several tokens with one id the one that sorts first
// counts, so that the result does not depend on the order of a map.
func (v *vocabulary) set(s string, id int32) {
	if v.sparse != nil {
		if old, ok := v.sparse[id]; !ok || s < old {
			v.sparse[id] = s
		}
		return
	}
	if !v.known[id] || s < v.names[id] {
		v.names[id], v.known[id] = s, true
	}
}

func (v *vocabulary) token(id int32) (string, bool) {
	if v.sparse != nil {
		s, ok := v.sparse[id]
		return s, ok
	}
	if id < 0 || int(id) >= len(v.names) {
		return "", false
	}
	return v.names[id], v.known[id]
}
