package hub

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// model is a repository at a revision.
type model struct {
	id       string // "org/name", or "name" for the oldest models
	revision string // branch, tag or commit
}

func (m model) String() string {
	if m.revision == mainRevision {
		return m.id
	}
	return m.id + "@" + m.revision
}

const mainRevision = "main"

// parseName parses "org/name" or "org/name@revision". revision, if not empty,
// is used if there is no @revision.
func parseName(name, revision string) (model, error) {
	fail := func(format string, args ...any) (model, error) {
		return model{}, &Error{Model: fmt.Sprintf("%.100q", name), Err: ErrName, Detail: fmt.Sprintf(format, args...)}
	}
	id, rev, has := strings.Cut(name, "@")
	switch {
	case has && rev == "":
		return fail("nothing follows the @, want a branch, tag or commit")
	case has && revision != "" && revision != rev:
		return fail("the name asks for revision %q, the options for %q", rev, revision)
	case !has && revision != "":
		rev = revision
	case !has:
		rev = mainRevision
	}
	parts := strings.Split(id, "/")
	if len(parts) > 2 {
		return fail("want ORG/NAME, such as sentence-transformers/all-MiniLM-L6-v2")
	}
	for _, p := range parts {
		if why := checkPart(p); why != "" {
			return fail("%s; want ORG/NAME, such as sentence-transformers/all-MiniLM-L6-v2", why)
		}
	}
	if len(id) > 200 || strings.Contains(id, "--") {
		return fail("no model can have this name")
	}
	if len(rev) > 200 || !safePath(rev) {
		return fail("revision %.100q is not a branch, tag or commit", rev)
	}
	return model{id, rev}, nil
}

// checkPart returns what is wrong with an organisation's or model's name, or
// "".
func checkPart(p string) string {
	if p == "" {
		return "a part of the name is empty"
	}
	for _, c := range p {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return fmt.Sprintf("%q cannot be part of a name", c)
		}
	}
	if strings.Trim(p, ".-") != p || strings.Contains(p, "..") {
		return "a name cannot begin or end with '.' or '-'"
	}
	return ""
}

// safePath reports whether a slash-separated path from outside is safe to use
// below a local directory, on any system.
func safePath(p string) bool {
	if !fs.ValidPath(p) || p == "." || len(p) > 1024 {
		return false
	}
	for _, c := range p {
		if c < 0x20 || c == 0x7f || strings.ContainsRune(`\:*?"<>|`, c) {
			return false
		}
	}
	return filepath.IsLocal(filepath.FromSlash(p))
}

// folder is the model's directory in the cache.
func (m model) folder() string { return "models--" + strings.ReplaceAll(m.id, "/", "--") }

// modelID is the inverse of folder.
func modelID(folder string) (string, bool) {
	rest, ok := strings.CutPrefix(folder, "models--")
	if !ok {
		return "", false
	}
	id := strings.Replace(rest, "--", "/", 1)
	m, err := parseName(id, "")
	return m.id, err == nil
}

// isCommit reports whether a revision is a commit's full hash, which never
// changes.
func isCommit(s string) bool { return len(s) == 40 && isHex(s) }

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}
