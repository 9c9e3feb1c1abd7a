package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// Store holds files under names with a scheme, such as s3://bucket/key. Its files
// are read and written as those of a disk are, by way of temporary copies.
type Store struct {
	// Schemes are the schemes of its names.
	Schemes []string
	// Fetch copies the objects that name stands for (one, those under a prefix
	// that ends in /, or those that match a pattern) into the directory dir, and
	// returns them in the order of their names.
	Fetch func(ctx context.Context, name, dir string) ([]Fetched, error)
	// Put makes an object of a file, whole or not at all.
	Put func(ctx context.Context, file, name string) error
}

// Fetched is an object of a Store and its copy.
type Fetched struct {
	Name string // for messages, without passwords
	File string
}

var stores struct {
	sync.RWMutex
	of map[string]*Store
}

// RegisterStore makes names with the schemes of s those of its objects. Packages
// of stores call it when they are imported; it panics if a scheme is taken.
func RegisterStore(s Store) {
	stores.Lock()
	defer stores.Unlock()
	if stores.of == nil {
		stores.of = map[string]*Store{}
	}
	for _, name := range s.Schemes {
		if stores.of[name] != nil {
			panic("source: RegisterStore called twice for " + name)
		}
		stores.of[name] = &s
	}
}

// storeOf returns the store of a name, nil if it has none.
func storeOf(name string) *Store {
	scheme, _, ok := strings.Cut(name, "://")
	if !ok {
		return nil
	}
	stores.RLock()
	defer stores.RUnlock()
	return stores.of[scheme]
}

// objectName returns the last part of the key, without what follows a question
// mark.
func objectName(name string) string {
	key, _, _ := strings.Cut(name, "?")
	return path.Base(key)
}

// fetch adds the objects of a store as parts.
func (s *Source) fetch(ctx context.Context, store *Store, name string) error {
	dir, err := os.MkdirTemp("", "cohort-store-*")
	if err != nil {
		return err
	}
	s.copies, s.name = dir, shownName(name)
	files, err := store.Fetch(ctx, name, dir)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: %w: no object is called so", s.name, ErrEmpty)
	}
	for _, f := range files {
		format := s.opt.Format
		if format == "" {
			if format, err = formatOfFile(f.File); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
		}
		if err := s.add(ctx, f.Name, f.File, format); err != nil {
			return err
		}
	}
	return nil
}

// storeSink is a sink of a file that becomes an object.
type storeSink struct {
	Sink
	ctx   context.Context
	store *Store
	name  string
	dir   string
}

// createIn opens a sink of an object.
func createIn(ctx context.Context, store *Store, name string, columns []Column, o SinkOptions) (Sink, error) {
	if store.Put == nil {
		return nil, fmt.Errorf("%s: %w", shownName(name), ErrSink)
	}
	dir, err := os.MkdirTemp("", "cohort-store-*")
	if err != nil {
		return nil, err
	}
	s, err := Create(ctx, filepath.Join(dir, objectName(name)), columns, o)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return &storeSink{Sink: s, ctx: ctx, store: store, name: name, dir: dir}, nil
}

// Commit implements Sink.
func (s *storeSink) Commit() error {
	if s.dir == "" {
		return nil
	}
	defer func() { _ = s.clean() }() // the object is what counts
	if err := s.Sink.Commit(); err != nil {
		return err
	}
	if err := s.store.Put(s.ctx, filepath.Join(s.dir, objectName(s.name)), s.name); err != nil {
		return fmt.Errorf("cannot write %s: %w", shownName(s.name), err)
	}
	return nil
}

// Abort implements Sink.
func (s *storeSink) Abort() error {
	if s.dir == "" {
		return nil
	}
	return errors.Join(s.Sink.Abort(), s.clean())
}

func (s *storeSink) clean() error {
	dir := s.dir
	s.dir = ""
	return os.RemoveAll(dir)
}
