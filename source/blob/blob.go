// Package blob lets package source read and write the objects of stores: Amazon
// S3, Google Cloud Storage, Azure Blob Storage and those that speak like them, by
// gocloud.dev/blob.
//
// Import it, and the stores' packages, for their side effects:
//
//	import (
//		_ "github.com/seed-56ee9438/cohort/source/blob"
//		_ "gocloud.dev/blob/s3blob" // s3://bucket/key
//	)
//
// A name is SCHEME://BUCKET/KEY, where the scheme is s3, gs, azblob or mem. What
// follows a question mark configures the bucket, as gocloud.dev/blob says
// (s3://bucket/key?region=eu-west-1). A key that ends in / stands for all objects
// under it whose names imply a format, and one with *, ? or [a-z] for those that
// match, where * does not match /. Objects are copied to temporary files first,
// and written whole or not at all.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gocloud.dev/blob"

	"github.com/seed-56ee9438/cohort/source"
)

func init() {
	source.RegisterStore(source.Store{Schemes: []string{"s3", "gs", "azblob", "mem"}, Fetch: fetch, Put: put})
}

// open opens the bucket of a name, and returns the key.
func open(ctx context.Context, name string) (b *blob.Bucket, key, shown string, err error) {
	// A key may have a question mark as a pattern: only what looks like settings
	// configures the bucket.
	head, query := name, ""
	if i := strings.LastIndexByte(name, '?'); i >= 0 && strings.Contains(name[i:], "=") {
		head, query = name[:i], name[i+1:]
	}
	scheme, rest, _ := strings.Cut(head, "://")
	bucket, key, _ := strings.Cut(rest, "/")
	if bucket == "" && scheme != "mem" || strings.Contains(bucket, "@") {
		return nil, "", "", fmt.Errorf("%w: the name is not %s://BUCKET/KEY", source.ErrOption, scheme)
	}
	u := url.URL{Scheme: scheme, Host: bucket, RawQuery: query}
	b, err = blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, "", "", err
	}
	return b, key, scheme + "://" + bucket + "/", nil
}

func fetch(ctx context.Context, name, dir string) (out []source.Fetched, err error) {
	b, key, shown, err := open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	keys, err := keysOf(ctx, b, key)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		// The number keeps objects of the same name apart, the name tells the format.
		to := filepath.Join(dir, fmt.Sprintf("%06d-%s", i, path.Base(k)))
		if err := download(ctx, b, k, to); err != nil {
			return nil, fmt.Errorf("%s%s: %w", shown, k, err)
		}
		out = append(out, source.Fetched{Name: shown + k, File: to})
	}
	return out, nil
}

// keysOf returns the keys that one stands for, in order.
func keysOf(ctx context.Context, b *blob.Bucket, key string) ([]string, error) {
	at := strings.IndexAny(key, "*?[")
	if at >= 0 {
		if found, err := b.Exists(ctx, key); err == nil && found {
			return []string{key}, nil // it has such a character
		}
	}
	if at < 0 && key != "" && !strings.HasSuffix(key, "/") {
		return []string{key}, nil
	}
	prefix := key
	if at >= 0 {
		prefix = key[:at]
	}
	var keys []string
	for all := b.List(&blob.ListOptions{Prefix: prefix}); ; {
		o, err := all.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		ok := !o.IsDir
		if at >= 0 {
			match, err := path.Match(key, o.Key)
			if err != nil {
				return nil, fmt.Errorf("%w: the pattern: %w", source.ErrOption, err)
			}
			ok = ok && match
		} else {
			ok = ok && source.InDirectory(o.Key)
		}
		if ok {
			keys = append(keys, o.Key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func download(ctx context.Context, b *blob.Bucket, key, to string) error {
	r, err := b.NewReader(ctx, key, nil)
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, r)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil && n != r.Size() {
		err = fmt.Errorf("%w: %d bytes of %d", io.ErrUnexpectedEOF, n, r.Size())
	}
	return err
}

// put uploads a file; the object appears when all of it is there.
func put(ctx context.Context, file, name string) (err error) {
	b, key, _, err := open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if key == "" || strings.HasSuffix(key, "/") {
		return fmt.Errorf("%w: the name has no key", source.ErrOption)
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := b.NewWriter(ctx, key, &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, f); err != nil {
		cancel() // so that Close discards what was written
		_ = w.Close()
		return err
	}
	return w.Close()
}
