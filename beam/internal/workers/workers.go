// Package workers gives Prism, Beam's runner for one machine, several worker
// processes. Prism asks for one worker a job, since Beam's Go pipelines have one
// environment; here that worker is a switch, which hands each bundle to one of
// several processes and passes on what they answer.
//
// If a process ends, its bundles have failed, and Prism, which does not run
// bundles again, fails the job.
package workers

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"google.golang.org/grpc"
)

// env marks processes that Start started.
const env = "COHORT_BEAM_WORKER"

// Started must be called by programs that call Start before beam.Init: a worker
// process is the same program, and ends with the one that started it.
func Started() {
	if os.Getenv(env) == "" {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the other end is closed
		os.Exit(1)
	}()
}

// Pool starts workers as a runner asks for them.
type Pool struct {
	fnpb.UnimplementedBeamFnExternalWorkerPoolServer

	n      int
	server *grpc.Server
	listen net.Listener

	mu       sync.Mutex
	switches map[string]*exchange
	started  int // processes
}

// Start returns a pool whose workers are n processes each. It listens on the
// loopback interface.
func Start(_ context.Context, n int) (*Pool, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Pool{n: n, server: grpc.NewServer(), listen: l, switches: map[string]*exchange{}}
	fnpb.RegisterBeamFnExternalWorkerPoolServer(p.server, p)
	go func() { _ = p.server.Serve(l) }() // until Close
	return p, nil
}

// Endpoint returns the value of --environment_config.
func (p *Pool) Endpoint() string { return p.listen.Addr().String() }

// Processes returns the processes that run now, of all workers.
func (p *Pool) Processes() []*os.Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []*os.Process
	for _, s := range p.switches {
		for _, c := range s.children {
			out = append(out, c.cmd.Process)
		}
	}
	return out
}

// Close ends all workers.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.switches {
		s.close()
	}
	p.switches = nil
	p.server.Stop()
}

// StartWorker implements the protocol.
func (p *Pool) StartWorker(_ context.Context, r *fnpb.StartWorkerRequest) (*fnpb.StartWorkerResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.switches == nil || p.switches[r.GetWorkerId()] != nil {
		return &fnpb.StartWorkerResponse{Error: fmt.Sprintf("worker %q is started already, or there are no more", r.GetWorkerId())}, nil
	}
	s, err := open(r.GetWorkerId(), r.GetControlEndpoint().GetUrl())
	if err == nil {
		for range p.n {
			if err = s.start(p.started); err != nil {
				s.close()
				break
			}
			p.started++
		}
	}
	if err != nil {
		return &fnpb.StartWorkerResponse{Error: err.Error()}, nil
	}
	p.switches[r.GetWorkerId()] = s
	go s.run()
	return &fnpb.StartWorkerResponse{}, nil
}

// StopWorker implements the protocol.
func (p *Pool) StopWorker(_ context.Context, r *fnpb.StopWorkerRequest) (*fnpb.StopWorkerResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.switches[r.GetWorkerId()]; s != nil {
		s.close()
		delete(p.switches, r.GetWorkerId())
	}
	return &fnpb.StopWorkerResponse{}, nil
}

// start starts a process.
func (s *exchange) start(number int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := newChild(fmt.Sprintf("%s-%d", s.id, number))
	c.cmd = exec.Command(self, "-worker", "-id="+c.id, "-logging_endpoint="+s.endpoint(), "-control_endpoint="+s.endpoint())
	c.cmd.Env = append(os.Environ(), env+"=1")
	c.cmd.Stderr = os.Stderr
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		return err
	}
	s.children = append(s.children, c)
	go func() {
		_ = c.cmd.Wait() // it is killed in the end, or was before
		s.ended(c)
	}()
	return nil
}
