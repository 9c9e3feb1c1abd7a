package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// maxListing bounds the description of a model. A model has at most a few
// hundred files, each of which takes some 300 bytes.
const maxListing = 8 << 20

// listing is the hub's description of a model at a revision.
type listing struct {
	commit string
	files  map[string]remoteFile // by name
}

// remoteFile is a file in the hub's description.
type remoteFile struct {
	name   string
	size   int64  // -1 if not known
	digest string // hexadecimal: 64 digits are a SHA-256, 40 are git's SHA-1 of a blob; "" if not known
}

func (m model) apiURL(endpoint *url.URL) string {
	return fmt.Sprintf("%s/api/models/%s/revision/%s?blobs=true", endpoint, m.id, url.PathEscape(m.revision))
}

func (m model) fileURL(endpoint *url.URL, commit, file string) string {
	parts := strings.Split(file, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return fmt.Sprintf("%s/%s/resolve/%s/%s", endpoint, m.id, url.PathEscape(commit), strings.Join(parts, "/"))
}

// list requests the list of the model's files.
func (s *settings) list(ctx context.Context, m model) (*listing, error) {
	var l *listing
	err := s.retry(ctx, func() (bool, error) {
		a, err := s.request(ctx, "GET", m.apiURL(s.endpoint), 0)
		if err != nil {
			return false, named(err, m, "")
		}
		defer a.body.Close()
		if err := s.check(m, "", a); err != nil {
			return false, err
		}
		data, err := io.ReadAll(io.LimitReader(a.body, maxListing+1))
		if err != nil {
			return false, named(interrupted(err, a.url), m, "")
		}
		l, err = s.parseListing(m, a, data)
		return false, err
	})
	return l, err
}

// interrupted makes an error from reading a body a temporary one, unless it is
// already one of this package's errors.
func interrupted(err error, address string) error {
	var own *Error
	var again passing
	if errors.As(err, &own) || errors.As(err, &again) {
		return err
	}
	return passing{error: &Error{Err: ErrUnreachable, URL: address, Detail: fmt.Sprintf("the connection broke off: %v", err)}}
}

// named adds the model and file to an error of this package.
func named(err error, m model, file string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Model, c.File = m.String(), file
	var p passing
	if errors.As(err, &p) {
		p.error = &c
		return p
	}
	return &c
}

func (s *settings) parseListing(m model, a *answer, data []byte) (*listing, error) {
	fail := func(format string, args ...any) (*listing, error) {
		return nil, &Error{Model: m.String(), URL: a.url, Err: ErrListing, Detail: fmt.Sprintf(format, args...)}
	}
	if len(data) > maxListing {
		return fail("more than %d bytes", maxListing)
	}
	if looksLikePage(data) {
		return nil, s.pageError(m, "", a)
	}
	var raw struct {
		SHA      string `json:"sha"`
		Siblings []struct {
			Name   string `json:"rfilename"`
			Size   *int64 `json:"size"`
			BlobID string `json:"blobId"`
			LFS    *struct {
				SHA256 string `json:"sha256"`
				OID    string `json:"oid"`
				Size   *int64 `json:"size"`
			} `json:"lfs"`
		} `json:"siblings"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return fail("not the JSON that a hub answers with (%v): check HF_ENDPOINT", err)
	}
	if n := len(raw.SHA); n < 7 || n > 64 || !isHex(raw.SHA) {
		return fail("its commit is %.80q, want a hash", raw.SHA)
	}
	l := &listing{commit: raw.SHA, files: make(map[string]remoteFile, len(raw.Siblings))}
	for _, f := range raw.Siblings {
		r := remoteFile{name: f.Name, size: -1}
		size := f.Size
		if f.LFS != nil {
			r.digest = strings.TrimPrefix(f.LFS.SHA256+f.LFS.OID, "sha256:")
			if f.LFS.SHA256 != "" {
				r.digest = f.LFS.SHA256
			}
			if f.LFS.Size != nil {
				size = f.LFS.Size
			}
			if len(r.digest) != 64 || !isHex(r.digest) {
				r.digest = ""
			}
		} else if len(f.BlobID) == 40 && isHex(f.BlobID) {
			r.digest = f.BlobID
		}
		if size != nil {
			if r.size = *size; r.size < 0 {
				return fail("file %.100q has size %d", f.Name, r.size)
			}
		}
		// Unsafe names are not refused here, since a model may contain any
		// number of irrelevant files. They are refused when requested.
		l.files[f.Name] = r
	}
	return l, nil
}

// looksLikePage reports whether data is HTML instead of the expected contents.
func looksLikePage(data []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\ufeff")), " \t\r\n"))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}
