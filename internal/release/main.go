// Command release prepares a version of the modules in this repository.
//
//	go run ./internal/release -version v0.1.0 -proxy DIR          # try it
//	go run ./internal/release -version v0.1.0 -proxy DIR -write   # and keep the go.sum files
//
// Modules are released together, from one commit, and require one another by
// the version. A module's go.sum names the checksum of those before it, so they
// are done in the order of [released], in a clone of the commit: tidied without
// the workspace, against the proxy made so far, and packed into DIR, a module
// proxy of files that GOPROXY=file://DIR can name. With -write the go.mod and
// go.sum files come back into the working tree, to be committed; the tags to set
// on that commit are printed.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

const root = "github.com/seed-56ee9438/cohort"

// released are the directories of the modules, each after those it requires.
var released = []string{"", "bert/minilm", "bert/bgezh", "source/arrow", "source/parquet", "source/postgres", "source/sqlite", "source/xlsx", "source/blob", "serve", "watch", "beam", "cmd/cohort"}

func main() {
	version := flag.String("version", "", "the version to release, such as v0.1.0")
	proxy := flag.String("proxy", "", "the directory of the module proxy to write")
	write := flag.Bool("write", false, "copy the go.mod and go.sum files into the working tree")
	flag.Parse()
	if err := run(*version, *proxy, *write); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(version, proxy string, write bool) error {
	if !semver.IsValid(version) || semver.Canonical(version) != version {
		return fmt.Errorf("-version is %q, want one such as v0.1.0", version)
	}
	if proxy == "" {
		return errors.New("-proxy: want a directory")
	}
	proxy, err := filepath.Abs(proxy)
	if err != nil {
		return err
	}
	top, err := output(".", nil, "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	clone, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(clone)
	if _, err := output(".", nil, "git", "clone", "-q", top, clone); err != nil {
		return err
	}
	cache, err := os.MkdirTemp("", "release-cache")
	if err != nil {
		return err
	}
	defer os.RemoveAll(cache)
	env, err := goEnv(proxy, cache)
	if err != nil {
		return err
	}
	for _, dir := range released {
		if err := release(clone, dir, version, proxy, env); err != nil {
			return fmt.Errorf("module %s: %w", path.Join(root, dir), err)
		}
	}
	if write {
		if err := copyBack(clone, top); err != nil {
			return err
		}
	}
	return report(version, proxy)
}

// release tidies the module in clone's directory dir against the proxy and adds
// it there.
func release(clone, dir, version, proxy string, env []string) error {
	at := filepath.Join(clone, dir)
	if dir != "" {
		for _, before := range released {
			if before == dir {
				break
			}
			if err := require(at, path.Join(root, before), version); err != nil {
				return err
			}
		}
	}
	if _, err := output(at, env, "go", "mod", "tidy"); err != nil {
		return err
	}
	if _, err := output(clone, nil, "git", "-c", "user.name=release", "-c", "user.email=release@localhost",
		"commit", "-q", "--allow-empty", "-a", "-m", "release "+path.Join(root, dir)); err != nil {
		return err
	}
	return pack(clone, dir, module.Version{Path: path.Join(root, dir), Version: version}, proxy)
}

// require sets the version that the module in dir requires of another one of
// ours, if it requires it.
func require(dir, name, version string) error {
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	if !bytes.Contains(mod, []byte("\t"+name+" v")) && !bytes.Contains(mod, []byte("require "+name+" v")) {
		return nil
	}
	_, err = output(dir, nil, "go", "mod", "edit", "-require="+name+"@"+version)
	return err
}

// goEnv makes the go command leave the workspace aside and ask our proxy first.
// The module cache is one of its own, since another try of the same version may
// be in the usual one, which serves the modules of others. Ours are in no
// checksum database yet.
func goEnv(proxy, cache string) ([]string, error) {
	usual, err := output(".", nil, "go", "env", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	next, err := output(".", nil, "go", "env", "GOPROXY")
	if err != nil {
		return nil, err
	}
	return []string{
		"GOWORK=off", "GOFLAGS=-mod=mod -modcacherw", "GOMODCACHE=" + cache, "GONOSUMDB=" + root + "," + root + "/*",
		"GOPROXY=file://" + filepath.ToSlash(proxy) + ",file://" + filepath.ToSlash(filepath.Join(usual, "cache", "download")) + "," + next,
	}, nil
}

// copyBack copies what tidying made of the go.mod and go.sum files.
func copyBack(clone, top string) error {
	for _, dir := range released {
		for _, name := range []string{"go.mod", "go.sum"} {
			data, err := os.ReadFile(filepath.Join(clone, dir, name))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(top, dir, name), data, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// report prints the size of every module and the tags to set.
func report(version, proxy string) error {
	for _, dir := range released {
		info, err := os.Stat(file(proxy, path.Join(root, dir), version, ".zip"))
		if err != nil {
			return err
		}
		fmt.Printf("%10d bytes  %s\n", info.Size(), path.Join(root, dir))
	}
	for _, dir := range released {
		fmt.Println("git tag", path.Join(dir, version))
	}
	return nil
}

// output runs a command in dir and returns what it printed, without the last
// line break.
func output(dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, trouble.String())
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}
