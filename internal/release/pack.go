package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// pack writes module m, in directory dir of the commit checked out in clone, as
// the files that a module proxy serves (go.dev/ref/mod, "GOPROXY protocol").
func pack(clone, dir string, m module.Version, proxy string) (err error) {
	name := file(proxy, m.Path, m.Version, "")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(clone, dir, "go.mod"))
	if err != nil {
		return err
	}
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{m.Version, time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	z, err := os.Create(name + ".zip")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	// CreateFromVCS leaves out what git does not track and the modules within.
	return errors.Join(
		zip.CreateFromVCS(z, m, clone, "HEAD", dir),
		os.WriteFile(name+".mod", mod, 0o644),
		os.WriteFile(name+".info", info, 0o644),
		os.WriteFile(filepath.Join(filepath.Dir(name), "list"), []byte(m.Version+"\n"), 0o644),
	)
}

// file is the path in the proxy of a version's file.
func file(proxy, name, version, ext string) string {
	return filepath.Join(proxy, filepath.FromSlash(name), "@v", version+ext)
}
