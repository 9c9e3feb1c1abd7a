package hub

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

// slowly makes downloads overlap: the weights come in pieces.
func (h *fakeHub) slowly() {
	h.onWeights(func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		data := h.files[weightsName]
		w.Header().Set("Content-Length", "")
		w.Header().Del("Content-Length")
		w.(http.Flusher).Flush()
		for len(data) > 0 {
			n := min(len(data), 256<<10)
			w.Write(data[:n])
			w.(http.Flusher).Flush()
			data = data[n:]
			time.Sleep(10 * time.Millisecond)
		}
		return true
	})
}

func checkOnce(t *testing.T, h *fakeHub) {
	t.Helper()
	for name := range h.files {
		if n := len(h.requests("GET " + name)); n != 1 {
			t.Errorf("%s was downloaded %d times", name, n)
		}
	}
}

func TestTwoAtOnce(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("no locks")
	}
	h := newFakeHub(t, plainModel(t))
	h.slowly()
	o := h.options(t)
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			dir, err := Resolve(context.Background(), "org/name", o)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := os.ReadFile(filepath.Join(dir, weightsName)); err != nil || !bytes.Equal(got, h.files[weightsName]) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
	checkOnce(t, h)
}

// One who waits for another's download can give up.
func TestGiveUpWaiting(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("no locks")
	}
	h := newFakeHub(t, plainModel(t))
	o := h.options(t)
	begun, release := make(chan struct{}), make(chan struct{})
	h.onWeights(func(http.ResponseWriter, *http.Request, int) bool {
		close(begun)
		<-release
		return false
	})
	done := make(chan error, 1)
	go func() {
		_, err := Resolve(context.Background(), "org/name", o)
		done <- err
	}()
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Resolve(ctx, "org/name", o); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

const (
	helperCache    = "COHORT_HUB_TEST_CACHE"
	helperEndpoint = "COHORT_HUB_TEST_ENDPOINT"
)

// TestHelperProcess is what TestTwoProcesses runs in other processes.
func TestHelperProcess(t *testing.T) {
	if os.Getenv(helperCache) == "" {
		t.Skip("only for TestTwoProcesses")
	}
	o := Options{CacheDir: os.Getenv(helperCache), Endpoint: os.Getenv(helperEndpoint)}
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, weightsName)); err != nil {
		t.Fatal(err)
	}
}

func TestTwoProcesses(t *testing.T) {
	self, err := os.Executable()
	if err != nil || runtime.GOOS == "js" {
		t.Skipf("cannot start processes here: %v", err)
	}
	h := newFakeHub(t, plainModel(t))
	h.slowly()
	o := h.options(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			cmd := exec.Command(self, "-test.run=^TestHelperProcess$", "-test.v")
			cmd.Env = append(os.Environ(), helperCache+"="+o.CacheDir, helperEndpoint+"="+h.URL)
			if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestHelperProcess") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	checkOnce(t, h)
}
