package hub

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// clearEnv takes everything out of the environment that settings read.
func clearEnv(t *testing.T) (home string) {
	t.Helper()
	for _, v := range []string{"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_ENDPOINT", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_HUB_DISABLE_IMPLICIT_TOKEN"} {
		t.Setenv(v, "")
		os.Unsetenv(v)
	}
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	return home
}

func TestCacheDirFromEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "~/.cache/huggingface/hub"},
		{map[string]string{"XDG_CACHE_HOME": "/x"}, "/x/huggingface/hub"},
		{map[string]string{"XDG_CACHE_HOME": "/x", "HF_HOME": "/h"}, "/h/hub"},
		{map[string]string{"HF_HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/old"}, "/old"},
		{map[string]string{"HF_HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/old", "HF_HUB_CACHE": "/c"}, "/c"},
		{map[string]string{"HF_HOME": "~/hf"}, "~/hf/hub"},
		{map[string]string{"HF_HUB_CACHE": "$DISK/hub", "DISK": "/d"}, "/d/hub"},
		{map[string]string{"HF_HUB_CACHE": "/a/$NO_SUCH_THING/b"}, "/a/$NO_SUCH_THING/b"},
	} {
		home := clearEnv(t)
		for k, v := range c.env {
			t.Setenv(k, v)
		}
		want := filepath.FromSlash(strings.Replace(c.want, "~", home, 1))
		if got, err := CacheDir(); err != nil || filepath.Clean(got) != filepath.Clean(want) {
			t.Errorf("%v: %q, %v; want %q", c.env, got, err, want)
		}
	}
}

func TestTokenFromEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "elsewhere")
	writeFile(t, file, "hf_file\n")
	for _, c := range []struct {
		env    map[string]string
		option string
		want   string
	}{
		{nil, "", ""},
		{map[string]string{"HF_TOKEN": " hf_env\n"}, "", "hf_env"},
		{map[string]string{"HUGGING_FACE_HUB_TOKEN": "hf_old"}, "", "hf_old"},
		{map[string]string{"HF_TOKEN": "hf_env"}, "hf_option", "hf_option"},
		{map[string]string{"HF_TOKEN_PATH": file}, "", "hf_file"},
		{map[string]string{"HF_TOKEN_PATH": file, "HF_TOKEN": "hf_env"}, "", "hf_env"},
		{map[string]string{"HF_TOKEN_PATH": file + ".absent"}, "", ""},
		{map[string]string{"HF_TOKEN": "hf_env", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, "", ""},
		{map[string]string{"HF_TOKEN": "hf_env", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, "hf_option", "hf_option"},
	} {
		clearEnv(t)
		for k, v := range c.env {
			t.Setenv(k, v)
		}
		s, err := newSettings(Options{Token: c.option})
		if err != nil || s.Token != c.want {
			t.Errorf("%v, %q: %+v, %v; want %q", c.env, c.option, s, err, c.want)
		}
	}
	home := clearEnv(t)
	writeFile(t, filepath.Join(home, ".cache", "huggingface", "token"), "hf_home\n")
	if s, err := newSettings(Options{}); err != nil || s.Token != "hf_home" {
		t.Errorf("token file of the home directory: %+v, %v", s, err)
	}
}

func TestOfflineFromEnvironment(t *testing.T) {
	for value, want := range map[string]bool{"": false, "0": false, "no": false, "1": true, "true": true, "Yes": true, "ON": true} {
		for _, v := range []string{"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"} {
			clearEnv(t)
			t.Setenv(v, value)
			if s, err := newSettings(Options{}); err != nil || s.Offline != want {
				t.Errorf("%s=%q: offline %v, %v", v, value, s.Offline, err)
			}
		}
	}
}

func TestBadSettings(t *testing.T) {
	for _, o := range []Options{
		{Endpoint: "huggingface.co"}, {Endpoint: "ftp://huggingface.co"}, {Endpoint: "https://"}, {Endpoint: "http://a b"},
		{Endpoint: "https://user:password@huggingface.co"}, {Token: "hf_\nInjected: header"}, {Token: "hf_ü"},
	} {
		clearEnv(t)
		_, err := newSettings(o)
		if !errors.Is(err, ErrSettings) {
			t.Errorf("%+v: %v", o, err)
		} else if o.Token != "" && strings.Contains(err.Error(), "hf_") {
			t.Errorf("the token is in the message: %v", err)
		}
	}
}

func TestParseName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, revision, id, rev, folder string }{
		{"sentence-transformers/all-MiniLM-L6-v2", "", "sentence-transformers/all-MiniLM-L6-v2", "main", "models--sentence-transformers--all-MiniLM-L6-v2"},
		{"bert-base-uncased", "", "bert-base-uncased", "main", "models--bert-base-uncased"},
		{"org/name@v1.0", "", "org/name", "v1.0", "models--org--name"},
		{"org/name@refs/pr/1", "", "org/name", "refs/pr/1", "models--org--name"},
		{"org/name", "v2", "org/name", "v2", "models--org--name"},
		{"org/name@v2", "v2", "org/name", "v2", "models--org--name"},
		{"Org_1/na.me-2", "", "Org_1/na.me-2", "main", "models--Org_1--na.me-2"},
	} {
		m, err := parseName(c.name, c.revision)
		if err != nil || m.id != c.id || m.revision != c.rev || m.folder() != c.folder {
			t.Errorf("%q: %+v, %v", c.name, m, err)
		}
		if id, ok := modelID(m.folder()); !ok || id != c.id {
			t.Errorf("%q: back as %q, %v", c.name, id, ok)
		}
	}
	for _, c := range []struct{ name, revision string }{
		{"", ""}, {"/", ""}, {"org/", ""}, {"/name", ""}, {"a/b/c", ""}, {"..", ""}, {"../name", ""}, {"org/..", ""},
		{"org/.hidden", ""}, {"org/na me", ""}, {`org\name`, ""}, {"org/name\x00", ""}, {"org/na--me", ""}, {"https://huggingface.co/org/name", ""},
		{"org/n\u00e4me", ""}, {"org/name@", ""}, {"org/name@../../x", ""}, {"org/name@/etc", ""}, {"org/name@a\\b", ""}, {"org/name@a:b", ""},
		{"org/name@v1", "v2"}, {"org/name", "../x"}, {"org/" + strings.Repeat("n", 300), ""},
	} {
		if m, err := parseName(c.name, c.revision); !errors.Is(err, ErrName) {
			t.Errorf("%q, %q: %+v, %v", c.name, c.revision, m, err)
		}
	}
	for _, folder := range []string{"datasets--org--name", "models--", "models--..--x", ".locks", "models--a--b--c"} {
		if id, ok := modelID(folder); ok {
			t.Errorf("%s is taken for model %q", folder, id)
		}
	}
}
