package hub

import (
	"bufio"
	"context"
	"crypto/sha1" //nolint:gosec // git names blobs by it
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// download downloads one file.
type download struct {
	*settings
	st       *store
	f        remoteFile
	url      string
	distrust bool // a digest was already wrong once
}

// get makes sure that the snapshot has the file: it links the blob if another
// snapshot has it, and downloads it otherwise.
func (d *download) get(ctx context.Context) error {
	m, name := d.st.m, d.f.name
	if !safePath(name) {
		return &Error{Model: m.String(), File: fmt.Sprintf("%.100q", name), Err: ErrOutside, Detail: "the listing is hostile or damaged; nothing was written"}
	}
	if d.st.has(d.f) {
		return nil
	}
	d.url = m.fileURL(d.endpoint, d.st.commit, name)
	key := d.f.digest
	if key == "" || d.f.size < 0 {
		var err error
		if key, err = d.describe(ctx); err != nil {
			return err
		}
	}
	held, err := d.st.open(path.Join(".locks", m.folder(), key+".lock"), os.O_RDWR|os.O_CREATE)
	if err != nil {
		return cacheError(m, name, err)
	}
	defer held.Close()
	if err := lock(ctx, held); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return cacheError(m, name, err)
	}
	if !d.st.isSize(d.st.blob(key), d.f.size) {
		if err := d.fetch(ctx, key); err != nil {
			return err
		}
	}
	if err := d.st.place(name, key); err != nil {
		return cacheError(m, name, err)
	}
	return nil
}

// describe requests a file's size and digest when the listing lacks them. It
// returns the name for its blob.
func (d *download) describe(ctx context.Context) (key string, err error) {
	err = d.retry(ctx, func() (bool, error) {
		a, err := d.request(ctx, http.MethodHead, d.url, 0)
		if err != nil {
			return false, named(err, d.st.m, d.f.name)
		}
		defer a.body.Close()
		if err := d.check(d.st.m, d.f.name, a); err != nil {
			return false, err
		}
		if d.f.size < 0 {
			d.f.size = a.size
		}
		if d.f.size < 0 {
			if n, err := strconv.ParseInt(a.header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
				d.f.size = n
			}
		}
		tag := strings.Trim(strings.TrimPrefix(a.etag, "W/"), `"`)
		switch {
		case d.f.digest != "":
			key = d.f.digest
		case isHex(tag) && (len(tag) == 40 || len(tag) == 64):
			d.f.digest, key = tag, tag
		default:
			// There is no digest to check or to name the blob by.
			sum := sha256.Sum256([]byte(d.url + "\x00" + a.etag))
			key = "unverified-" + hex.EncodeToString(sum[:])
		}
		return false, nil
	})
	return key, err
}

// fetch downloads the blob, resuming a partial one.
func (d *download) fetch(ctx context.Context, key string) error {
	part := d.st.blob(key) + ".incomplete"
	f, err := d.st.open(part, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return d.cacheError(err)
	}
	err = d.retry(ctx, func() (bool, error) { return d.try(ctx, f) })
	if err == nil {
		if err = f.Sync(); err != nil {
			err = d.cacheError(err)
		}
	}
	if closeErr := f.Close(); err == nil && closeErr != nil {
		err = d.cacheError(closeErr)
	}
	if errors.Is(err, ErrDigest) || errors.Is(err, ErrSize) || errors.Is(err, ErrHTML) {
		_ = d.st.root.Remove(filepath.FromSlash(part)) // useless
	}
	if err != nil {
		return err
	}
	if err := d.st.root.Rename(filepath.FromSlash(part), filepath.FromSlash(d.st.blob(key))); err != nil {
		return d.cacheError(err)
	}
	return nil
}

func (d *download) cacheError(err error) error {
	e := cacheError(d.st.m, d.f.name, err)
	var own *Error
	if errors.As(e, &own) && errors.Is(e, ErrDiskFull) && d.f.size >= 0 {
		own.Detail = fmt.Sprintf("the file takes %d bytes in %s; %s", d.f.size, d.CacheDir, own.Detail)
	}
	return e
}

func (d *download) fail(kind error, a *answer, format string, args ...any) error {
	e := &Error{Model: d.st.m.String(), File: d.f.name, Err: kind, Detail: fmt.Sprintf(format, args...)}
	if a != nil {
		e.URL = a.url
	}
	return e
}

// enoughProgress is the number of bytes after which the count of failures
// starts anew: a large file survives many broken connections, but a server that
// sends single bytes does not keep the download alive forever.
const enoughProgress = 1 << 20

// try makes one request for the rest of f, and verifies the whole when nothing
// is missing. It reports whether it made enough progress for failures to be
// counted anew.
func (d *download) try(ctx context.Context, f *os.File) (progress bool, err error) {
	at, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return false, d.cacheError(err)
	}
	restart := func() error {
		at = 0
		if err := f.Truncate(0); err != nil {
			return d.cacheError(err)
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return d.cacheError(err)
		}
		return nil
	}
	if d.f.size >= 0 && at > d.f.size {
		if err := restart(); err != nil {
			return false, err
		}
	}
	before := at
	if at != d.f.size || at == 0 {
		a, err := d.request(ctx, http.MethodGet, d.url, at)
		if err != nil {
			return false, named(err, d.st.m, d.f.name)
		}
		defer a.body.Close()
		if a.status == http.StatusRequestedRangeNotSatisfiable && at > 0 {
			if err := restart(); err != nil {
				return false, err
			}
			return false, passing{error: d.fail(ErrSize, a, "the server has less than the %d bytes that were there", before)}
		}
		if err := d.check(d.st.m, d.f.name, a); err != nil {
			return false, err
		}
		if a.status == http.StatusOK && at > 0 { // it does not resume: start over
			if err := restart(); err != nil {
				return false, err
			}
		}
		body := bufio.NewReaderSize(a.body, 256<<10)
		if err := d.announced(a, at, body); err != nil {
			return false, err
		}
		if at, err = d.copy(a, f, at, body); err != nil {
			return at-before >= enoughProgress, err
		}
	}
	if err := d.verify(f); err != nil {
		// Perhaps the existing part was wrong: start over once.
		again := !d.distrust
		d.distrust = true
		if errRestart := restart(); errRestart != nil {
			return false, errRestart
		}
		if again {
			return false, passing{error: err}
		}
		return false, err
	}
	if d.f.size < 0 {
		d.report(at, at)
	}
	return true, nil
}

// announced checks the response's headers and the beginning of the body before
// any of it is written.
func (d *download) announced(a *answer, at int64, body *bufio.Reader) error {
	head, _ := body.Peek(512) // an error recurs at the first read
	if at == 0 && looksLikePage(head) && !strings.HasSuffix(d.f.name, ".html") {
		return d.pageError(d.st.m, d.f.name, a)
	}
	pointer := ""
	if at == 0 && strings.HasPrefix(string(head), "version https://git-lfs") {
		pointer = "; it is a Git LFS pointer: this server does not have the contents of large files"
		if d.f.digest == "" {
			return d.fail(ErrSize, a, "%s", strings.TrimPrefix(pointer, "; "))
		}
	}
	if d.f.size < 0 {
		return nil
	}
	if a.status == http.StatusPartialContent {
		first, total, ok := contentRange(a.header.Get("Content-Range"))
		switch {
		case !ok || first != at:
			return d.fail(ErrSize, a, "asked for the bytes from %d on, the server sends %q", at, a.header.Get("Content-Range"))
		case total >= 0 && total != d.f.size:
			return d.fail(ErrSize, a, "the server's file has %d bytes, want %d", total, d.f.size)
		}
	}
	if n, err := strconv.ParseInt(a.header.Get("Content-Length"), 10, 64); err == nil && n != d.f.size-at {
		return d.fail(ErrSize, a, "the server announces %d bytes, want %d%s", n, d.f.size-at, pointer)
	}
	return nil
}

// contentRange parses "bytes first-last/total"; total is -1 for "*".
func contentRange(v string) (first, total int64, ok bool) {
	v, ok = strings.CutPrefix(v, "bytes ")
	span, all, ok2 := strings.Cut(v, "/")
	from, _, ok3 := strings.Cut(span, "-")
	first, err := strconv.ParseInt(from, 10, 64)
	if !ok || !ok2 || !ok3 || err != nil {
		return 0, 0, false
	}
	if total, err = strconv.ParseInt(all, 10, 64); err != nil {
		return first, -1, all == "*"
	}
	return first, total, true
}

// copy writes the body to f, starting at byte at, and returns where it ended.
func (d *download) copy(a *answer, f *os.File, at int64, body io.Reader) (int64, error) {
	var w io.Writer = f
	if d.hooks.writer != nil {
		w = d.hooks.writer(f)
	}
	buf := make([]byte, 256<<10)
	for {
		n, err := body.Read(buf)
		if d.f.size >= 0 && at+int64(n) > d.f.size {
			return at, d.fail(ErrSize, a, "the server sends more than the %d bytes that the file has", d.f.size)
		}
		if n > 0 {
			written, err := w.Write(buf[:n])
			at += int64(written)
			if err != nil {
				return at, d.cacheError(err)
			}
			d.report(at, d.f.size)
		}
		switch {
		case err == io.EOF && d.f.size >= 0 && at < d.f.size:
			return at, passing{error: d.fail(ErrUnreachable, a, "the connection ended after %d of %d bytes", at, d.f.size)}
		case err == io.EOF:
			return at, nil
		case err != nil:
			return at, named(interrupted(err, a.url), d.st.m, d.f.name)
		}
	}
}

func (d *download) report(done, total int64) {
	if d.Progress != nil {
		d.Progress(Progress{Model: d.st.m.String(), File: d.f.name, Done: done, Total: total})
	}
}

// verify checks the size and digest of what was written. It reads the file
// again instead of hashing while downloading, so that it checks what is on
// disk, whichever process wrote it.
func (d *download) verify(f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return d.cacheError(err)
	}
	if d.f.size >= 0 && size != d.f.size {
		return d.fail(ErrSize, nil, "got %d bytes, want %d", size, d.f.size)
	}
	var h hash.Hash
	switch len(d.f.digest) {
	case 64:
		h = sha256.New()
	case 40:
		h = sha1.New() //nolint:gosec // git's digest of a blob
		fmt.Fprintf(h, "blob %d\x00", size)
	default:
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return d.cacheError(err)
	}
	if _, err := io.Copy(h, f); err != nil {
		return d.cacheError(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != d.f.digest {
		return d.fail(ErrDigest, nil, "its digest is %s, want %s: what came is not what the hub lists", got, d.f.digest)
	}
	return nil
}
