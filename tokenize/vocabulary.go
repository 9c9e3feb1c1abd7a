package tokenize

// vocabulary maps tokens to ids and back.
type vocabulary struct {
	ids map[string]int32
	// names[id], if ids are dense; otherwise sparse is used
	names  []string
	known  []bool
	sparse map[int32]string

	// The vocabulary of an outside model, and tokens added to it.
	outside    Model
	added      map[string]int32
	addedNames map[int32]string
}

func newVocabulary(ids map[string]int32) vocabulary {
	v := vocabulary{ids: ids}
	top := int32(-1)
	for _, id := range ids {
		top = max(top, id)
	}
	if int(top) < 4*len(ids)+1024 {
		v.names, v.known = make([]string, top+1), make([]bool, top+1)
	} else {
		v.sparse = make(map[int32]string, len(ids))
	}
	for s, id := range ids {
		v.set(s, id)
	}
	return v
}

// set names an id. If several tokens have the same id, the one that sorts first
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

func (v *vocabulary) size() int {
	if v.outside != nil {
		return v.outside.VocabSize() + len(v.added)
	}
	return len(v.ids)
}

func (v *vocabulary) id(token string) (int32, bool) {
	if v.outside != nil {
		if id, ok := v.added[token]; ok {
			return id, true
		}
		return v.outside.ID(token)
	}
	id, ok := v.ids[token]
	return id, ok
}

func (v *vocabulary) token(id int32) (string, bool) {
	if v.outside != nil {
		if s, ok := v.addedNames[id]; ok {
			return s, true
		}
		return v.outside.Token(id)
	}
	if v.sparse != nil {
		s, ok := v.sparse[id]
		return s, ok
	}
	if id < 0 || int(id) >= len(v.names) {
		return "", false
	}
	return v.names[id], v.known[id]
}
